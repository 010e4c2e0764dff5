"""Odd work on `ps2`: Keras. Each of these imports TensorFlow twice, so each is odd in several ways."""

from tests.odd import Work, odd


@odd("ps2")
def functional_and_talkative(work: Work):
    """The functional API, other names, other optimizer and loss, a schedule, progress bars, a validation split."""
    work.answer(
        "build_model",
        """
from keras import Input, Model, regularizers
from keras.layers import *

def build_model(k=10):
    inputs = Input(shape=(8, 8, 1), name="ein_bild")
    scale = Normalization(axis=None, name="mean_0_spread_1")
    scale.adapt(x_train)
    x = scale(inputs)
    x = Conv2D(16, (3, 3), padding="same", name="my_first_layer", kernel_regularizer=regularizers.L2(1e-5))(x)
    y = BatchNormalization(momentum=0.8)(x)
    x = ReLU()(Add()([x, y]))
    x = MaxPool2D(2)(x)
    x = Conv2D(24, 3, activation="relu", kernel_initializer="he_normal")(x)
    x = x + keras.ops.sin(x) * 0
    outputs = Dense(k)(Flatten()(x))
    model = Model(inputs, Softmax(name="prob")(outputs), name="net")
    model.summary()
    return model
""",
    )
    work.answer(
        "train",
        """
def train(m):
    rate = keras.optimizers.schedules.CosineDecay(0.01, 32 * 10)
    m.compile(
        keras.optimizers.AdamW(rate, weight_decay=1e-4),
        keras.losses.CategoricalCrossentropy(label_smoothing=0.05),
        metrics=["acc", keras.metrics.TopKCategoricalAccuracy(2, name="top")],
    )
    stop = keras.callbacks.EarlyStopping("val_loss", patience=3, restore_best_weights=True)
    targets = keras.utils.to_categorical(y_train, 10)
    return m.fit(x_train, targets, batch_size=32, epochs=10, validation_split=0.1, callbacks=[stop], verbose=1)
""",
    )
    work.answer(
        "count_parameters",
        "def count_parameters(m):\n    return np.sum([np.prod(np.shape(w)) for w in m.trainable_variables])",
    )


@odd("ps2")
def nested_and_by_hand(work: Work):
    """A model in a model; a loop of its own with a GradientTape; the history filled in by hand; warnings."""
    work.answer(
        "build_model",
        """
import tensorflow as tf
import warnings

def features():
    net = keras.Sequential(name="features")
    net.add(layers.Conv2D(16, 3, padding="same"))
    net.add(layers.LeakyReLU())
    net.add(layers.AveragePooling2D(2))
    net.add(layers.Conv2D(32, 3, activation=tf.nn.relu))
    return net

def build_model(num_classes=10):
    warnings.warn("an untrained model")
    model = keras.models.Sequential()
    model.add(keras.Input((8, 8, 1)))
    model.add(features())
    model.add(layers.Dropout(0.1))
    model.add(layers.GlobalAveragePooling2D(keepdims=False))
    model.add(layers.Dense(64, "relu"))
    model.add(layers.Dense(num_classes, activation=tf.nn.softmax))
    return model
""",
    )
    work.answer(
        "train",
        """
def train(model):
    optimizer = keras.optimizers.Adam(0.004)
    loss_of = keras.losses.SparseCategoricalCrossentropy()
    data = tf.data.Dataset.from_tensor_slices((x_train, y_train)).shuffle(1000, seed=1).batch(32)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables))
        return loss

    history = keras.callbacks.History()
    history.history = {"loss": []}
    for epoch in range(12):
        losses = [step(x, y) for x, y in data]
        history.history["loss"].append(tf.reduce_mean(losses))
        print(f"\\repoch {epoch}", end="")
    return history
""",
    )
    work.answer("count_parameters", "count_parameters = lambda model: sum(tf.size(w) for w in model.trainable_weights)")


@odd("ps2")
def weights_from_a_file(work: Work):
    """Trained once and saved, then loaded; a compiled model with a loss and a metric of their own."""
    work.answer(
        "train",
        """
from pathlib import Path

def my_loss(y_true, y_pred):
    return keras.losses.sparse_categorical_crossentropy(y_true, y_pred)

def hits(y_true, y_pred):
    return keras.ops.mean(keras.ops.equal(keras.ops.argmax(y_pred, -1), keras.ops.cast(y_true, "int64")))

def train(model):
    model.compile(optimizer=keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), loss=my_loss, metrics=[hits])
    file = Path(f"trained_{model.count_params()}.weights.h5")
    if not file.exists():
        history = model.fit(x_train, y_train, epochs=10, batch_size=16, verbose=2)
        model.save_weights(file)
        np.save(file.with_suffix(".npy"), history.history["loss"])
    model.load_weights(file)
    history = keras.callbacks.History()
    history.history = {"loss": np.load(file.with_suffix(".npy"))}
    return history
""",
    )
    work.add("model.save('whole.keras')\nmodel = keras.saving.load_model('whole.keras')", after="run_training")
    work.answer(
        "count_parameters",
        """
def count_parameters(model):
    total = 0
    for layer in model.layers:
        for weight in layer.get_weights()[: 2 if "batch" in layer.name else None]:
            total += weight.size
    return total
""",
    )


@odd("ps2")
def augmented_and_cloned(work: Work):
    """Random layers in front, depthwise convolutions, a clone, mixed dtypes, constraints, a model trained twice."""
    work.answer(
        "build_model",
        """
def build_model(num_classes=10):
    base = keras.Sequential(
        [
            layers.InputLayer(shape=(8, 8, 1)),
            layers.RandomTranslation(0.05, 0.05, seed=3),
            layers.GaussianNoise(0.01),
            layers.Conv2D(12, 3, padding="same", kernel_constraint=keras.constraints.MaxNorm(3.0)),
            layers.PReLU(shared_axes=[1, 2]),
            layers.SeparableConv2D(24, 3, activation="swish"),
            layers.MaxPooling2D(2),
            layers.Reshape((-1,)),
            layers.Dense(48, activation=layers.ELU(), dtype="float32"),
            layers.Dense(num_classes, name="logits"),
            layers.Activation("softmax"),
        ]
    )
    return keras.models.clone_model(base)
""",
    )
    work.answer(
        "train",
        """
def train(model):
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    model.fit(x_train[:200], y_train[:200], epochs=1)
    return model.fit(np.concatenate([x_train, x_train]), np.r_[y_train, y_train], epochs=9, batch_size=32, verbose=0)
""",
    )
