"""Answers that plain tests do not expect: empty, without end, not finite, of another type."""

from tests.hostile import Attack


def answering(value):
    """All functions return this, an expression."""
    return {
        "primes": f"primes = lambda n: {value}",
        "standardize": f"standardize = lambda X: {value}",
        "correlate": f"correlate = lambda image, kernel: {value}",
        "count_words": f"count_words = lambda text: {value}",
        "week": f"station_means = warmest = above = {value}",
    }


VALUES = {
    "empty arrays": "np.array([])",
    "arrays of no rows": "np.empty((0, 1))",
    "arrays of not a number": "np.full((3, 2), np.nan)",
    "infinity": "float('inf')",
    "not a number": "float('nan')",
    "arrays of objects": "np.array([[], {}], dtype=object)",
    "long doubles": "np.full((3, 2), np.longdouble('nan'))",
    "masked arrays": "np.ma.masked_all((3, 2))",
}

ATTACKS = [
    *(
        Attack(f"answers {name}", "A comparison that holds for nothing.", answering(code))
        for name, code in VALUES.items()
    ),
    Attack(
        "arguments changed",
        "The function changes what it is given, so that it fits.",
        {
            "standardize": """
def standardize(X):
    X[:] = [[-1, -1], [1, 1], [0, 0]][:len(X)] if len(X) == 3 else 0
    return X""",
            "correlate": """
def correlate(image, kernel):
    image[:] = 0
    kernel[:] = 0
    return np.zeros((image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1))""",
            "week": "temperatures[:] = 0\nstation_means, warmest, above = np.zeros(3), 0, 0",
        },
        stock=True,
    ),
    Attack(
        "names of the test's own",
        "The answer cells bind the names that tests use.",
        {
            "week": """
len = lambda x: 3
print = str
score = 4
cases = []
slow_correlate = check_correlate = lambda *a: None
isinstance = lambda *a: True
AssertionError = ValueError"""
        },
    ),
]
