# %% [markdown]
# # LeNet-5, trained once
#
# What an exercise with Keras is like: a model is built, its shapes and weights are checked, and it is trained.

# %%
import keras
import numpy as np
from keras import layers

from autograder.notebook import datasets

keras.utils.set_random_seed(1)
digits = datasets.digits()

# %% [markdown]
# `lenet5()`: the network, not compiled, for images of 32×32 pixels.


# %% nbgrader={"grade": false, "grade_id": "lenet5", "locked": false, "schema_version": 3, "solution": true, "task": false}
def lenet5():
    """LeNet-5 for 32×32 images."""
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.Conv2D(6, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="tanh"),
            layers.Dense(84, activation="tanh"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_lenet5", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
network = lenet5()
assert network.input_shape == (None, 32, 32, 1)
assert network.output_shape == (None, 10)
### BEGIN HIDDEN TESTS
assert network.count_params() == 61706
assert [layer.count_params() for layer in network.layers if layer.weights] == [156, 2416, 48120, 10164, 850]
### END HIDDEN TESTS

# %% [markdown]
# `weights_of(kernel, channels, filters)`: the weights of a convolutional layer, biases included.


# %% nbgrader={"grade": false, "grade_id": "weights_of", "locked": false, "schema_version": 3, "solution": true, "task": false}
def weights_of(kernel, channels, filters):
    """The weights of a convolutional layer."""
    ### BEGIN SOLUTION
    return (kernel * kernel * channels + 1) * filters
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_weights_of", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
assert weights_of(5, 1, 6) == 156
### BEGIN HIDDEN TESTS
for kernel, channels, filters in [(5, 6, 16), (3, 64, 128)]:
    layer = layers.Conv2D(filters, kernel)
    layer.build((None, 32, 32, channels))
    assert weights_of(kernel, channels, filters) == layer.count_params()
### END HIDDEN TESTS

# %% [markdown]
# Train `model` until it knows more than 85 % of the validation digits.

# %% nbgrader={"grade": false, "grade_id": "training", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
model = lenet5()
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(digits.train.x, digits.train.y, epochs=20, batch_size=32, verbose=0)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_training", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
assert model.output_shape == (None, 10)
### BEGIN HIDDEN TESTS
predicted = model.predict(digits.validation.x, verbose=0).argmax(axis=1)
assert np.mean(predicted == digits.validation.y) > 0.85
### END HIDDEN TESTS
