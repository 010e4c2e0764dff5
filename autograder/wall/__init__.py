"""The wall between answering and judging: a student's code can only answer, in a kernel that never sees a test.

`execute.ExecuteBehindWall` is what nbgrader runs: it executes a submission in one kernel and grades it in another.
`ownership` reads from the instructor's notebook which names are answers; `judge` asks for them and `agent`, beside the
student's code, replies, in the terms of `wire` and `keras_models`. `repair` puts cells back before, `html` makes pages
harmless after, `executions` keeps what was executed; `review` warns authors; `settings` puts it all into a course.
"""
