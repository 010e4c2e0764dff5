"""The wall between answering and judging: a student's code runs in a sandbox and can only answer.

`sandbox` runs a command in bubblewrap without network, without the instructor's files and with limits; `cgroup`
and `syscalls` are two of its walls. `kernels` starts Jupyter kernels in it, for nbclient and for nbgrader, and says
afterwards what ended one; `launch` is what runs first inside. Where the sandbox cannot work, `probe.why_not` says
what is missing, and nothing is started.
"""
