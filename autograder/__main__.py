"""`python -m autograder`: everything that the course kit does for an instructor."""

import sys


def main() -> None:
    if sys.version_info < (3, 11):  # before any import that needs it, so that this sentence is what one reads
        sys.exit(
            "autograder needs Python 3.11 or newer, and this is %d.%d (%s): install a newer one and make the "
            "environment with it, for example `make PYTHON=python3.11 test`." % (*sys.version_info[:2], sys.executable)
        )
    from autograder.cli import run

    run()


if __name__ == "__main__":
    main()
