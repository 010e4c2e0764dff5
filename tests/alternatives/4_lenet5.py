# %% exercise="lenet5" way="in the functional style"
def lenet5():
    images = keras.Input((32, 32, 1))
    x = layers.Conv2D(6, (5, 5), activation="tanh")(images)
    x = layers.AveragePooling2D((2, 2), strides=2)(x)
    x = layers.Conv2D(16, (5, 5), activation="tanh")(x)
    x = layers.AveragePooling2D((2, 2), strides=2)(x)
    x = layers.Conv2D(120, (5, 5), activation="tanh")(x)
    x = layers.Reshape((120,))(x)
    x = layers.Dense(84, activation="tanh")(x)
    return keras.Model(images, layers.Dense(10, activation="softmax")(x))


# %% exercise="lenet5" way="layer by layer, activations as layers of their own"
def lenet5():
    model = keras.Sequential()
    model.add(keras.Input(shape=(32, 32, 1), name="digit"))
    for filters, pooled in [(6, True), (16, True), (120, False)]:
        model.add(layers.Conv2D(filters, 5))
        model.add(layers.Activation("tanh"))
        if pooled:
            model.add(layers.AveragePooling2D(2))
    model.add(layers.Flatten())
    model.add(layers.Dense(84))
    model.add(layers.Activation("tanh"))
    model.add(layers.Dense(10))
    model.add(layers.Softmax())
    return model


# %% exercise="lenet5" way="a model within a model, with a helper and another initialiser"
def convolution(filters):
    return layers.Conv2D(filters, 5, activation=keras.activations.tanh, kernel_initializer="he_normal")


def lenet5():
    eyes = keras.Sequential([
        keras.Input((32, 32, 1)),
        convolution(6), layers.AvgPool2D(2), convolution(16), layers.AvgPool2D(2), convolution(120),
    ])
    return keras.Sequential([keras.Input((32, 32, 1)), eyes, layers.Flatten(), layers.Dense(84, "tanh"), layers.Dense(10, "softmax")])


# %% exercise="cross_entropy" way="a loop over the images"
def cross_entropy(probabilities, labels):
    losses = []
    for row, label in zip(probabilities, labels):
        losses.append(-np.log(max(row[label], 1e-7)))
    return sum(losses) / len(losses)


# %% exercise="cross_entropy" way="with one-hot labels"
def cross_entropy(probabilities, labels):
    hot = np.eye(probabilities.shape[1])[labels]
    return np.float64(-(hot * np.log(np.clip(probabilities, 1e-7, None))).sum(axis=1).mean())


# %% exercise="cross_entropy" way="Keras' own loss"
def cross_entropy(probabilities, labels):
    return float(keras.losses.SparseCategoricalCrossentropy()(labels, np.asarray(probabilities, "float64")))


# %% exercise="confusion_matrix" way="a loop over lists"
def confusion_matrix(labels, predictions, classes):
    matrix = [[0] * classes for _ in range(classes)]
    for right, said in zip(labels, predictions):
        matrix[right][said] += 1
    return matrix


# %% exercise="confusion_matrix" way="bincount of the pairs"
def confusion_matrix(labels, predictions, classes):
    return np.bincount(labels * classes + predictions, minlength=classes * classes).reshape(classes, classes)


# %% exercise="confusion_matrix" way="scikit-learn's"
def confusion_matrix(labels, predictions, classes):
    from sklearn import metrics

    return metrics.confusion_matrix(labels, predictions, labels=range(classes))
