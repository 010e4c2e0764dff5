"""The error that a user can mend."""


class CourseError(Exception):
    """One sentence for the user: what is wrong, where, and what mends it. Shown without a traceback."""
