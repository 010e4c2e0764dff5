"""JupyterLab for a course's instructors: formgrader is a page within it."""

c = get_config()  # noqa: F821  (Jupyter provides it)

c.ServerApp.tornado_settings = {"headers": {"Content-Security-Policy": "frame-ancestors 'self'"}}
