"""The course secret: what makes hidden inputs and held-out images differ from one course to the next.

It is a file of random text that only graders can read. `nbgrader_config.py` creates it beside itself and
names it in the environment, so that every nbgrader command and formgrader button finds it.
"""

import hashlib
import os
import secrets
from pathlib import Path

import numpy as np

from autograder.errors import CourseError

VARIABLE = "AUTOGRADER_SECRET"
"""The environment variable that holds the path of the secret's file."""

FILE_NAME = "course_secret"


def ensure(folder: str | os.PathLike[str]) -> Path:
    """Create the secret in `folder` unless one is there, and name it in the environment.

    A secret that the environment already names is left as it is, so that an administrator can keep it
    elsewhere. Raises CourseError if the folder cannot be written.
    """
    named = os.environ.get(VARIABLE)
    path = Path(named) if named else Path(folder) / FILE_NAME
    if not path.exists():
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass  # another command has just made it
        except OSError as error:
            raise CourseError(
                f"The course secret cannot be written to {path} ({error.strerror}): make the folder writable, "
                f"or put a file with 32 random characters elsewhere and name it in {VARIABLE}."
            ) from None
        else:
            with open(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32) + "\n")
    os.environ[VARIABLE] = str(path)
    return path


def generator(name: str) -> np.random.Generator:
    """A random generator that is the same for the same secret and name, and unrelated for any other.

    Raises CourseError where no secret is named or it cannot be read: there is no fallback, because hidden
    inputs that anybody can compute are not hidden.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        raise CourseError(
            f"Hidden checks need the course secret, and {VARIABLE} names none: grade with `autograder grade`, "
            "or run nbgrader in the course folder, whose nbgrader_config.py names it."
        )
    try:
        text = Path(path).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"The course secret {path}, named in {VARIABLE}, cannot be read: {error}.") from None
    if len(text) < 32:
        raise CourseError(f"The course secret {path} is shorter than 32 characters: delete it to have it made anew.")
    digest = hashlib.sha256(f"{text}\0{name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))
