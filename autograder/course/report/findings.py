"""What a report says: plain data, and what follows from it."""

import datetime
import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from autograder.course.report.alike import Group

MOST_BARS = 14
"""Of a histogram."""
NEAR = 0.8
"""The share of a limit from which a submission is near it."""
MOST_SPENT = 4
"""Executions that are named for their time, and as many for their memory."""


class Look(Enum):
    """Why a submission wants a look, the most pressing first."""

    SET_ASIDE = "Set aside: no grade"
    WAITING = "Handed in, not graded yet"
    UNREADABLE = "The graded notebook cannot be read"
    UNPROTECTED = "Graded without the sandbox"
    MISSING = "Answers not found in the notebook"
    STOPPED = "Ran into a limit"
    NEAR = "Near a limit"
    BY_HAND = "Written answers to grade by hand"
    LATE = "Late"
    REPAIRED = "Repaired before grading"


@dataclass
class CheckRate:
    """One ✓/✗ line and how often it held; what failing students were told, and how many of them."""

    label: str
    passed: int = 0
    seen: int = 0
    hints: Counter[str] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        return self.passed / self.seen


@dataclass
class CellRate:
    """One graded cell: for each student the share of its points, and its checks if it is one of our checklists.

    kind:   "hidden" tests, an answer graded "by hand", or nothing
    errors: messages of tests made of asserts, and how many students got each
    unread: notebooks whose check lines could not be told from what the student's code said
    """

    name: str
    kind: str
    points: float
    shares: list[float] = field(default_factory=list)
    checks: dict[str, CheckRate] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    unread: int = 0

    @property
    def rate(self) -> float | None:
        return statistics.fmean(self.shares) if self.shares else None


@dataclass
class Exercise:
    """An exercise: its title in the notebook, its graded cells, and who was told what."""

    name: str
    title: str
    notebook: str
    cells: list[CellRate] = field(default_factory=list)
    told: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def rate(self) -> float | None:
        """The share of its points that the class earned."""
        earned = [(cell.rate, cell.points) for cell in self.cells if cell.rate is not None]
        worth = sum(points for _, points in earned)
        return sum(rate * points for rate, points in earned) / worth if worth else None

    @property
    def hints(self) -> list[tuple[str, int]]:
        """What students were told and how many of them, the most frequent first."""
        return sorted(((text, len(who)) for text, who in self.told.items()), key=lambda hint: -hint[1])


@dataclass(frozen=True)
class Spent:
    """What the execution of a student's notebook took; None where it is not known."""

    student: str
    notebook: str
    seconds: float | None
    cpu_seconds: float | None
    memory_mb: float | None


@dataclass(frozen=True)
class Limits:
    """Seconds and MB of memory that a notebook may take; 0 seconds: as many as it likes."""

    seconds: float
    memory_mb: float


@dataclass(frozen=True)
class Histogram:
    """Counts: the first bar begins at 0, each is `width` wide and without its upper end."""

    width: float
    counts: list[int]

    @classmethod
    def of(cls, values: Sequence[float], maximum: float = 0.0) -> "Histogram":
        """At least as wide as `maximum`."""
        maximum = max([maximum, *values])
        widths = (base * 10**power for power in range(9) for base in (1, 2, 5))
        width = next((width for width in widths if maximum / width < MOST_BARS), maximum)
        counts = [0] * (math.floor(maximum / width + 1e-9) + 1)
        for value in values:
            counts[max(math.floor(value / width + 1e-9), 0)] += 1
        return cls(width, counts)


@dataclass
class Assignment:
    """What there is to say about one assignment.

    points: of each graded student: all of them, or only those that the checks give while written answers wait
    looks:  what wants a look: students, each with a sentence or an empty one
    """

    name: str
    students: int
    limits: Limits
    points: dict[str, float] = field(default_factory=dict)
    maximum: float = 0.0
    not_handed_in: list[str] = field(default_factory=list)
    exercises: list[Exercise] = field(default_factory=list)
    looks: dict[Look, list[tuple[str, str]]] = field(default_factory=lambda: {look: [] for look in Look})
    similar: list[Group] = field(default_factory=list)
    most_alike: int = 0
    spent: list[Spent] = field(default_factory=list)

    @property
    def handed_in(self) -> int:
        return len(self.points) + len(self.looks[Look.SET_ASIDE]) + len(self.looks[Look.WAITING])

    @property
    def median(self) -> float | None:
        return statistics.median(self.points.values()) if self.points else None

    def count(self, look: Look) -> int:
        """How many submissions want this look."""
        return len({student for student, _ in self.looks[look]})

    def by_sentence(self, look: Look) -> list[tuple[str, list[str]]]:
        """The sentences of one kind, and the students that each is about."""
        found: dict[str, list[str]] = {}
        for student, sentence in self.looks[look]:
            found.setdefault(sentence, []).append(student)
        return list(found.items())

    @property
    def notebooks(self) -> set[str]:
        return {exercise.notebook for exercise in self.exercises}

    @property
    def seconds(self) -> list[float]:
        return [spent.seconds for spent in self.spent if spent.seconds is not None]

    @property
    def memory(self) -> list[float]:
        return [spent.memory_mb for spent in self.spent if spent.memory_mb is not None]

    @property
    def most_spent(self) -> list[Spent]:
        """The executions that took the most time or memory, the slowest first."""
        slowest = sorted(self.spent, key=lambda spent: -(spent.seconds or 0))
        largest = sorted(self.spent, key=lambda spent: -(spent.memory_mb or 0))
        named = {*slowest[:MOST_SPENT], *largest[:MOST_SPENT]}
        return [spent for spent in slowest if spent in named]


@dataclass(frozen=True)
class Report:
    """Of a course, or some of its assignments; `untouched` ones have no submission at all."""

    course: str
    made: datetime.datetime
    students: int
    assignments: list[Assignment]
    untouched: list[str]

    @property
    def hardest(self) -> list[tuple[Assignment, Exercise]]:
        """The exercises that not everybody did right, the least successful first."""
        found = [(assignment, exercise) for assignment in self.assignments for exercise in assignment.exercises]
        missed = [(a, e) for a, e in found if e.rate is not None and e.rate < 1]
        return sorted(missed, key=lambda pair: pair[1].rate or 0.0)

    @property
    def told(self) -> list[tuple[Assignment, Exercise, str, int]]:
        """The hints, and to how many students each was given, the most frequent first."""
        found = [(a, e, text, count) for a in self.assignments for e in a.exercises for text, count in e.hints]
        return sorted(found, key=lambda one: -one[3])

    @property
    def looks(self) -> list[tuple[Look, int, list[Assignment]]]:
        """What wants a look: how many submissions, and of which assignments."""
        found = []
        for look in Look:
            where = [assignment for assignment in self.assignments if assignment.looks[look]]
            if where:
                found.append((look, sum(assignment.count(look) for assignment in where), where))
        return found

    @property
    def alike(self) -> list[Assignment]:
        """The assignments with answers that are alike."""
        return [assignment for assignment in self.assignments if assignment.similar]
