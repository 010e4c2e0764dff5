"""Keras models that are none, or not what they say."""

from tests.hostile import Attack

FAKE = """
class Fake(keras.Model):
    def __init__(self, classes=10):
        super().__init__()
        self.classes = classes
    input_shape = (None, 8, 8, 1)
    output_shape = property(lambda self: (None, self.classes))
    layers = [layers.Conv2D(1, 1)]
    def count_params(self):
        return 1
    def predict(self, x, **options):
        return np.eye(self.classes)[: len(x)]
def build_model(num_classes=10):
    return Fake(num_classes)"""

SMALL = "keras.Sequential([keras.Input((8, 8, 1)), {layers}, layers.Flatten(), layers.Dense(num_classes)])"


def building(*more, layers="layers.Conv2D(1, 8)"):
    return {
        "build_model": f"def build_model(num_classes=10):\n    model = {SMALL.format(layers=layers)}\n    "
        + "\n    ".join([*more, "return model"])
    }


ATTACKS = [
    Attack(
        "a model never built",
        "A subclass that says what tests want to hear.",
        {"build_model": FAKE},
        assignment="ps2",
        stock=True,
    ),
    Attack(
        "Keras patched",
        "What models say of themselves is changed for all of them.",
        {
            "build_model": """
keras.Model.count_params = lambda self: 15
keras.Sequential.output_shape = property(lambda self: (None, 10))
keras.Sequential.input_shape = property(lambda self: (None, 8, 8, 1))
def build_model(num_classes=10):
    return keras.Sequential()"""
        },
        assignment="ps2",
        stock=True,
    ),
    Attack(
        "a training that never was",
        "A history of its own and labels remembered instead of learned.",
        {
            "build_model": "def build_model(num_classes=10):\n    return keras.Sequential([keras.Input((8, 8, 1)),"
            " layers.Flatten(), layers.Dense(3)])",
            "train": """
class History:
    history = {'loss': [9, 0]}
def train(model):
    np.mean = lambda x: 1.0
    return History()""",
        },
        assignment="ps2",
        stock=True,
    ),
    Attack(
        "weights that are none",
        "Weights of other shapes, of no number, without end, and another model each time.",
        {
            "build_model": f"""
from autograder.wall import agent
import json
def build_model(num_classes=10):
    return {SMALL.format(layers="layers.Conv2D(1, 8)")}
real = agent._find
def find(asked, names):
    if asked['ask'] == 'weights':
        return [np.full((8, 8, 1, 1), np.nan), 'text', np.zeros((0,))] + [np.zeros(1)] * 1000
    return real(asked, names)
agent._find = find"""
        },
        assignment="ps2",
        deserved={"build_visible": 2},
    ),
    Attack(
        "a layer of a hundred billion pixels",
        "A layer without weights that makes a small image enormous once it is used.",
        {
            "build_model": """
def build_model(num_classes=10):
    large = [layers.Conv2D(1, 1), layers.UpSampling2D(40000), layers.GlobalAveragePooling2D()]
    return keras.Sequential([keras.Input((8, 8, 1)), *large, layers.Dense(num_classes)])"""
        },
        assignment="ps2",
        deserved={"build_visible": 2},
    ),
    Attack(
        "code in a layer",
        "A Lambda layer, which holds code, to run where models are rebuilt.",
        building(
            layers="layers.Conv2D(1, 8), layers.Lambda(lambda x: print(os.environ.get('AUTOGRADER_SECRET')) or x)"
        ),
        assignment="ps2",
        harmless=lambda result: _nothing_ran(result),
    ),
]


def _nothing_ran(result):
    assert "course_secret" not in result.outputs, "only where the judge runs is its place in the environment"


def layer(class_name, module="keras.layers", /, **config):
    return {"class_name": class_name, "module": module, "config": config, "registered_name": None}


def model(*layers):
    images = layer("InputLayer", batch_shape=[None, 8, 8, 1], dtype="float32", name="images")
    return layer("Sequential", "keras", name="model", layers=[images, *layers])


def function(name, module):
    return {"class_name": "function", "module": module, "config": name, "registered_name": "function"}


CONFIGURATIONS = {
    "nothing": None,
    "a list": [model()],
    "no model": layer("Zeros", "keras.initializers"),
    "a class of another module": model(layer("Popen", "subprocess", args=["touch", "x"])),
    "a class that only looks like Keras": model(layer("Dense", "keras_hub.layers", units=1)),
    "a module that is none": model(layer("Dense", "keras.layers.\0", units=1)),
    "a module of another backend": model(layer("Dense", "keras.src.backend.torch", units=1)),
    "a Lambda": model(layer("Lambda", function={"class_name": "__lambda__", "config": {"code": "4wEAAAA="}})),
    "a Lambda by its other name": model(layer("Lambda", "keras.src.layers.core.lambda_layer", function="print")),
    "marshalled code": model(
        layer("Dense", units=1, activation={"class_name": "__lambda__", "config": {"value": "4wE="}})
    ),
    "a function of os": model(layer("Dense", units=1, activation=function("relu", "os"))),
    "a function that is none": model(layer("Dense", units=1, activation=function("system", "builtins"))),
    "a registered class": model({**layer("Dense", units=1), "registered_name": "mine>Dense"}),
    "a file to look up in": model(layer("IntegerLookup", vocabulary="/etc/hostname")),
    "a model on disk": model(layer("TFSMLayer", filepath="/tmp")),
    "text that cannot be sent": model(layer("De\ud800nse", units=1)),
    "a name that cannot be sent": model(layer("Dense", units=1, name="\udfff")),
    "six hundred layers": model(*[layer("Dense", units=1, name=f"d{k}") for k in range(600)]),
    "layers of less than nothing": model(layer("Dense", units=-1)),
}
