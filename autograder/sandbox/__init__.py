"""Running a student's code where it can do no harm: bubblewrap, limits, and Jupyter kernels inside.

`bubblewrap.Sandbox` starts a command and `running.Running` ends it; `kernels.SandboxedKernelManager` is a Jupyter
kernel in there, cold or, from `warm`, forked. Where it cannot work, `probe.why_not` says why and what to do. Nothing
here knows of grading.
"""
