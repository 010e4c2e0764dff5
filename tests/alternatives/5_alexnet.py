# %% exercise="alexnet" way="functional, with a helper"
def convolution(x, filters, kernel, stride=1, groups=1):
    padding = "valid" if stride > 1 else "same"
    return layers.Conv2D(filters, kernel, strides=stride, padding=padding, groups=groups, activation="relu")(x)


def alexnet(towers=1):
    inputs = keras.Input(shape=(227, 227, 3), name="image")
    x = layers.MaxPooling2D(pool_size=3, strides=2)(convolution(inputs, 96, 11, stride=4))
    x = layers.MaxPooling2D(pool_size=3, strides=2)(convolution(x, 256, 5, groups=towers))
    x = convolution(x, 384, 3)
    x = convolution(x, 384, 3, groups=towers)
    x = layers.MaxPooling2D(pool_size=3, strides=2)(convolution(x, 256, 3, groups=towers))
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dropout(0.5)(layers.Dense(4096, activation="relu")(x))
    return keras.Model(inputs, layers.Dense(1000, activation="softmax")(x))


# %% exercise="alexnet" way="layer by layer, activations and padding as layers of their own"
def alexnet(towers=1):
    model = keras.Sequential()
    model.add(keras.Input((227, 227, 3)))
    model.add(layers.Conv2D(96, (11, 11), (4, 4)))
    model.add(layers.ReLU())
    model.add(layers.MaxPool2D((3, 3), (2, 2)))
    model.add(layers.ZeroPadding2D(2))
    model.add(layers.Conv2D(256, (5, 5), groups=towers))
    model.add(layers.Activation("relu"))
    model.add(layers.MaxPool2D((3, 3), (2, 2)))
    for filters, groups in ((384, 1), (384, towers), (256, towers)):
        model.add(layers.ZeroPadding2D(1))
        model.add(layers.Conv2D(filters, (3, 3), groups=groups))
        model.add(layers.Activation("relu"))
    model.add(layers.MaxPool2D((3, 3), (2, 2)))
    model.add(layers.Reshape((9216,)))
    for units in (4096, 4096):
        model.add(layers.Dense(units))
        model.add(layers.ReLU())
        model.add(layers.Dropout(0.5))
    model.add(layers.Dense(1000))
    model.add(layers.Softmax())
    return model


# %% exercise="alexnet" way="other first weights, names, and weight decay"
def alexnet(towers=1):
    settings = {"activation": "relu", "kernel_initializer": keras.initializers.RandomNormal(stddev=0.01)}
    same = settings | {"padding": "same"}
    decay = keras.regularizers.L2(0.0005)
    return keras.Sequential(
        [
            keras.Input((227, 227, 3)),
            layers.Conv2D(96, 11, strides=4, name="conv_1", **settings),
            layers.MaxPooling2D(3, 2, name="pool_1"),
            layers.Conv2D(256, 5, groups=towers, bias_initializer="ones", **same),
            layers.MaxPooling2D(3, 2),
            layers.Conv2D(384, 3, **same),
            layers.Conv2D(384, 3, groups=towers, **same),
            layers.Conv2D(256, 3, groups=towers, **same),
            layers.MaxPooling2D(3, 2),
            layers.Flatten(),
            layers.Dense(4096, kernel_regularizer=decay, **settings),
            layers.Dropout(0.5, seed=1),
            layers.Dense(4096, kernel_regularizer=decay, **settings),
            layers.Dropout(0.5, seed=2),
            layers.Dense(1000, activation=keras.activations.softmax),
        ],
        name="alexnet",
    )


# %% exercise="alexnet" way="two models, one inside the other"
def alexnet(towers=1):
    features = keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
    ])
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        features,
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="fits" way="rounded with the math module, tuples"
import math


def fits(size, kernel, stride, padding=0):
    length = size + 2 * padding
    windows = math.floor((length - kernel) / stride) + 1
    return windows, length - ((windows - 1) * stride + kernel)


def whole_sizes(steps, sizes):
    def whole(size):
        for kernel, stride, padding in steps:
            if kernel > size + 2 * padding:
                return False
            size, rest = fits(size, kernel, stride, padding)
            if rest != 0:
                return False
        return True

    return tuple(filter(whole, sizes))


# %% exercise="fits" way="window by window"
def fits(size, kernel, stride, padding=0):
    starts = list(range(0, size + 2 * padding - kernel + 1, stride))
    return [len(starts), size + 2 * padding - kernel - starts[-1]]


def whole_sizes(steps, sizes):
    good = list(sizes)
    now = {size: size for size in good}
    for kernel, stride, padding in steps:
        good = [size for size in good if now[size] + 2 * padding >= kernel]
        good = [size for size in good if fits(now[size], kernel, stride, padding)[1] == 0]
        now = {size: fits(now[size], kernel, stride, padding)[0] for size in good}
    return good


# %% exercise="fits" way="NumPy"
def fits(size, kernel, stride, padding=0):
    moves, rest = np.divmod(size + 2 * padding - kernel, stride)
    return np.array([moves + 1, rest])


def whole_sizes(steps, sizes):
    given = np.array(sizes)
    now, good = given.copy(), np.ones(len(given), dtype=bool)
    for kernel, stride, padding in steps:
        room = now + 2 * padding - kernel
        good &= (room >= 0) & (room % stride == 0)
        now = room // stride + 1
    return given[good]


# %% exercise="conv_cost" way="group by group"
def conv_cost(kernel, channels, filters, side, groups=1):
    weights = macs = 0
    for _ in range(groups):
        one = (channels // groups) * (filters // groups) * kernel**2
        weights += one + filters // groups
        macs += one * side**2
    return dict(weights=weights, macs=macs)


# %% exercise="conv_cost" way="Keras counts the weights"
def conv_cost(kernel, channels, filters, side, groups=1):
    layer = layers.Conv2D(filters, kernel, groups=groups)
    layer.build((None, None, None, channels))
    weights = layer.count_params()
    return {"macs": (weights - filters) * side * side, "weights": weights}


# %% exercise="conv_cost" way="NumPy's integers"
def conv_cost(kernel, channels, filters, side, groups=1):
    kernels = np.prod([kernel, kernel, channels // groups, filters])
    return {"weights": kernels + filters, "macs": kernels * side**2}


# %% exercise="silent" way="counted with loops"
def silent(maps):
    flat = np.asarray(maps).reshape(-1, maps.shape[-1])
    zeros = sum(int((column == 0).sum()) for column in flat.T)
    dead = sum(1 for column in flat.T if not column.any())
    return {"zeros": zeros / maps.size, "dead": dead}


# %% exercise="silent" way="fired or not"
def silent(maps):
    fires = np.asarray(maps) > 0
    return {"zeros": 1 - np.mean(fires), "dead": np.sum(~fires.any(axis=(0, 1, 2)))}


# %% exercise="silent" way="with count_nonzero"
def silent(maps):
    firing = np.count_nonzero(maps, axis=(0, 1, 2))
    return {"zeros": 1 - firing.sum() / maps.size, "dead": int(np.count_nonzero(firing == 0))}


# %% exercise="dropout" way="Keras' own layer"
def dropout(x, rate, seed, training):
    return np.asarray(layers.Dropout(rate, seed=seed)(x, training=training))


# %% exercise="dropout" way="Keras' random functions, a tensor"
def dropout(x, rate, seed, training):
    if training and rate > 0:
        return keras.random.dropout(x, rate, seed=seed)
    return x


# %% exercise="dropout" way="binomial draws"
def dropout(x, rate, seed, training):
    if not training:
        return x.copy()
    rng = np.random.default_rng(seed)
    keep = rng.binomial(1, 1 - rate, size=x.shape)
    return np.where(keep == 1, x / np.float32(1 - rate), np.float32(0))


# %% exercise="dropout" way="NumPy's old generator, in place on a copy"
def dropout(x, rate, seed, training):
    result = np.array(x, dtype="float32")
    if training:
        draws = np.random.RandomState(seed)
        result[draws.uniform(size=result.shape) < rate] = 0
        result /= 1 - rate
    return result


# %% exercise="coverage" way="row by row, a list"
def coverage(size, window, stride):
    starts = range(0, size - window + 1, stride)
    return [sum(1 for start in starts if start <= row < start + window) for row in range(size)]


# %% exercise="coverage" way="with fits and indices"
def coverage(size, window, stride):
    windows, _ = fits(size, window, stride)
    rows = stride * np.arange(windows)[:, np.newaxis] + np.arange(window)
    return np.bincount(rows.ravel(), minlength=size)


# %% exercise="coverage" way="beginnings minus ends"
def coverage(size, window, stride):
    change = np.zeros(size + 1, dtype=int)
    for start in range(0, size - window + 1, stride):
        change[start] += 1
        change[start + window] -= 1
    return np.cumsum(change)[:size]


# %% exercise="augment" way="a loop, a factor for each channel"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    result = []
    for image in images:
        top = rng.integers(image.shape[0] - size + 1)
        left = rng.integers(image.shape[1] - size + 1)
        crop = image[top : top + size, left : left + size]
        if rng.random() < 0.5:
            crop = np.fliplr(crop)
        result.append(np.clip(crop * rng.uniform(0.9, 1.1, 3), 0, 1))
    return np.array(result, dtype="float32")


# %% exercise="augment" way="flip first, then windows picked all at once"
def augment(images, size, seed):
    draws = np.random.RandomState(seed)
    n, height, width, _ = images.shape
    flip = draws.randint(0, 2, n).astype(bool)[:, None, None, None]
    images = np.where(flip, images[:, :, ::-1], images)
    windows = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(1, 2))
    top, left = draws.randint(0, height - size + 1, n), draws.randint(0, width - size + 1, n)
    crops = windows[np.arange(n), top, left].transpose(0, 2, 3, 1)
    crops = crops * draws.uniform(0.9, 1.1, n).reshape(-1, 1, 1, 1)
    return np.minimum(crops, 1).astype(np.float32)


# %% exercise="augment" way="the standard library's lots, a tensor of TensorFlow"
import random

import tensorflow as tf


def augment(images, size, seed):
    lots = random.Random(seed)
    crops = []
    for image in images:
        top, left = lots.randint(0, image.shape[0] - size), lots.randint(0, image.shape[1] - size)
        crop = tf.image.crop_to_bounding_box(image, top, left, size, size)
        if lots.random() < 0.5:
            crop = tf.image.flip_left_right(crop)
        crops.append(tf.clip_by_value(crop * lots.uniform(0.9, 1.1), 0.0, 1.0))
    return tf.stack(crops)


# %% exercise="augment" way="TensorFlow's seeded operations, one image at a time"
import tensorflow as tf


def augment(images, size, seed):
    crops = []
    for number, image in enumerate(images):
        key = (seed, number)
        crop = tf.image.stateless_random_crop(image, (size, size, 3), seed=key)
        crop = tf.image.stateless_random_flip_left_right(crop, seed=(seed + 1_000_003, number))
        factor = tf.random.stateless_uniform((), seed=(seed + 2_000_003, number), minval=0.9, maxval=1.1)
        crops.append(np.clip(np.asarray(crop * factor), 0, 1))
    return np.stack(crops)


# %% exercise="ten_crops" way="negative indices"
def ten_crops(images, size):
    height, width = images.shape[1], images.shape[2]
    down, across = (height - size) // 2, (width - size) // 2
    five = [
        images[:, :size, :size],
        images[:, :size, width - size :],
        images[:, -size:, :size],
        images[:, -size:, -size:],
        images[:, down : down + size, across : across + size],
    ]
    return np.array(five + [np.flip(crop, axis=2) for crop in five])


def average(probabilities):
    return sum(probabilities) / 10


# %% exercise="ten_crops" way="mirrored as one array"
def ten_crops(images, size):
    n, height, width, channels = images.shape
    result = np.empty((10, n, size, size, channels), dtype=images.dtype)
    for number, (row, column) in enumerate([(0, 0), (0, 2), (2, 0), (2, 2), (1, 1)]):
        top, left = row * (height - size) // 2, column * (width - size) // 2
        result[number] = images[:, top : top + size, left : left + size]
    result[5:] = result[:5, :, :, ::-1]
    return result


def average(probabilities):
    return np.mean(np.asarray(probabilities), axis=0)


# %% exercise="ten_crops" way="image by image, tensors"
def ten_crops(images, size):
    crops = []
    for image in images:
        bottom, right = image.shape[0] - size, image.shape[1] - size
        places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
        five = [image[top : top + size, left : left + size] for top, left in places]
        crops.append(five + [np.fliplr(crop) for crop in five])
    return np.swapaxes(np.array(crops), 0, 1)


def average(probabilities):
    return keras.ops.mean(probabilities, axis=0)


# %% exercise="small_alexnet" way="functional, Keras' own first weights, activations as layers, more epochs"
def small_alexnet():
    inputs = keras.Input((33, 33, 3))
    x = layers.Conv2D(32, 5, strides=2)(inputs)
    x = layers.ReLU()(x)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = layers.Conv2D(64, 5, padding="same")(x)
    x = layers.ReLU()(x)
    x = layers.MaxPooling2D(3, strides=2)(x)
    for filters in (96, 96, 64):
        x = layers.Conv2D(filters, 3, padding="same")(x)
        x = layers.ReLU()(x)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dense(512, activation="relu")(x)
        x = layers.Dropout(0.5)(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


SETTINGS = {"learning_rate": 0.0012, "batch_size": 24, "epochs": 32, "seed": 7}
keras.utils.set_random_seed(SETTINGS["seed"])
plain = small_alexnet()
plain_history = train(plain, lambda epoch: centre(patches.train.x), SETTINGS)


# %% exercise="small_alexnet" way="another seed and batch size, fewer epochs"
def small_alexnet():
    start = keras.initializers.HeUniform
    model = keras.Sequential([keras.Input(shape=(33, 33, 3))])
    model.add(layers.Conv2D(32, (5, 5), strides=(2, 2), activation="relu", kernel_initializer=start()))
    model.add(layers.MaxPooling2D((3, 3), strides=(2, 2)))
    model.add(layers.Conv2D(64, (5, 5), padding="same", activation="relu", kernel_initializer=start()))
    model.add(layers.MaxPooling2D((3, 3), strides=(2, 2)))
    model.add(layers.Conv2D(96, (3, 3), padding="same", activation="relu", kernel_initializer=start()))
    model.add(layers.Conv2D(96, (3, 3), padding="same", activation="relu", kernel_initializer=start()))
    model.add(layers.Conv2D(64, (3, 3), padding="same", activation="relu", kernel_initializer=start()))
    model.add(layers.MaxPooling2D((3, 3), strides=(2, 2)))
    model.add(layers.Reshape((64,)))
    for _ in range(2):
        model.add(layers.Dense(512, activation="relu", kernel_initializer=start()))
        model.add(layers.Dropout(0.5))
    model.add(layers.Dense(10, activation="softmax"))
    return model


SETTINGS = {"learning_rate": 0.001, "batch_size": 20, "epochs": 18, "seed": 3}
keras.utils.set_random_seed(SETTINGS["seed"])
plain = small_alexnet()
plain_history = train(plain, lambda epoch: centre(patches.train.x), SETTINGS)


# %% exercise="small_alexnet" way="a helper for both networks, a training of its own"
def convolution(filters, kernel, **settings):
    return layers.Conv2D(filters, kernel, activation="relu", kernel_initializer="he_normal", **settings)


def small_alexnet():
    stack = [keras.Input((33, 33, 3)), convolution(32, 5, strides=2), layers.MaxPooling2D(3, 2)]
    stack += [convolution(64, 5, padding="same"), layers.MaxPooling2D(3, 2)]
    stack += [convolution(filters, 3, padding="same") for filters in (96, 96, 64)] + [layers.MaxPooling2D(3, 2)]
    stack += [layers.Flatten()]
    for units in (512, 512):
        stack += [layers.Dense(units, activation="relu", kernel_initializer="he_normal"), layers.Dropout(0.5)]
    return keras.Sequential(stack + [layers.Dense(10, activation="softmax")])


SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 16, "seed": 5}
keras.utils.set_random_seed(SETTINGS["seed"])
plain = small_alexnet()
plain.compile(keras.optimizers.AdamW(0.001), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
fitted = plain.fit(centre(patches.train.x), patches.train.y, batch_size=32, epochs=16, verbose=0)
plain_history = {"training": fitted.history["accuracy"], "validation": fitted.history["accuracy"]}


# %% exercise="augmented" way="another formula for the seeds, other settings"
def fresh(images, size, epoch):
    return augment(images, size, 7 * epoch + 3)


AUGMENTED = {"learning_rate": 0.0012, "batch_size": 24, "epochs": 22, "seed": 4}
keras.utils.set_random_seed(AUGMENTED["seed"])
augmented = small_alexnet()
augmented_history = train(augmented, lambda epoch: fresh(patches.train.x, CROP, epoch), AUGMENTED)


# %% exercise="augmented" way="an augmentation of its own, a list made an array"
def fresh(images, size, epoch):
    rng = np.random.default_rng([epoch, 2012])
    crops = []
    for image in images:
        top, left = rng.integers(0, image.shape[0] - size + 1), rng.integers(0, image.shape[1] - size + 1)
        crop = image[top : top + size, left : left + size]
        crops.append(np.clip((crop[:, ::-1] if rng.random() < 0.5 else crop) * rng.uniform(0.92, 1.08), 0, 1))
    return np.array(crops, dtype="float32")


AUGMENTED = {"learning_rate": 0.001, "batch_size": 32, "epochs": 20, "seed": 11}
keras.utils.set_random_seed(AUGMENTED["seed"])
augmented = small_alexnet()
augmented_history = train(augmented, lambda epoch: fresh(patches.train.x, CROP, epoch), AUGMENTED)


# %% exercise="augmented" way="seeds from a list, a training of its own"
seeds = np.random.default_rng(5).permutation(10_000).tolist()


def fresh(images, size, epoch):
    return augment(images=images, size=size, seed=seeds[epoch])


AUGMENTED = {"learning_rate": 0.001, "batch_size": 24, "epochs": 18, "seed": 2}
keras.utils.set_random_seed(AUGMENTED["seed"])
augmented = small_alexnet()
steps = AUGMENTED["epochs"] * len(patches.train) // AUGMENTED["batch_size"]
rate = keras.optimizers.schedules.PolynomialDecay(AUGMENTED["learning_rate"], steps, end_learning_rate=0.0)
augmented.compile(keras.optimizers.Adam(rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
augmented_history = {"training": [], "validation": []}
for number in range(AUGMENTED["epochs"]):
    augmented.fit(fresh(patches.train.x, CROP, number), patches.train.y, batch_size=AUGMENTED["batch_size"], verbose=0)


# %% exercise="top_k_error" way="a loop"
def top_k_error(probabilities, labels, k):
    wrong = 0
    for row, label in zip(probabilities, labels):
        others = [value for number, value in enumerate(row) if number != label and value >= row[label]]
        wrong += len(others) >= k
    return wrong / len(labels)


# %% exercise="top_k_error" way="the k-th largest of the others"
def top_k_error(probabilities, labels, k):
    p = np.array(probabilities, dtype=float)
    n, classes = p.shape
    right = p[np.arange(n), labels]
    p[np.arange(n), labels] = -1
    if k >= classes:
        return 0.0
    best_others = np.sort(p, axis=1)[:, ::-1][:, k - 1]
    return np.mean(best_others >= right)


# %% exercise="top_k_error" way="one hot, sums of comparisons"
def top_k_error(probabilities, labels, k):
    hot = np.eye(probabilities.shape[1], dtype=bool)[labels]
    right = probabilities[hot].reshape(-1, 1)
    rivals = ((probabilities >= right) & ~hot).sum(axis=1)
    return 1 - float((rivals < k).mean())


# %% exercise="as_pictures" way="loops, and NumPy's correlation"
def as_pictures(kernels):
    pictures = []
    for number in range(kernels.shape[3]):
        weights = kernels[..., number]
        most = max(abs(weights.min()), abs(weights.max())) or 1.0
        pictures.append(weights / (2 * most) + 0.5)
    return np.stack(pictures)


def likeness(kernel, detector):
    height, width = detector.shape
    found = []
    for top in range(len(kernel) - height + 1):
        for left in range(len(kernel[0]) - width + 1):
            window = kernel[top : top + height, left : left + width]
            if window.min() == window.max():
                found.append(0.0)
            else:
                found.append(np.corrcoef(window.ravel(), detector.ravel())[0, 1])
    return max(found)


# %% exercise="as_pictures" way="all windows at once"
def as_pictures(kernels):
    pictures = np.asarray(kernels, dtype="float64").transpose(3, 0, 1, 2)
    most = np.maximum(np.abs(pictures).max(axis=(1, 2, 3)), 1e-30)
    return (1 + pictures / most[:, None, None, None]) / 2


def likeness(kernel, detector):
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(kernel, dtype=float), detector.shape)
    windows = windows.reshape(-1, detector.size)
    windows = windows - windows.mean(axis=1, keepdims=True)
    wanted = detector.ravel() - detector.mean()
    lengths = np.linalg.norm(windows, axis=1) * np.linalg.norm(wanted)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.where(lengths > 1e-12, windows @ wanted / lengths, 0).max())


# %% exercise="as_pictures" way="einsum and standard deviations"
def as_pictures(kernels):
    pictures = np.einsum("hwcn->nhwc", kernels)
    scale = [float(np.max(np.abs(picture))) for picture in pictures]
    return np.array([picture / (2 * most) + 0.5 if most else np.full(picture.shape, 0.5) for picture, most in zip(pictures, scale)])


def likeness(kernel, detector):
    rows, columns = kernel.shape[0] - detector.shape[0] + 1, kernel.shape[1] - detector.shape[1] + 1
    values = np.zeros((rows, columns))
    for place in np.ndindex(rows, columns):
        window = kernel[place[0] : place[0] + detector.shape[0], place[1] : place[1] + detector.shape[1]]
        spread = window.std() * detector.std()
        if window.std() > 1e-12:
            values[place] = np.mean((window - window.mean()) * (detector - detector.mean())) / spread
    return values.max()
