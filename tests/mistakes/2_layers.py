# %% exercise="conv2d" mistake="forgets the bias" earns=0 told="the bias is not added"
def conv2d(images, kernels, bias, stride=1, padding=0):
    images = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.tensordot(windows, kernels, axes=([4, 5, 3], [0, 1, 2]))

# %% exercise="conv2d" mistake="flips the kernel" earns=0 told="The kernel was flipped"
def conv2d(images, kernels, bias, stride=1, padding=0):
    images = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.tensordot(windows, kernels[::-1, ::-1], axes=([4, 5, 3], [0, 1, 2])) + bias

# %% exercise="conv2d" mistake="pairs the axes in the order they stand" earns=1.5 told="pair kh with kh, kw with kw"
def conv2d(images, kernels, bias, stride=1, padding=0):
    images = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    if windows.shape[3:] != kernels.shape[:3]:
        kernels = kernels.reshape(*windows.shape[3:], -1)
    return np.tensordot(windows, kernels, axes=([3, 4, 5], [0, 1, 2])) + bias

# %% exercise="conv2d" mistake="swaps height and width of the kernel" earns=0 told="pair kh with kh, kw with kw"
def conv2d(images, kernels, bias, stride=1, padding=0):
    images = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.tensordot(windows, kernels, axes=([5, 4, 3], [0, 1, 2])) + bias

# %% exercise="conv2d" mistake="ignores the stride" earns=4 told="The stride was not used"
def conv2d(images, kernels, bias, stride=1, padding=0):
    images = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))
    return np.tensordot(windows, kernels, axes=([4, 5, 3], [0, 1, 2])) + bias

# %% exercise="conv2d" mistake="strides over rows only" earns=4 told="The stride goes in both directions"
def conv2d(images, kernels, bias, stride=1, padding=0):
    images = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))[:, ::stride]
    return np.tensordot(windows, kernels, axes=([4, 5, 3], [0, 1, 2])) + bias

# %% exercise="conv2d" mistake="ignores the padding" earns=3 told="The padding was not used"
def conv2d(images, kernels, bias, stride=1, padding=0):
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.tensordot(windows, kernels, axes=([4, 5, 3], [0, 1, 2])) + bias

# %% exercise="conv2d" mistake="pads every axis, the batch and the channels too" earns=3 told="images get no neighbours"
def conv2d(images, kernels, bias, stride=1, padding=0):
    images = np.pad(images, padding)
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.tensordot(windows, kernels, axes=([4, 5], [0, 1]))[:, :, :, 0, 0] + bias if padding else np.tensordot(windows, kernels, axes=([4, 5, 3], [0, 1, 2])) + bias

# %% exercise="conv2d" mistake="right, but a loop over all positions" earns=5.5 told="a Python loop visits every position"
def conv2d(images, kernels, bias, stride=1, padding=0):
    images = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    height, width = kernels.shape[:2]
    rows = (images.shape[1] - height) // stride + 1
    columns = (images.shape[2] - width) // stride + 1
    result = np.zeros((len(images), rows, columns, kernels.shape[3]))
    for row in range(rows):
        for column in range(columns):
            window = images[:, row * stride : row * stride + height, column * stride : column * stride + width]
            result[:, row, column] = np.tensordot(window, kernels, 3) + bias
    return result

# %% exercise="conv2d" mistake="convolves each channel on its own" earns=0.5 told="each filter sums over all channels"
def conv2d(images, kernels, bias, stride=1, padding=0):
    images = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    result = np.einsum("nrcdij,ijdf->nrcdf", windows, kernels) + bias
    return result[:, :, :, 0] if result.shape[3] == 1 and stride == 1 else result

# %% exercise="conv2d" mistake="with the ReLU already" earns=1.5 told="No activation yet"
def conv2d(images, kernels, bias, stride=1, padding=0):
    images = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.maximum(np.tensordot(windows, kernels, axes=([4, 5, 3], [0, 1, 2])) + bias, 0)

# %% exercise="conv2d" mistake="takes the first image only" earns=2 told="Two images went in"
def conv2d(images, kernels, bias, stride=1, padding=0):
    image = np.pad(images[0], ((padding, padding), (padding, padding), (0, 0)))
    windows = sliding_window_view(image, kernels.shape[:2], axis=(0, 1))[::stride, ::stride]
    return (np.tensordot(windows, kernels, axes=([3, 4, 2], [0, 1, 2])) + bias)[np.newaxis]

# %% exercise="relu" mistake="absolute value" earns=0 told="That is the absolute value"
def relu(z):
    return np.abs(z)

# %% exercise="relu" mistake="says where z is positive" earns=0 told="says where z is positive"
def relu(z):
    return z > 0

# %% exercise="relu" mistake="np.max in place of np.maximum" earns=0 told="compare place by place"
def relu(z):
    return np.max(z, 0)

# %% exercise="relu" mistake="cuts off at 1" earns=0 told="Nothing is cut off above"
def relu(z):
    return np.clip(z, 0, 1)

# %% exercise="relu" mistake="leaves the negative numbers out" earns=0 told="Every place stays"
def relu(z):
    return z[z > 0]

# %% exercise="relu" mistake="leaky" earns=0 told="a “leaky” ReLU"
def relu(z):
    return np.where(z > 0, z, 0.01 * z)

# %% exercise="relu" mistake="the builtin max" earns=0 told="ValueError"
def relu(z):
    return max(z, 0)

# %% exercise="relu" mistake="a loop that fits one axis only" earns=1 told="arrays of one to four axes"
def relu(z):
    return np.array([v if v > 0 else 0.0 for v in z])

# %% exercise="pool2d" mistake="pools the maps into one" earns=1.5 told="The two maps were pooled into one"
def pool2d(images, size=2, stride=None, kind="max"):
    stride = size if stride is None else stride
    windows = sliding_window_view(images, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    return windows.max(axis=(3, 4, 5))[..., None] if kind == "max" else windows.mean(axis=(3, 4, 5))[..., None]

# %% exercise="pool2d" mistake="swaps maximum and average" earns=0 told="That is the average; the maximum is asked for"
def pool2d(images, size=2, stride=None, kind="max"):
    stride = size if stride is None else stride
    windows = sliding_window_view(images, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    return windows.mean(axis=(-2, -1)) if kind == "max" else windows.max(axis=(-2, -1))

# %% exercise="pool2d" mistake="always takes the maximum" earns=2.5 told="`kind` asks for the average"
def pool2d(images, size=2, stride=None, kind="max"):
    stride = size if stride is None else stride
    windows = sliding_window_view(images, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    return windows.max(axis=(-2, -1))

# %% exercise="pool2d" mistake="cuts tiles with reshape" earns=1.5 told="Cutting the map into tiles"
def pool2d(images, size=2, stride=None, kind="max"):
    n, height, width, channels = images.shape
    tiles = images.reshape(n, height // size, size, width // size, size, channels)
    return tiles.max(axis=(2, 4)) if kind == "max" else tiles.mean(axis=(2, 4))

# %% exercise="pool2d" mistake="ignores the stride" earns=1.5 told="The stride was not used"
def pool2d(images, size=2, stride=None, kind="max"):
    windows = sliding_window_view(images, (size, size), axis=(1, 2))[:, ::size, ::size]
    return windows.max(axis=(-2, -1)) if kind == "max" else windows.mean(axis=(-2, -1))

# %% exercise="pool2d" mistake="the stride is 1 unless given" earns=0 told="without a stride the windows stand side by side"
def pool2d(images, size=2, stride=None, kind="max"):
    stride = stride or 1
    windows = sliding_window_view(images, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    return windows.max(axis=(-2, -1)) if kind == "max" else windows.mean(axis=(-2, -1))

# %% exercise="pool2d" mistake="starts the maximum from 0" earns=2 told="somewhere you start from 0"
def pool2d(images, size=2, stride=None, kind="max"):
    stride = size if stride is None else stride
    windows = sliding_window_view(images, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    return windows.max(axis=(-2, -1), initial=0) if kind == "max" else windows.mean(axis=(-2, -1))

# %% exercise="pool2d" mistake="the sum for the average" earns=2.5 told="divide by the number of pixels in a window"
def pool2d(images, size=2, stride=None, kind="max"):
    stride = size if stride is None else stride
    windows = sliding_window_view(images, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    return windows.max(axis=(-2, -1)) if kind == "max" else windows.sum(axis=(-2, -1))

# %% exercise="pool2d" mistake="collects averages in an array of integers" earns=2.5 told="The fractions were cut off"
def pool2d(images, size=2, stride=None, kind="max"):
    stride = size if stride is None else stride
    windows = sliding_window_view(images, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    result = np.zeros_like(windows[..., 0, 0])
    result[...] = windows.max(axis=(-2, -1)) if kind == "max" else windows.mean(axis=(-2, -1))
    return result

# %% exercise="pool2d" mistake="the same number of rows and columns" earns=1.5 told="The number of windows is"
def pool2d(images, size=2, stride=None, kind="max"):
    stride = size if stride is None else stride
    rows = (images.shape[1] - size) // stride + 1
    windows = sliding_window_view(images, (size, size), axis=(1, 2))[:, ::stride, ::stride][:, :rows, :rows]
    return windows.max(axis=(-2, -1)) if kind == "max" else windows.mean(axis=(-2, -1))

# %% exercise="counterexample" mistake="twice the same image" earns=0 told="Put the bright pixels at different places"
def counterexample(size):
    image = np.arange(size * size).reshape(size, size)
    return image, image

# %% exercise="counterexample" mistake="an image and a constant" earns=0 told="Put the bright pixels at different places"
def counterexample(size):
    image = np.arange(size * size).reshape(size, size)
    return image, np.ones((size, size))

# %% exercise="counterexample" mistake="two diagonals: some patches only" earns=1 told="The idea works in some patches"
def counterexample(size):
    image = np.zeros((size, size))
    other = np.zeros((size, size))
    image[0, 0], other[1, 1] = 1, 1
    return image, other

# %% exercise="counterexample" mistake="one image" earns=0 told="A pair is asked for"
def counterexample(size):
    return np.indices((size, size)).sum(axis=0) % 2

# %% exercise="counterexample" mistake="always 4×4" earns=1 told="must have the size that is asked for"
def counterexample(size):
    board = np.indices((4, 4)).sum(axis=0) % 2
    return board, 1 - board

# %% exercise="counterexample" mistake="an image and its half" earns=0 told="Put the bright pixels at different places"
def counterexample(size):
    image = np.indices((size, size)).sum(axis=0) % 2
    return image, image / 2

# %% exercise="counterexample" mistake="bright halves that never meet in one patch" earns=1 told="additive after all"
def counterexample(size):
    image = np.zeros((size, size))
    image[: size // 2] = 1
    return image, image[::-1]

# %% exercise="counterexample" mistake="nan proves nothing" earns=0 told="something else than finite numbers"
def counterexample(size):
    return np.full((size, size), np.nan), np.zeros((size, size))

# %% exercise="average_kernels" mistake="mixes the maps" earns=1.5 told="filter c may see channel c only"
def average_kernels(size, channels):
    return np.full((size, size, channels, channels), 1 / size**2)

# %% exercise="average_kernels" mistake="averages over the channels too" earns=1.5 told="the maps are mixed"
def average_kernels(size, channels):
    return np.full((size, size, channels, channels), 1 / (size**2 * channels))

# %% exercise="average_kernels" mistake="sums" earns=0 told="the weights of an average sum to 1"
def average_kernels(size, channels):
    return np.ones((size, size, 1, 1)) * np.eye(channels)

# %% exercise="average_kernels" mistake="divides by size" earns=0 told="so each weighs a quarter"
def average_kernels(size, channels):
    return np.ones((size, size, 1, 1)) * np.eye(channels) / size

# %% exercise="average_kernels" mistake="a quarter for every size" earns=1 told="A quarter is right for 2×2 only"
def average_kernels(size, channels):
    return np.ones((size, size, 1, 1)) * np.eye(channels) / 4

# %% exercise="average_kernels" mistake="one filter" earns=1.5 told="One filter gives one map"
def average_kernels(size, channels):
    return np.full((size, size, channels, 1), 1 / size**2)

# %% exercise="dense" mistake="forgets the bias" earns=0 told="The bias is missing"
def dense(x, weights, bias):
    return x.reshape(len(x), -1) @ weights

# %% exercise="dense" mistake="flattens the batch as well" earns=0 told="Each image becomes a row of its own"
def dense(x, weights, bias):
    return x.flatten() @ weights + bias

# %% exercise="dense" mistake="puts the channels first" earns=1 told="The channels were put in front"
def dense(x, weights, bias):
    if x.ndim == 4:
        x = x.transpose(0, 3, 1, 2)
    return x.reshape(len(x), -1) @ weights + bias

# %% exercise="dense" mistake="transposes the weights" earns=0 told="Each image becomes a row of its own"
def dense(x, weights, bias):
    return x.reshape(len(x), -1) @ weights.T + bias

# %% exercise="dense" mistake="does not flatten" earns=1 told="Each image becomes a row of its own"
def dense(x, weights, bias):
    return x @ weights + bias

# %% exercise="dense" mistake="with a ReLU" earns=0 told="No activation yet"
def dense(x, weights, bias):
    return np.maximum(x.reshape(len(x), -1) @ weights + bias, 0)

# %% exercise="dense" mistake="with a softmax" earns=0 told="No activation yet"
def dense(x, weights, bias):
    z = x.reshape(len(x), -1) @ weights + bias
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

# %% exercise="softmax" mistake="overflows" earns=2 told="exp(1000) overflows to infinity"
def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)

# %% exercise="softmax" mistake="subtracts the largest of the whole array" earns=2.5 told="subtract each row's own largest score"
def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum(axis=-1, keepdims=True)

# %% exercise="softmax" mistake="sums over everything" earns=0.5 told="All numbers together sum to 1"
def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()

# %% exercise="softmax" mistake="sums over the batch" earns=0.5 told="The columns sum to 1"
def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)

# %% exercise="softmax" mistake="needs a batch: axis 1" earns=1.5 told="not `axis=1`"
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

# %% exercise="softmax" mistake="logarithms of the probabilities" earns=0 told="These are logarithms"
def softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))

# %% exercise="softmax" mistake="forgets keepdims" earns=0.5 told="with `keepdims=True`"
def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1)

# %% exercise="softmax" mistake="divides by the largest" earns=0 told="Divided by the largest of the row"
def softmax(z):
    return np.exp(z - z.max(axis=-1, keepdims=True))

# %% exercise="softmax" mistake="forgets the exponential" earns=0 told="The exponential is missing"
def softmax(z):
    return z / z.sum(axis=-1, keepdims=True)

# %% exercise="softmax" mistake="cuts the scores off at 500" earns=2 told="cutting large scores off changes the result"
def softmax(z):
    e = np.exp(np.clip(z, -500, 500))
    return e / e.sum(axis=-1, keepdims=True)

# %% exercise="logistic" mistake="the first class" earns=0 told="the probability of the first class"
def logistic(z):
    return softmax(np.stack([np.zeros_like(z), z], axis=-1))[..., 0]

# %% exercise="logistic" mistake="softmax over the z" earns=0 told="each z needs a pair (0, z) of its own"
def logistic(z):
    return softmax(z)

# %% exercise="logistic" mistake="overflows" earns=0.5 told="exp(1000) overflows"
def logistic(z):
    return np.exp(z) / (1 + np.exp(z))

# %% exercise="logistic" mistake="tanh" earns=0 told="That is tanh"
def logistic(z):
    return np.tanh(z)

# %% exercise="logistic" mistake="both classes" earns=0 told="return the second one only"
def logistic(z):
    return softmax(np.stack([np.zeros_like(z), z], axis=-1))

# %% exercise="logistic" mistake="stacks on the first axis" earns=0 told="on a new last axis"
def logistic(z):
    return softmax(np.stack([np.zeros_like(z), z]))[1]

# %% exercise="forward" mistake="no ReLU" earns=1 told="There is no ReLU after the convolutions"
def forward(images, weights):
    k1, b1, k2, b2, w, b = weights
    x = pool2d(conv2d(images, k1, b1))
    x = pool2d(conv2d(x, k2, b2), kind="average")
    return softmax(dense(x, w, b))

# %% exercise="forward" mistake="one ReLU is missing" earns=1 told="ReLU comes after both convolutions"
def forward(images, weights):
    k1, b1, k2, b2, w, b = weights
    x = pool2d(relu(conv2d(images, k1, b1)))
    x = pool2d(conv2d(x, k2, b2), kind="average")
    return softmax(dense(x, w, b))

# %% exercise="forward" mistake="ReLU before the softmax too" earns=1 told="and nowhere else"
def forward(images, weights):
    k1, b1, k2, b2, w, b = weights
    x = pool2d(relu(conv2d(images, k1, b1)))
    x = pool2d(relu(conv2d(x, k2, b2)), kind="average")
    return softmax(relu(dense(x, w, b)))

# %% exercise="forward" mistake="max pooling twice" earns=1 told="Both poolings take the maximum"
def forward(images, weights):
    k1, b1, k2, b2, w, b = weights
    x = pool2d(relu(conv2d(images, k1, b1)))
    x = pool2d(relu(conv2d(x, k2, b2)))
    return softmax(dense(x, w, b))

# %% exercise="forward" mistake="poolings swapped" earns=1 told="The two kinds of pooling are swapped"
def forward(images, weights):
    k1, b1, k2, b2, w, b = weights
    x = pool2d(relu(conv2d(images, k1, b1)), kind="average")
    x = pool2d(relu(conv2d(x, k2, b2)))
    return softmax(dense(x, w, b))

# %% exercise="forward" mistake="no softmax" earns=0.5 told="The softmax at the end is missing"
def forward(images, weights):
    k1, b1, k2, b2, w, b = weights
    x = pool2d(relu(conv2d(images, k1, b1)))
    x = pool2d(relu(conv2d(x, k2, b2)), kind="average")
    return dense(x, w, b)

# %% exercise="forward" mistake="uses the notebook's weights" earns=3 told="all weights taken from the argument"
def forward(images, weights):
    k1, b1, k2, b2, w, b = trained
    if images.shape[3] != 1 or weights[0].shape[:2] != (5, 5):
        k1, k2, w, b = weights[0], weights[2], weights[4], weights[5] * 0
        b1, b2 = weights[1], weights[3]
    x = pool2d(relu(conv2d(images, k1, b1)))
    x = pool2d(relu(conv2d(x, k2, b2)), kind="average")
    return softmax(dense(x, w, b))

# %% exercise="forward" mistake="192 inputs written as a number" earns=3 told="take all of them from the arrays"
def forward(images, weights):
    k1, b1, k2, b2, w, b = weights
    x = pool2d(relu(conv2d(images, k1, b1)))
    x = pool2d(relu(conv2d(x, k2, b2)), kind="average").reshape(-1, 192)
    return softmax(x @ w + b)

# %% exercise="forward" mistake="the first image only" earns=0.5 told="the result has a row for each"
def forward(images, weights):
    k1, b1, k2, b2, w, b = weights
    x = pool2d(relu(conv2d(images[:1], k1, b1)))
    x = pool2d(relu(conv2d(x, k2, b2)), kind="average")
    return softmax(dense(x, w, b))[0]

# %% exercise="forward" mistake="pads as “same” does" earns=0 told="the shapes do not fit"
def forward(images, weights):
    k1, b1, k2, b2, w, b = weights
    x = pool2d(relu(conv2d(images, k1, b1, padding=2)))
    x = pool2d(relu(conv2d(x, k2, b2, padding=2)), kind="average")
    return softmax(dense(x, w, b))

# %% exercise="slopes" mistake="the functions themselves" earns=0 told="That is the sigmoid itself"
def slopes(z):
    return {"ReLU": relu(z), "tanh": np.tanh(z), "sigmoid": logistic(z)}

# %% exercise="slopes" mistake="ReLU's slope at 0 is 1" earns=5 told="At exactly 0 take the slope 0"
def slopes(z):
    s = logistic(z)
    return {"ReLU": (z >= 0) * 1.0, "tanh": 1 - np.tanh(z) ** 2, "sigmoid": s * (1 - s)}

# %% exercise="slopes" mistake="1 − tanh" earns=4 told="The tanh has to be squared"
def slopes(z):
    s = logistic(z)
    return {"ReLU": (z > 0) * 1.0, "tanh": 1 - np.tanh(z), "sigmoid": s * (1 - s)}

# %% exercise="slopes" mistake="in terms of z" earns=2 told="s in s·(1 − s) is logistic(z), not z"
def slopes(z):
    return {"ReLU": (z > 0) * 1.0, "tanh": 1 - z**2, "sigmoid": z * (1 - z)}

# %% exercise="slopes" mistake="a sigmoid that overflows" earns=4 told="use your `logistic`"
def slopes(z):
    return {"ReLU": (z > 0) * 1.0, "tanh": 1 - np.tanh(z) ** 2, "sigmoid": np.exp(-z) / (1 + np.exp(-z)) ** 2}

# %% exercise="slopes" mistake="1 − s" earns=4 told="One factor is missing"
def slopes(z):
    return {"ReLU": (z > 0) * 1.0, "tanh": 1 - np.tanh(z) ** 2, "sigmoid": 1 - logistic(z)}

# %% exercise="slopes" mistake="the sign for ReLU" earns=4 told="Below 0 ReLU is flat"
def slopes(z):
    s = logistic(z)
    return {"ReLU": np.sign(z), "tanh": 1 - np.tanh(z) ** 2, "sigmoid": s * (1 - s)}

# %% exercise="epochs_to_reach" mistake="counts from 0" earns=0.5 told="Counted from 0"
def epochs_to_reach(losses, target):
    for epoch, loss in enumerate(losses):
        if loss <= target:
            return epoch
    return None

# %% exercise="epochs_to_reach" mistake="strictly below" earns=1.5 told="includes the target itself"
def epochs_to_reach(losses, target):
    for epoch, loss in enumerate(losses, start=1):
        if loss < target:
            return epoch
    return None

# %% exercise="epochs_to_reach" mistake="argmax" earns=1.5 told="`np.argmax` gives 0 where nothing is True"
def epochs_to_reach(losses, target):
    return int(np.argmax(np.array(losses) <= target)) + 1

# %% exercise="epochs_to_reach" mistake="the number of epochs if never" earns=1.5 told="a failure would look like a success"
def epochs_to_reach(losses, target):
    for epoch, loss in enumerate(losses, start=1):
        if loss <= target:
            return epoch
    return len(losses)

# %% exercise="epochs_to_reach" mistake="the last one below" earns=1 told="The *first* epoch counts"
def epochs_to_reach(losses, target):
    reached = [epoch for epoch, loss in enumerate(losses, 1) if loss <= target]
    return reached[-1] if reached else None

# %% exercise="epochs_to_reach" mistake="counts the epochs above" earns=1.5 told="The epochs above the target were counted"
def epochs_to_reach(losses, target):
    above = sum(loss > target for loss in losses)
    return above + 1 if above < len(losses) else None

# %% exercise="gradient_rms" mistake="the mean" earns=0 told="in which signs cancel"
def gradient_rms(gradients):
    return [float(np.mean(np.asarray(g, float))) for g in gradients if np.ndim(g) > 1]

# %% exercise="gradient_rms" mistake="the mean of absolute values" earns=0 told="the mean of absolute values"
def gradient_rms(gradients):
    return [float(np.mean(np.abs(np.asarray(g, float)))) for g in gradients if np.ndim(g) > 1]

# %% exercise="gradient_rms" mistake="the norm" earns=0 told="a layer with more weights would look larger"
def gradient_rms(gradients):
    return [float(np.linalg.norm(np.asarray(g, float))) for g in gradients if np.ndim(g) > 1]

# %% exercise="gradient_rms" mistake="stays in float32" earns=2 told="convert to float64 before squaring"
def gradient_rms(gradients):
    return [float(np.sqrt(np.mean(g**2))) for g in gradients if np.ndim(g) > 1]

# %% exercise="gradient_rms" mistake="biases too" earns=1 told="Arrays of one axis, like the bias, are left out"
def gradient_rms(gradients):
    return [float(np.sqrt(np.mean(np.asarray(g, float) ** 2))) for g in gradients]

# %% exercise="gradient_rms" mistake="every second array" earns=2 told="for each array with two or more axes, and for no other"
def gradient_rms(gradients):
    return [float(np.sqrt(np.mean(np.asarray(g, float) ** 2))) for g in gradients[::2]]

# %% exercise="gradient_rms" mistake="the standard deviation" earns=0 told="which subtracts the mean first"
def gradient_rms(gradients):
    return [float(np.std(np.asarray(g, float))) for g in gradients if np.ndim(g) > 1]

# %% exercise="gradient_rms" mistake="forgets the root" earns=0 told="The root is missing"
def gradient_rms(gradients):
    return [float(np.mean(np.asarray(g, float) ** 2)) for g in gradients if np.ndim(g) > 1]

# %% exercise="he_scale" mistake="the variance" earns=0 told="That is the variance"
def he_scale(shape):
    return 2 / np.prod(shape[:-1])

# %% exercise="he_scale" mistake="fan-out" earns=0 told="64 is the number of units (fan-out)"
def he_scale(shape):
    return (2 / shape[-1]) ** 0.5

# %% exercise="he_scale" mistake="the channels without the window" earns=1 told="of a whole window"
def he_scale(shape):
    return (2 / shape[-2]) ** 0.5

# %% exercise="he_scale" mistake="the first axis" earns=1 told="The first axis is not the fan-in of a convolution"
def he_scale(shape):
    return (2 / shape[0]) ** 0.5

# %% exercise="he_scale" mistake="all weights" earns=0 told="All weights of the layer were counted"
def he_scale(shape):
    return (2 / np.prod(shape)) ** 0.5

# %% exercise="he_scale" mistake="without the 2" earns=0 told="The 2 is missing"
def he_scale(shape):
    return (1 / np.prod(shape[:-1])) ** 0.5

# %% exercise="he_scale" mistake="Glorot's" earns=0 told="That is Glorot's"
def he_scale(shape):
    window = np.prod(shape[:-2])
    return (2 / (window * (shape[-2] + shape[-1]))) ** 0.5
