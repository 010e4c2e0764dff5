# %% exercise="identity_kernel" mistake="every channel to every channel" earns=0 told="is now the sum of all input channels"
def identity_kernel(size, channels):
    kernel = np.zeros((size, size, channels, channels))
    kernel[size // 2, size // 2] = 1
    return kernel


# %% exercise="identity_kernel" mistake="the mean of the channels" earns=0 told="is now the mean of all input channels"
def identity_kernel(size, channels):
    kernel = np.zeros((size, size, channels, channels))
    kernel[size // 2, size // 2] = 1 / channels
    return kernel


# %% exercise="identity_kernel" mistake="the one in the corner" earns=0.5 told="The 1 stands in the corner"
def identity_kernel(size, channels):
    kernel = np.zeros((size, size, channels, channels))
    kernel[0, 0] = np.eye(channels)
    return kernel


# %% exercise="identity_kernel" mistake="a diagonal of ones in the window" earns=0.5 told="belongs to the channels, not to height and width"
def identity_kernel(size, channels):
    kernel = np.zeros((size, size, channels, channels))
    for channel in range(channels):
        kernel[:, :, channel, channel] = np.eye(size)
    return kernel


# %% exercise="identity_kernel" mistake="a box of ones for each channel" earns=0.5 told="Only the pixel in the middle counts"
def identity_kernel(size, channels):
    kernel = np.zeros((size, size, channels, channels))
    kernel[:, :] = np.eye(channels)
    return kernel


# %% exercise="identity_kernel" mistake="two axes only, as in notebook 1" earns=0 told="A kernel has four axes"
def identity_kernel(size, channels):
    kernel = np.zeros((size, size))
    kernel[size // 2, size // 2] = 1
    return kernel


# %% exercise="identity_kernel" mistake="channels first" earns=0 told="The order of the axes is"
def identity_kernel(size, channels):
    kernel = np.zeros((channels, channels, size, size))
    kernel[:, :, size // 2, size // 2] = np.eye(channels)
    return kernel


# %% exercise="identity_kernel" mistake="the middle of 3×3 whatever the size" earns=1.5 told="it is size // 2"
def identity_kernel(size, channels):
    size = max(size, 3)
    kernel = np.zeros((size, size, channels, channels))
    kernel[1, 1] = np.eye(channels)
    return kernel


# %% exercise="plain_net" mistake="ReLU before the normalisation" earns=4 told="ReLU comes after the normalisation"
def plain_net(depth, width=16):
    image = x = keras.Input((8, 8, 1))
    for _ in range(depth - 1):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% exercise="plain_net" mistake="no padding" earns=3 told="do the maps shrink from layer to layer"
def plain_net(depth, width=16):
    image = x = keras.Input((8, 8, 1))
    for _ in range(depth - 1):
        x = layers.Conv2D(width, 3, use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% exercise="plain_net" mistake="biases before the normalisation" earns=4 told="subtracts the mean and the bias with it"
def plain_net(depth, width=16):
    image = x = keras.Input((8, 8, 1))
    for _ in range(depth - 1):
        x = layers.Conv2D(width, 3, padding="same")(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% exercise="plain_net" mistake="depth counts the convolutions only" earns=1 told="the dense layer counts as well"
def plain_net(depth, width=16):
    image = x = keras.Input((8, 8, 1))
    for _ in range(depth):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% exercise="plain_net" mistake="no batch normalisation" earns=1 told="Batch normalisation is missing"
def plain_net(depth, width=16):
    image = x = keras.Input((8, 8, 1))
    for _ in range(depth - 1):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% exercise="plain_net" mistake="no ReLU" earns=4 told="There is no ReLU"
def plain_net(depth, width=16):
    image = x = keras.Input((8, 8, 1))
    for _ in range(depth - 1):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% exercise="plain_net" mistake="Flatten in place of the average" earns=1 told="Flatten would give the dense layer"
def plain_net(depth, width=16):
    image = x = keras.Input((8, 8, 1))
    for _ in range(depth - 1):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.Flatten()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% exercise="plain_net" mistake="Keras' default momentum" earns=5 told="Pass momentum=0.9"
def plain_net(depth, width=16):
    image = x = keras.Input((8, 8, 1))
    for _ in range(depth - 1):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% exercise="plain_net" mistake="size and filters swapped" earns=2 told="first the number of filters"
def plain_net(depth, width=16):
    image = x = keras.Input((8, 8, 1))
    for _ in range(depth - 1):
        x = layers.Conv2D(3, width, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% exercise="plain_net" mistake="the width is ignored" earns=5 told="The width is 16 whatever was asked for"
def plain_net(depth, width=16):
    width = 16
    image = x = keras.Input((8, 8, 1))
    for _ in range(depth - 1):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% exercise="plain_net" mistake="a dropout after each ReLU" earns=4 told="no dropout"
def plain_net(depth, width=16):
    image = x = keras.Input((8, 8, 1))
    for _ in range(depth - 1):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.Dropout(0.2)(layers.ReLU()(x))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% exercise="plain_net" mistake="logits" earns=4 told="The last layer gives probabilities"
def plain_net(depth, width=16):
    image = x = keras.Input((8, 8, 1))
    for _ in range(depth - 1):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10)(x))


# %% exercise="plain_net" mistake="relu in the convolution as well" earns=4 told="Each convolution has one ReLU"
def plain_net(depth, width=16):
    image = x = keras.Input((8, 8, 1))
    for _ in range(depth - 1):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False, activation="relu")(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% exercise="plain_net" mistake="the last normalisation without ReLU" earns=4 told="the first ones and the last one"
def plain_net(depth, width=16):
    image = x = keras.Input((8, 8, 1))
    for number in range(depth - 1):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        if number < depth - 2:
            x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% exercise="deepen" mistake="the network itself" earns=0 told="The network that came in is no answer"
def deepen(model, depth):
    return model


# %% exercise="deepen" mistake="a new deep network with random weights" earns=0.5 told="It computes something else"
def deepen(model, depth):
    return plain_net(depth)


# %% exercise="deepen" mistake="only trainable weights are copied, no statistics" earns=0.5 told="running mean and variance"
def deepen(model, depth):
    deeper = plain_net(depth)
    old = [layer for layer in model.layers if layer.weights]
    new = [layer for layer in deeper.layers if layer.weights]
    for source, target in zip(old[:-1], new):
        for theirs, ours in zip(source.trainable_weights, target.trainable_weights):
            ours.assign(theirs)
    for target in new[len(old) - 1 : -1]:
        if isinstance(target, layers.Conv2D):
            target.set_weights([identity_kernel(3, target.filters)])
    new[-1].set_weights(old[-1].get_weights())
    return deeper


# %% exercise="deepen" mistake="inserted kernels of zeros" earns=0.5 told="erase or scramble"
def deepen(model, depth):
    deeper = plain_net(depth)
    old = [layer for layer in model.layers if layer.weights]
    new = [layer for layer in deeper.layers if layer.weights]
    for source, target in zip(old[:-1], new):
        target.set_weights(source.get_weights())
    for target in new[len(old) - 1 : -1]:
        if isinstance(target, layers.Conv2D):
            target.set_weights([np.zeros((3, 3, target.filters, target.filters))])
    new[-1].set_weights(old[-1].get_weights())
    return deeper


# %% exercise="deepen" mistake="the dense layer is forgotten" earns=0.5 told="the dense layer keeps its weights"
def deepen(model, depth):
    deeper = plain_net(depth)
    old = [layer for layer in model.layers if layer.weights]
    new = [layer for layer in deeper.layers if layer.weights]
    for source, target in zip(old[:-1], new):
        target.set_weights(source.get_weights())
    for target in new[len(old) - 1 : -1]:
        if isinstance(target, layers.Conv2D):
            target.set_weights([identity_kernel(3, target.filters)])
    return deeper


# %% exercise="deepen" mistake="inserted layers keep their random weights" earns=0.5 told="inserted"
def deepen(model, depth):
    deeper = plain_net(depth)
    old = [layer for layer in model.layers if layer.weights]
    new = [layer for layer in deeper.layers if layer.weights]
    for source, target in zip(old[:-1], new):
        target.set_weights(source.get_weights())
    new[-1].set_weights(old[-1].get_weights())
    return deeper


# %% exercise="deepen" mistake="inserted before the trained layers" earns=0 told="the first convolution sees one channel"
def deepen(model, depth):
    deeper = plain_net(depth)
    old = [layer for layer in model.layers if layer.weights]
    new = [layer for layer in deeper.layers if layer.weights]
    extra = len(new) - len(old)
    for target in new[:extra]:
        if isinstance(target, layers.Conv2D):
            target.set_weights([identity_kernel(3, target.filters)])
    for source, target in zip(old, new[extra:]):
        target.set_weights(source.get_weights())
    return deeper


# %% exercise="deepen" mistake="inserted normalisations get the last one's statistics" earns=0.5 told="must change nothing"
def deepen(model, depth):
    deeper = plain_net(depth)
    old = [layer for layer in model.layers if layer.weights]
    new = [layer for layer in deeper.layers if layer.weights]
    for source, target in zip(old[:-1], new):
        target.set_weights(source.get_weights())
    for target in new[len(old) - 1 : -1]:
        if isinstance(target, layers.Conv2D):
            target.set_weights([identity_kernel(3, target.filters)])
        else:
            target.set_weights(old[-2].get_weights())
    new[-1].set_weights(old[-1].get_weights())
    return deeper


# %% exercise="deepen" mistake="the last convolution is repeated" earns=0.5 told="must change nothing"
def deepen(model, depth):
    deeper = plain_net(depth)
    old = [layer for layer in model.layers if layer.weights]
    new = [layer for layer in deeper.layers if layer.weights]
    for source, target in zip(old[:-1], new):
        target.set_weights(source.get_weights())
    for number, target in enumerate(new[len(old) - 1 : -1]):
        target.set_weights(old[len(old) - 3 + number % 2].get_weights())
    new[-1].set_weights(old[-1].get_weights())
    return deeper


# %% exercise="deepen" mistake="one layer too many" earns=1.5 told="found 15"
def deepen(model, depth):
    deeper = plain_net(depth + 1)
    old = [layer for layer in model.layers if layer.weights]
    new = [layer for layer in deeper.layers if layer.weights]
    for source, target in zip(old[:-1], new):
        target.set_weights(source.get_weights())
    for target in new[len(old) - 1 : -1]:
        if isinstance(target, layers.Conv2D):
            target.set_weights([identity_kernel(3, target.filters)])
    new[-1].set_weights(old[-1].get_weights())
    return deeper


# %% exercise="deepen" mistake="always the trained network, whatever is passed in" earns=3 told="Take the network that is passed in"
def deepen(model, depth):
    model = plain8
    deeper = plain_net(depth)
    old = [layer for layer in model.layers if layer.weights]
    new = [layer for layer in deeper.layers if layer.weights]
    for source, target in zip(old[:-1], new):
        target.set_weights(source.get_weights())
    for target in new[len(old) - 1 : -1]:
        if isinstance(target, layers.Conv2D):
            target.set_weights([identity_kernel(3, target.filters)])
    new[-1].set_weights(old[-1].get_weights())
    return deeper


# %% exercise="compare_depths" mistake="the validation loss decides about degradation" earns=2 told="that is no degradation"
def compare_depths(shallow, deep):
    def late(history, name):
        return np.mean(history[name][-3:])

    if late(deep, "val_loss") > late(shallow, "val_loss"):
        return "degradation"
    if late(deep, "loss") > late(shallow, "loss"):
        return "overfitting"
    return "deeper is better"


# %% exercise="compare_depths" mistake="the last epoch alone" earns=2 told="The last epoch alone"
def compare_depths(shallow, deep):
    def late(history, name):
        return history[name][-1]

    if late(deep, "loss") > late(shallow, "loss"):
        return "degradation"
    if late(deep, "val_loss") > late(shallow, "val_loss"):
        return "overfitting"
    return "deeper is better"


# %% exercise="compare_depths" mistake="the best epoch" earns=2.5 told="the best one"
def compare_depths(shallow, deep):
    def late(history, name):
        return min(history[name])

    if late(deep, "loss") > late(shallow, "loss"):
        return "degradation"
    if late(deep, "val_loss") > late(shallow, "val_loss"):
        return "overfitting"
    return "deeper is better"


# %% exercise="compare_depths" mistake="all epochs" earns=1.5 told="Only its first epochs are worse"
def compare_depths(shallow, deep):
    def late(history, name):
        return np.mean(history[name])

    if late(deep, "loss") > late(shallow, "loss"):
        return "degradation"
    if late(deep, "val_loss") > late(shallow, "val_loss"):
        return "overfitting"
    return "deeper is better"


# %% exercise="compare_depths" mistake="arguments swapped" earns=0 told="The deeper network is the second argument"
def compare_depths(shallow, deep):
    def late(history, name):
        return np.mean(history[name][-3:])

    if late(shallow, "loss") > late(deep, "loss"):
        return "degradation"
    if late(shallow, "val_loss") > late(deep, "val_loss"):
        return "overfitting"
    return "deeper is better"


# %% exercise="compare_depths" mistake="the first three epochs" earns=1.5 told="Only its first epochs are worse"
def compare_depths(shallow, deep):
    def late(history, name):
        return np.mean(history[name][:3])

    if late(deep, "loss") > late(shallow, "loss"):
        return "degradation"
    if late(deep, "val_loss") > late(shallow, "val_loss"):
        return "overfitting"
    return "deeper is better"


# %% exercise="compare_depths" mistake="asks for overfitting first" earns=2 told="Overfitting means: *better* on the training images"
def compare_depths(shallow, deep):
    if np.mean(deep["val_loss"][-3:]) > np.mean(shallow["val_loss"][-3:]):
        return "overfitting"
    if np.mean(deep["loss"][-3:]) > np.mean(shallow["loss"][-3:]):
        return "degradation"
    return "deeper is better"


# %% exercise="compare_depths" mistake="accuracies, which these histories lack" earns=0 told="KeyError"
def compare_depths(shallow, deep):
    def late(history, name):
        return np.mean(history[name][-3:])

    if late(deep, "accuracy") > late(shallow, "accuracy"):
        return "degradation"
    if late(deep, "val_accuracy") > late(shallow, "val_accuracy"):
        return "overfitting"
    return "deeper is better"


# %% exercise="compare_depths" mistake="two of three texts" earns=2 told="that is no degradation"
def compare_depths(shallow, deep):
    worse = np.mean(deep["val_loss"][-3:]) > np.mean(shallow["val_loss"][-3:])
    return "degradation" if worse else "deeper is better"


# %% exercise="residual_block" mistake="a plain pair of layers" earns=1 told="This is a plain pair of layers"
def residual_block(x, filters, stride=1, skip=None):
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(branch)


# %% exercise="residual_block" mistake="ReLU before the addition only" earns=2 told="It stands before it, or is missing"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    return layers.Add()([branch, skip])


# %% exercise="residual_block" mistake="ReLU before and after the addition" earns=4 told="cuts off everything negative"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    return layers.ReLU()(branch + skip)


# %% exercise="residual_block" mistake="adds the branch to itself" earns=1 told="adds the branch to itself"
def residual_block(x, filters, stride=1, skip=None):
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Add()([branch, branch]))


# %% exercise="residual_block" mistake="x is overwritten, so that the branch is added to itself" earns=2 told="adds the branch to itself"
def residual_block(x, filters, stride=1, skip=None):
    x = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.ReLU()(x)
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    return layers.ReLU()(layers.Add()([x, x if skip is None else skip]))


# %% exercise="residual_block" mistake="the output of the first convolution is added" earns=1 told="to the output of the first convolution"
def residual_block(x, filters, stride=1, skip=None):
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    first = branch
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Add()([branch, first]))


# %% exercise="residual_block" mistake="concatenation" earns=1 told="not Concatenate"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Concatenate()([skip, branch]))


# %% exercise="residual_block" mistake="ReLU on the shortcut" earns=4 told="The shortcut has a ReLU of its own"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Add()([branch, layers.ReLU()(skip)]))


# %% exercise="residual_block" mistake="no ReLU at the end" earns=2 told="Negative numbers come through"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.Add()([branch, skip])


# %% exercise="residual_block" mistake="no ReLU between the convolutions" earns=4 told="no ReLU between its convolutions"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Add()([branch, skip]))


# %% exercise="residual_block" mistake="one convolution only" earns=2 told="There is a single convolution"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Add()([branch, skip]))


# %% exercise="residual_block" mistake="ReLU that stops at 6" earns=5 told="other numbers come out"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU(max_value=6)(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU(max_value=6)(layers.Add()([branch, skip]))


# %% exercise="residual_block" mistake="leaky ReLU at the end" earns=2 told="Negative numbers come through"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.LeakyReLU(0.1)(layers.Add()([branch, skip]))


# %% exercise="residual_block" mistake="the average of input and branch" earns=1 told="add, do not average"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Average()([branch, skip]))


# %% exercise="residual_block" mistake="one more normalisation after the addition" earns=0 told="a normalisation after the addition"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(layers.Add()([branch, skip])))


# %% exercise="residual_block" mistake="the second normalisation stands after the addition" earns=1 told="a normalisation after the addition"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.Add()([branch, skip])
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(branch)


# %% exercise="residual_block" mistake="biases" earns=7 told="subtracts the mean and the bias with it"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same")(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same")(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Add()([branch, skip]))


# %% exercise="residual_block" mistake="a dropout in the branch" earns=7 told="no dropout"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.Dropout(0.3)(branch)
    return layers.ReLU()(layers.Add()([branch, skip]))


# %% exercise="residual_block" mistake="Keras' default momentum" earns=6 told="Pass momentum=0.9"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization()(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization()(branch)
    return layers.ReLU()(layers.Add()([branch, skip]))


# %% exercise="residual_block" mistake="kernels of 1×1" earns=4 told="There is a kernel of 1×1"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 1, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 1, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Add()([branch, skip]))


# %% exercise="residual_block" mistake="no batch normalisation" earns=3 told="Batch normalisation is missing"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    return layers.ReLU()(layers.Add()([branch, skip]))


# %% exercise="residual_block" mistake="skip is ignored" earns=7 told="where `skip` is given, it is added"
def residual_block(x, filters, stride=1, skip=None):
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Add()([branch, x]))


# %% exercise="residual_block" mistake="the stride is ignored" earns=7 told="the branch's first convolution has the stride"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Add()([branch, skip]))


# %% exercise="residual_block" mistake="both convolutions have the stride" earns=7 told="its second has not"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Add()([branch, skip]))


# %% exercise="residual_block" mistake="the second convolution has the stride" earns=7 told="here the second one has it"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Add()([branch, skip]))


# %% exercise="residual_block" mistake="one convolution used twice" earns=5 told="each a layer of its own"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    convolution = layers.Conv2D(filters, 3, padding="same", use_bias=False)
    branch = layers.BatchNormalization(momentum=0.9)(convolution(x))
    branch = layers.ReLU()(branch)
    branch = layers.BatchNormalization(momentum=0.9)(convolution(branch))
    return layers.ReLU()(layers.Add()([branch, skip]))


# %% exercise="residual_block" mistake="normalisation and ReLU before each convolution" earns=1 told="each is followed by its normalisation"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(branch)
    branch = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(branch))
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    return layers.Add()([branch, skip])


# %% exercise="residual_block" mistake="the branch is subtracted" earns=4 told="The branch is subtracted from the input"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Subtract()([skip, branch]))


# %% exercise="residual_block" mistake="the larger of input and branch" earns=3 told="is lost"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Maximum()([skip, branch]))


# %% exercise="residual_block" mistake="input times branch" earns=1 told="The input does not arrive"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Multiply()([skip, branch]))


# %% exercise="residual_block" mistake="a projection although nothing changes" earns=0 told="the shortcut has no weights"
def residual_block(x, filters, stride=1, skip=None):
    skip = x if skip is None else skip
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    skip = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 1, use_bias=False)(skip))
    return layers.ReLU()(layers.Add()([branch, skip]))


# %% exercise="shortcut" mistake="averages of 2×2 pixels" earns=3 told="These are averages of 2×2 pixels"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if stride == 1 and channels == filters:
        return x
    if option == "A":
        return keras.ops.pad(layers.AveragePooling2D(stride, padding="same")(x), [[0, 0], [0, 0], [0, 0], [0, filters - channels]])
    x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="shortcut" mistake="the largest of 2×2 pixels" earns=3 told="These are the largest of 2×2 pixels"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if stride == 1 and channels == filters:
        return x
    if option == "A":
        return keras.ops.pad(layers.MaxPooling2D(stride, padding="same")(x), [[0, 0], [0, 0], [0, 0], [0, filters - channels]])
    x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="shortcut" mistake="zeros before the channels" earns=3 told="they belong behind them"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if stride == 1 and channels == filters:
        return x
    if option == "A":
        return keras.ops.pad(x[:, ::stride, ::stride], [[0, 0], [0, 0], [0, 0], [filters - channels, 0]])
    x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="shortcut" mistake="channels repeated" earns=3 told="The channels were repeated"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if stride == 1 and channels == filters:
        return x
    if option == "A":
        x = x[:, ::stride, ::stride]
        return layers.Concatenate()([x, x])
    x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="shortcut" mistake="begins with the second row and column" earns=2.5 told="It begins with the second row and column"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if stride == 1 and channels == filters:
        return x
    if option == "A":
        return keras.ops.pad(x[:, stride - 1 :: stride, stride - 1 :: stride], [[0, 0], [0, 0], [0, 0], [0, filters - channels]])
    x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="shortcut" mistake="option A keeps the size" earns=2.5 told="The map was not made smaller"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if stride == 1 and channels == filters:
        return x
    if option == "A":
        return keras.ops.pad(x, [[0, 0], [0, 0], [0, 0], [0, filters - channels]])
    x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="shortcut" mistake="option A without channels of zeros" earns=2.5 told="Channels of zeros are missing"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if stride == 1 and channels == filters:
        return x
    if option == "A":
        return x[:, ::stride, ::stride]
    x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="shortcut" mistake="option A always doubles the channels" earns=4 told="the stride may be 1 although channels are added"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if stride == 1 and channels == filters:
        return x
    if option == "A":
        x = x[:, ::stride, ::stride]
        return layers.Concatenate()([x, 0 * x])
    x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="shortcut" mistake="the projection without normalisation" earns=3 told="ends with a batch normalisation"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if stride == 1 and channels == filters:
        return x
    if option == "A":
        return keras.ops.pad(x[:, ::stride, ::stride], [[0, 0], [0, 0], [0, 0], [0, filters - channels]])
    return layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)


# %% exercise="shortcut" mistake="the projection with biases" earns=5 told="The projection has biases"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if stride == 1 and channels == filters:
        return x
    if option == "A":
        return keras.ops.pad(x[:, ::stride, ::stride], [[0, 0], [0, 0], [0, 0], [0, filters - channels]])
    x = layers.Conv2D(filters, 1, strides=stride)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="shortcut" mistake="a projection of 3×3" earns=3 told="The projection's kernel is 3×3"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if stride == 1 and channels == filters:
        return x
    if option == "A":
        return keras.ops.pad(x[:, ::stride, ::stride], [[0, 0], [0, 0], [0, 0], [0, filters - channels]])
    x = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="shortcut" mistake="ReLU behind the projection" earns=4 told="There is a ReLU in the shortcut"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if stride == 1 and channels == filters:
        return x
    if option == "A":
        return keras.ops.pad(x[:, ::stride, ::stride], [[0, 0], [0, 0], [0, 0], [0, filters - channels]])
    x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


# %% exercise="shortcut" mistake="a projection where nothing changes" earns=5.5 told="A projection is only needed where the shape changes"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if option == "A":
        return keras.ops.pad(x[:, ::stride, ::stride], [[0, 0], [0, 0], [0, 0], [0, filters - channels]])
    x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="shortcut" mistake="the projection without stride" earns=3.5 told="Branch and shortcut have different sizes"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if stride == 1 and channels == filters:
        return x
    if option == "A":
        return keras.ops.pad(x[:, ::stride, ::stride], [[0, 0], [0, 0], [0, 0], [0, filters - channels]])
    x = layers.Conv2D(filters, 1, use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="shortcut" mistake="looks at the channels only" earns=3 told="x is returned as it is"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if channels == filters:
        return x
    if option == "A":
        return keras.ops.pad(x[:, ::stride, ::stride], [[0, 0], [0, 0], [0, 0], [0, filters - channels]])
    x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="shortcut" mistake="looks at the stride only" earns=3 told="x is returned as it is"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if stride == 1:
        return x
    if option == "A":
        return keras.ops.pad(x[:, ::stride, ::stride], [[0, 0], [0, 0], [0, 0], [0, filters - channels]])
    x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="shortcut" mistake="the option is ignored: always a projection" earns=2 told="Option A is without weights"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if stride == 1 and channels == filters:
        return x
    x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="first_gradient" mistake="in inference" earns=0 told="That is the gradient in inference"
def first_gradient(model, images, labels):
    kernel = model.trainable_weights[0]
    with tf.GradientTape() as tape:
        p = model(images, training=False)
        loss = keras.ops.mean(keras.losses.sparse_categorical_crossentropy(labels, p))
    return float(np.linalg.norm(tape.gradient(loss, kernel)))


# %% exercise="first_gradient" mistake="the sum over the images" earns=0 told="That is the gradient of the *sum*"
def first_gradient(model, images, labels):
    kernel = model.trainable_weights[0]
    with tf.GradientTape() as tape:
        p = model(images, training=True)
        loss = keras.ops.sum(keras.losses.sparse_categorical_crossentropy(labels, p))
    return float(np.linalg.norm(tape.gradient(loss, kernel)))


# %% exercise="first_gradient" mistake="no root" earns=0 told="The root is missing"
def first_gradient(model, images, labels):
    kernel = model.trainable_weights[0]
    with tf.GradientTape() as tape:
        p = model(images, training=True)
        loss = keras.ops.mean(keras.losses.sparse_categorical_crossentropy(labels, p))
    return float(np.sum(np.square(tape.gradient(loss, kernel))))


# %% exercise="first_gradient" mistake="root mean square, as in notebook 2" earns=0 told="root *mean* square of notebook 2"
def first_gradient(model, images, labels):
    kernel = model.trainable_weights[0]
    with tf.GradientTape() as tape:
        p = model(images, training=True)
        loss = keras.ops.mean(keras.losses.sparse_categorical_crossentropy(labels, p))
    return float(np.sqrt(np.mean(np.square(tape.gradient(loss, kernel)))))


# %% exercise="first_gradient" mistake="the sum of absolute values" earns=0 told="the sum of absolute values"
def first_gradient(model, images, labels):
    kernel = model.trainable_weights[0]
    with tf.GradientTape() as tape:
        p = model(images, training=True)
        loss = keras.ops.mean(keras.losses.sparse_categorical_crossentropy(labels, p))
    return float(np.sum(np.abs(tape.gradient(loss, kernel))))


# %% exercise="first_gradient" mistake="the last layer" earns=0 told="That is the last layer's gradient"
def first_gradient(model, images, labels):
    kernel = model.trainable_weights[-2]
    with tf.GradientTape() as tape:
        p = model(images, training=True)
        loss = keras.ops.mean(keras.losses.sparse_categorical_crossentropy(labels, p))
    return float(np.linalg.norm(tape.gradient(loss, kernel)))


# %% exercise="first_gradient" mistake="the normalisation's scale" earns=0 told="belongs to the normalisation's scale"
def first_gradient(model, images, labels):
    kernel = model.trainable_weights[1]
    with tf.GradientTape() as tape:
        p = model(images, training=True)
        loss = keras.ops.mean(keras.losses.sparse_categorical_crossentropy(labels, p))
    return float(np.linalg.norm(tape.gradient(loss, kernel)))


# %% exercise="first_gradient" mistake="the gradient itself" earns=0 told="Return one number"
def first_gradient(model, images, labels):
    kernel = model.trainable_weights[0]
    with tf.GradientTape() as tape:
        p = model(images, training=True)
        loss = keras.ops.mean(keras.losses.sparse_categorical_crossentropy(labels, p))
    return np.asarray(tape.gradient(loss, kernel))


# %% exercise="first_gradient" mistake="all layers together" earns=0 told="norm over all layers together"
def first_gradient(model, images, labels):
    with tf.GradientTape() as tape:
        p = model(images, training=True)
        loss = keras.ops.mean(keras.losses.sparse_categorical_crossentropy(labels, p))
    slopes = tape.gradient(loss, model.trainable_weights)
    return float(np.sqrt(sum(np.sum(np.square(slope)) for slope in slopes)))


# %% exercise="first_gradient" mistake="always the first fifty digits" earns=2 told="Use the images and labels that are passed in"
def first_gradient(model, images, labels):
    kernel = model.trainable_weights[0]
    with tf.GradientTape() as tape:
        p = model(digits.train.x[:50], training=True)
        loss = keras.ops.mean(keras.losses.sparse_categorical_crossentropy(digits.train.y[:50], p))
    return float(np.linalg.norm(tape.gradient(loss, kernel)))


# %% exercise="resnet" mistake="the option is ignored" earns=6 told="pass the option on"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, "B"))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="resnet" mistake="the stages are ignored" earns=3 told="use the argument `stages`"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(STAGES18):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="resnet" mistake="no max pooling" earns=3 told="The max pooling after the first convolution is missing"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="resnet" mistake="every pair of the later stages has the stride" earns=1 told="The maps shrink too often"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="resnet" mistake="the first stage has the stride too" earns=1 told="The first stage begins on 56×56"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if pair == 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="resnet" mistake="no stage has the stride" earns=3 told="Every stage but the first begins by halving the map"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="resnet" mistake="a bias in the first convolution" earns=5 told="The first convolution has a bias"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same")(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="resnet" mistake="biases in the plain pairs" earns=6 told="Some convolutions have biases"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same")(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="resnet" mistake="the first kernel is 3×3" earns=1 told="The first kernel is 3×3"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 3, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="resnet" mistake="Flatten in place of the average" earns=0 told="the global average pooling"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.Flatten()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="resnet" mistake="shortcuts even where none are asked for" earns=5 told="The plain network has shortcuts"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            if True:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="resnet" mistake="the plain pair ends without ReLU" earns=7 told="other numbers come out"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        x = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        return layers.BatchNormalization(momentum=0.9)(x)

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="resnet" mistake="no ReLU after the first normalisation" earns=4 told="other numbers come out"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="resnet" mistake="the pooling averages" earns=4 told="other numbers come out"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.AveragePooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="resnet" mistake="logits" earns=4 told="no probabilities: softmax"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes)(x))


# %% exercise="resnet" mistake="always 1,000 classes" earns=4 told="numbers of classes and the images' shape"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(1000, activation="softmax")(x))


# %% exercise="resnet" mistake="a projection in the first stage too" earns=4 told="The first stage has a projection too"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    def projected(x, filters, stride, option):
        if option == "A" or (stride == 1 and pair > 0):
            return shortcut(x, filters, stride, option)
        x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
        return layers.BatchNormalization(momentum=0.9)(x)

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, projected(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="census" mistake="count_params for the trainable weights" earns=0 told="counts the running statistics among the trainable weights"
def census(model):
    macs = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            _, rows, columns, _ = layer.output.shape
            macs += rows * columns * int(np.prod(layer.kernel.shape))
        elif isinstance(layer, layers.Dense):
            macs += int(np.prod(layer.kernel.shape))
    return {
        "trainable": model.count_params(),
        "statistics": sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights),
        "macs": macs,
    }


# %% exercise="census" mistake="FLOPs" earns=0 told="Those are FLOPs"
def census(model):
    macs = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            _, rows, columns, _ = layer.output.shape
            macs += rows * columns * int(np.prod(layer.kernel.shape))
        elif isinstance(layer, layers.Dense):
            macs += int(np.prod(layer.kernel.shape))
    return {
        "trainable": sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
        "statistics": sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights),
        "macs": 2 * macs,
    }


# %% exercise="census" mistake="positions of the input" earns=1 told="You counted the positions of the *input*"
def census(model):
    macs = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            _, rows, columns, _ = layer.input.shape
            macs += rows * columns * int(np.prod(layer.kernel.shape))
        elif isinstance(layer, layers.Dense):
            macs += int(np.prod(layer.kernel.shape))
    return {
        "trainable": sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
        "statistics": sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights),
        "macs": macs,
    }


# %% exercise="census" mistake="each weight once" earns=0 told="used at every position of the output map, not once"
def census(model):
    macs = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            _, rows, columns, _ = layer.output.shape
            macs += int(np.prod(layer.kernel.shape))
        elif isinstance(layer, layers.Dense):
            macs += int(np.prod(layer.kernel.shape))
    return {
        "trainable": sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
        "statistics": sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights),
        "macs": macs,
    }


# %% exercise="census" mistake="the dense layer is left out" earns=1 told="The dense layer multiplies too"
def census(model):
    macs = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            _, rows, columns, _ = layer.output.shape
            macs += rows * columns * int(np.prod(layer.kernel.shape))
    return {
        "trainable": sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
        "statistics": sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights),
        "macs": macs,
    }


# %% exercise="census" mistake="biases multiplied" earns=1 told="count the kernels only"
def census(model):
    macs = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            _, rows, columns, _ = layer.output.shape
            macs += rows * columns * int(np.prod(layer.kernel.shape))
        elif isinstance(layer, layers.Dense):
            macs += layer.count_params()
    return {
        "trainable": sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
        "statistics": sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights),
        "macs": macs,
    }


# %% exercise="census" mistake="arrays in place of numbers" earns=0 told="Count numbers, not arrays"
def census(model):
    macs = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            _, rows, columns, _ = layer.output.shape
            macs += rows * columns * int(np.prod(layer.kernel.shape))
        elif isinstance(layer, layers.Dense):
            macs += int(np.prod(layer.kernel.shape))
    return {
        "trainable": sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
        "statistics": len(model.non_trainable_weights),
        "macs": macs,
    }


# %% exercise="census" mistake="all weights for the statistics" earns=0 told="That is the number of all weights"
def census(model):
    macs = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            _, rows, columns, _ = layer.output.shape
            macs += rows * columns * int(np.prod(layer.kernel.shape))
        elif isinstance(layer, layers.Dense):
            macs += int(np.prod(layer.kernel.shape))
    return {
        "trainable": sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
        "statistics": model.count_params(),
        "macs": macs,
    }


# %% exercise="census" mistake="square maps" earns=1 told="maps need not be square"
def census(model):
    macs = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            _, rows, columns, _ = layer.output.shape
            macs += rows * rows * int(np.prod(layer.kernel.shape))
        elif isinstance(layer, layers.Dense):
            macs += int(np.prod(layer.kernel.shape))
    return {
        "trainable": sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
        "statistics": sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights),
        "macs": macs,
    }


# %% exercise="census" mistake="no statistics" earns=0 told="model.non_trainable_weights"
def census(model):
    macs = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            _, rows, columns, _ = layer.output.shape
            macs += rows * columns * int(np.prod(layer.kernel.shape))
        elif isinstance(layer, layers.Dense):
            macs += int(np.prod(layer.kernel.shape))
    return {
        "trainable": sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
        "statistics": 0,
        "macs": macs,
    }


# %% exercise="census" mistake="filters counted twice" earns=0 told="kernels only"
def census(model):
    macs = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            _, rows, columns, _ = layer.output.shape
            macs += int(np.prod(layer.output.shape[1:])) * int(np.prod(layer.kernel.shape))
        elif isinstance(layer, layers.Dense):
            macs += int(np.prod(layer.kernel.shape))
    return {
        "trainable": sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
        "statistics": sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights),
        "macs": macs,
    }


# %% exercise="without" mistake="the scale only" earns=2 told="The shift is still there"
def without(model, blocks):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    normalisations = [layer for layer in copy.layers if isinstance(layer, layers.BatchNormalization)]
    for block in blocks:
        last = normalisations[2 * block + 2]
        last.gamma.assign(np.zeros(last.gamma.shape))
    return copy


# %% exercise="without" mistake="the shift only" earns=1 told="The scale is still there"
def without(model, blocks):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    normalisations = [layer for layer in copy.layers if isinstance(layer, layers.BatchNormalization)]
    for block in blocks:
        last = normalisations[2 * block + 2]
        last.beta.assign(np.zeros(last.beta.shape))
    return copy


# %% exercise="without" mistake="the branch's first normalisation" earns=2 told="The branch still gives a constant: whatever"
def without(model, blocks):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    normalisations = [layer for layer in copy.layers if isinstance(layer, layers.BatchNormalization)]
    for block in blocks:
        last = normalisations[2 * block + 1]
        last.gamma.assign(np.zeros(last.gamma.shape))
        last.beta.assign(np.zeros(last.beta.shape))
    return copy


# %% exercise="without" mistake="blocks counted from 1" earns=1 told="You count the blocks from 1"
def without(model, blocks):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    normalisations = [layer for layer in copy.layers if isinstance(layer, layers.BatchNormalization)]
    for block in blocks:
        last = normalisations[2 * block]
        last.gamma.assign(np.zeros(last.gamma.shape))
        last.beta.assign(np.zeros(last.beta.shape))
    return copy


# %% exercise="without" mistake="the next block" earns=1 told="The block after it was left out"
def without(model, blocks):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    normalisations = [layer for layer in copy.layers if isinstance(layer, layers.BatchNormalization)]
    for block in blocks:
        last = normalisations[2 * block + 4]
        last.gamma.assign(np.zeros(last.gamma.shape))
        last.beta.assign(np.zeros(last.beta.shape))
    return copy


# %% exercise="without" mistake="the copy has random weights" earns=0.5 told="has lost what was trained"
def without(model, blocks):
    copy = keras.models.clone_model(model)
    normalisations = [layer for layer in copy.layers if isinstance(layer, layers.BatchNormalization)]
    for block in blocks:
        last = normalisations[2 * block + 2]
        last.gamma.assign(np.zeros(last.gamma.shape))
        last.beta.assign(np.zeros(last.beta.shape))
    return copy


# %% exercise="without" mistake="only the first of the blocks" earns=3 told="Only the first of the given blocks"
def without(model, blocks):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    normalisations = [layer for layer in copy.layers if isinstance(layer, layers.BatchNormalization)]
    for block in blocks[:1]:
        last = normalisations[2 * block + 2]
        last.gamma.assign(np.zeros(last.gamma.shape))
        last.beta.assign(np.zeros(last.beta.shape))
    return copy


# %% exercise="without" mistake="only the last of the blocks" earns=3 told="Only the last of the given blocks"
def without(model, blocks):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    normalisations = [layer for layer in copy.layers if isinstance(layer, layers.BatchNormalization)]
    for block in blocks[-1:]:
        last = normalisations[2 * block + 2]
        last.gamma.assign(np.zeros(last.gamma.shape))
        last.beta.assign(np.zeros(last.beta.shape))
    return copy


# %% exercise="without" mistake="nothing is set to 0" earns=1 told="Nothing has changed"
def without(model, blocks):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    normalisations = [layer for layer in copy.layers if isinstance(layer, layers.BatchNormalization)]
    for block in blocks:
        last = normalisations[2 * block + 2]
        pass
    return copy


# %% exercise="without" mistake="the other blocks" earns=0.5 told="Those are just the other blocks"
def without(model, blocks):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    normalisations = [layer for layer in copy.layers if isinstance(layer, layers.BatchNormalization)]
    for block in [number for number in range((len(normalisations) - 1) // 2) if number not in blocks]:
        last = normalisations[2 * block + 2]
        last.gamma.assign(np.zeros(last.gamma.shape))
        last.beta.assign(np.zeros(last.beta.shape))
    return copy


# %% exercise="without" mistake="the kernels of the branch are 0, the normalisations as they were" earns=2 told="The branch still gives a constant: whatever"
def without(model, blocks):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    convolutions = [layer for layer in copy.layers if isinstance(layer, layers.Conv2D)]
    for block in blocks:
        for layer in convolutions[2 * block + 1 : 2 * block + 3]:
            layer.kernel.assign(np.zeros(layer.kernel.shape))
    return copy


# %% exercise="cifar_resnet" mistake="projections" earns=1 told="The shortcuts are projections"
def cifar_resnet(n, width=16, shape=(32, 32, 3), classes=10):
    image = keras.Input(shape)
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    for stage in range(3):
        filters = width * 2**stage
        for block in range(n):
            stride = 2 if stage > 0 and block == 0 else 1
            x = residual_block(x, filters, stride, shortcut(x, filters, stride, "B"))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="cifar_resnet" mistake="a bias in the first convolution" earns=3 told="The first convolution has a bias"
def cifar_resnet(n, width=16, shape=(32, 32, 3), classes=10):
    image = keras.Input(shape)
    x = layers.Conv2D(width, 3, padding="same")(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    for stage in range(3):
        filters = width * 2**stage
        for block in range(n):
            stride = 2 if stage > 0 and block == 0 else 1
            x = residual_block(x, filters, stride, shortcut(x, filters, stride, "A"))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="cifar_resnet" mistake="the first convolution without normalisation" earns=1 told="has no batch normalisation"
def cifar_resnet(n, width=16, shape=(32, 32, 3), classes=10):
    image = keras.Input(shape)
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(x)
    for stage in range(3):
        filters = width * 2**stage
        for block in range(n):
            stride = 2 if stage > 0 and block == 0 else 1
            x = residual_block(x, filters, stride, shortcut(x, filters, stride, "A"))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="cifar_resnet" mistake="the width is ignored" earns=2 told="is the width taken from the argument"
def cifar_resnet(n, width=16, shape=(32, 32, 3), classes=10):
    width = 16
    image = keras.Input(shape)
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    for stage in range(3):
        filters = width * 2**stage
        for block in range(n):
            stride = 2 if stage > 0 and block == 0 else 1
            x = residual_block(x, filters, stride, shortcut(x, filters, stride, "A"))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="cifar_resnet" mistake="all stages equally wide" earns=0 told="The widths double where the maps are halved"
def cifar_resnet(n, width=16, shape=(32, 32, 3), classes=10):
    image = keras.Input(shape)
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    for stage in range(3):
        filters = width
        for block in range(n):
            stride = 2 if stage > 0 and block == 0 else 1
            x = residual_block(x, filters, stride, shortcut(x, filters, stride, "A"))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="cifar_resnet" mistake="the first stage halves the map too" earns=1 told="the first stage stays at 32×32"
def cifar_resnet(n, width=16, shape=(32, 32, 3), classes=10):
    image = keras.Input(shape)
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    for stage in range(3):
        filters = width * 2**stage
        for block in range(n):
            stride = 2 if block == 0 else 1
            x = residual_block(x, filters, stride, shortcut(x, filters, stride, "A"))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="cifar_resnet" mistake="no stage halves the map" earns=1 told="The second and the third stage begin with stride 2"
def cifar_resnet(n, width=16, shape=(32, 32, 3), classes=10):
    image = keras.Input(shape)
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    for stage in range(3):
        filters = width * 2**stage
        for block in range(n):
            stride = 1
            x = residual_block(x, filters, stride, shortcut(x, filters, stride, "A"))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="cifar_resnet" mistake="a pooling, as in ResNet-34" earns=1 told="no pooling follows"
def cifar_resnet(n, width=16, shape=(32, 32, 3), classes=10):
    image = keras.Input(shape)
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage in range(3):
        filters = width * 2**stage
        for block in range(n):
            stride = 2 if stage > 0 and block == 0 else 1
            x = residual_block(x, filters, stride, shortcut(x, filters, stride, "A"))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="cifar_resnet" mistake="2n blocks in each stage" earns=1 told="n blocks of width"
def cifar_resnet(n, width=16, shape=(32, 32, 3), classes=10):
    image = keras.Input(shape)
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    for stage in range(3):
        filters = width * 2**stage
        for block in range(2 * n):
            stride = 2 if stage > 0 and block == 0 else 1
            x = residual_block(x, filters, stride, shortcut(x, filters, stride, "A"))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="cifar_resnet" mistake="always ten classes" earns=2 told="Take width, shape and classes from the arguments"
def cifar_resnet(n, width=16, shape=(32, 32, 3), classes=10):
    image = keras.Input(shape)
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    for stage in range(3):
        filters = width * 2**stage
        for block in range(n):
            stride = 2 if stage > 0 and block == 0 else 1
            x = residual_block(x, filters, stride, shortcut(x, filters, stride, "A"))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% exercise="cifar_resnet" mistake="no ReLU after the first normalisation" earns=2 told="the ReLUs and the option"
def cifar_resnet(n, width=16, shape=(32, 32, 3), classes=10):
    image = keras.Input(shape)
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(image)
    x = layers.BatchNormalization(momentum=0.9)(x)
    for stage in range(3):
        filters = width * 2**stage
        for block in range(n):
            stride = 2 if stage > 0 and block == 0 else 1
            x = residual_block(x, filters, stride, shortcut(x, filters, stride, "A"))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


# %% exercise="train_augmented" mistake="two epochs only" earns=0.5 told="It is on its way"
def train_augmented(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    epochs, batch = settings["epochs"], settings["batch_size"]
    model.compile(
        keras.optimizers.SGD(settings["learning_rate"], momentum=0.9), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    history = {}
    for epoch in range(epochs):
        shown = augmented(images, epoch)
        result = model.fit(shown, labels, validation_data=validation, batch_size=batch, initial_epoch=epoch, epochs=epoch + 1, verbose=0)
        for name, values in result.history.items():
            history.setdefault(name, []).extend(values)
    return history


PHOTOS = {"learning_rate": 0.02, "batch_size": 64, "epochs": 2, "seed": 1}

keras.utils.set_random_seed(PHOTOS["seed"])
photo_net = cifar_resnet(1, shape=(24, 24, 3))
photo_history = train_once("two_epochs_only", photo_net, lambda: train_augmented(photo_net, *patches, patches_validation, PHOTOS), settings=PHOTOS)


# %% exercise="train_augmented" mistake="the history of the last epoch only" earns=0.5 told="collect them over all epochs"
def train_augmented(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    epochs, batch = settings["epochs"], settings["batch_size"]
    model.compile(
        keras.optimizers.SGD(settings["learning_rate"], momentum=0.9), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    history = {}
    for epoch in range(epochs):
        shown = augmented(images, epoch)
        result = model.fit(shown, labels, validation_data=validation, batch_size=batch, initial_epoch=epoch, epochs=epoch + 1, verbose=0)
        for name, values in result.history.items():
            history.setdefault(name, []).extend(values)
    return result.history


PHOTOS = {"learning_rate": 0.02, "batch_size": 64, "epochs": 1, "seed": 1}

keras.utils.set_random_seed(PHOTOS["seed"])
photo_net = cifar_resnet(1, shape=(24, 24, 3))
photo_history = train_once("the_history_of_the_last_epoch_only", photo_net, lambda: train_augmented(photo_net, *[part[::6] for part in patches], patches_validation, PHOTOS), settings=PHOTOS)


# %% exercise="train_augmented" mistake="labels that do not belong to the images" earns=0.5 told="do images and labels belong together"
def train_augmented(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    epochs, batch = settings["epochs"], settings["batch_size"]
    model.compile(
        keras.optimizers.SGD(settings["learning_rate"], momentum=0.9), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    history = {}
    for epoch in range(epochs):
        shown = augmented(images, epoch)
        result = model.fit(shown, np.roll(labels, 720), validation_data=validation, batch_size=batch, initial_epoch=epoch, epochs=epoch + 1, verbose=0)
        for name, values in result.history.items():
            history.setdefault(name, []).extend(values)
    return history


PHOTOS = {"learning_rate": 0.02, "batch_size": 64, "epochs": 2, "seed": 1}

keras.utils.set_random_seed(PHOTOS["seed"])
photo_net = cifar_resnet(1, shape=(24, 24, 3))
photo_history = train_once("labels_that_do_not_belong_to_the_images", photo_net, lambda: train_augmented(photo_net, *patches, patches_validation, PHOTOS), settings=PHOTOS)


# %% exercise="train_augmented" mistake="no validation data" earns=0.5 told="Pass validation_data=validation to fit"
def train_augmented(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    epochs, batch = settings["epochs"], settings["batch_size"]
    model.compile(
        keras.optimizers.SGD(settings["learning_rate"], momentum=0.9), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    history = {}
    for epoch in range(epochs):
        shown = augmented(images, epoch)
        result = model.fit(shown, labels, batch_size=batch, initial_epoch=epoch, epochs=epoch + 1, verbose=0)
        for name, values in result.history.items():
            history.setdefault(name, []).extend(values)
    return history


PHOTOS = {"learning_rate": 0.02, "batch_size": 64, "epochs": 1, "seed": 1}

keras.utils.set_random_seed(PHOTOS["seed"])
photo_net = cifar_resnet(1, shape=(24, 24, 3))
photo_history = train_once("no_validation_data", photo_net, lambda: train_augmented(photo_net, *[part[::6] for part in patches], patches_validation, PHOTOS), settings=PHOTOS)


# %% exercise="train_augmented" mistake="no metrics" earns=0.5 told="Pass metrics="
def train_augmented(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    epochs, batch = settings["epochs"], settings["batch_size"]
    model.compile(
        keras.optimizers.SGD(settings["learning_rate"], momentum=0.9), loss="sparse_categorical_crossentropy"
    )
    history = {}
    for epoch in range(epochs):
        shown = augmented(images, epoch)
        result = model.fit(shown, labels, validation_data=validation, batch_size=batch, initial_epoch=epoch, epochs=epoch + 1, verbose=0)
        for name, values in result.history.items():
            history.setdefault(name, []).extend(values)
    return history


PHOTOS = {"learning_rate": 0.02, "batch_size": 64, "epochs": 1, "seed": 1}

keras.utils.set_random_seed(PHOTOS["seed"])
photo_net = cifar_resnet(1, shape=(24, 24, 3))
photo_history = train_once("no_metrics", photo_net, lambda: train_augmented(photo_net, *[part[::6] for part in patches], patches_validation, PHOTOS), settings=PHOTOS)


# %% exercise="train_augmented" mistake="a learning rate of 1000" earns=0.5 told="the learning rate"
def train_augmented(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    epochs, batch = settings["epochs"], settings["batch_size"]
    model.compile(
        keras.optimizers.SGD(settings["learning_rate"], momentum=0.9), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    history = {}
    for epoch in range(epochs):
        shown = augmented(images, epoch)
        result = model.fit(shown, labels, validation_data=validation, batch_size=batch, initial_epoch=epoch, epochs=epoch + 1, verbose=0)
        for name, values in result.history.items():
            history.setdefault(name, []).extend(values)
    return history


PHOTOS = {"learning_rate": 1000.0, "batch_size": 64, "epochs": 2, "seed": 1}

keras.utils.set_random_seed(PHOTOS["seed"])
photo_net = cifar_resnet(1, shape=(24, 24, 3))
photo_history = train_once("a_learning_rate_of_", photo_net, lambda: train_augmented(photo_net, *[part[::6] for part in patches], patches_validation, PHOTOS), settings=PHOTOS)


# %% exercise="train_augmented" mistake="a plain network" earns=0 told="This network has no shortcuts"
def train_augmented(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    epochs, batch = settings["epochs"], settings["batch_size"]
    model.compile(
        keras.optimizers.SGD(settings["learning_rate"], momentum=0.9), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    history = {}
    for epoch in range(epochs):
        shown = augmented(images, epoch)
        result = model.fit(shown, labels, validation_data=validation, batch_size=batch, initial_epoch=epoch, epochs=epoch + 1, verbose=0)
        for name, values in result.history.items():
            history.setdefault(name, []).extend(values)
    return history


PHOTOS = {"learning_rate": 0.02, "batch_size": 64, "epochs": 1, "seed": 1}

keras.utils.set_random_seed(PHOTOS["seed"])
photo_net = keras.Sequential([
    keras.Input((24, 24, 3)), layers.Conv2D(16, 3, padding="same", activation="relu"), layers.GlobalAveragePooling2D(), layers.Dense(10, activation="softmax"),
])
photo_history = train_once("a_plain_network", photo_net, lambda: train_augmented(photo_net, *[part[::6] for part in patches], patches_validation, PHOTOS), settings=PHOTOS)


# %% exercise="train_augmented" mistake="twice the width" earns=0 told="Take cifar_resnet(1, shape=(24, 24, 3)) as it is"
def train_augmented(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    epochs, batch = settings["epochs"], settings["batch_size"]
    model.compile(
        keras.optimizers.SGD(settings["learning_rate"], momentum=0.9), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    history = {}
    for epoch in range(epochs):
        shown = augmented(images, epoch)
        result = model.fit(shown, labels, validation_data=validation, batch_size=batch, initial_epoch=epoch, epochs=epoch + 1, verbose=0)
        for name, values in result.history.items():
            history.setdefault(name, []).extend(values)
    return history


PHOTOS = {"learning_rate": 0.02, "batch_size": 64, "epochs": 1, "seed": 1}

keras.utils.set_random_seed(PHOTOS["seed"])
photo_net = cifar_resnet(1, width=8, shape=(24, 24, 3))
photo_history = train_once("twice_the_width", photo_net, lambda: train_augmented(photo_net, *[part[::6] for part in patches], patches_validation, PHOTOS), settings=PHOTOS)


# %% exercise="train_augmented" mistake="another network is trained" earns=0.5 told="Was `photo_net` itself trained"
def train_augmented(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    epochs, batch = settings["epochs"], settings["batch_size"]
    model.compile(
        keras.optimizers.SGD(settings["learning_rate"], momentum=0.9), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    history = {}
    for epoch in range(epochs):
        shown = augmented(images, epoch)
        result = model.fit(shown, labels, validation_data=validation, batch_size=batch, initial_epoch=epoch, epochs=epoch + 1, verbose=0)
        for name, values in result.history.items():
            history.setdefault(name, []).extend(values)
    return history


PHOTOS = {"learning_rate": 0.02, "batch_size": 64, "epochs": 1, "seed": 1}

keras.utils.set_random_seed(PHOTOS["seed"])
photo_net = cifar_resnet(1, shape=(24, 24, 3))
photo_history = train_once("another_network_is_trained", photo_net, lambda: train_augmented(cifar_resnet(1, shape=(24, 24, 3)), *[part[::6] for part in patches], patches_validation, PHOTOS), settings=PHOTOS)
