# %% exercise="dense_weights" mistake="forgets the biases" earns=1.5 told="The biases are missing: one for each unit."
def dense_weights(shape, units, bias=True):
    return units * math.prod(shape)

# %% exercise="dense_weights" mistake="one bias for the whole layer" earns=1.5 told="There is one bias for each unit, not one for the layer."
def dense_weights(shape, units, bias=True):
    return units * math.prod(shape) + bias

# %% exercise="dense_weights" mistake="a bias for each value of the input" earns=1.5 told="You counted a bias for each value of the input"
def dense_weights(shape, units, bias=True):
    return (units + bias) * math.prod(shape)

# %% exercise="dense_weights" mistake="always counts the biases" earns=0.5 told="A bias was counted, although `bias=False` was asked for."
def dense_weights(shape, units, bias=True):
    return units * (math.prod(shape) + 1)

# %% exercise="dense_weights" mistake="forgets the colours" earns=1 told="That is one colour: each pixel has three values."
def dense_weights(shape, units, bias=True):
    return units * (shape[0] * shape[1] + bias)

# %% exercise="dense_weights" mistake="adds the lengths" earns=0 told="The lengths were added."
def dense_weights(shape, units, bias=True):
    return units * (sum(shape) + bias)

# %% exercise="dense_weights" mistake="32-bit integers" earns=1.5 told="in too small a box"
import numpy as np


def dense_weights(shape, units, bias=True):
    with np.errstate(all="ignore"):
        return int((np.array([units]) * (np.prod(shape) + bias)).astype(np.uint32)[0])

# %% exercise="dense_weights" mistake="floats" earns=2 told="A float has 16 digits and loses the rest"
def dense_weights(shape, units, bias=True):
    product = 1.0
    for length in shape:
        product *= length
    return units * (product + bias)

# %% exercise="conv_weights" mistake="forgets the biases" earns=2 told="each of the 16 filters also has a bias"
def conv_weights(kernel, channels, filters, bias=True):
    return filters * kernel[0] * kernel[1] * channels

# %% exercise="conv_weights" mistake="always counts the biases" earns=2 told="A bias was counted, although `bias=False` was asked for."
def conv_weights(kernel, channels, filters, bias=True):
    return filters * (kernel[0] * kernel[1] * channels + 1)

# %% exercise="conv_weights" mistake="a filter sees one map" earns=0 told="Each filter spans all 6 maps, not one."
def conv_weights(kernel, channels, filters, bias=True):
    return filters * (kernel[0] * kernel[1] + bias)

# %% exercise="conv_weights" mistake="one bias for the layer" earns=2.5 told="there is one for each filter, not one for the layer"
def conv_weights(kernel, channels, filters, bias=True):
    return filters * kernel[0] * kernel[1] * channels + bias

# %% exercise="conv_weights" mistake="a bias for each channel of each filter" earns=2 told="not once for each channel"
def conv_weights(kernel, channels, filters, bias=True):
    return filters * channels * (kernel[0] * kernel[1] + bias)

# %% exercise="conv_weights" mistake="a bias for each map of the input" earns=2 told="You added a bias for each input map"
def conv_weights(kernel, channels, filters, bias=True):
    return filters * channels * kernel[0] * kernel[1] + bias * channels

# %% exercise="conv_weights" mistake="square kernels only" earns=2 told="Right for square kernels only"
def conv_weights(kernel, channels, filters, bias=True):
    return filters * (kernel[0] ** 2 * channels + bias)

# %% exercise="conv_weights" mistake="height plus width" earns=0 told="Height and width were added"
def conv_weights(kernel, channels, filters, bias=True):
    return filters * ((kernel[0] + kernel[1]) * channels + bias)

# %% exercise="lenet_weights" mistake="no biases" earns=1.5 told="All 236 biases are missing"
def lenet_weights():
    table = {"C1": 150, "S2": 0, "C3": 2400, "S4": 0, "C5": 48000, "FC1": 10080, "FC2": 840}
    return {**table, "total": sum(table.values()), "dense_80": 28 * 28 * 80}

# %% exercise="lenet_weights" mistake="a filter of C3 sees one map" earns=3.5 told="Each filter spans all 6 maps of its input, not one."
def lenet_weights():
    table = {"C1": 156, "S2": 0, "C3": 416, "S4": 0, "C5": 48120, "FC1": 10164, "FC2": 850}
    return {**table, "total": sum(table.values()), "dense_80": 28 * 28 * 80}

# %% exercise="lenet_weights" mistake="the network of 1998" earns=3 told="whose C3 connects each filter with some of the maps only"
def lenet_weights():
    table = {"C1": 156, "S2": 12, "C3": 1516, "S4": 32, "C5": 48120, "FC1": 10164, "FC2": 850}
    return {**table, "total": 60000, "dense_80": 28 * 28 * 80}

# %% exercise="lenet_weights" mistake="the total of 1998" earns=4 told="That is the network of 1998 itself"
def lenet_weights():
    table = {"C1": 156, "S2": 0, "C3": 2416, "S4": 0, "C5": 48120, "FC1": 10164, "FC2": 850}
    return {**table, "total": 60000, "dense_80": 28 * 28 * 80}

# %% exercise="lenet_weights" mistake="on 28×28, C5 dense on 4×4 maps" earns=3.5 told="The table's image has 32×32 pixels"
def lenet_weights():
    table = {"C1": 156, "S2": 0, "C3": 2416, "S4": 0, "C5": 30840, "FC1": 10164, "FC2": 850}
    return {**table, "total": sum(table.values()), "dense_80": 28 * 28 * 80}

# %% exercise="lenet_weights" mistake="pooling windows have weights; biases in the comparison" earns=2.5 told="A pool's 2×2 window has no weights"
def lenet_weights():
    table = {"C1": 156, "S2": 24, "C3": 2416, "S4": 64, "C5": 48120, "FC1": 10164, "FC2": 850}
    return {**table, "total": sum(table.values()), "dense_80": 62800}

# %% exercise="lenet_weights" mistake="the comparison with biases" earns=4 told="Biases were counted: the comparison in the lecture leaves them out."
def lenet_weights():
    table = {"C1": 156, "S2": 0, "C3": 2416, "S4": 0, "C5": 48120, "FC1": 10164, "FC2": 850}
    return {**table, "total": sum(table.values()), "dense_80": 62800}

# %% exercise="lenet_weights" mistake="biases of the inputs in the dense layers" earns=3 told="there is one for each of the 84 units, not for each input"
def lenet_weights():
    table = {"C1": 156, "S2": 0, "C3": 2416, "S4": 0, "C5": 48120, "FC1": 10200, "FC2": 924}
    return {**table, "total": sum(table.values()), "dense_80": 62720}

# %% exercise="lenet_weights" mistake="the sum of everything, comparison included" earns=4 told="The dense layer of 80 units is no part of LeNet-5."
def lenet_weights():
    table = {"C1": 156, "S2": 0, "C3": 2416, "S4": 0, "C5": 48120, "FC1": 10164, "FC2": 850, "dense_80": 62720}
    return {**table, "total": sum(table.values())}

# %% exercise="lenet_weights" mistake="FC1 on the 400 values of S4" earns=3.5 told="C5 stands between the 400 values of S4 and FC1"
def lenet_weights():
    table = {"C1": 156, "S2": 0, "C3": 2416, "S4": 0, "C5": 48120, "FC1": 33684, "FC2": 850}
    return {**table, "total": sum(table.values()), "dense_80": 62720}

# %% exercise="output_shape" mistake="padding on one side" earns=3.25 told="The padding is added on both sides of each axis: twice."
def output_shape(layer, shape):
    kind = layer["kind"]
    if kind in ("conv", "pool"):
        sizes = [(size + layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for size in shape[:2]]
        return (*sizes, layer["filters"] if kind == "conv" else shape[2])
    if kind == "global_pool":
        return (shape[-1],)
    if kind == "flatten":
        return (math.prod(shape),)
    if kind == "dense":
        return (*shape[:-1], layer["units"])
    return shape

# %% exercise="output_shape" mistake="rounds up" earns=3.25 told="Rounded up: a step that would leave the map is not taken."
def output_shape(layer, shape):
    kind = layer["kind"]
    if kind in ("conv", "pool"):
        sizes = [math.ceil((size + 2 * layer["padding"] - layer["kernel"]) / layer["stride"]) + 1 for size in shape[:2]]
        return (*sizes, layer["filters"] if kind == "conv" else shape[2])
    if kind == "global_pool":
        return (shape[-1],)
    if kind == "flatten":
        return (math.prod(shape),)
    if kind == "dense":
        return (*shape[:-1], layer["units"])
    return shape

# %% exercise="output_shape" mistake="forgets the + 1" earns=1.75 told="One short: a kernel as large as the image has one position, not none."
def output_shape(layer, shape):
    kind = layer["kind"]
    if kind in ("conv", "pool"):
        sizes = [(size + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] for size in shape[:2]]
        return (*sizes, layer["filters"] if kind == "conv" else shape[2])
    if kind == "global_pool":
        return (shape[-1],)
    if kind == "flatten":
        return (math.prod(shape),)
    if kind == "dense":
        return (*shape[:-1], layer["units"])
    return shape

# %% exercise="output_shape" mistake="square images only" earns=3.25 told="The image is not square: rows and columns are counted on their own."
def output_shape(layer, shape):
    kind = layer["kind"]
    if kind in ("conv", "pool"):
        size = (shape[0] + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1
        return (size, size, layer["filters"] if kind == "conv" else shape[2])
    if kind == "global_pool":
        return (shape[-1],)
    if kind == "flatten":
        return (math.prod(shape),)
    if kind == "dense":
        return (*shape[:-1], layer["units"])
    return shape

# %% exercise="output_shape" mistake="a convolution keeps the channels" earns=3.5 told="The layer gives one map for each filter."
def output_shape(layer, shape):
    kind = layer["kind"]
    if kind in ("conv", "pool"):
        sizes = [(size + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for size in shape[:2]]
        return (*sizes, shape[2])
    if kind == "global_pool":
        return (shape[-1],)
    if kind == "flatten":
        return (math.prod(shape),)
    if kind == "dense":
        return (*shape[:-1], layer["units"])
    return shape

# %% exercise="output_shape" mistake="pools divide by their kernel" earns=4.25 told="The windows overlap: divide by the stride, not by the kernel."
def output_shape(layer, shape):
    kind = layer["kind"]
    if kind == "conv":
        sizes = [(size + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for size in shape[:2]]
        return (*sizes, layer["filters"])
    if kind == "pool":
        return (shape[0] // layer["kernel"], shape[1] // layer["kernel"], shape[2])
    if kind == "global_pool":
        return (shape[-1],)
    if kind == "flatten":
        return (math.prod(shape),)
    if kind == "dense":
        return (*shape[:-1], layer["units"])
    return shape

# %% exercise="output_shape" mistake="pools divide by their stride" earns=4.25 told="Dividing by the stride is not enough"
def output_shape(layer, shape):
    kind = layer["kind"]
    if kind == "conv":
        sizes = [(size + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for size in shape[:2]]
        return (*sizes, layer["filters"])
    if kind == "pool":
        return (shape[0] // layer["stride"], shape[1] // layer["stride"], shape[2])
    if kind == "global_pool":
        return (shape[-1],)
    if kind == "flatten":
        return (math.prod(shape),)
    if kind == "dense":
        return (*shape[:-1], layer["units"])
    return shape

# %% exercise="output_shape" mistake="numbers instead of tuples" earns=4.25 told="A shape is a tuple, also with a single length: `(400,)` with its comma."
def output_shape(layer, shape):
    kind = layer["kind"]
    if kind in ("conv", "pool"):
        sizes = [(size + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for size in shape[:2]]
        return (*sizes, layer["filters"] if kind == "conv" else shape[2])
    if kind == "global_pool":
        return (shape[-1])
    if kind == "flatten":
        return (math.prod(shape))
    if kind == "dense":
        return (layer["units"])
    return shape

# %% exercise="output_shape" mistake="dense flattens by itself" earns=4.25 told="Only after a `flatten`."
def output_shape(layer, shape):
    kind = layer["kind"]
    if kind in ("conv", "pool"):
        sizes = [(size + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for size in shape[:2]]
        return (*sizes, layer["filters"] if kind == "conv" else shape[2])
    if kind == "global_pool":
        return (shape[-1],)
    if kind == "flatten":
        return (math.prod(shape),)
    if kind == "dense":
        return (layer["units"],)
    return shape

# %% exercise="output_shape" mistake="global pooling keeps its 1×1" earns=4.25 told="One number for each channel, in a row: `(512,)`."
def output_shape(layer, shape):
    kind = layer["kind"]
    if kind in ("conv", "pool"):
        sizes = [(size + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for size in shape[:2]]
        return (*sizes, layer["filters"] if kind == "conv" else shape[2])
    if kind == "global_pool":
        return (1, 1, shape[-1])
    if kind == "flatten":
        return (math.prod(shape),)
    if kind == "dense":
        return (*shape[:-1], layer["units"])
    return shape

# %% exercise="output_shape" mistake="forgets the stride" earns=2.5 told="The stride is missing"
def output_shape(layer, shape):
    kind = layer["kind"]
    if kind in ("conv", "pool"):
        sizes = [size + 2 * layer["padding"] - layer["kernel"] + 1 for size in shape[:2]]
        return (*sizes, layer["filters"] if kind == "conv" else shape[2])
    if kind == "global_pool":
        return (shape[-1],)
    if kind == "flatten":
        return (math.prod(shape),)
    if kind == "dense":
        return (*shape[:-1], layer["units"])
    return shape

# %% exercise="output_shape" mistake="ignores the padding" earns=3.25 told="The padding was left out."
def output_shape(layer, shape):
    kind = layer["kind"]
    if kind in ("conv", "pool"):
        sizes = [(size - layer["kernel"]) // layer["stride"] + 1 for size in shape[:2]]
        return (*sizes, layer["filters"] if kind == "conv" else shape[2])
    if kind == "global_pool":
        return (shape[-1],)
    if kind == "flatten":
        return (math.prod(shape),)
    if kind == "dense":
        return (*shape[:-1], layer["units"])
    return shape

# %% exercise="count" mistake="the shape stays that of the image" earns=0 told="is the shape updated after every layer?"
def count(layers, shape):
    rows = []
    for layer in layers:
        weights = 0
        if layer["kind"] == "conv":
            weights = conv_weights((layer["kernel"], layer["kernel"]), shape[-1], layer["filters"], layer["bias"])
        elif layer["kind"] == "dense":
            weights = dense_weights(shape[-1:], layer["units"], layer["bias"])
        elif layer["kind"] == "batch_norm":
            weights = 2 * shape[-1]
        rows.append((output_shape(layer, shape), weights))
    return rows

# %% exercise="count" mistake="the shape that goes in instead of the one that comes out" earns=2.25 told="Those are the shapes that go in"
def count(layers, shape):
    rows = []
    for layer in layers:
        weights = 0
        if layer["kind"] == "conv":
            weights = conv_weights((layer["kernel"], layer["kernel"]), shape[-1], layer["filters"], layer["bias"])
        elif layer["kind"] == "dense":
            weights = dense_weights(shape[-1:], layer["units"], layer["bias"])
        elif layer["kind"] == "batch_norm":
            weights = 2 * shape[-1]
        rows.append((shape, weights))
        shape = output_shape(layer, shape)
    return rows

# %% exercise="count" mistake="biases forgotten" earns=0.75 told="The biases are missing."
def count(layers, shape):
    rows = []
    for layer in layers:
        weights = 0
        if layer["kind"] == "conv":
            weights = conv_weights((layer["kernel"], layer["kernel"]), shape[-1], layer["filters"], bias=False)
        elif layer["kind"] == "dense":
            weights = dense_weights(shape[-1:], layer["units"], bias=False)
        elif layer["kind"] == "batch_norm":
            weights = 2 * shape[-1]
        shape = output_shape(layer, shape)
        rows.append((shape, weights))
    return rows

# %% exercise="count" mistake="ignores bias=False" earns=2.25 told="this convolution has no biases, `layer[\"bias\"]` says so"
def count(layers, shape):
    rows = []
    for layer in layers:
        weights = 0
        if layer["kind"] == "conv":
            weights = conv_weights((layer["kernel"], layer["kernel"]), shape[-1], layer["filters"])
        elif layer["kind"] == "dense":
            weights = dense_weights(shape[-1:], layer["units"])
        elif layer["kind"] == "batch_norm":
            weights = 2 * shape[-1]
        shape = output_shape(layer, shape)
        rows.append((shape, weights))
    return rows

# %% exercise="count" mistake="counts the running means and variances" earns=2.25 told="The running means and variances were counted"
def count(layers, shape):
    rows = []
    for layer in layers:
        weights = 0
        if layer["kind"] == "conv":
            weights = conv_weights((layer["kernel"], layer["kernel"]), shape[-1], layer["filters"], layer["bias"])
        elif layer["kind"] == "dense":
            weights = dense_weights(shape[-1:], layer["units"], layer["bias"])
        elif layer["kind"] == "batch_norm":
            weights = 4 * shape[-1]
        shape = output_shape(layer, shape)
        rows.append((shape, weights))
    return rows

# %% exercise="count" mistake="batch normalisation has no weights" earns=2.25 told="Batch normalisation learns a scale and a shift for each channel."
def count(layers, shape):
    rows = []
    for layer in layers:
        weights = 0
        if layer["kind"] == "conv":
            weights = conv_weights((layer["kernel"], layer["kernel"]), shape[-1], layer["filters"], layer["bias"])
        elif layer["kind"] == "dense":
            weights = dense_weights(shape[-1:], layer["units"], layer["bias"])
        shape = output_shape(layer, shape)
        rows.append((shape, weights))
    return rows

# %% exercise="count" mistake="a dense layer on maps counted as if flattened" earns=4 told="a dense layer is connected with the last axis of what comes in"
def count(layers, shape):
    rows = []
    for layer in layers:
        weights = 0
        if layer["kind"] == "conv":
            weights = conv_weights((layer["kernel"], layer["kernel"]), shape[-1], layer["filters"], layer["bias"])
        elif layer["kind"] == "dense":
            weights = dense_weights(shape, layer["units"], layer["bias"])
        elif layer["kind"] == "batch_norm":
            weights = 2 * shape[-1]
        shape = output_shape(layer, shape)
        rows.append((shape, weights))
    return rows

# %% exercise="count" mistake="only layers with weights" earns=1.5 told="also for those without weights"
def count(layers, shape):
    rows = []
    for layer in layers:
        weights = 0
        if layer["kind"] == "conv":
            weights = conv_weights((layer["kernel"], layer["kernel"]), shape[-1], layer["filters"], layer["bias"])
        elif layer["kind"] == "dense":
            weights = dense_weights(shape[-1:], layer["units"], layer["bias"])
        elif layer["kind"] == "batch_norm":
            weights = 2 * shape[-1]
        shape = output_shape(layer, shape)
        if weights:
            rows.append((shape, weights))
    return rows

# %% exercise="count" mistake="the dense layer is connected with the channels of the last maps" earns=0 told="not with a number of channels"
def count(layers, shape):
    rows = []
    channels = shape[-1]
    for layer in layers:
        weights = 0
        if layer["kind"] == "conv":
            weights = conv_weights((layer["kernel"], layer["kernel"]), channels, layer["filters"], layer["bias"])
        elif layer["kind"] == "dense":
            weights = dense_weights((channels,), layer["units"], layer["bias"])
        elif layer["kind"] == "pool":
            channels = shape[-1]
        shape = output_shape(layer, shape)
        rows.append((shape, weights))
    return rows

# %% exercise="receptive_field" mistake="no strides" earns=2 told="The strides are missing"
def receptive_field(layers):
    field, fields = 1, []
    for layer in layers:
        if layer["kind"] in ("conv", "pool"):
            field += layer["kernel"] - 1
            fields.append(field)
    return fields

# %% exercise="receptive_field" mistake="the jump changes too early" earns=2 told="The jump was changed too early"
def receptive_field(layers):
    field, jump, fields = 1, 1, []
    for layer in layers:
        if layer["kind"] in ("conv", "pool"):
            jump *= layer["stride"]
            field += (layer["kernel"] - 1) * jump
            fields.append(field)
    return fields

# %% exercise="receptive_field" mistake="only the last stride" earns=2 told="The strides of all layers before multiply"
def receptive_field(layers):
    field, jump, fields = 1, 1, []
    for layer in layers:
        if layer["kind"] in ("conv", "pool"):
            field += (layer["kernel"] - 1) * jump
            jump = layer["stride"]
            fields.append(field)
    return fields

# %% exercise="receptive_field" mistake="fields multiply" earns=0 told="Fields do not multiply"
def receptive_field(layers):
    field, fields = 1, []
    for layer in layers:
        if layer["kind"] in ("conv", "pool"):
            field *= layer["kernel"]
            fields.append(field)
    return fields

# %% exercise="receptive_field" mistake="the kernels added" earns=0 told="The kernels overlap: a second 3×3 kernel adds one pixel on either side."
def receptive_field(layers):
    field, jump, fields = 0, 1, []
    for layer in layers:
        if layer["kind"] in ("conv", "pool"):
            field += layer["kernel"] * jump
            jump *= layer["stride"]
            fields.append(field)
    return fields

# %% exercise="receptive_field" mistake="the backward recipe run forwards" earns=2 told="runs from the last layer back to the first"
def receptive_field(layers):
    field, fields = 1, []
    for layer in layers:
        if layer["kind"] in ("conv", "pool"):
            field = (field - 1) * layer["stride"] + layer["kernel"]
            fields.append(field)
    return fields

# %% exercise="receptive_field" mistake="pools have no entry and no effect" earns=1 told="Pools count"
def receptive_field(layers):
    field, jump, fields = 1, 1, []
    for layer in layers:
        if layer["kind"] == "conv":
            field += (layer["kernel"] - 1) * jump
            jump *= layer["stride"]
            fields.append(field)
    return fields

# %% exercise="receptive_field" mistake="batch normalisation has an entry" earns=2 told="`batch_norm` sees a single pixel and has no entry."
def receptive_field(layers):
    field, jump, fields = 1, 1, []
    for layer in layers:
        field += (layer.get("kernel", 1) - 1) * jump
        jump *= layer.get("stride", 1)
        fields.append(field)
    return fields

# %% exercise="receptive_field" mistake="strides added" earns=2 told="Strides multiply, they do not add"
def receptive_field(layers):
    field, jump, fields = 1, 1, []
    for layer in layers:
        if layer["kind"] in ("conv", "pool"):
            field += (layer["kernel"] - 1) * jump
            jump += layer["stride"] - 1
            fields.append(field)
    return fields

# %% exercise="receptive_field" mistake="only pools stride" earns=3 told="Convolutions have strides too"
def receptive_field(layers):
    field, jump, fields = 1, 1, []
    for layer in layers:
        if layer["kind"] in ("conv", "pool"):
            field += (layer["kernel"] - 1) * jump
            if layer["kind"] == "pool":
                jump *= layer["stride"]
            fields.append(field)
    return fields

# %% exercise="receptive_field" mistake="a pool strides by its kernel" earns=2 told="The pool moves by its stride, 2, not by its kernel."
def receptive_field(layers):
    field, jump, fields = 1, 1, []
    for layer in layers:
        if layer["kind"] in ("conv", "pool"):
            field += (layer["kernel"] - 1) * jump
            jump *= layer["kernel"] if layer["kind"] == "pool" else layer["stride"]
            fields.append(field)
    return fields

# %% exercise="receptive_field" mistake="the last one only" earns=0 told="After every layer: a list."
def receptive_field(layers):
    field, jump = 1, 1
    for layer in layers:
        if layer["kind"] in ("conv", "pool"):
            field += (layer["kernel"] - 1) * jump
            jump *= layer["stride"]
    return field

# %% exercise="count_macs" mistake="FLOPs" earns=0 told="Those are FLOPs"
def count_macs(layers, shape):
    macs = []
    for layer in layers:
        result, products = output_shape(layer, shape), 0
        if layer["kind"] == "conv":
            products = layer["kernel"] ** 2 * shape[-1]
        elif layer["kind"] == "dense":
            products = shape[-1]
        macs.append(2 * math.prod(result) * products)
        shape = result
    return macs

# %% exercise="count_macs" mistake="the biases multiplied" earns=0 told="The biases are added, not multiplied: leave them out."
def count_macs(layers, shape):
    macs = []
    for layer, (result, weights) in zip(layers, count(layers, shape)):
        macs.append(weights * math.prod(result[:-1]) if layer["kind"] in ("conv", "dense") else 0)
    return macs

# %% exercise="count_macs" mistake="the weights" earns=0 told="Those are the weights."
def count_macs(layers, shape):
    return [weights for _, weights in count(layers, shape)]

# %% exercise="count_macs" mistake="positions of the input" earns=0 told="Count the positions of the map that comes out, not of the one that goes in."
def count_macs(layers, shape):
    macs = []
    for layer in layers:
        result = output_shape(layer, shape)
        if layer["kind"] == "conv":
            macs.append(shape[0] * shape[1] * layer["filters"] * layer["kernel"] ** 2 * shape[-1])
        elif layer["kind"] == "dense":
            macs.append(layer["units"] * shape[-1])
        else:
            macs.append(0)
        shape = result
    return macs

# %% exercise="count_macs" mistake="one filter only" earns=1 told="That is one filter's work"
def count_macs(layers, shape):
    macs = []
    for layer in layers:
        result = output_shape(layer, shape)
        if layer["kind"] == "conv":
            macs.append(result[0] * result[1] * layer["kernel"] ** 2 * shape[-1])
        elif layer["kind"] == "dense":
            macs.append(math.prod(result) * shape[-1])
        else:
            macs.append(0)
        shape = result
    return macs

# %% exercise="count_macs" mistake="forgets the depth of the filters" earns=1 told="Each filter spans all maps of its input."
def count_macs(layers, shape):
    macs = []
    for layer in layers:
        result = output_shape(layer, shape)
        if layer["kind"] == "conv":
            macs.append(math.prod(result) * layer["kernel"] ** 2)
        elif layer["kind"] == "dense":
            macs.append(math.prod(result) * shape[-1])
        else:
            macs.append(0)
        shape = result
    return macs

# %% exercise="count_macs" mistake="square maps only" earns=2 told="Maps are not always square: count rows times columns."
def count_macs(layers, shape):
    macs = []
    for layer in layers:
        result = output_shape(layer, shape)
        if layer["kind"] == "conv":
            macs.append(result[0] ** 2 * layer["filters"] * layer["kernel"] ** 2 * shape[-1])
        elif layer["kind"] == "dense":
            macs.append(math.prod(result) * shape[-1])
        else:
            macs.append(0)
        shape = result
    return macs

# %% exercise="count_macs" mistake="a dense layer on maps works once" earns=2 told="On maps the dense layer works at each of the 4·6 positions."
def count_macs(layers, shape):
    macs = []
    for layer in layers:
        result = output_shape(layer, shape)
        if layer["kind"] == "conv":
            macs.append(math.prod(result) * layer["kernel"] ** 2 * shape[-1])
        elif layer["kind"] == "dense":
            macs.append(layer["units"] * shape[-1])
        else:
            macs.append(0)
        shape = result
    return macs

# %% exercise="count_macs" mistake="the total" earns=0 told="That is the total; an entry for every layer is asked for."
def count_macs(layers, shape):
    total = 0
    for layer in layers:
        result = output_shape(layer, shape)
        if layer["kind"] == "conv":
            total += math.prod(result) * layer["kernel"] ** 2 * shape[-1]
        elif layer["kind"] == "dense":
            total += math.prod(result) * shape[-1]
        shape = result
    return total

# %% exercise="alexnet" mistake="224×224 without padding" earns=1 told="every later map is too small: 50,844,008 weights"
def alexnet():
    return (224, 224, 3), [
        conv(96, 11, stride=4), pool(3, stride=2), conv(256, 5, padding=2), pool(3, stride=2),
        conv(384, 3, padding=1), conv(384, 3, padding=1), conv(256, 3, padding=1), pool(3, stride=2),
        flatten(), dense(4096), dense(4096), dense(1000),
    ]

# %% exercise="alexnet" mistake="the flatten forgotten" earns=1 told="The `flatten` is forgotten"
def alexnet():
    return (227, 227, 3), [
        conv(96, 11, stride=4), pool(3, stride=2), conv(256, 5, padding=2), pool(3, stride=2),
        conv(384, 3, padding=1), conv(384, 3, padding=1), conv(256, 3, padding=1), pool(3, stride=2),
        dense(4096), dense(4096), dense(1000),
    ]

# %% exercise="alexnet" mistake="pools of 2×2, which give the same shapes and counts" earns=3 told="AlexNet's pools overlap, kernel 3 with stride 2"
def alexnet():
    return (227, 227, 3), [
        conv(96, 11, stride=4), pool(2), conv(256, 5, padding=2), pool(2),
        conv(384, 3, padding=1), conv(384, 3, padding=1), conv(256, 3, padding=1), pool(2),
        flatten(), dense(4096), dense(4096), dense(1000),
    ]

# %% exercise="alexnet" mistake="no padding" earns=1 told="conv 2 keeps the size of its map"
def alexnet():
    return (227, 227, 3), [
        conv(96, 11, stride=4), pool(3, stride=2), conv(256, 5), pool(3, stride=2),
        conv(384, 3), conv(384, 3), conv(256, 3), pool(3, stride=2),
        flatten(), dense(4096), dense(4096), dense(1000),
    ]

# %% exercise="alexnet" mistake="pools that do not overlap" earns=0 told="The pools overlap: kernel 3, but stride 2."
def alexnet():
    return (227, 227, 3), [
        conv(96, 11, stride=4), pool(3), conv(256, 5, padding=2), pool(3),
        conv(384, 3, padding=1), conv(384, 3, padding=1), conv(256, 3, padding=1), pool(2),
        flatten(), dense(4096), dense(4096), dense(1000),
    ]

# %% exercise="alexnet" mistake="the last pool forgotten" earns=0 told="The last pool is missing."
def alexnet():
    return (227, 227, 3), [
        conv(96, 11, stride=4), pool(3, stride=2), conv(256, 5, padding=2), pool(3, stride=2),
        conv(384, 3, padding=1), conv(384, 3, padding=1), conv(256, 3, padding=1),
        flatten(), dense(4096), dense(4096), dense(1000),
    ]

# %% exercise="alexnet" mistake="one dense layer too few" earns=1 told="There are two dense layers of 4,096 units, then the one of 1,000."
def alexnet():
    return (227, 227, 3), [
        conv(96, 11, stride=4), pool(3, stride=2), conv(256, 5, padding=2), pool(3, stride=2),
        conv(384, 3, padding=1), conv(384, 3, padding=1), conv(256, 3, padding=1), pool(3, stride=2),
        flatten(), dense(4096), dense(1000),
    ]

# %% exercise="alexnet" mistake="only the list" earns=0 told="Return two things"
def alexnet():
    return [
        conv(96, 11, stride=4), pool(3, stride=2), conv(256, 5, padding=2), pool(3, stride=2),
        conv(384, 3, padding=1), conv(384, 3, padding=1), conv(256, 3, padding=1), pool(3, stride=2),
        flatten(), dense(4096), dense(4096), dense(1000),
    ]

# %% exercise="alexnet" mistake="no biases" earns=3 told="The biases are missing."
def alexnet():
    return (227, 227, 3), [
        conv(96, 11, stride=4, bias=False), pool(3, stride=2), conv(256, 5, padding=2, bias=False), pool(3, stride=2),
        conv(384, 3, padding=1, bias=False), conv(384, 3, padding=1, bias=False), conv(256, 3, padding=1, bias=False),
        pool(3, stride=2), flatten(), dense(4096, bias=False), dense(4096, bias=False), dense(1000, bias=False),
    ]

# %% exercise="alexnet" mistake="a grey image" earns=2 told="ImageNet's images have three channels."
def alexnet():
    return (227, 227, 1), [
        conv(96, 11, stride=4), pool(3, stride=2), conv(256, 5, padding=2), pool(3, stride=2),
        conv(384, 3, padding=1), conv(384, 3, padding=1), conv(256, 3, padding=1), pool(3, stride=2),
        flatten(), dense(4096), dense(4096), dense(1000),
    ]

# %% exercise="alexnet" mistake="the later variant with fewer filters" earns=1 told="That is a later variant"
def alexnet():
    return (224, 224, 3), [
        conv(64, 11, stride=4, padding=2), pool(3, stride=2), conv(192, 5, padding=2), pool(3, stride=2),
        conv(384, 3, padding=1), conv(256, 3, padding=1), conv(256, 3, padding=1), pool(3, stride=2),
        flatten(), dense(4096), dense(4096), dense(1000),
    ]

# %% exercise="vgg" mistake="a pool after each convolution" earns=0 told="One pool after each block, not after each convolution."
def vgg(blocks, classes=1000):
    layers = []
    for convolutions, filters in blocks:
        for _ in range(convolutions):
            layers += [conv(filters, 3, padding=1), pool(2)]
    return [*layers, flatten(), dense(4096), dense(4096), dense(classes)]

# %% exercise="vgg" mistake="no padding" earns=1 told="VGG's convolutions keep the size of the map: they have padding 1."
def vgg(blocks, classes=1000):
    layers = []
    for convolutions, filters in blocks:
        layers += [conv(filters, 3)] * convolutions + [pool(2)]
    return [*layers, flatten(), dense(4096), dense(4096), dense(classes)]

# %% exercise="vgg" mistake="the flatten forgotten" earns=0 told="Between maps and dense layers stands a `flatten`."
def vgg(blocks, classes=1000):
    layers = []
    for convolutions, filters in blocks:
        layers += [conv(filters, 3, padding=1)] * convolutions + [pool(2)]
    return [*layers, dense(4096), dense(4096), dense(classes)]

# %% exercise="vgg" mistake="VGG-19, whatever the blocks" earns=2 told="come from the argument `blocks`"
def vgg(blocks, classes=1000):
    layers = []
    for convolutions, filters in ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512)):
        layers += [conv(filters, 3, padding=1)] * convolutions + [pool(2)]
    return [*layers, flatten(), dense(4096), dense(4096), dense(classes)]

# %% exercise="vgg" mistake="always 1000 classes" earns=3 told="The last layer has as many units as there are `classes`."
def vgg(blocks, classes=1000):
    layers = []
    for convolutions, filters in blocks:
        layers += [conv(filters, 3, padding=1)] * convolutions + [pool(2)]
    return [*layers, flatten(), dense(4096), dense(4096), dense(1000)]

# %% exercise="vgg" mistake="no pools but the last" earns=0 told="Each block ends with a pool, not only the last one."
def vgg(blocks, classes=1000):
    layers = []
    for convolutions, filters in blocks:
        layers += [conv(filters, 3, padding=1)] * convolutions
    return [*layers, pool(2), flatten(), dense(4096), dense(4096), dense(classes)]

# %% exercise="vgg" mistake="one convolution for each block" earns=0 told="The first number of a pair says how many convolutions the block has."
def vgg(blocks, classes=1000):
    layers = []
    for _, filters in blocks:
        layers += [conv(filters, 3, padding=1), pool(2)]
    return [*layers, flatten(), dense(4096), dense(4096), dense(classes)]

# %% exercise="vgg" mistake="one hidden dense layer" earns=0 told="Two dense layers of 4,096 units, then one for the classes."
def vgg(blocks, classes=1000):
    layers = []
    for convolutions, filters in blocks:
        layers += [conv(filters, 3, padding=1)] * convolutions + [pool(2)]
    return [*layers, flatten(), dense(4096), dense(classes)]

# %% exercise="vgg" mistake="a stride instead of a pool's kernel, same shapes and counts" earns=2 told="do shapes agree where kernels do not?"
def vgg(blocks, classes=1000):
    layers = []
    for convolutions, filters in blocks:
        layers += [conv(filters, 3, padding=1)] * convolutions + [pool(3, stride=2, padding=1)]
    return [*layers, flatten(), dense(4096), dense(4096), dense(classes)]

# %% exercise="network_cost" mistake="shortcuts left out" earns=2 told="The layers in the shortcuts are missing"
def network_cost(layers, shape):
    flat = []
    for layer in layers:
        flat += layer["branch"] if layer["kind"] == "residual" else [layer]
    return {
        "weights": sum(weights for _, weights in count(flat, shape)),
        "macs": sum(count_macs(flat, shape)),
        "depth": sum(layer["kind"] in ("conv", "dense") for layer in flat),
    }

# %% exercise="network_cost" mistake="shortcuts add to the depth" earns=3 told="they add no depth"
def network_cost(layers, shape):
    total = {"weights": 0, "macs": 0, "depth": 0}
    for layer in layers:
        if layer["kind"] == "residual":
            for part in (layer["shortcut"], layer["branch"]):
                for key, value in network_cost(part, shape).items():
                    total[key] += value
            for inner in layer["branch"]:
                shape = output_shape(inner, shape)
        else:
            total["weights"] += count([layer], shape)[0][1]
            total["macs"] += count_macs([layer], shape)[0]
            total["depth"] += layer["kind"] in ("conv", "dense")
            shape = output_shape(layer, shape)
    return total

# %% exercise="network_cost" mistake="the shortcut begins where the branch ends" earns=2 told="The shortcut begins at the block's input"
def network_cost(layers, shape):
    total = {"weights": 0, "macs": 0, "depth": 0}
    for layer in layers:
        if layer["kind"] == "residual":
            through = network_cost(layer["branch"], shape)
            for inner in layer["branch"]:
                shape = output_shape(inner, shape)
            beside = network_cost(layer["shortcut"], shape)
            total["weights"] += through["weights"] + beside["weights"]
            total["macs"] += through["macs"] + beside["macs"]
            total["depth"] += through["depth"]
        else:
            total["weights"] += count([layer], shape)[0][1]
            total["macs"] += count_macs([layer], shape)[0]
            total["depth"] += layer["kind"] in ("conv", "dense")
            shape = output_shape(layer, shape)
    return total

# %% exercise="network_cost" mistake="blocks left out" earns=2 told="The residual blocks are missing"
def network_cost(layers, shape):
    layers = [layer for layer in layers if layer["kind"] != "residual"]
    return {
        "weights": sum(weights for _, weights in count(layers, shape)),
        "macs": sum(count_macs(layers, shape)),
        "depth": sum(layer["kind"] in ("conv", "dense") for layer in layers),
    }

# %% exercise="network_cost" mistake="running means and variances" earns=1 told="The running means and variances of batch normalisation were counted"
def network_cost(layers, shape):
    total = {"weights": 0, "macs": 0, "depth": 0}
    for layer in layers:
        if layer["kind"] == "residual":
            through, beside = network_cost(layer["branch"], shape), network_cost(layer["shortcut"], shape)
            total["weights"] += through["weights"] + beside["weights"]
            total["macs"] += through["macs"] + beside["macs"]
            total["depth"] += through["depth"]
            for inner in layer["branch"]:
                shape = output_shape(inner, shape)
        else:
            total["weights"] += count([layer], shape)[0][1] * (2 if layer["kind"] == "batch_norm" else 1)
            total["macs"] += count_macs([layer], shape)[0]
            total["depth"] += layer["kind"] in ("conv", "dense")
            shape = output_shape(layer, shape)
    return total

# %% exercise="network_cost" mistake="the shape does not leave the block" earns=2 told="Which shape comes out of a block"
def network_cost(layers, shape):
    total = {"weights": 0, "macs": 0, "depth": 0}
    for layer in layers:
        if layer["kind"] == "residual":
            through, beside = network_cost(layer["branch"], shape), network_cost(layer["shortcut"], shape)
            total["weights"] += through["weights"] + beside["weights"]
            total["macs"] += through["macs"] + beside["macs"]
            total["depth"] += through["depth"]
        else:
            total["weights"] += count([layer], shape)[0][1]
            total["macs"] += count_macs([layer], shape)[0]
            total["depth"] += layer["kind"] in ("conv", "dense")
            shape = output_shape(layer, shape)
    return total

# %% exercise="network_cost" mistake="a block is always two deep" earns=5 told="and a branch may hold a single convolution"
def network_cost(layers, shape):
    total = {"weights": 0, "macs": 0, "depth": 0}
    for layer in layers:
        if layer["kind"] == "residual":
            through, beside = network_cost(layer["branch"], shape), network_cost(layer["shortcut"], shape)
            total["weights"] += through["weights"] + beside["weights"]
            total["macs"] += through["macs"] + beside["macs"]
            total["depth"] += 2
            for inner in layer["branch"]:
                shape = output_shape(inner, shape)
        else:
            total["weights"] += count([layer], shape)[0][1]
            total["macs"] += count_macs([layer], shape)[0]
            total["depth"] += layer["kind"] in ("conv", "dense")
            shape = output_shape(layer, shape)
    return total

# %% exercise="network_cost" mistake="the dense layer adds no depth" earns=1 told="The dense layer at the end counts as well."
def network_cost(layers, shape):
    total = {"weights": 0, "macs": 0, "depth": 0}
    for layer in layers:
        if layer["kind"] == "residual":
            through, beside = network_cost(layer["branch"], shape), network_cost(layer["shortcut"], shape)
            total["weights"] += through["weights"] + beside["weights"]
            total["macs"] += through["macs"] + beside["macs"]
            total["depth"] += through["depth"]
            for inner in layer["branch"]:
                shape = output_shape(inner, shape)
        else:
            total["weights"] += count([layer], shape)[0][1]
            total["macs"] += count_macs([layer], shape)[0]
            total["depth"] += layer["kind"] == "conv"
            shape = output_shape(layer, shape)
    return total

# %% exercise="small_network" mistake="LeNet-5 itself" earns=0 told="Two layers of 3×3 see as far as one of 5×5."
def small_network():
    return [conv(8, 5), pool(2), conv(16, 5), pool(2), conv(120, 5), flatten(), dense(84), dense(10)]

# %% exercise="small_network" mistake="LeNet-5 with small kernels sees too little" earns=1 told="another stride of 2 before it doubles what it adds"
def small_network():
    return [conv(8, 3), pool(2), conv(16, 3), pool(2), conv(64, 3), flatten(), dense(84), dense(10)]

# %% exercise="small_network" mistake="padding everywhere, too many operations" earns=2 told="316,128 too many"
def small_network():
    return [
        conv(8, 3, padding=1), pool(2), conv(16, 3, padding=1), pool(2), conv(32, 3, padding=1), pool(2),
        conv(32, 3, padding=1), flatten(), dense(10),
    ]

# %% exercise="small_network" mistake="the last rows are dropped" earns=3 told="2 rows and 2 columns of the image are never looked at"
def small_network():
    return [
        conv(8, 3), pool(2), conv(16, 3), pool(2), conv(32, 3), pool(2), conv(64, 3, padding=1), flatten(), dense(10),
    ]

# %% exercise="small_network" mistake="the maps end as maps" earns=0 told="End with `flatten()` or `global_pool()` and `dense(10)`."
def small_network():
    return [conv(8, 3), pool(2), conv(12, 3, padding=1), pool(3, stride=2), conv(24, 3, padding=1), dense(10)]

# %% exercise="small_network" mistake="pools do the seeing" earns=0 told="at least 3 are asked for"
def small_network():
    return [pool(2), pool(2), pool(2), pool(2), pool(2), flatten(), dense(10)]

# %% exercise="small_network" mistake="a kernel larger than its map" earns=0 told="The maps have become too small there"
def small_network():
    return [
        conv(8, 3), pool(2), conv(16, 3), pool(2), conv(32, 3), pool(2), conv(64, 3), flatten(), dense(10),
    ]

# %% exercise="small_network" mistake="the parentheses of flatten forgotten" earns=0 told="the function flatten itself: is a pair of parentheses missing?"
def small_network():
    return [conv(8, 3), pool(2), conv(12, 3), pool(2), conv(16, 3), flatten, dense(10)]

# %% exercise="small_network" mistake="too few filters" earns=0 told="at least 8 filters are asked for"
def small_network():
    return [conv(4, 3), pool(2), conv(8, 3), pool(2), conv(16, 3), pool(2), flatten(), dense(10)]

# %% exercise="small_network" mistake="a large dense layer" earns=2 told="Most weights usually sit in the first dense layer"
def small_network():
    return [
        conv(8, 3), pool(2), conv(12, 3, padding=1), pool(3, stride=2), conv(24, 3, padding=1), pool(3, stride=2),
        conv(32, 3, padding=1), flatten(), dense(200), dense(10),
    ]

# %% exercise="wide_view" mistake="flattened maps" earns=2 told="how many numbers does the dense layer get?"
def wide_view():
    halve = [conv(8, 5, stride=2, padding=2), conv(8, 3, stride=2, padding=1), conv(12, 3, stride=2, padding=1)]
    halve += [conv(16, 3, stride=2, padding=1)] * 2
    return [*halve, *[conv(16, 3, padding=1)] * 3, flatten(), dense(10)]

# %% exercise="wide_view" mistake="one layer short" earns=2 told="7 rows and columns too few"
def wide_view():
    halve = [conv(8, 5, stride=2, padding=2), conv(8, 3, stride=2, padding=1), conv(12, 3, stride=2, padding=1)]
    halve += [conv(16, 3, stride=2, padding=1)] * 2
    return [*halve, *[conv(16, 3, padding=1)] * 2, global_pool(), dense(10)]

# %% exercise="wide_view" mistake="the first layer does not stride" earns=2 told="let the first layers stride"
def wide_view():
    layers = [conv(8, 5, padding=2), pool(2), conv(8, 3, stride=2, padding=1), conv(12, 3, stride=2, padding=1)]
    layers += [conv(16, 3, stride=2, padding=1)] * 2
    return [*layers, *[conv(16, 3, padding=1)] * 3, global_pool(), dense(10)]

# %% exercise="wide_view" mistake="a stride above the kernel jumps over rows" earns=3 told="a stride above the kernel jumps over rows"
def wide_view():
    layers = [conv(8, 3, stride=4), conv(12, 3, stride=4), conv(16, 3, stride=2, padding=1)]
    return [*layers, *[conv(16, 3, padding=1)] * 4, global_pool(), dense(10)]

# %% exercise="wide_view" mistake="the kernel of AlexNet" earns=0 told="kernels of at most 5×5 are allowed"
def wide_view():
    layers = [conv(8, 11, stride=4, padding=5), conv(12, 3, stride=4, padding=1), conv(16, 3, stride=2, padding=1)]
    return [*layers, *[conv(16, 3, padding=1)] * 3, global_pool(), dense(10)]

# %% exercise="wide_view" mistake="convolutions after the global pooling" earns=0 told="After `flatten`, `global_pool` or `dense` there are no maps any more"
def wide_view():
    halve = [conv(8, 5, stride=2, padding=2), conv(8, 3, stride=2, padding=1), conv(12, 3, stride=2, padding=1)]
    return [*halve, conv(16, 3), conv(16, 3), global_pool(), conv(10, 1)]

# %% exercise="wide_view" mistake="too wide layers" earns=2 told="Weights are kernel² × channels × filters"
def wide_view():
    halve = [conv(8, 5, stride=2, padding=2), conv(8, 3, stride=2, padding=1), conv(16, 3, stride=2, padding=1)]
    halve += [conv(32, 3, stride=2, padding=1)] * 2
    return [*halve, *[conv(32, 3, padding=1)] * 3, global_pool(), dense(10)]

# %% exercise="wide_view" mistake="a number of filters that is no whole number" earns=0 told="filters is 12.0, expected a whole number from 1"
def wide_view():
    halve = [conv(8, 5, stride=2, padding=2), conv(8 * 1.5, 3, stride=2, padding=1)]
    return [*halve, *[conv(16, 3, stride=2, padding=1)] * 6, global_pool(), dense(10)]
