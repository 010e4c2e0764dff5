"""Links and odd files in what is handed in: nbgrader copies what they lead to."""

import os

from tests.hostile import CANARY, Attack
from tests.hostile.files import LOOT


def linked(target, name="data.txt"):
    """A link in the submission, relative to its folder."""

    def change(notebook, folder):
        (folder / name).symlink_to(target)

    return change


def a_pipe(notebook, folder):
    os.mkfifo(folder / "pipe")


def odd_names(notebook, folder):
    for name in (b"\xff\xfe", b"new\nline", b"-rf", b"$(touch x)", b"a" * 250, b"ps1.ipynb~", b"ps1 (1).ipynb"):
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:
            file.write(b"x")
    (folder / "ps1.ipynb.d").mkdir()
    deep = folder.joinpath(*["deep"] * 60)
    deep.mkdir(parents=True)


def a_link_of_no_encoding(notebook, folder):
    """The note about this one cannot be written; there is another one behind it."""
    os.symlink(b"/\xff", os.fsencode(folder) + b"/a")
    linked("../../../canary.txt")(notebook, folder)


def the_notebook_itself(notebook, folder):
    (folder / "ps1.ipynb").unlink()
    (folder / "ps1.ipynb").symlink_to("../../a_honest/ps1/ps1.ipynb")


def the_folder_itself(notebook, folder):
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.symlink_to("../a_honest/ps1")


def reads_nothing(result):
    assert CANARY not in result.outputs + result.page


SHOWN = {"primes": LOOT + "loot('**')"}

ATTACKS = [
    Attack(
        "a link to a secret",
        "nbgrader copies the file that the link leads to, beside the notebook.",
        SHOWN,
        change=linked("../../../canary.txt"),
        stock=True,
        harmless=reads_nothing,
    ),
    Attack(
        "a link to a folder",
        "The same with a folder.",
        SHOWN,
        change=linked("../../..", "folder"),
        harmless=reads_nothing,
    ),
    Attack("a link that leads nowhere", "Copying fails.", SHOWN, change=linked("nowhere")),
    Attack("a link to itself", "Following it never ends.", SHOWN, change=linked("data.txt")),
    Attack("a link of no encoding", "The name of its target is no text.", SHOWN, a_link_of_no_encoding),
    Attack(
        "a classmate's notebook",
        "The notebook is a link to a good student's.",
        change=the_notebook_itself,
        stock=True,
        refused=True,
    ),
    Attack("a classmate's folder", "The folder is a link to a good student's.", change=the_folder_itself, refused=True),
    Attack("a pipe", "Reading it never ends.", SHOWN, change=a_pipe, refused=True),
    Attack("odd names", "Files whose names are no text, or look like options.", SHOWN, change=odd_names),
    Attack(
        "links made while it runs",
        "The working folder's own files become links.",
        {
            "primes": """
import os
for target in ('/etc/passwd', '../../../canary.txt', '/proc/self/environ'):
    os.symlink(target, target.replace('/', '_'))
os.remove('ps1.ipynb')
os.symlink('/etc/passwd', 'ps1.ipynb')"""
        },
    ),
]
