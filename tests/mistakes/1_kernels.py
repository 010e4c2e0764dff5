# %% exercise="by_hand" mistake="multiplies the matrices" earns=1 told="That is the matrix product"
products = (np.array([[3, 2, 1], [1, 2, 3], [1, 1, 1]]) @ np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])).tolist()
response = sum(map(sum, products))
mirrored = 0
flat = 0

# %% exercise="by_hand" mistake="turns the kernel" earns=1 told="You turned the kernel around"
products = [[3, 0, -1], [2, 0, -6], [1, 0, -1]]
response = -2
mirrored = 2
flat = 0

# %% exercise="by_hand" mistake="loses the minus signs" earns=0 told="The minus signs of the left column are lost"
products = [[3, 0, 1], [2, 0, 6], [1, 0, 1]]
response = 14
mirrored = 14
flat = 56

# %% exercise="by_hand" mistake="averages" earns=2 told="The response is a sum, not an average"
products = [[-3, 0, 1], [-2, 0, 6], [-1, 0, 1]]
response = 2 / 9
mirrored = -2 / 9
flat = 0

# %% exercise="by_hand" mistake="thinks that mirroring changes nothing and flat means its value" earns=2 told="the sides have changed places"
products = [[-3, 0, 1], [-2, 0, 6], [-1, 0, 1]]
response = 2
mirrored = 2
flat = 7

# %% exercise="by_hand" mistake="sums the pixels" earns=1 told="That is the sum of the pixels"
products = [[-3, 0, 1], [-2, 0, 6], [-1, 0, 1]]
response = 15
mirrored = 15
flat = 63

# %% exercise="by_hand" mistake="answers in text" earns=2 told="found text"
products = [[-3, 0, 1], [-2, 0, 6], [-1, 0, 1]]
response = "2"
mirrored = -2
flat = "0"

# %% exercise="weighted_sum" mistake="does not add" earns=0 told="they are still to be added up"
def weighted_sum(patch, kernel):
    return patch * kernel

# %% exercise="weighted_sum" mistake="adds up one axis" earns=0 told="That adds up one axis only"
def weighted_sum(patch, kernel):
    return sum(patch * kernel)

# %% exercise="weighted_sum" mistake="flips the kernel" earns=0 told="The kernel was flipped"
def weighted_sum(patch, kernel):
    return (patch * np.flip(kernel)).sum()

# %% exercise="weighted_sum" mistake="averages" earns=0 told="That is an average"
def weighted_sum(patch, kernel):
    return (patch * kernel).mean()

# %% exercise="weighted_sum" mistake="multiplies the matrices" earns=0 told="are matrix products"
def weighted_sum(patch, kernel):
    return np.dot(patch, kernel).sum()

# %% exercise="weighted_sum" mistake="multiplies two sums" earns=0 told="a product of two sums is something else"
def weighted_sum(patch, kernel):
    return patch.sum() * kernel.sum()

# %% exercise="weighted_sum" mistake="loops over 3×3" earns=1 told="Patches need not be 3×3"
def weighted_sum(patch, kernel):
    total = 0
    for row in range(3):
        for column in range(3):
            total += patch[row, column] * kernel[row, column]
    return total

# %% exercise="weighted_sum" mistake="loops over two axes" earns=4 told="The third axis is left over"
def weighted_sum(patch, kernel):
    total = 0
    for row in range(kernel.shape[0]):
        for column in range(kernel.shape[1]):
            total += patch[row, column] * kernel[row, column]
    return total

# %% exercise="weighted_sum" mistake="begins with a float" earns=4 told="something in the function makes floats"
def weighted_sum(patch, kernel):
    total = 0.0
    for pixel, weight in zip(patch.flatten(), kernel.flatten()):
        total += pixel * weight
    return total

# %% exercise="weighted_sum" mistake="converts to int" earns=4 told="The fraction was cut off"
def weighted_sum(patch, kernel):
    return int((patch * kernel).sum())

# %% exercise="weighted_sum" mistake="loses the minus signs" earns=0 told="The minus signs are lost"
def weighted_sum(patch, kernel):
    return np.abs(patch * kernel).sum()

# %% exercise="weighted_sum" mistake="prints and returns nothing" earns=0 told="is a `return` missing?"
def weighted_sum(patch, kernel):
    print((patch * kernel).sum())

# %% exercise="output_size" mistake="counts steps instead of places" earns=0 told="one place more than steps"
def output_size(size, kernel, padding=0, stride=1):
    return (size + 2 * padding - kernel) // stride

# %% exercise="output_size" mistake="pads one side" earns=2 told="Padding is added on both sides"
def output_size(size, kernel, padding=0, stride=1):
    return (size + padding - kernel) // stride + 1

# %% exercise="output_size" mistake="rounds up" earns=3 told="the last step would leave the image"
def output_size(size, kernel, padding=0, stride=1):
    return -(-(size + 2 * padding - kernel) // stride) + 1

# %% exercise="output_size" mistake="divides to a float" earns=3 told="`/` a float"
def output_size(size, kernel, padding=0, stride=1):
    return (size + 2 * padding - kernel) / stride + 1

# %% exercise="output_size" mistake="adds one before dividing" earns=4 told="divide the way that is left by the stride, then add one"
def output_size(size, kernel, padding=0, stride=1):
    return (size + 2 * padding - kernel + 1) // stride

# %% exercise="output_size" mistake="ignores the stride" earns=3 told="The stride was left out"
def output_size(size, kernel, padding=0, stride=1):
    return size + 2 * padding - kernel + 1

# %% exercise="output_size" mistake="ignores the padding" earns=2 told="The padding was left out"
def output_size(size, kernel, padding=0, stride=1):
    return (size - kernel) // stride + 1

# %% exercise="output_size" mistake="keeps the size" earns=1 told="its whole width must lie on the image"
def output_size(size, kernel, padding=0, stride=1):
    return size // stride

# %% exercise="output_size" mistake="takes padding away" earns=2 told="Padding makes the image larger"
def output_size(size, kernel, padding=0, stride=1):
    return (size - 2 * padding - kernel) // stride + 1

# %% exercise="slide" mistake="stops one place early" earns=0 told="The last place in each direction is missing"
def slide(image, kernel):
    height, width = kernel.shape
    return np.array([[weighted_sum(image[r : r + height, c : c + width], kernel)
                      for c in range(image.shape[1] - width)] for r in range(image.shape[0] - height)])

# %% exercise="slide" mistake="flips the kernel" earns=1 told="The kernel was flipped"
def slide(image, kernel):
    height, width = kernel.shape
    kernel = kernel[::-1, ::-1]
    return np.array([[weighted_sum(image[r : r + height, c : c + width], kernel)
                      for c in range(image.shape[1] - width + 1)] for r in range(image.shape[0] - height + 1)])

# %% exercise="slide" mistake="exchanges rows and columns" earns=1 told="Rows and columns are exchanged"
def slide(image, kernel):
    height, width = kernel.shape
    return np.array([[weighted_sum(image[r : r + height, c : c + width], kernel)
                      for r in range(image.shape[0] - height + 1)] for c in range(image.shape[1] - width + 1)])

# %% exercise="slide" mistake="takes kernels for square" earns=3 told="Neither the image nor the kernel need be square"
def slide(image, kernel):
    size = kernel.shape[0]
    return np.array([[weighted_sum(image[r : r + size, c : c + size], kernel)
                      for c in range(image.shape[1] - size + 1)] for r in range(image.shape[0] - size + 1)])

# %% exercise="slide" mistake="takes images for square" earns=2 told="and on the image's, in each direction on its own"
def slide(image, kernel):
    height, width = kernel.shape
    size = min(image.shape) - max(kernel.shape) + 1
    return np.array([[weighted_sum(image[r : r + height, c : c + width], kernel)
                      for c in range(size)] for r in range(size)])

# %% exercise="slide" mistake="knows 3×3 only" earns=2 told="This kernel is 2×2"
def slide(image, kernel):
    return np.array([[weighted_sum(image[r : r + 3, c : c + 3], kernel)
                      for c in range(image.shape[1] - 2)] for r in range(image.shape[0] - 2)])

# %% exercise="slide" mistake="writes into floats" earns=5 told="the result is an array of floats"
def slide(image, kernel):
    height, width = kernel.shape
    rows, columns = output_size(image.shape[0], height), output_size(image.shape[1], width)
    result = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            result[r, c] = weighted_sum(image[r : r + height, c : c + width], kernel)
    return result

# %% exercise="slide" mistake="writes into 64-bit integers" earns=5 told="too short for these numbers"
def slide(image, kernel):
    height, width = kernel.shape
    rows, columns = output_size(image.shape[0], height), output_size(image.shape[1], width)
    result = np.zeros((rows, columns), dtype=int)
    for r in range(rows):
        for c in range(columns):
            result[r, c] = weighted_sum(image[r : r + height, c : c + width], kernel)
    return result

# %% exercise="slide" mistake="lets the window hang over the edge" earns=0 told="The window may not hang over the edge"
def slide(image, kernel):
    height, width = kernel.shape
    result = np.zeros(image.shape, dtype=image.dtype)
    for r in range(image.shape[0]):
        for c in range(image.shape[1]):
            patch = image[r : r + height, c : c + width]
            result[r, c] = weighted_sum(patch, kernel[: patch.shape[0], : patch.shape[1]])
    return result

# %% exercise="slide" mistake="transposes the kernel" earns=1 told="The kernel's rows and columns are exchanged"
def slide(image, kernel):
    height, width = kernel.shape
    return np.array([[weighted_sum(image[r : r + height, c : c + width], kernel.T)
                      for c in range(image.shape[1] - width + 1)] for r in range(image.shape[0] - height + 1)])

# %% exercise="slide" mistake="averages, as for a blur" earns=0 told="Those are averages"
def slide(image, kernel):
    height, width = kernel.shape
    return np.array([[weighted_sum(image[r : r + height, c : c + width], kernel) / kernel.size
                      for c in range(image.shape[1] - width + 1)] for r in range(image.shape[0] - height + 1)])

# %% exercise="pad" mistake="pads below and to the right only" earns=0 told="A ring goes all around"
def pad(image, rings):
    result = np.zeros((image.shape[0] + rings, image.shape[1] + rings, *image.shape[2:]), dtype=image.dtype)
    result[: image.shape[0], : image.shape[1]] = image
    return result

# %% exercise="pad" mistake="pads the channels too" earns=4 told="which gives the image new colours"
def pad(image, rings):
    return np.pad(image, rings)

# %% exercise="pad" mistake="repeats the edge" earns=0 told="not copies of the pixels at the edge"
def pad(image, rings):
    return np.pad(image, [(rings, rings), (rings, rings)] + [(0, 0)] * (image.ndim - 2), mode="edge")

# %% exercise="pad" mistake="cuts from the end with no rings" earns=4 told="a slice that ends at 0 is empty"
def pad(image, rings):
    result = np.zeros((image.shape[0] + 2 * rings, image.shape[1] + 2 * rings, *image.shape[2:]), dtype=image.dtype)
    result[rings:-rings, rings:-rings] = image
    return result

# %% exercise="pad" mistake="makes floats" earns=4 told="`np.zeros` makes floats"
def pad(image, rings):
    result = np.zeros((image.shape[0] + 2 * rings, image.shape[1] + 2 * rings, *image.shape[2:]))
    result[rings : rings + image.shape[0], rings : rings + image.shape[1]] = image
    return result

# %% exercise="pad" mistake="makes 64-bit integers" earns=4 told="The zeros were made as 64-bit integers"
def pad(image, rings):
    result = np.zeros((image.shape[0] + 2 * rings, image.shape[1] + 2 * rings, *image.shape[2:]), dtype=int)
    result[rings : rings + image.shape[0], rings : rings + image.shape[1]] = image
    return result

# %% exercise="pad" mistake="always one ring" earns=1 told="whatever `rings` says is how many"
def pad(image, rings):
    result = np.zeros((image.shape[0] + 2, image.shape[1] + 2, *image.shape[2:]), dtype=image.dtype)
    result[1:-1, 1:-1] = image
    return result

# %% exercise="pad" mistake="knows two axes only" earns=4 told="An image may have a third axis"
def pad(image, rings):
    height, width = image.shape
    result = np.zeros((height + 2 * rings, width + 2 * rings), dtype=image.dtype)
    result[rings : rings + height, rings : rings + width] = image
    return result

# %% exercise="pad" mistake="puts the image into the corner" earns=0 told="one row and one column away from the corner"
def pad(image, rings):
    result = np.zeros((image.shape[0] + 2 * rings, image.shape[1] + 2 * rings, *image.shape[2:]), dtype=image.dtype)
    result[: image.shape[0], : image.shape[1]] = image
    return result

# %% exercise="convolve" mistake="ignores the padding" earns=2 told="The padding was left out"
def convolve(image, kernel, padding=0, stride=1):
    return slide(image, kernel)[::stride, ::stride]

# %% exercise="convolve" mistake="ignores the stride" earns=2 told="The stride was left out"
def convolve(image, kernel, padding=0, stride=1):
    return slide(pad(image, padding), kernel)

# %% exercise="convolve" mistake="strides downwards only" earns=2 told="The stride holds in both directions"
def convolve(image, kernel, padding=0, stride=1):
    return slide(pad(image, padding), kernel)[::stride]

# %% exercise="convolve" mistake="skips pixels of the image" earns=2 told="The pixels of the image were skipped"
def convolve(image, kernel, padding=0, stride=1):
    image = pad(image, padding)[::stride, ::stride]
    return slide(np.pad(image, [(0, max(0, size - have)) for size, have in zip(kernel.shape, image.shape)]), kernel)

# %% exercise="convolve" mistake="skips pixels under the window" earns=2 told="the patch under the window stays whole"
def convolve(image, kernel, padding=0, stride=1):
    image = pad(image, padding)
    height, width = kernel.shape
    return np.array([[weighted_sum(image[r : r + height * stride : stride, c : c + width * stride : stride], kernel)
                      for c in range(0, image.shape[1] - width + 1, stride)]
                     for r in range(0, image.shape[0] - height + 1, stride)])

# %% exercise="convolve" mistake="pads the result" earns=2 told="The result was padded"
def convolve(image, kernel, padding=0, stride=1):
    return pad(slide(image, kernel)[::stride, ::stride], padding)

# %% exercise="convolve" mistake="flips the kernel" earns=1 told="The kernel was flipped"
def convolve(image, kernel, padding=0, stride=1):
    return slide(pad(image, padding), kernel[::-1, ::-1])[::stride, ::stride]

# %% exercise="convolve" mistake="strides by output_size of the unpadded image" earns=2 told="The size is not what `output_size` tells"
def convolve(image, kernel, padding=0, stride=1):
    image_padded = pad(image, padding)
    height, width = kernel.shape[:2]
    rows, columns = output_size(image.shape[0], height, 0, stride), output_size(image.shape[1], width, 0, stride)
    return np.array([[weighted_sum(image_padded[r * stride : r * stride + height, c * stride : c * stride + width], kernel)
                      for c in range(columns)] for r in range(rows)])

# %% exercise="convolve" mistake="forgets to multiply the place with the stride" earns=2 told="they are next to each other"
def convolve(image, kernel, padding=0, stride=1):
    image = pad(image, padding)
    height, width = kernel.shape[:2]
    rows = output_size(image.shape[0], height, stride=stride)
    columns = output_size(image.shape[1], width, stride=stride)
    return np.array([[weighted_sum(image[r : r + height, c : c + width], kernel)
                      for c in range(columns)] for r in range(rows)])

# %% exercise="kernel_weights" mistake="forgets the depth" earns=1 told="the kernel has its own 5×5 weights for red"
def kernel_weights(height, width, image_shape):
    return height * width

# %% exercise="kernel_weights" mistake="counts a bias" earns=0 told="A bias was counted"
def kernel_weights(height, width, image_shape):
    return height * width * (image_shape[2] if len(image_shape) == 3 else 1) + 1

# %% exercise="kernel_weights" mistake="takes kernels for square" earns=2 told="this kernel is not square"
def kernel_weights(height, width, image_shape):
    return height * height * (image_shape[2] if len(image_shape) == 3 else 1)

# %% exercise="kernel_weights" mistake="takes every image for RGB" earns=1 told="This image has four channels"
def kernel_weights(height, width, image_shape):
    return height * width * 3

# %% exercise="kernel_weights" mistake="fails for grey images" earns=3 told="A grey image's shape has two entries: its depth is 1."
def kernel_weights(height, width, image_shape):
    return height * width * image_shape[2]

# %% exercise="kernel_weights" mistake="takes the last entry for the depth" earns=3 told="the last is its width, not its depth"
def kernel_weights(height, width, image_shape):
    return height * width * image_shape[-1]

# %% exercise="kernel_weights" mistake="counts a weight for each place" earns=0 told="all places share the same weights"
def kernel_weights(height, width, image_shape):
    return height * width * int(np.prod(image_shape))

# %% exercise="kernel_weights" mistake="counts the depth twice" earns=1 told="The depth counts once"
def kernel_weights(height, width, image_shape):
    channels = image_shape[2] if len(image_shape) == 3 else 1
    return height * channels * width * channels

# %% exercise="feature_maps" mistake="stacks in front" earns=0 told="The maps are stacked in front"
def feature_maps(image, kernels, padding=0, stride=1):
    return np.array([convolve(image, kernels[..., number], padding, stride) for number in range(kernels.shape[-1])])

# %% exercise="feature_maps" mistake="counts the kernels by the first axis" earns=0 told="The kernels are counted by the last axis"
def feature_maps(image, kernels, padding=0, stride=1):
    return np.stack([convolve(image, kernel, padding, stride) for kernel in kernels], axis=-1)

# %% exercise="feature_maps" mistake="ignores padding and stride" earns=2 told="Padding and stride were left out"
def feature_maps(image, kernels, padding=0, stride=1):
    return np.stack([convolve(image, kernels[..., number]) for number in range(kernels.shape[-1])], axis=-1)

# %% exercise="feature_maps" mistake="keeps the channels apart" earns=0 told="The channels were kept apart"
def feature_maps(image, kernels, padding=0, stride=1):
    maps = [convolve(image[..., c], kernels[:, :, c, number], padding, stride)
            for number in range(kernels.shape[3]) for c in range(kernels.shape[2])]
    return np.stack(maps, axis=-1)

# %% exercise="feature_maps" mistake="looks at the first channel" earns=1 told="Only the first channel was looked at"
def feature_maps(image, kernels, padding=0, stride=1):
    maps = [convolve(image[..., 0], kernels[:, :, 0, number], padding, stride) for number in range(kernels.shape[3])]
    return np.stack(maps, axis=-1)

# %% exercise="feature_maps" mistake="averages the channels" earns=1 told="The channels were averaged"
def feature_maps(image, kernels, padding=0, stride=1):
    maps = [convolve(image, kernels[..., n], padding, stride) / kernels.shape[2] for n in range(kernels.shape[3])]
    return np.stack(maps, axis=-1)

# %% exercise="feature_maps" mistake="adds up all kernels" earns=0 told="One map came out"
def feature_maps(image, kernels, padding=0, stride=1):
    return sum(convolve(image, kernels[..., number], padding, stride) for number in range(kernels.shape[-1]))

# %% exercise="feature_maps" mistake="hands on the padding only" earns=3 told="The stride was left out"
def feature_maps(image, kernels, padding=0, stride=1):
    return np.stack([convolve(image, kernels[..., n], padding) for n in range(kernels.shape[-1])], axis=-1)

# %% exercise="feature_maps" mistake="takes the number of kernels for the number of channels" earns=2 told="The third map repeats the first"
def feature_maps(image, kernels, padding=0, stride=1):
    maps = [convolve(image, kernels[..., number % kernels.shape[2]], padding, stride) for number in range(kernels.shape[-1])]
    return np.stack(maps, axis=-1)

# %% exercise="feature_maps" mistake="reorders the kernels by reshaping" earns=2 told="`reshape` does not exchange axes"
def feature_maps(image, kernels, padding=0, stride=1):
    height, width, channels, number = kernels.shape
    filters = kernels.reshape(number, height, width, channels)
    return np.stack([convolve(image, kernel, padding, stride) for kernel in filters], axis=-1)

# %% exercise="feature_maps" mistake="has a convolve that pads the channels" earns=3 told="It must pad with your `pad`"
def convolve(image, kernel, padding=0, stride=1):
    return slide(np.pad(image, padding), kernel)[::stride, ::stride]

def feature_maps(image, kernels, padding=0, stride=1):
    return np.stack([convolve(image, kernels[..., n], padding, stride) for n in range(kernels.shape[-1])], axis=-1)

# %% exercise="feature_maps" mistake="has a slide that expects two axes" earns=0 told="`kernel.shape[:2]`"
def slide(image, kernel):
    height, width = kernel.shape
    return np.array([[weighted_sum(image[r : r + height, c : c + width], kernel)
                      for c in range(image.shape[1] - width + 1)] for r in range(image.shape[0] - height + 1)])

def convolve(image, kernel, padding=0, stride=1):
    return slide(pad(image, padding), kernel)[::stride, ::stride]

def feature_maps(image, kernels, padding=0, stride=1):
    return np.stack([convolve(image, kernels[..., n], padding, stride) for n in range(kernels.shape[-1])], axis=-1)

# %% exercise="predictions" mistake="counts only what fits" earns=0 told="pixels under a minus one count too"
predictions = {"vertical": [3, 1, 2, 3], "horizontal": [1, 3, 2, 3], "corner": [2, 2, 4, 4]}
corner_at = [2, 3]

# %% exercise="predictions" mistake="takes what does not fit for 0" earns=1 told="is not ignored, it counts against"
predictions = {"vertical": [3, 0, 0, 0], "horizontal": [0, 3, 0, 0], "corner": [0, 0, 4, 0]}
corner_at = [1, 2]

# %% exercise="predictions" mistake="exchanges the line detectors" earns=1 told="That is the other line detector"
predictions = {"vertical": [-1, 3, 0, -3], "horizontal": [3, -1, 0, -3], "corner": [1, 1, 4, -1]}
corner_at = [2, 1]

# %% exercise="predictions" mistake="takes the sum of a detector's weights for 0" earns=0 told="On the flat patch add up all nine weights"
predictions = {"vertical": [3, -1, 0, 0], "horizontal": [-1, 3, 0, 0], "corner": [1, 1, 4, 0]}
corner_at = [2, 3]

# %% exercise="predictions" mistake="names the place in the drawing" earns=3 told="That is the corner in the drawing"
predictions = {"vertical": [3, -1, 0, -3], "horizontal": [-1, 3, 0, -3], "corner": [1, 1, 4, -1]}
corner_at = [2, 3]

# %% exercise="predictions" mistake="takes the lower right corner" earns=3 told="That is the lower right corner"
predictions = {"vertical": [3, -1, 0, -3], "horizontal": [-1, 3, 0, -3], "corner": [1, 1, 4, -1]}
corner_at = [6, 6]

# %% exercise="predictions" mistake="calls the lists by other names" earns=1 told="KeyError"
predictions = {"Vertical": [3, -1, 0, -3], "Horizontal": [-1, 3, 0, -3], "Corner": [1, 1, 4, -1]}
corner_at = [1, 2]

# %% exercise="blur_kernel" mistake="does not normalise" earns=0 told="nine times too much"
def blur_kernel(profile):
    return np.outer(profile, profile)

# %% exercise="blur_kernel" mistake="divides by the number of weights" earns=1 told="Divided by the number of weights"
def blur_kernel(profile):
    return np.outer(profile, profile) / len(profile) ** 2

# %% exercise="blur_kernel" mistake="divides by the sum of the profile once" earns=0 told="Divided by the sum of the profile once"
def blur_kernel(profile):
    return np.outer(profile, profile) / sum(profile)

# %% exercise="blur_kernel" mistake="follows the profile in one direction" earns=2 told="The profile holds in both directions"
def blur_kernel(profile):
    rows = np.array([profile] * len(profile))
    return rows / rows.sum()

# %% exercise="blur_kernel" mistake="divides by 16" earns=1 told="Not every kernel is divided by 16"
def blur_kernel(profile):
    return np.outer(profile, profile) / 16

# %% exercise="blur_kernel" mistake="divides whole numbers" earns=0 told="`//` cuts off fractions"
def blur_kernel(profile):
    products = np.outer(profile, profile)
    return products // products.sum()

# %% exercise="blur_kernel" mistake="adds the two weights" earns=2 told="The two weights are multiplied, not added"
def blur_kernel(profile):
    profile = np.array(profile)
    sums = profile[:, np.newaxis] + profile
    return sums / sums.sum()

# %% exercise="blur_kernel" mistake="knows two kernels by heart" earns=2 told="The profile may have any length"
def blur_kernel(profile):
    if profile == [1, 1, 1]:
        return np.ones((3, 3)) / 9
    return np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16

# %% exercise="edge_kernels" mistake="takes the identity matrix" earns=2 told="That is the identity matrix"
def edge_kernels(neighbours):
    identity = np.eye(*neighbours.shape, dtype=int)
    ridge = -neighbours
    ridge[neighbours.shape[0] // 2, neighbours.shape[1] // 2] = neighbours.sum()
    return {"identity": identity, "ridge": ridge, "sharpen": identity + ridge}

# %% exercise="edge_kernels" mistake="has 4 in the middle always" earns=3 told="here there are eight"
def edge_kernels(neighbours):
    identity = np.zeros(neighbours.shape, dtype=int)
    identity[neighbours.shape[0] // 2, neighbours.shape[1] // 2] = 1
    ridge = 4 * identity - neighbours
    return {"identity": identity, "ridge": ridge, "sharpen": identity + ridge}

# %% exercise="edge_kernels" mistake="has the signs the other way round" earns=2 told="neighbours are taken away"
def edge_kernels(neighbours):
    identity = np.zeros(neighbours.shape, dtype=int)
    identity[neighbours.shape[0] // 2, neighbours.shape[1] // 2] = 1
    ridge = neighbours - neighbours.sum() * identity
    return {"identity": identity, "ridge": ridge, "sharpen": identity + ridge}

# %% exercise="edge_kernels" mistake="adds 1 to every weight" earns=4 told="1 was added to every weight"
def edge_kernels(neighbours):
    identity = np.zeros(neighbours.shape, dtype=int)
    identity[neighbours.shape[0] // 2, neighbours.shape[1] // 2] = 1
    ridge = neighbours.sum() * identity - neighbours
    return {"identity": identity, "ridge": ridge, "sharpen": ridge + 1}

# %% exercise="edge_kernels" mistake="forgets the middle of the ridge" earns=2 told="the weight in the middle is missing"
def edge_kernels(neighbours):
    identity = np.zeros(neighbours.shape, dtype=int)
    identity[neighbours.shape[0] // 2, neighbours.shape[1] // 2] = 1
    return {"identity": identity, "ridge": -neighbours, "sharpen": identity - neighbours}

# %% exercise="edge_kernels" mistake="takes the ridge away from the image" earns=4 told="which blurs"
def edge_kernels(neighbours):
    identity = np.zeros(neighbours.shape, dtype=int)
    identity[neighbours.shape[0] // 2, neighbours.shape[1] // 2] = 1
    ridge = neighbours.sum() * identity - neighbours
    return {"identity": identity, "ridge": ridge, "sharpen": identity - ridge}

# %% exercise="edge_kernels" mistake="knows 3×3 only" earns=3 told="Each kernel has the shape of `neighbours`"
def edge_kernels(neighbours):
    identity = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    ridge = neighbours.sum() * identity - neighbours if neighbours.shape == (3, 3) else identity * 8
    return {"identity": identity, "ridge": ridge, "sharpen": identity + ridge}

# %% exercise="edge_kernels" mistake="takes the middle of the rows for both" earns=3 told="The 1 is not in the middle"
def edge_kernels(neighbours):
    middle = min(neighbours.shape) // 2
    identity = np.zeros(neighbours.shape, dtype=int)
    identity[middle, middle] = 1
    ridge = neighbours.sum() * identity - neighbours
    return {"identity": identity, "ridge": ridge, "sharpen": identity + ridge}

# %% exercise="edge_kernels" mistake="ignores the neighbours given" earns=2 told="The neighbours that were handed over are not used"
def edge_kernels(neighbours):
    identity = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    ridge = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])
    return {"identity": identity, "ridge": ridge, "sharpen": identity + ridge}

# %% exercise="receptive_field" mistake="adds the sizes" earns=0 told="neighbouring windows overlap"
def receptive_field(layers, size):
    side = sum(kernel for kernel, stride in layers)
    seen = np.zeros((size, size), dtype=bool)
    seen[:side, :side] = True
    return seen

# %% exercise="receptive_field" mistake="watches all outputs" earns=0 told="Watch one output only"
def receptive_field(layers, size):
    seen = np.zeros((size, size), dtype=bool)
    for row in range(size):
        for column in range(size):
            image = np.zeros((size, size), dtype=int)
            image[row, column] = 1
            for kernel_size, stride in layers:
                image = convolve(image, np.ones((kernel_size, kernel_size), dtype=int), stride=stride)
            seen[row, column] = image.any()
    return seen

# %% exercise="receptive_field" mistake="has weights that cancel" earns=0 told="weights that are 0 or that cancel hide them"
def receptive_field(layers, size):
    seen = np.zeros((size, size), dtype=bool)
    for row in range(size):
        for column in range(size):
            image = np.zeros((size, size), dtype=int)
            image[row, column] = 1
            for kernel_size, stride in layers:
                image = convolve(image, np.tile(np.arange(kernel_size) - kernel_size // 2, (kernel_size, 1)), stride=stride)
            seen[row, column] = image[0, 0] != 0
    return seen

# %% exercise="receptive_field" mistake="ignores the strides" earns=3 told="The strides were left out"
def receptive_field(layers, size):
    seen = np.zeros((size, size), dtype=bool)
    for row in range(size):
        for column in range(size):
            image = np.zeros((size, size), dtype=int)
            image[row, column] = 1
            for kernel_size, stride in layers:
                image = convolve(image, np.ones((kernel_size, kernel_size), dtype=int))
            seen[row, column] = image[0, 0] != 0
    return seen

# %% exercise="receptive_field" mistake="sends the image through the last layer only" earns=0 told="That is what one layer sees"
def receptive_field(layers, size):
    seen = np.zeros((size, size), dtype=bool)
    for row in range(size):
        for column in range(size):
            image = np.zeros((size, size), dtype=int)
            image[row, column] = 1
            for kernel_size, stride in layers:
                response = convolve(image, np.ones((kernel_size, kernel_size), dtype=int), stride=stride)
            seen[row, column] = response[0, 0] != 0
    return seen

# %% exercise="receptive_field" mistake="knows 3×3 only" earns=1 told="Each kernel has its own size"
def receptive_field(layers, size):
    side = 1 + 2 * len(layers)
    seen = np.zeros((size, size), dtype=bool)
    seen[:side, :side] = True
    return seen

# %% exercise="receptive_field" mistake="returns the side" earns=0 told="The field itself is asked for"
def receptive_field(layers, size):
    return 1 + sum(kernel - 1 for kernel, stride in layers)

# %% exercise="receptive_field" mistake="counts a layer's own stride before its kernel" earns=3 told="spreads what comes after it"
def receptive_field(layers, size):
    side = step = 1
    for kernel, stride in layers:
        step *= stride
        side += (kernel - 1) * step
    seen = np.zeros((size, size), dtype=bool)
    seen[:side, :side] = True
    return seen

# %% exercise="true_convolution" mistake="does not turn" earns=0 told="The kernel was not turned"
def true_convolution(image, kernel, padding=0):
    return convolve(image, kernel, padding)

# %% exercise="true_convolution" mistake="reverses the rows only" earns=0 told="Only the rows were reversed"
def true_convolution(image, kernel, padding=0):
    return convolve(image, kernel[::-1], padding)

# %% exercise="true_convolution" mistake="reverses the columns only" earns=1 told="Only the columns were reversed"
def true_convolution(image, kernel, padding=0):
    return convolve(image, kernel[:, ::-1], padding)

# %% exercise="true_convolution" mistake="transposes" earns=0 told="Rows and columns were exchanged"
def true_convolution(image, kernel, padding=0):
    return convolve(image, kernel.T, padding)

# %% exercise="true_convolution" mistake="turns by 90°" earns=0 told="That is a turn by 90°"
def true_convolution(image, kernel, padding=0):
    return convolve(image, np.rot90(kernel), padding)

# %% exercise="true_convolution" mistake="turns the image" earns=1 told="The image was turned"
def true_convolution(image, kernel, padding=0):
    return convolve(image[::-1, ::-1], kernel, padding)

# %% exercise="true_convolution" mistake="forgets the padding" earns=2 told="The padding was left out"
def true_convolution(image, kernel, padding=0):
    return convolve(image, kernel[::-1, ::-1])
