"""Files beside the notebook with the names of modules and of start-up files."""

from tests.hostile import MARK, Attack

PATCHED = """
import importlib.util, sys
place = [path for path in sys.path if path.endswith('site-packages')][0] + '/numpy'
spec = importlib.util.spec_from_file_location('numpy', place + '/__init__.py', submodule_search_locations=[place])
module = importlib.util.module_from_spec(spec)
sys.modules['numpy'] = module
spec.loader.exec_module(module)
module.testing.assert_allclose = lambda *a, **k: None
"""


def files(**contents):
    """Files in the submission, `__` in a name standing for a folder."""

    def change(notebook, folder):
        for name, text in contents.items():
            path = folder / (name.replace("__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return change


def start_up(notebook, folder):
    for name in ("ipython_config.py", "jupyter_config.py", ".ipython/profile_default/startup/a.py", "matplotlibrc"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(
            """
c = get_config()
c.InteractiveShellApp.exec_lines = ['assert_ = 1']
raise SystemExit
"""
        )
    (folder / "nbgrader_config.py").write_text(f"import os\nos.system('sleep 1000 # {MARK}')\n")
    (folder / "pyvenv.cfg").write_text("home = /nowhere\n")


FORGED = """
def primes(n):
    return [2, 3, 5, 7]
"""

ATTACKS = [
    Attack(
        "a NumPy of its own",
        "numpy.py beside the notebook comes before the installed one.",
        {"standardize": "standardize = np.array"},
        change=files(numpy=PATCHED),
        stock=True,
    ),
    Attack(
        "a package autograder",
        "The agent and the judge's own modules are replaced.",
        change=files(
            autograder____init__="", autograder__wall____init__="", autograder__wall__agent="MIME = ''\nanswer = print"
        ),
    ),
    Attack(
        "a standard library",
        "json, socket, struct and random of the student's own, for whoever starts here.",
        change=files(**dict.fromkeys(("json", "socket", "struct", "random", "zmq", "asyncio"), "raise SystemExit(0)")),
    ),
    Attack(
        "IPython and its kernel",
        "The kernel that is started would be the student's.",
        change=files(
            **dict.fromkeys(
                ("ipykernel____init__", "IPython____init__", "sitecustomize", "usercustomize"), "raise SystemExit"
            )
        ),
    ),
    Attack("start-up files", "Configuration of IPython, Jupyter, nbgrader and Python.", change=start_up),
]
