"""Objects that pretend: equal to everything, with every attribute, of whatever class one asks for."""

from tests.hostile import Attack

EQUAL = """
    __eq__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = None
"""

ATTACKS = [
    Attack(
        "a list equal to everything",
        "A subclass of list whose == is always true.",
        {"primes": f"class Equal(list):\n{EQUAL}\ndef primes(n):\n    return Equal()"},
        stock=True,
    ),
    Attack(
        "a dictionary equal to everything",
        "A subclass of dict whose == is always true.",
        {"count_words": f"class Equal(dict):\n{EQUAL}\ndef count_words(text):\n    return Equal(x=1)"},
        stock=True,
    ),
    Attack(
        "an array that agrees with NumPy",
        "A subclass of ndarray that answers NumPy's own functions.",
        {
            "standardize": """
class Agreeing(np.ndarray):
    def mean(self, *a, **k):
        return 0
    def std(self, *a, **k):
        return 1
def standardize(X):
    return X.view(Agreeing)"""
        },
        stock=True,
    ),
    Attack(
        "an object that is everything",
        "Every attribute, every operator, every class.",
        {
            "week": """
class All:
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __eq__(self, other): return True
    def __len__(self): return 3
    def __index__(self): return 0
    def __array__(self, *a, **k): return temperatures.mean(axis=0)
    def __bool__(self): return True
    __class__ = int
station_means = warmest = above = All()"""
        },
    ),
    Attack(
        "functions that return functions",
        "A function is true, callable and comparable, and what it returns is again one.",
        {name: f"{name} = lambda *a: {name}" for name in ("primes", "standardize", "correlate", "count_words")},
    ),
    Attack(
        "values without end",
        "A generator that never ends, a list that holds itself, a list of ten million.",
        {
            "primes": "import itertools\nprimes = lambda n: itertools.count()",
            "standardize": """
loop = []
loop.append(loop)
standardize = lambda X: loop""",
            "correlate": "correlate = lambda *a: [0] * 10**7",
            "count_words": "count_words = lambda text: {str(k): k for k in range(10**6)}",
        },
    ),
    Attack(
        "attributes that never come",
        "Looking at the object loops, and so does printing it.",
        {
            "primes": """
class Slow:
    def __getattribute__(self, name):
        while True:
            pass
primes = Slow()"""
        },
    ),
    Attack(
        "a class that says it is Keras",
        "An object whose class claims to be one of Keras' own, with a configuration of its own making.",
        {
            "primes": """
class Model:
    __module__ = 'keras.src.models.model'
    weights = []
    def get_config(self): return {}
    def get_weights(self): return []
    def __eq__(self, other): return True
    def __len__(self): return 4
primes = lambda n: Model()"""
        },
    ),
]
