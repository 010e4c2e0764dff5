# %% exercise="identity_kernel" way="a loop over the channels, float64"
def identity_kernel(size, channels):
    kernel = np.zeros((size, size, channels, channels))
    for channel in range(channels):
        kernel[size // 2, size // 2, channel, channel] = 1.0
    return kernel


# %% exercise="identity_kernel" way="an outer product of a one-hot window and the identity matrix"
def identity_kernel(size, channels):
    window = np.zeros((size, size))
    window[(size - 1) // 2, (size - 1) // 2] = 1
    return np.einsum("ij,kl->ijkl", window, np.eye(channels))


# %% exercise="identity_kernel" way="Keras' own identity, padded with zeros, integers"
def identity_kernel(size, channels):
    ring = size // 2
    return np.pad(np.eye(channels, dtype=int)[None, None], [(ring, ring), (ring, ring), (0, 0), (0, 0)])


# %% exercise="identity_kernel" way="nested lists"
def identity_kernel(size, channels):
    middle = size // 2
    return [[[[float(i == j == middle and a == b) for b in range(channels)] for a in range(channels)] for j in range(size)] for i in range(size)]


# %% exercise="plain_net" way="Sequential"
def plain_net(depth, width=16):
    stack = [keras.Input((8, 8, 1))]
    for _ in range(depth - 1):
        stack += [layers.Conv2D(width, (3, 3), padding="same", use_bias=False), layers.BatchNormalization(momentum=0.9), layers.Activation("relu")]
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(10, activation="softmax")])


# %% exercise="plain_net" way="Sequential with add, softmax as a layer of its own"
def plain_net(depth, width=16):
    model = keras.Sequential()
    model.add(keras.Input(shape=(8, 8, 1)))
    for _ in range(1, depth):
        model.add(layers.Conv2D(filters=width, kernel_size=3, padding="same", use_bias=False, kernel_initializer="he_normal"))
        model.add(layers.BatchNormalization(momentum=0.8))
        model.add(layers.ReLU())
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(10))
    model.add(layers.Softmax())
    return model


# %% exercise="plain_net" way="functional, with a helper and keras.ops.relu"
def plain_net(depth, width=16):
    def layer(x):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        return keras.ops.relu(layers.BatchNormalization(momentum=0.9)(x))

    picture = keras.Input((8, 8, 1))
    maps = layer(picture)
    for _ in range(depth - 2):
        maps = layer(maps)
    return keras.Model(picture, layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(maps)))


# %% exercise="deepen" way="the weights as one flat list"
def deepen(model, depth):
    deeper = plain_net(depth)
    old = model.get_weights()
    width = old[0].shape[-1]
    ones, zeros = np.ones(width, "float32"), np.zeros(width, "float32")
    extra = (len(deeper.get_weights()) - len(old)) // 5
    inserted = [identity_kernel(3, width), np.sqrt(1.001) * ones, zeros, zeros, ones] * extra
    deeper.set_weights(old[:-2] + inserted + old[-2:])
    return deeper


# %% exercise="deepen" way="one layer at a time, recursively"
def deepen(model, depth):
    have = sum(isinstance(layer, (layers.Conv2D, layers.Dense)) for layer in model.layers)
    if have == depth:
        return model
    longer = plain_net(have + 1)
    weights = model.get_weights()
    width = weights[0].shape[-1]
    fresh = [identity_kernel(3, width), np.ones(width), np.zeros(width), np.zeros(width), np.ones(width)]
    longer.set_weights(weights[:-2] + fresh + weights[-2:])
    return deepen(longer, depth)


# %% exercise="deepen" way="inserted after the first layer"
def deepen(model, depth):
    deeper = plain_net(depth)
    old = [layer for layer in model.layers if layer.weights]
    new = [layer for layer in deeper.layers if layer.weights]
    extra = len(new) - len(old)
    for source, target in zip(old[:2] + old[2:], new[:2] + new[2 + extra:]):
        target.set_weights(source.get_weights())
    for target in new[2 : 2 + extra : 2]:
        target.set_weights([identity_kernel(3, 16)])
    return deeper


# %% exercise="compare_depths" way="one expression"
def compare_depths(shallow, deep):
    loss, val_loss = (sum(deep[name][-3:]) > sum(shallow[name][-3:]) for name in ("loss", "val_loss"))
    return "degradation" if loss else "overfitting" if val_loss else "deeper is better"


# %% exercise="compare_depths" way="arrays, better first"
def compare_depths(shallow, deep):
    training = np.array(deep["loss"])[-3:].mean() - np.array(shallow["loss"])[-3:].mean()
    fresh = np.array(deep["val_loss"])[-3:].mean() - np.array(shallow["val_loss"])[-3:].mean()
    if training <= 0 and fresh <= 0:
        return "deeper is better"
    return "overfitting" if training <= 0 else "degradation"


# %% exercise="compare_depths" way="statistics.fmean"
def compare_depths(shallow, deep):
    from statistics import fmean

    for name, verdict in (("loss", "degradation"), ("val_loss", "overfitting")):
        if fmean(deep[name][-3:]) > fmean(shallow[name][-3:]):
            return verdict
    return "deeper is better"


# %% exercise="residual_block" way="plus and Activation"
def residual_block(x, filters, stride=1, skip=None):
    if skip is None:
        skip = x
    y = layers.Conv2D(filters, (3, 3), (stride, stride), padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    y = layers.Activation("relu")(layers.BatchNormalization(momentum=0.9)(y))
    y = layers.Conv2D(filters, (3, 3), padding="same", use_bias=False, kernel_initializer="he_normal")(y)
    y = layers.BatchNormalization(momentum=0.9)(y)
    return layers.Activation("relu")(skip + y)


# %% exercise="residual_block" way="a helper, keras.ops.relu"
def residual_block(x, filters, stride=1, skip=None):
    def normalised(x, stride):
        x = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
        return layers.BatchNormalization(momentum=0.9)(x)

    branch = normalised(keras.ops.relu(normalised(x, stride)), 1)
    return keras.ops.relu(keras.ops.add(branch, x if skip is None else skip))


# %% exercise="residual_block" way="the branch as a Sequential"
def residual_block(x, filters, stride=1, skip=None):
    branch = keras.Sequential([
        layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Conv2D(filters, 3, padding="same", use_bias=False),
        layers.BatchNormalization(momentum=0.9),
    ])
    return layers.ReLU()(layers.Add()([x if skip is None else skip, branch(x)]))


# %% exercise="residual_block" way="relu twice, with no effect"
def residual_block(x, filters, stride=1, skip=None):
    beside = x if skip is None else skip
    for number in range(2):
        x = layers.Conv2D(filters, 3, strides=stride if number == 0 else 1, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        if number == 0:
            x = layers.ReLU()(x)
    return layers.ReLU()(layers.ReLU()(layers.add([x, beside])))


# %% exercise="shortcut" way="pooling of 1×1 and concatenation"
def shortcut(x, filters, stride, option):
    extra = filters - x.shape[-1]
    if stride == 1 and extra == 0:
        return x
    if option == "B":
        return layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, (1, 1), (stride, stride), padding="same", use_bias=False)(x))
    if stride > 1:
        x = layers.MaxPooling2D(1, strides=stride)(x)
    if extra:
        x = layers.Concatenate()([x, keras.ops.zeros_like(x[..., :1])] + [keras.ops.zeros_like(x[..., :1])] * (extra - 1))
    return x


# %% exercise="shortcut" way="average pooling of 1×1, ops.pad with pairs"
def shortcut(x, filters, stride, option):
    channels = x.shape[-1]
    if (stride, channels) == (1, filters):
        return x
    if option == "A":
        x = layers.AveragePooling2D(pool_size=1, strides=stride)(x)
        return keras.ops.pad(x, ((0, 0), (0, 0), (0, 0), (0, filters - channels)))
    x = layers.Conv2D(filters, 1, strides=stride, padding="valid", use_bias=False, kernel_initializer="he_normal")(x)
    return layers.BatchNormalization(momentum=0.9)(x)


# %% exercise="shortcut" way="rows and columns one after the other, channels through ZeroPadding"
def shortcut(x, filters, stride, option):
    if stride == 1 and x.shape[-1] == filters:
        return x
    if option != "A":
        x = layers.Conv2D(filters, 1, stride, use_bias=False)(x)
        return layers.BatchNormalization(momentum=0.9)(x)
    x = x[:, ::stride][:, :, ::stride]
    x = layers.Permute((1, 3, 2))(x)
    x = layers.ZeroPadding2D(((0, 0), (0, filters - x.shape[2])))(x)
    return layers.Permute((1, 3, 2))(x)


# %% exercise="shortcut" way="option A slices and pads even where nothing changes"
def shortcut(x, filters, stride, option):
    if option == "A":
        return keras.ops.pad(x[:, ::stride, ::stride], [[0, 0], [0, 0], [0, 0], [0, filters - x.shape[-1]]])
    if stride == 1 and x.shape[-1] == filters:
        return x
    return layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x))


# %% exercise="first_gradient" way="tensorflow's own functions"
def first_gradient(model, images, labels):
    (kernel, *_) = model.trainable_variables
    with tf.GradientTape() as tape:
        p = model(images, training=True)
        loss = tf.reduce_mean(tf.keras.losses.sparse_categorical_crossentropy(labels, p))
    return float(tf.norm(tape.gradient(loss, kernel.value)))


# %% exercise="first_gradient" way="the loss as an object, the first convolution searched"
def first_gradient(model, images, labels):
    convolution = next(layer for layer in model.layers if isinstance(layer, layers.Conv2D))
    with tf.GradientTape() as tape:
        loss = keras.losses.SparseCategoricalCrossentropy()(labels, model(images, training=True))
    slope = tape.gradient(loss, convolution.kernel)
    return np.sqrt((slope.numpy().astype("float64") ** 2).sum())


# %% exercise="first_gradient" way="the logarithm written out"
def first_gradient(model, images, labels):
    rows = keras.ops.one_hot(labels, 10)
    with tf.GradientTape() as tape:
        p = model(images, training=True)
        loss = -keras.ops.mean(keras.ops.log(keras.ops.sum(rows * p, axis=1)))
    return float(keras.ops.norm(keras.ops.reshape(tape.gradient(loss, model.trainable_weights)[0], (-1,))))


# %% exercise="resnet" way="helpers, plus and Activation"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    def conv(x, filters, size, stride):
        x = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
        return layers.Activation("relu")(layers.BatchNormalization(momentum=0.9)(x))

    def pair(x, filters, stride):
        if not shortcuts:
            return conv(conv(x, filters, 3, stride), filters, 3, 1)
        return residual_block(x, filters, stride=stride, skip=shortcut(x, filters, stride, option))

    inputs = keras.Input(shape)
    x = layers.MaxPooling2D(pool_size=3, strides=2, padding="same")(conv(inputs, 64, 7, 2))
    for number, (pairs, filters) in enumerate(stages):
        x = pair(x, filters, 1 if number == 0 else 2)
        for _ in range(pairs - 1):
            x = pair(x, filters, 1)
    return keras.Model(inputs, layers.Dense(classes, "softmax")(layers.GlobalAveragePooling2D()(x)))


# %% exercise="resnet" way="one flat list of pairs first"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    plan = []
    for number, (pairs, filters) in enumerate(stages):
        plan += [(filters, 2 if number and not first else 1) for first in range(pairs)]
    inputs = keras.Input(shape)
    x = layers.Conv2D(64, 7, 2, padding="same", use_bias=False)(inputs)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = keras.ops.relu(x)
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    for filters, stride in plan:
        if shortcuts:
            beside = shortcut(x, filters, stride, option)
            x = residual_block(x, filters, stride, beside)
            continue
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, step, padding="same", use_bias=False)(x)
            x = layers.BatchNormalization(momentum=0.9)(x)
            x = keras.ops.relu(x)
    return keras.Model(inputs, keras.Sequential([layers.GlobalAveragePooling2D(), layers.Dense(classes, activation="softmax")])(x))


# %% exercise="resnet" way="skip only where the shape changes, softmax as a layer"
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    image = keras.Input(shape=shape)
    x = layers.Conv2D(64, kernel_size=7, strides=2, padding="same", use_bias=False)(image)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.ReLU()(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 1 + (stage > 0) * (pair == 0)
            if shortcuts and stride == 1 and x.shape[-1] == filters:
                x = residual_block(x, filters)
            elif shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                for step in (stride, 1):
                    x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
                    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Softmax()(layers.Dense(classes)(x)))


# %% exercise="census" way="count_params and the kernels of all layers that have one"
def census(model):
    trainable = sum(int(np.prod(weight.shape)) for weight in model.trainable_variables)
    macs = 0
    for layer in model.layers:
        if hasattr(layer, "kernel"):
            positions = int(np.prod(layer.output.shape[1:-1]))
            macs += positions * int(np.prod(layer.kernel.shape))
    return {"trainable": trainable, "statistics": model.count_params() - trainable, "macs": macs}


# %% exercise="census" way="from the biasless counts and the positions, NumPy integers"
def census(model):
    sizes = {weight.path: np.prod(weight.shape) for weight in model.weights}
    moving = sum(size for path, size in sizes.items() if "moving" in path)
    macs = np.int64(0)
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            rows, columns, filters = layer.output.shape[1:]
            height, width = layer.kernel_size
            macs += rows * columns * filters * height * width * layer.input.shape[-1]
        if isinstance(layer, layers.Dense):
            macs += layer.units * layer.input.shape[-1]
    return {"trainable": sum(sizes.values()) - moving, "statistics": moving, "macs": macs}


# %% exercise="census" way="keys in another order, a helper"
def census(model):
    def count(weights):
        total = 0
        for weight in weights:
            size = 1
            for length in weight.shape:
                size *= length
            total += size
        return total

    found = {"macs": 0, "statistics": count(model.non_trainable_weights), "trainable": count(model.trainable_weights)}
    for layer in model.layers:
        kernels = [weight for weight in layer.weights if weight.name == "kernel"]
        found["macs"] += count(kernels) * (layer.output.shape[1] * layer.output.shape[2] if kernels and len(layer.output.shape) == 4 else 1)
    return found


# %% exercise="without" way="all four weights set at once"
def without(model, blocks):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    norms = [layer for layer in copy.layers if "BatchNormalization" in type(layer).__name__]
    for block in blocks:
        gamma, beta, mean, variance = norms[2 + 2 * block].get_weights()
        norms[2 + 2 * block].set_weights([0 * gamma, 0 * beta, mean, variance])
    return copy


# %% exercise="without" way="a new residual_net of the same size"
def without(model, blocks):
    convolutions = [layer for layer in model.layers if isinstance(layer, layers.Conv2D)]
    copy = residual_net(len(convolutions) + 1, convolutions[0].filters)
    copy.set_weights(model.get_weights())
    last_ones = [layer for layer in copy.layers if isinstance(layer, layers.BatchNormalization)][2::2]
    for number, layer in enumerate(last_ones):
        if number in blocks:
            layer.gamma.assign(np.zeros(layer.gamma.shape))
            layer.beta.assign(np.zeros(layer.beta.shape))
    return copy


# %% exercise="without" way="the weights as a list, changed before they are set"
def without(model, blocks):
    weights = model.get_weights()
    copy = keras.models.clone_model(model)
    # A convolution has one array, a normalisation four: the first pair has 5, each block 10.
    for block in blocks:
        first = 5 + 10 * block + 6
        weights[first] = np.zeros_like(weights[first])
        weights[first + 1] = np.zeros_like(weights[first + 1])
    copy.set_weights(weights)
    return copy


# %% exercise="cifar_resnet" way="a helper for a stage"
def cifar_resnet(n, width=16, shape=(32, 32, 3), classes=10):
    def stage(x, filters, stride):
        x = residual_block(x, filters, stride, shortcut(x, filters, stride, "A"))
        for _ in range(n - 1):
            x = residual_block(x, filters)
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(image)
    x = layers.Activation("relu")(layers.BatchNormalization(momentum=0.9)(x))
    x = stage(stage(stage(x, width, 1), 2 * width, 2), 4 * width, 2)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(layers.GlobalAveragePooling2D()(x)))


# %% exercise="cifar_resnet" way="zip over widths and strides"
def cifar_resnet(n, width=16, shape=(32, 32, 3), classes=10):
    inputs = x = keras.Input(shape)
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.ReLU()(x)
    for filters, first in zip((width, 2 * width, 4 * width), (1, 2, 2)):
        for stride in [first] + [1] * (n - 1):
            x = residual_block(x, filters, stride, shortcut(x, filters, stride, "A"))
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(classes)(x)
    return keras.Model(inputs, layers.Softmax()(x))


# %% exercise="cifar_resnet" way="keras.ops.relu, blocks numbered throughout"
def cifar_resnet(n, width=16, shape=(32, 32, 3), classes=10):
    image = keras.Input(shape)
    x = keras.ops.relu(layers.BatchNormalization(momentum=0.9)(layers.Conv2D(width, 3, padding="same", use_bias=False)(image)))
    for number in range(3 * n):
        filters = width << (number // n)
        stride = 2 if number in (n, 2 * n) else 1
        x = residual_block(x, filters, stride, shortcut(x, filters, stride, "A"))
    return keras.Model(image, layers.Dense(classes, activation="softmax")(layers.GlobalAveragePooling2D()(x)))


# %% exercise="train_augmented" way="Adam, larger batches, a history of its own"
def train_augmented(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    steps = settings["epochs"] * int(np.ceil(len(images) / settings["batch_size"]))
    model.compile(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(settings["learning_rate"], steps)),
        loss=keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"],
    )
    curves = {"loss": [], "accuracy": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(settings["epochs"]):
        result = model.fit(augmented(images, epoch), labels, batch_size=settings["batch_size"], validation_data=validation, verbose=0)
        for name in curves:
            curves[name].append(result.history[name][0])
    return curves


PHOTOS = {"learning_rate": 0.004, "batch_size": 48, "epochs": 16, "seed": 3}

keras.utils.set_random_seed(PHOTOS["seed"])
photo_net = cifar_resnet(1, shape=(24, 24, 3))
photo_history = train_once("photographs_adam", photo_net, lambda: train_augmented(photo_net, *patches, patches_validation, PHOTOS), settings=PHOTOS)


# %% exercise="train_augmented" way="the rate set by hand before each epoch, several versions at once"
def train_augmented(model, images, labels, validation, settings):
    keras.utils.set_random_seed(settings["seed"])
    model.compile(keras.optimizers.SGD(settings["learning_rate"], momentum=0.9), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    histories = []
    for epoch in range(settings["epochs"]):
        model.optimizer.learning_rate.assign(settings["learning_rate"] * (1 - epoch / settings["epochs"]))
        shown = np.concatenate([augmented(images, 2 * epoch), augmented(images, 2 * epoch + 1)])
        result = model.fit(shown, np.tile(labels, 2), validation_data=validation, batch_size=settings["batch_size"], verbose=0)
        histories.append(result.history)
    return {name: [history[name][0] for history in histories] for name in histories[0]}


PHOTOS = {"learning_rate": 0.03, "batch_size": 32, "epochs": 8, "seed": 7}

keras.utils.set_random_seed(PHOTOS["seed"])
photo_net = cifar_resnet(1, shape=(24, 24, 3))
photo_history = train_once("photographs_by_hand", photo_net, lambda: train_augmented(photo_net, *patches, patches_validation, PHOTOS), settings=PHOTOS)
