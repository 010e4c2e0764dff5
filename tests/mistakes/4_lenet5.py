# %% exercise="lenet5" mistake="relu instead of tanh" earns=3 told="ReLU came later"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation="relu"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="relu"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="relu"),
        layers.Flatten(),
        layers.Dense(84, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="max instead of average pooling" earns=3 told="takes the average of each window"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.MaxPooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.MaxPooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="same padding in the first convolution, so that 32 stays 32" earns=1 told="does not pad"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation="tanh", padding="same"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="28×28 input with Dense(120) for Conv 3" earns=0 told="takes 28×28"
def lenet5():
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Flatten(),
        layers.Dense(120, activation="tanh"),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="28×28 input, same padding in conv 1: all maps and counts agree" earns=2 told="32×32, so that strokes"
def lenet5():
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, activation="tanh", padding="same"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="28×28 input with the table's layers: Keras refuses" earns=0 told="not 32×32×1"
def lenet5():
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="no softmax: logits" earns=3 told="plain sums (logits)"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10),
    ])


# %% exercise="lenet5" mistake="sigmoid instead of softmax" earns=3 told="Ten sigmoids do not sum to 1"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="sigmoid"),
    ])


# %% exercise="lenet5" mistake="pooling with stride 1" earns=1 told="their stride is 1"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2, strides=1),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="no biases" earns=2 told="no biases: leave use_bias"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, use_bias=False, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, use_bias=False, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, use_bias=False, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, use_bias=False, activation="tanh"),
        layers.Dense(10, use_bias=False, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="Flatten before Conv 3, which becomes a Dense layer" earns=2 told="the table has a convolution"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Flatten(),
        layers.Dense(120, activation="tanh"),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="convolutions without activation" earns=3 told="no more than one linear layer"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="the dense layer of 84 is forgotten" earns=0 told="layer of 84 units is missing"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="no Flatten, so that dense layers work on 1×1×120" earns=3 told="layers.Flatten() is missing"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="a dropout layer too many" earns=5 told="Dropout is from 2012"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="numbers of filters and kernel size swapped" earns=0 told="first the number of filters, then"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(5, 6, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="kernels of 3×3 in the first layer" earns=1 told="The first kernels are 3×3"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 3, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="no channel axis in the input" earns=0 told="Keras refuses this stack"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="no Input, so the model is not built" earns=0 told="no input shape yet"
def lenet5():
    return keras.Sequential([
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="built once, outside the function" earns=5 told="Build the layers inside the function"
network = keras.Sequential([
    keras.Input((32, 32, 1)),
    layers.Conv2D(6, 5, activation="tanh"),
    layers.AveragePooling2D(2),
    layers.Conv2D(16, 5, activation="tanh"),
    layers.AveragePooling2D(2),
    layers.Conv2D(120, 5, activation="tanh"),
    layers.Flatten(),
    layers.Dense(84, activation="tanh"),
    layers.Dense(10, activation="softmax"),
])


def lenet5():
    return network


# %% exercise="lenet5" mistake="all weights begin at zero" earns=5 told="Equal weights stay equal"
def lenet5():
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, kernel_initializer="zeros", activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, kernel_initializer="zeros", activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, kernel_initializer="zeros", activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, kernel_initializer="zeros", activation="tanh"),
        layers.Dense(10, kernel_initializer="zeros", activation="softmax"),
    ])


# %% exercise="lenet5" mistake="the model is not returned" earns=0 told="return"
def lenet5():
    model = keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])


# %% exercise="lenet5" mistake="prints the summary and returns that" earns=0 told="return"
def lenet5():
    model = keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])
    return model.summary(print_fn=str)


# %% exercise="lenet5" mistake="a subclassed model" earns=0 told="functional style"
class LeNet5(keras.Model):
    def __init__(self):
        super().__init__()
        self.stack = [
            layers.Conv2D(6, 5, activation="tanh"), layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"), layers.AveragePooling2D(2),
            layers.Conv2D(120, 5, activation="tanh"), layers.Flatten(),
            layers.Dense(84, activation="tanh"), layers.Dense(10, activation="softmax"),
        ]

    def call(self, images):
        for layer in self.stack:
            images = layer(images)
        return images


def lenet5():
    return LeNet5()


# %% exercise="cross_entropy" mistake="logarithm to base 2" earns=0 told="base 2"
def cross_entropy(probabilities, labels):
    right = probabilities[np.arange(len(labels)), labels]
    return np.mean(-np.log2(np.maximum(right, 1e-7)))


# %% exercise="cross_entropy" mistake="logarithm to base 10" earns=0 told="base 10"
def cross_entropy(probabilities, labels):
    right = probabilities[np.arange(len(labels)), labels]
    return np.mean(-np.log10(np.maximum(right, 1e-7)))


# %% exercise="cross_entropy" mistake="sum instead of mean" earns=0 told="sum over the images"
def cross_entropy(probabilities, labels):
    right = probabilities[np.arange(len(labels)), labels]
    return np.sum(-np.log(np.maximum(right, 1e-7)))


# %% exercise="cross_entropy" mistake="no minus" earns=0 told="the loss is minus that"
def cross_entropy(probabilities, labels):
    right = probabilities[np.arange(len(labels)), labels]
    return np.mean(np.log(np.maximum(right, 1e-7)))


# %% exercise="cross_entropy" mistake="no lower limit" earns=2.5 told="raise probabilities below"
def cross_entropy(probabilities, labels):
    right = probabilities[np.arange(len(labels)), labels]
    return np.mean(-np.log(right))


# %% exercise="cross_entropy" mistake="the probability of the predicted class" earns=1.5 told="whatever the network prefers"
def cross_entropy(probabilities, labels):
    right = probabilities.max(axis=1)
    return np.mean(-np.log(right))


# %% exercise="cross_entropy" mistake="mean over all classes, with one-hot labels" earns=0 told="Divide by the number of images"
def cross_entropy(probabilities, labels):
    onehot = np.eye(probabilities.shape[1])[labels]
    return np.mean(-onehot * np.log(np.maximum(probabilities, 1e-7)))


# %% exercise="cross_entropy" mistake="all columns of the labels instead of one number a row" earns=0.5 told="expected 0.458145"
def cross_entropy(probabilities, labels):
    right = probabilities[:, labels]
    return np.mean(-np.log(np.maximum(right, 1e-7)))


# %% exercise="cross_entropy" mistake="one minus the probability" earns=0 told="is no logarithm"
def cross_entropy(probabilities, labels):
    right = probabilities[np.arange(len(labels)), labels]
    return np.mean(1 - right)


# %% exercise="cross_entropy" mistake="ln 10 whatever the network says" earns=0.5 told="expected 0.458145"
def cross_entropy(probabilities, labels):
    return np.log(10)


# %% exercise="overfit" mistake="not trained" earns=0.5 told="near what guessing gives"
def overfit(images, labels):
    keras.utils.set_random_seed(50)
    model = lenet5()
    model.compile(keras.optimizers.Adam(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    pass
    return model


# %% exercise="overfit" mistake="one batch an epoch, and few epochs" earns=0.5 told="more epochs, smaller batches"
def overfit(images, labels):
    keras.utils.set_random_seed(50)
    model = lenet5()
    model.compile(keras.optimizers.Adam(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(images, labels, batch_size=50, epochs=8, verbose=0)
    return model


# %% exercise="overfit" mistake="learning rate of 1" earns=0.5 told="near what guessing gives"
def overfit(images, labels):
    keras.utils.set_random_seed(50)
    model = lenet5()
    model.compile(keras.optimizers.Adam(1.0), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(images, labels, batch_size=10, epochs=4, verbose=0)
    return model


# %% exercise="overfit" mistake="learning rate far too small" earns=0.5 told="near what guessing gives"
def overfit(images, labels):
    keras.utils.set_random_seed(50)
    model = lenet5()
    model.compile(keras.optimizers.Adam(1e-5), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(images, labels, batch_size=10, epochs=4, verbose=0)
    return model


# %% exercise="overfit" mistake="returns the history" earns=0 told="return the model itself"
def overfit(images, labels):
    keras.utils.set_random_seed(50)
    model = lenet5()
    model.compile(keras.optimizers.Adam(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(images, labels, batch_size=10, epochs=1, verbose=0)
    return history


# %% exercise="overfit" mistake="returns the dictionary of curves" earns=0 told="a dictionary"
def overfit(images, labels):
    keras.utils.set_random_seed(50)
    model = lenet5()
    model.compile(keras.optimizers.Adam(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(images, labels, batch_size=10, epochs=1, verbose=0)
    return history.history


# %% exercise="overfit" mistake="the loss for one-hot labels" earns=0 told="sparse_categorical_crossentropy"
def overfit(images, labels):
    keras.utils.set_random_seed(50)
    model = lenet5()
    model.compile(keras.optimizers.Adam(0.003), loss="categorical_crossentropy", metrics=["accuracy"])
    model.fit(images, labels, batch_size=10, epochs=35, verbose=0)
    return model


# %% exercise="overfit" mistake="trains on the global images and labels instead of its arguments" earns=2 told="use the function's own arguments"
def overfit(images, labels):
    keras.utils.set_random_seed(50)
    model = lenet5()
    model.compile(keras.optimizers.Adam(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(digits.train.x[:50], digits.train.y[:50], batch_size=10, epochs=35, verbose=0)
    return model


# %% exercise="overfit" mistake="a dense network instead of LeNet-5" earns=3.5 told="trainable weights, expected 156"
def overfit(images, labels):
    keras.utils.set_random_seed(50)
    model = keras.Sequential([keras.Input((32, 32, 1)), layers.Flatten(), layers.Dense(64, activation="tanh"), layers.Dense(10, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(images, labels, batch_size=10, epochs=35, verbose=0)
    return model


# %% exercise="train" mistake="one epoch" earns=0.5 told="trained well enough"
def train(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    model.compile(keras.optimizers.Adam(settings["learning_rate"]), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    result = model.fit(images, labels, validation_data=validation, batch_size=settings["batch_size"], epochs=settings["epochs"], verbose=0)
    return result.history


SETTINGS = {"learning_rate": 0.002, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
lenet = lenet5()
history = train(lenet, digits.train.x, digits.train.y, validation, SETTINGS)


# %% exercise="train" mistake="an untrained network, and the history of another" earns=1 told="Was `lenet` itself trained"
def train(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    model.compile(keras.optimizers.Adam(settings["learning_rate"]), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    result = model.fit(images, labels, validation_data=validation, batch_size=settings["batch_size"], epochs=settings["epochs"], verbose=0)
    return result.history


SETTINGS = {"learning_rate": 0.002, "batch_size": 32, "epochs": 3, "seed": 1}
keras.utils.set_random_seed(1)
lenet = lenet5()
other = lenet5()
history = train(other, digits.train.x, digits.train.y, validation, SETTINGS)


# %% exercise="train" mistake="learning rate of 1" earns=0.5 told="near what guessing gives"
def train(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    model.compile(keras.optimizers.Adam(settings["learning_rate"]), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    result = model.fit(images, labels, validation_data=validation, batch_size=settings["batch_size"], epochs=settings["epochs"], verbose=0)
    return result.history


SETTINGS = {"learning_rate": 1.0, "batch_size": 32, "epochs": 2, "seed": 1}
keras.utils.set_random_seed(1)
lenet = lenet5()
history = train(lenet, digits.train.x, digits.train.y, validation, SETTINGS)


# %% exercise="train" mistake="labels in another order than the images" earns=0.5 told="near what guessing gives"
def train(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    model.compile(keras.optimizers.Adam(settings["learning_rate"]), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    result = model.fit(images, labels, validation_data=validation, batch_size=settings["batch_size"], epochs=settings["epochs"], verbose=0)
    return result.history


SETTINGS = {"learning_rate": 0.002, "batch_size": 32, "epochs": 2, "seed": 1}
keras.utils.set_random_seed(1)
lenet = lenet5()
history = train(lenet, digits.train.x, np.sort(digits.train.y), validation, SETTINGS)


# %% exercise="train" mistake="images from 0 to 255 in training only" earns=1 told="from 0 to 1"
def train(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    model.compile(keras.optimizers.Adam(settings["learning_rate"]), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    result = model.fit(images, labels, validation_data=validation, batch_size=settings["batch_size"], epochs=settings["epochs"], verbose=0)
    return result.history


SETTINGS = {"learning_rate": 0.002, "batch_size": 32, "epochs": 3, "seed": 1}
keras.utils.set_random_seed(1)
lenet = lenet5()
history = train(lenet, 255 * digits.train.x, digits.train.y, validation, SETTINGS)


# %% exercise="train" mistake="only the first 100 images" earns=1 told="all 1,200 images"
def train(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    model.compile(keras.optimizers.Adam(settings["learning_rate"]), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    result = model.fit(images, labels, validation_data=validation, batch_size=settings["batch_size"], epochs=settings["epochs"], verbose=0)
    return result.history


SETTINGS = {"learning_rate": 0.002, "batch_size": 10, "epochs": 8, "seed": 1}
keras.utils.set_random_seed(1)
lenet = lenet5()
history = train(lenet, digits.train.x[:100], digits.train.y[:100], validation, SETTINGS)


# %% exercise="train" mistake="returns fit's object instead of the dictionary" earns=0.5 told="result.history"
def train(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    model.compile(keras.optimizers.Adam(settings["learning_rate"]), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    result = model.fit(images, labels, validation_data=validation, batch_size=settings["batch_size"], epochs=settings["epochs"], verbose=0)
    return result


SETTINGS = {"learning_rate": 0.002, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
lenet = lenet5()
history = train(lenet, digits.train.x, digits.train.y, validation, SETTINGS)


# %% exercise="train" mistake="linear softmax on the pixels" earns=2.5 told="has 10,250 trainable weights, expected 156"
def train(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    model.compile(keras.optimizers.Adam(settings["learning_rate"]), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    result = model.fit(images, labels, validation_data=validation, batch_size=settings["batch_size"], epochs=settings["epochs"], verbose=0)
    return result.history


SETTINGS = {"learning_rate": 0.002, "batch_size": 32, "epochs": 20, "seed": 1}
keras.utils.set_random_seed(1)
lenet = keras.Sequential([keras.Input((32, 32, 1)), layers.Flatten(), layers.Dense(10, activation="softmax")])
history = train(lenet, digits.train.x, digits.train.y, validation, SETTINGS)


# %% exercise="train" mistake="no metrics" earns=0.5 told="to compile, by name"
def train(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    model.compile(keras.optimizers.Adam(settings["learning_rate"]), loss="sparse_categorical_crossentropy")
    result = model.fit(images, labels, validation_data=validation, batch_size=settings["batch_size"], epochs=settings["epochs"], verbose=0)
    return result.history


SETTINGS = {"learning_rate": 0.002, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
lenet = lenet5()
history = train(lenet, digits.train.x, digits.train.y, validation, SETTINGS)


# %% exercise="distort" mistake="mirrors as well" earns=5 told="No RandomFlip"
def distort(images, seed):
    steps = [
        layers.RandomRotation(10 / 360, fill_mode="constant", seed=3 * seed),
        layers.RandomTranslation(2 / 32, 2 / 32, fill_mode="constant", seed=3 * seed + 1),
        layers.RandomFlip("horizontal", seed=seed),
    ]
    for step in steps:
        images = step(images, training=True)
    return np.clip(np.asarray(images), 0, 1)


# %% exercise="distort" mistake="rotation given in degrees" earns=0 told="of a full turn for a rotation"
def distort(images, seed):
    steps = [
        layers.RandomRotation(10, fill_mode="constant", seed=3 * seed),
        layers.RandomTranslation(2 / 32, 2 / 32, fill_mode="constant", seed=3 * seed + 1),
    ]
    for step in steps:
        images = step(images, training=True)
    return np.clip(np.asarray(images), 0, 1)


# %% exercise="distort" mistake="rotation of 0.1, meant as little" earns=4 told="in shares of a full turn"
def distort(images, seed):
    steps = [
        layers.RandomRotation(0.1, fill_mode="constant", seed=3 * seed),
        layers.RandomTranslation(2 / 32, 2 / 32, fill_mode="constant", seed=3 * seed + 1),
    ]
    for step in steps:
        images = step(images, training=True)
    return np.clip(np.asarray(images), 0, 1)


# %% exercise="distort" mistake="shift given in pixels" earns=0 told="of the image size for a shift"
def distort(images, seed):
    steps = [
        layers.RandomRotation(10 / 360, fill_mode="constant", seed=3 * seed),
        layers.RandomTranslation(2, 2, fill_mode="constant", seed=3 * seed + 1),
    ]
    for step in steps:
        images = step(images, training=True)
    return np.clip(np.asarray(images), 0, 1)


# %% exercise="distort" mistake="shift of 0.3, meant as little" earns=4 told="in shares of the image size"
def distort(images, seed):
    steps = [
        layers.RandomRotation(10 / 360, fill_mode="constant", seed=3 * seed),
        layers.RandomTranslation(0.3, 0.3, fill_mode="constant", seed=3 * seed + 1),
    ]
    for step in steps:
        images = step(images, training=True)
    return np.clip(np.asarray(images), 0, 1)


# %% exercise="distort" mistake="the seed is not used" earns=5 told="Somewhere random numbers are drawn without the seed"
def distort(images, seed):
    steps = [
        layers.RandomRotation(10 / 360, fill_mode="constant"),
        layers.RandomTranslation(2 / 32, 2 / 32, fill_mode="constant"),
    ]
    for step in steps:
        images = step(images, training=True)
    return np.clip(np.asarray(images), 0, 1)


# %% exercise="distort" mistake="one fixed seed" earns=5 told="The seed has no influence"
def distort(images, seed):
    steps = [
        layers.RandomRotation(10 / 360, fill_mode="constant", seed=1),
        layers.RandomTranslation(2 / 32, 2 / 32, fill_mode="constant", seed=2),
    ]
    for step in steps:
        images = step(images, training=True)
    return np.clip(np.asarray(images), 0, 1)


# %% exercise="distort" mistake="one distortion for all images, with np.roll" earns=2 told="Draw new numbers for each image"
def distort(images, seed):
    rng = np.random.default_rng(seed)
    return np.roll(images, rng.integers(-2, 3, 2) + np.array([0, 3]), axis=(1, 2))


# %% exercise="distort" mistake="shifts with np.roll, so that pixels come round, and no rotation" earns=3 told="Rotate too"
def distort(images, seed):
    rng = np.random.default_rng(seed)
    return np.stack([np.roll(image, rng.integers(-2, 3, 2), axis=(0, 1)) for image in images])


# %% exercise="distort" mistake="shifts with np.roll after a proper rotation" earns=5 told="no np.roll"
def distort(images, seed):
    images = np.asarray(layers.RandomRotation(10 / 360, fill_mode="constant", seed=seed)(images, training=True))
    rng = np.random.default_rng(seed)
    return np.stack([np.roll(image, rng.integers(-2, 3, 2), axis=(0, 1)) for image in images])


# %% exercise="distort" mistake="fill_mode left at its default" earns=5 told="with a mirror image"
def distort(images, seed):
    steps = [
        layers.RandomRotation(10 / 360, seed=3 * seed),
        layers.RandomTranslation(2 / 32, 2 / 32, seed=3 * seed + 1),
    ]
    for step in steps:
        images = step(images, training=True)
    return np.clip(np.asarray(images), 0, 1)


# %% exercise="distort" mistake="only a shift" earns=4 told="Rotate too"
def distort(images, seed):
    steps = [
        layers.RandomTranslation(2 / 32, 2 / 32, fill_mode="constant", seed=3 * seed + 1),
    ]
    for step in steps:
        images = step(images, training=True)
    return np.clip(np.asarray(images), 0, 1)


# %% exercise="distort" mistake="only a rotation" earns=4 told="Shift up and down as well as"
def distort(images, seed):
    steps = [
        layers.RandomRotation(10 / 360, fill_mode="constant", seed=3 * seed),
    ]
    for step in steps:
        images = step(images, training=True)
    return np.clip(np.asarray(images), 0, 1)


# %% exercise="distort" mistake="shifts sideways only" earns=4 told="Shift up and down as well as"
def distort(images, seed):
    steps = [
        layers.RandomRotation(10 / 360, fill_mode="constant", seed=3 * seed),
        layers.RandomTranslation(0, 2 / 32, fill_mode="constant", seed=3 * seed + 1),
    ]
    for step in steps:
        images = step(images, training=True)
    return np.clip(np.asarray(images), 0, 1)


# %% exercise="distort" mistake="noise instead of a distortion" earns=3 told="Rotate too"
def distort(images, seed):
    rng = np.random.default_rng(seed)
    return np.clip(images + rng.normal(0, 0.1, images.shape), 0, 1).astype("float32")


# %% exercise="distort" mistake="float64 in the end" earns=5 told="The network takes float32"
def distort(images, seed):
    steps = [
        layers.RandomRotation(10 / 360, fill_mode="constant", seed=3 * seed),
        layers.RandomTranslation(2 / 32, 2 / 32, fill_mode="constant", seed=3 * seed + 1),
    ]
    for step in steps:
        images = step(images, training=True)
    return np.clip(np.asarray(images, dtype=float), 0, 1)


# %% exercise="distort" mistake="values from 0 to 255" earns=5 told="Pixels are between 0 and 1"
def distort(images, seed):
    steps = [
        layers.RandomRotation(10 / 360, fill_mode="constant", seed=3 * seed),
        layers.RandomTranslation(2 / 32, 2 / 32, fill_mode="constant", seed=3 * seed + 1),
    ]
    for step in steps:
        images = step(images, training=True)
    return np.asarray(images) * 255


# %% exercise="distort" mistake="nothing at all" earns=1 told="nothing is distorted"
def distort(images, seed):
    return images.copy()


# %% exercise="enlarge" mistake="labels with np.repeat" earns=1 told="np.tile repeats the whole row"
def enlarge(images, labels, copies):
    sets = [images] + [distort(images, seed) for seed in range(1, copies + 1)]
    return np.concatenate(sets), np.repeat(labels, 1 + copies)


robust = lenet5()  # and so on: what is trained on these sets is of no use


# %% exercise="enlarge" mistake="the labels are not repeated" earns=1 told="each needs its label"
def enlarge(images, labels, copies):
    sets = [images] + [distort(images, seed) for seed in range(1, copies + 1)]
    return np.concatenate(sets), labels


robust = lenet5()  # and so on: what is trained on these sets is of no use


# %% exercise="enlarge" mistake="the originals are left out" earns=0.5 told="originals belong to the result too"
def enlarge(images, labels, copies):
    sets = [distort(images, seed) for seed in range(1, copies + 1)]
    return np.concatenate(sets), np.tile(labels, copies)


robust = lenet5()  # and so on: what is trained on these sets is of no use


# %% exercise="enlarge" mistake="the same seed for all copies" earns=1 told="Each copy needs a seed of its own"
def enlarge(images, labels, copies):
    sets = [images] + [distort(images, 1) for copy in range(copies)]
    return np.concatenate(sets), np.tile(labels, 1 + copies)


robust = lenet5()  # and so on: what is trained on these sets is of no use


# %% exercise="enlarge" mistake="copies that are not distorted" earns=1 told="A copy that is not distorted"
def enlarge(images, labels, copies):
    sets = [images] * (1 + copies)
    return np.concatenate(sets), np.tile(labels, 1 + copies)


robust = lenet5()  # and so on: what is trained on these sets is of no use


# %% exercise="enlarge" mistake="right sets, but a single epoch of training" earns=1.5 told="Shifted digits are still hard"
def enlarge(images, labels, copies):
    sets = [images] + [distort(images, seed) for seed in range(1, copies + 1)]
    return np.concatenate(sets), np.tile(labels, 1 + copies)


keras.utils.set_random_seed(1)
robust = lenet5()
train(robust, *enlarge(digits.train.x[:300], digits.train.y[:300], 3), validation, {"learning_rate": 0.002, "batch_size": 32, "epochs": 1, "seed": 1})


# %% exercise="enlarge" mistake="right sets, and the first network handed in once more" earns=1.5 told="were distorted copies among the images"
def enlarge(images, labels, copies):
    sets = [images] + [distort(images, seed) for seed in range(1, copies + 1)]
    return np.concatenate(sets), np.tile(labels, 1 + copies)


robust = lenet


# %% exercise="enlarge" mistake="right sets, but the network is never trained" earns=1.5 told="hardly better than guessing"
def enlarge(images, labels, copies):
    sets = [images] + [distort(images, seed) for seed in range(1, copies + 1)]
    return np.concatenate(sets), np.tile(labels, 1 + copies)


robust = lenet5()


# %% exercise="confusion_matrix" mistake="rows and columns swapped" earns=0 told="Rows and columns are swapped"
def confusion_matrix(labels, predictions, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    np.add.at(matrix, (predictions, labels), 1)
    return matrix


# %% exercise="confusion_matrix" mistake="`+=` with arrays as indices" earns=0 told="Each pair is counted once only"
def confusion_matrix(labels, predictions, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    matrix[labels, predictions] += 1
    return matrix


# %% exercise="confusion_matrix" mistake="the size from the labels" earns=0 told="the size is `classes`"
def confusion_matrix(labels, predictions, classes):
    size = int(max(labels.max(), predictions.max())) + 1
    matrix = np.zeros((size, size), dtype=int)
    np.add.at(matrix, (labels, predictions), 1)
    return matrix


# %% exercise="confusion_matrix" mistake="shares instead of counts" earns=0 told="These are shares"
def confusion_matrix(labels, predictions, classes):
    matrix = np.zeros((classes, classes))
    np.add.at(matrix, (labels, predictions), 1)
    return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)


# %% exercise="confusion_matrix" mistake="mistakes only" earns=0 told="The right answers belong to the matrix too"
def confusion_matrix(labels, predictions, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    for label, prediction in zip(labels, predictions):
        if label != prediction:
            matrix[label, prediction] += 1
    return matrix


# %% exercise="confusion_matrix" mistake="always ten classes" earns=0 told="the shape 10×10"
def confusion_matrix(labels, predictions, classes):
    matrix = np.zeros((10, 10), dtype=int)
    np.add.at(matrix, (labels, predictions), 1)
    return matrix


# %% exercise="confusion_matrix" mistake="nothing is returned" earns=0 told="return"
def confusion_matrix(labels, predictions, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    np.add.at(matrix, (labels, predictions), 1)


# %% exercise="feature_maps" mistake="the last layer only" earns=0.5 told="output of the last layer only"
def feature_maps(model, images):
    return model.predict(images, verbose=0)


# %% exercise="feature_maps" mistake="each layer gets the images instead of the maps before it" earns=0 told="Each layer takes the output of the layer before it"
def feature_maps(model, images):
    return [keras.ops.convert_to_numpy(layer(images)) for layer in model.layers]


# %% exercise="feature_maps" mistake="the images are in the list as well" earns=0.5 told="The images themselves are no layer's output"
def feature_maps(model, images):
    outputs = [images]
    for layer in model.layers:
        outputs.append(keras.ops.convert_to_numpy(layer(outputs[-1])))
    return outputs


# %% exercise="feature_maps" mistake="what goes in instead of what comes out" earns=0 told="You kept what goes into each layer"
def feature_maps(model, images):
    outputs = []
    for layer in model.layers:
        outputs.append(np.asarray(images))
        images = layer(images)
    return outputs


# %% exercise="feature_maps" mistake="the first image only" earns=0.5 told="Keep all images"
def feature_maps(model, images):
    images, outputs = images[:1], []
    for layer in model.layers:
        images = keras.ops.convert_to_numpy(layer(images))
        outputs.append(images)
    return outputs


# %% exercise="feature_maps" mistake="convolution and pooling only" earns=0.5 told="Every layer counts"
def feature_maps(model, images):
    outputs = []
    for layer in model.layers:
        images = keras.ops.convert_to_numpy(layer(images))
        if images.ndim == 4:
            outputs.append(images)
    return outputs


# %% exercise="feature_maps" mistake="the symbolic outputs of the layers, without images" earns=0 told="KerasTensor"
def feature_maps(model, images):
    return [layer.output for layer in model.layers]


# %% exercise="feature_maps" mistake="the convolutions before their activation" earns=1.5 told="its activation included"
def feature_maps(model, images):
    outputs = []
    for layer in model.layers:
        before = keras.ops.convert_to_numpy(images)
        images = keras.ops.convert_to_numpy(layer(before))
        if type(layer).__name__ == 'Conv2D':
            outputs.append(keras.ops.convert_to_numpy(layer.convolution_op(before, layer.kernel)))
        else:
            outputs.append(images)
    return outputs


# %% exercise="permute_pixels" mistake="the way back, for the pixels" earns=2 told="This is the way back"
def permute_pixels(images, order):
    n, height, width, channels = images.shape
    result = np.empty_like(images).reshape(n, height * width, channels)
    result[:, order] = images.reshape(n, height * width, channels)
    return result.reshape(images.shape)


def permute_kernel(kernel, order):
    return kernel[order]


# %% exercise="permute_pixels" mistake="the way back, for the kernel" earns=2 told="This is the way back"
def permute_pixels(images, order):
    n, height, width, channels = images.shape
    return images.reshape(n, height * width, channels)[:, order].reshape(images.shape)


def permute_kernel(kernel, order):
    return kernel[np.argsort(order)]


# %% exercise="permute_pixels" mistake="the kernel's columns instead of its rows" earns=2 told="rearrange the rows"
def permute_pixels(images, order):
    n, height, width, channels = images.shape
    return images.reshape(n, height * width, channels)[:, order].reshape(images.shape)


def permute_kernel(kernel, order):
    return kernel[:, order]


# %% exercise="permute_pixels" mistake="the kernel stays as it is" earns=2 told="their weights must move with them"
def permute_pixels(images, order):
    n, height, width, channels = images.shape
    return images.reshape(n, height * width, channels)[:, order].reshape(images.shape)


def permute_kernel(kernel, order):
    return kernel


# %% exercise="permute_pixels" mistake="the images are put in order instead of their pixels" earns=2 told="not over its rows or over the images"
def permute_pixels(images, order):
    return images[order]


def permute_kernel(kernel, order):
    return kernel[order]


# %% exercise="permute_pixels" mistake="flattened images are returned" earns=2 told="Bring the result back into the shape"
def permute_pixels(images, order):
    return images.reshape(len(images), -1)[:, order]


def permute_kernel(kernel, order):
    return kernel[order]


# %% exercise="permute_pixels" mistake="the channel axis is flattened with the rest" earns=3 told="take the sizes from images.shape"
def permute_pixels(images, order):
    return images.reshape(len(images), -1)[:, order[: images[0].size]].reshape(images.shape)


def permute_kernel(kernel, order):
    return kernel[order]


# %% exercise="permute_pixels" mistake="channels are flattened as if they came first" earns=3 told="torn apart"
def permute_pixels(images, order):
    n, height, width, channels = images.shape
    return images.reshape(n, channels, height * width)[:, :, order].reshape(images.shape)


def permute_kernel(kernel, order):
    return kernel[order]


# %% exercise="permute_pixels" mistake="another order for each image" earns=2 told="values differ"
def permute_pixels(images, order):
    n, height, width, channels = images.shape
    rng = np.random.default_rng(0)
    flat = images.reshape(n, height * width, channels)
    return np.stack([image[rng.permutation(order)] for image in flat]).reshape(images.shape)


def permute_kernel(kernel, order):
    return kernel[order]


# %% exercise="permute_pixels" mistake="works for square images only" earns=2 told="reshape"
def permute_pixels(images, order):
    n, size = len(images), images.shape[1]
    return images.reshape(n, size * size, -1)[:, order].reshape(images.shape)


def permute_kernel(kernel, order):
    return kernel[order]


# %% exercise="mlp" mistake="counts no biases" earns=2 told="Count the biases too"
def mlp(shape, classes, budget):
    inputs = int(np.prod(shape))
    units = budget // (inputs + classes)
    return keras.Sequential([
        keras.Input(shape),
        layers.Flatten(),
        layers.Dense(units, activation="tanh"),
        layers.Dense(classes, activation="softmax"),
    ])


# %% exercise="mlp" mistake="rounds to the nearest" earns=1 told="more than the budget"
def mlp(shape, classes, budget):
    inputs = int(np.prod(shape))
    units = round((budget - classes) / (inputs + 1 + classes))
    return keras.Sequential([
        keras.Input(shape),
        layers.Flatten(),
        layers.Dense(units, activation="tanh"),
        layers.Dense(classes, activation="softmax"),
    ])


# %% exercise="mlp" mistake="rounds up" earns=1 told="more than the budget"
def mlp(shape, classes, budget):
    inputs = int(np.prod(shape))
    units = -(-(budget - classes) // (inputs + 1 + classes))
    return keras.Sequential([
        keras.Input(shape),
        layers.Flatten(),
        layers.Dense(units, activation="tanh"),
        layers.Dense(classes, activation="softmax"),
    ])


# %% exercise="mlp" mistake="forgets the biases of the outputs" earns=2 told="Count the biases too"
def mlp(shape, classes, budget):
    inputs = int(np.prod(shape))
    units = budget // (inputs + 1 + classes)
    return keras.Sequential([
        keras.Input(shape),
        layers.Flatten(),
        layers.Dense(units, activation="tanh"),
        layers.Dense(classes, activation="softmax"),
    ])


# %% exercise="mlp" mistake="no Flatten" earns=1 told="Flatten is missing"
def mlp(shape, classes, budget):
    inputs = int(np.prod(shape))
    units = (budget - classes) // (inputs + 1 + classes)
    return keras.Sequential([
        keras.Input(shape),
        layers.Dense(units, activation="tanh"),
        layers.Dense(classes, activation="softmax"),
    ])


# %% exercise="mlp" mistake="no activation in the hidden layer" earns=1 told="layer without activation"
def mlp(shape, classes, budget):
    inputs = int(np.prod(shape))
    units = (budget - classes) // (inputs + 1 + classes)
    return keras.Sequential([
        keras.Input(shape),
        layers.Flatten(),
        layers.Dense(units),
        layers.Dense(classes, activation="softmax"),
    ])


# %% exercise="mlp" mistake="relu" earns=1 told="the hidden layer has tanh"
def mlp(shape, classes, budget):
    inputs = int(np.prod(shape))
    units = (budget - classes) // (inputs + 1 + classes)
    return keras.Sequential([
        keras.Input(shape),
        layers.Flatten(),
        layers.Dense(units, activation="relu"),
        layers.Dense(classes, activation="softmax"),
    ])


# %% exercise="mlp" mistake="always 59 units" earns=2 told="budget"
def mlp(shape, classes, budget):
    inputs = int(np.prod(shape))
    units = 59
    return keras.Sequential([
        keras.Input(shape),
        layers.Flatten(),
        layers.Dense(units, activation="tanh"),
        layers.Dense(classes, activation="softmax"),
    ])


# %% exercise="save_restore" mistake="the description is not compared" earns=3.5 told="Keep `about` in the file, and compare"
import json


def save(path, weights, about):
    arrays = {f"weight_{number}": weight for number, weight in enumerate(weights)}
    with open(path, "wb") as file:
        np.savez(file, about=np.array(json.dumps(about, sort_keys=True)), **arrays)


def restore(path, about):
    try:
        with np.load(path) as file:
            return [file[f"weight_{number}"] for number in range(len(file.files) - 1)]
    except Exception:
        return None


# %% exercise="save_restore" mistake="names sorted as texts, so that 10 comes before 2" earns=2 told="With more than ten arrays"
import json


def save(path, weights, about):
    arrays = {f"weight_{number}": weight for number, weight in enumerate(weights)}
    with open(path, "wb") as file:
        np.savez(file, about=np.array(json.dumps(about, sort_keys=True)), **arrays)


def restore(path, about):
    try:
        with np.load(path) as file:
            if str(file["about"]) != json.dumps(about, sort_keys=True):
                return None
            return [file[name] for name in sorted(file.files) if name != "about"]
    except Exception:
        return None


# %% exercise="save_restore" mistake="keys in another order make another description" earns=4 told="the order of a dictionary's keys does not matter"
import json


def save(path, weights, about):
    arrays = {f"weight_{number}": weight for number, weight in enumerate(weights)}
    with open(path, "wb") as file:
        np.savez(file, about=np.array(json.dumps(about)), **arrays)


def restore(path, about):
    try:
        with np.load(path) as file:
            if str(file["about"]) != json.dumps(about):
                return None
            return [file[f"weight_{number}"] for number in range(len(file.files) - 1)]
    except Exception:
        return None


# %% exercise="save_restore" mistake="savez appends .npz to the path" earns=4 told="exactly the path"
import json


def save(path, weights, about):
    arrays = {f"weight_{number}": weight for number, weight in enumerate(weights)}
    if True:
        np.savez(path, about=np.array(json.dumps(about, sort_keys=True)), **arrays)


def restore(path, about):
    try:
        with np.load(path) as file:
            if str(file["about"]) != json.dumps(about, sort_keys=True):
                return None
            return [file[f"weight_{number}"] for number in range(len(file.files) - 1)]
    except Exception:
        return None


# %% exercise="save_restore" mistake="a missing file is an error" earns=4.5 told="A missing file is no error"
import json


def save(path, weights, about):
    arrays = {f"weight_{number}": weight for number, weight in enumerate(weights)}
    with open(path, "wb") as file:
        np.savez(file, about=np.array(json.dumps(about, sort_keys=True)), **arrays)


def restore(path, about):
    if not Path(path).exists():
        raise FileNotFoundError(path)
    try:
        with np.load(path) as file:
            if str(file["about"]) != json.dumps(about, sort_keys=True):
                return None
            return [file[f"weight_{number}"] for number in range(len(file.files) - 1)]
    except Exception:
        return None


# %% exercise="save_restore" mistake="damaged files raise" earns=4 told="A damaged file raises"
import json


def save(path, weights, about):
    arrays = {f"weight_{number}": weight for number, weight in enumerate(weights)}
    with open(path, "wb") as file:
        np.savez(file, about=np.array(json.dumps(about, sort_keys=True)), **arrays)


def restore(path, about):
    try:
        with np.load(path) as file:
            if str(file["about"]) != json.dumps(about, sort_keys=True):
                return None
            return [file[f"weight_{number}"] for number in range(len(file.files) - 1)]
    except FileNotFoundError:
        return None


# %% exercise="save_restore" mistake="compares the number of entries only" earns=3.5 told="a single other number means another training"
import json


def save(path, weights, about):
    arrays = {f"weight_{number}": weight for number, weight in enumerate(weights)}
    with open(path, "wb") as file:
        np.savez(file, about=np.array(json.dumps(about, sort_keys=True)), **arrays)


def restore(path, about):
    try:
        with np.load(path) as file:
            if len(json.loads(str(file["about"]))) != len(about):
                return None
            return [file[f"weight_{number}"] for number in range(len(file.files) - 1)]
    except Exception:
        return None


# %% exercise="save_restore" mistake="compares the settings only" earns=4 told="Compare the whole description"
import json


def save(path, weights, about):
    arrays = {f"weight_{number}": weight for number, weight in enumerate(weights)}
    with open(path, "wb") as file:
        np.savez(file, about=np.array(json.dumps(about, sort_keys=True)), **arrays)


def restore(path, about):
    try:
        with np.load(path) as file:
            if any(json.loads(str(file["about"])).get(key) != about.get(key) for key in ("settings", "learning rate")):
                return None
            return [file[f"weight_{number}"] for number in range(len(file.files) - 1)]
    except Exception:
        return None


# %% exercise="save_restore" mistake="weights as text" earns=1 told="rounded, or written as text"
import json


def save(path, weights, about):
    with open(path, "w") as file:
        json.dump([about, [np.round(weight, 4).tolist() for weight in weights]], file)


def restore(path, about):
    try:
        with open(path) as file:
            then, weights = json.load(file)
    except Exception:
        return None
    return [np.array(weight) for weight in weights] if then == about else None


# %% exercise="save_restore" mistake="everything kept in a variable of the kernel, no file" earns=4 told="A file that cannot be read holds no weights"
kept = {}


def save(path, weights, about):
    kept[path] = weights, about
    Path(path).write_text("")


def restore(path, about):
    weights, then = kept.get(path, (None, None))
    return weights if then == about else None


# %% exercise="save_restore" mistake="restore always returns None" earns=0 told="Nothing came back"
import json


def save(path, weights, about):
    arrays = {f"weight_{number}": weight for number, weight in enumerate(weights)}
    with open(path, "wb") as file:
        np.savez(file, about=np.array(json.dumps(about, sort_keys=True)), **arrays)


def restore(path, about):
    return None


# %% exercise="save_restore" mistake="the description comes back among the weights" earns=1 told="The description came back among the weights"
import json


def save(path, weights, about):
    arrays = {f"weight_{number}": weight for number, weight in enumerate(weights)}
    with open(path, "wb") as file:
        np.savez(file, about=np.array(json.dumps(about, sort_keys=True)), **arrays)


def restore(path, about):
    try:
        with np.load(path) as file:
            if str(file["about"]) != json.dumps(about, sort_keys=True):
                return None
            return [file[name] for name in file.files]
    except Exception:
        return None
