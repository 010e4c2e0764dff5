# %% exercise="alexnet" mistake="224 as in the paper's figure" earns=5 told="The table says 227"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((224, 224, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="towers are ignored" earns=6 told="see half of the maps"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(256, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="Conv 3 is cut in two as well" earns=6 told="Conv 3 is where the towers meet"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="always two towers" earns=6 told="These are two towers"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=2, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=2, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=2, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="Flatten is forgotten" earns=5 told="layers.Flatten() is missing"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="pools of 2×2: all maps and counts agree" earns=7 told="do not overlap"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(2, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(2, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(2, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="pools with Keras' own stride, the window's size" earns=4 told="The pooling windows overlap"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="no dropout" earns=6 told="Dropout is missing"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dense(4096, activation="relu"),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="dropout before the dense layers" earns=7 told="A later variant of the network has it before them"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="dropout after the last layer as well" earns=6 told="throw away answers"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
        layers.Dropout(0.5),
    ])


# %% exercise="alexnet" mistake="one dropout only, after the second dense layer" earns=6 told="Dropout stands in two places"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="a dropout rate of 0.2" earns=7 told="The rate is 0.5 in both places"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="spatial dropout in place of dropout" earns=6 told="Dropout is missing"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.SpatialDropout2D(0.5),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dense(4096, activation="relu"),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="a later variant with fewer filters" earns=5 told="a later variant"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(64, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(192, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="tanh in place of ReLU" earns=7 told="one of its novelties"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="tanh"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="tanh"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="tanh"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="tanh"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="tanh"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="tanh"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="tanh"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="no softmax" earns=7 told="exclude each other"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000),
    ])


# %% exercise="alexnet" mistake="average pooling" earns=6 told="not the average"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.AveragePooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.AveragePooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.AveragePooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="all weights begin at zero" earns=7 told="Equal weights stay equal"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, kernel_initializer="zeros", activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, kernel_initializer="zeros", activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="Conv 2 without padding" earns=5 told="Conv 2 keeps the size"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="padding in Conv 1: all counts agree" earns=7 told="Conv 1 has no padding"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, padding="same", activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="no stride in Conv 1" earns=4 told="Conv 1 moves by 4 pixels"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="one dense layer of 4,096 is forgotten" earns=3 told="There are two dense layers of 4,096"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="the towers have half of the filters altogether" earns=7 told="not the number of filters: there are 256"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256 // towers, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384 // towers, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256 // towers, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="no biases" earns=6 told="leave use_bias at its default"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu", use_bias=False),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu", use_bias=False),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu", use_bias=False),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu", use_bias=False),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu", use_bias=False),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu", use_bias=False),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu", use_bias=False),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax", use_bias=False),
    ])


# %% exercise="alexnet" mistake="batch normalisation for the local response normalisation" earns=5 told="Batch normalisation is from 2015"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="the convolutions have no activation" earns=7 told="no more than a single linear layer"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers),
        layers.Conv2D(256, 3, padding="same", groups=towers),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="dilated kernels of the same size and count" earns=7 told="Compare the size and the stride"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", dilation_rate=2, activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="kernels of 9×1 in place of 3×3: sizes and counts agree" earns=7 told="Compare the size and the stride"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, (9, 1), padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="ReLU after the pooling" earns=7 told="it would give the same numbers"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4),
        layers.MaxPooling2D(3, strides=2),
        layers.ReLU(),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="weights that are not trained" earns=6 told="trainable"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, trainable=False, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="no Input, so the model is not built" earns=0 told="no input shape yet"
def alexnet(towers=1):
    return keras.Sequential([
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="channels first" earns=5 told="Keras wants the channels last"
def alexnet(towers=1):
    return keras.Sequential([
        keras.Input((3, 227, 227)),
        layers.Conv2D(96, 11, strides=4, padding="same", activation="relu"),
        layers.MaxPooling2D(3, strides=2, padding="same"),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2, padding="same"),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2, padding="same"),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="the model is not returned" earns=0 told="return"
def alexnet(towers=1):
    model = keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])


# %% exercise="alexnet" mistake="a class of its own" earns=0 told="functional style"
class AlexNet(keras.Model):
    def __init__(self, towers):
        super().__init__()
        self.stack = [
            layers.Conv2D(96, 11, strides=4, activation="relu"), layers.MaxPooling2D(3, strides=2),
            layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"), layers.MaxPooling2D(3, strides=2),
            layers.Conv2D(384, 3, padding="same", activation="relu"),
            layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
            layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"), layers.MaxPooling2D(3, strides=2),
            layers.Flatten(), layers.Dense(4096, activation="relu"), layers.Dropout(0.5),
            layers.Dense(4096, activation="relu"), layers.Dropout(0.5), layers.Dense(1000, activation="softmax"),
        ]

    def call(self, images):
        for layer in self.stack:
            images = layer(images)
        return images


def alexnet(towers=1):
    return AlexNet(towers)


# %% exercise="fits" mistake="the first window is forgotten" earns=0 told="It also stands where it begins"
def fits(size, kernel, stride, padding=0):
    moves, left_over = divmod(size + 2 * padding - kernel, stride)
    return [moves, left_over]


def whole_sizes(steps, sizes):
    found = []
    for start in sizes:
        size = start
        for kernel, stride, padding in steps:
            if size + 2 * padding < kernel:
                break
            size, left_over = fits(size, kernel, stride, padding)
            if left_over:
                break
        else:
            found.append(start)
    return found


# %% exercise="fits" mistake="rounded up" earns=2.5 told="sticks out over the edge"
def fits(size, kernel, stride, padding=0):
    import math
    return [math.ceil((size + 2 * padding - kernel) / stride) + 1, (size + 2 * padding - kernel) % stride]


def whole_sizes(steps, sizes):
    found = []
    for start in sizes:
        size = start
        for kernel, stride, padding in steps:
            if size + 2 * padding < kernel:
                break
            size, left_over = fits(size, kernel, stride, padding)
            if left_over:
                break
        else:
            found.append(start)
    return found


# %% exercise="fits" mistake="padding on one side only" earns=1 told="Padding adds zeros on both sides"
def fits(size, kernel, stride, padding=0):
    moves, left_over = divmod(size + padding - kernel, stride)
    return [moves + 1, left_over]


def whole_sizes(steps, sizes):
    found = []
    for start in sizes:
        size = start
        for kernel, stride, padding in steps:
            if size + 2 * padding < kernel:
                break
            size, left_over = fits(size, kernel, stride, padding)
            if left_over:
                break
        else:
            found.append(start)
    return found


# %% exercise="fits" mistake="padding is ignored" earns=1 told="The padding was ignored"
def fits(size, kernel, stride, padding=0):
    moves, left_over = divmod(size - kernel, stride)
    return [moves + 1, left_over]


def whole_sizes(steps, sizes):
    found = []
    for start in sizes:
        size = start
        for kernel, stride, padding in steps:
            if size + 2 * padding < kernel:
                break
            size, left_over = fits(size, kernel, stride, padding)
            if left_over:
                break
        else:
            found.append(start)
    return found


# %% exercise="fits" mistake="the order of the two numbers" earns=0 told="First the number of windows"
def fits(size, kernel, stride, padding=0):
    moves, left_over = divmod(size + 2 * padding - kernel, stride)
    return [left_over, moves + 1]


def whole_sizes(steps, sizes):
    found = []
    for start in sizes:
        size = start
        for kernel, stride, padding in steps:
            if size + 2 * padding < kernel:
                break
            size, left_over = fits(size, kernel, stride, padding)
            if left_over:
                break
        else:
            found.append(start)
    return found


# %% exercise="fits" mistake="the fraction that the division leaves" earns=2.5 told="Count the pixels"
def fits(size, kernel, stride, padding=0):
    length = (size + 2 * padding - kernel) / stride
    return [int(length) + 1, length % 1]


def whole_sizes(steps, sizes):
    found = []
    for start in sizes:
        size = start
        for kernel, stride, padding in steps:
            if size + 2 * padding < kernel:
                break
            size, left_over = fits(size, kernel, stride, padding)
            if left_over:
                break
        else:
            found.append(start)
    return found


# %% exercise="fits" mistake="a fraction as the number of windows" earns=2.5 told="an integer"
def fits(size, kernel, stride, padding=0):
    length = size + 2 * padding - kernel
    return [length / stride + 1, length % stride]


def whole_sizes(steps, sizes):
    found = []
    for start in sizes:
        size = start
        for kernel, stride, padding in steps:
            if size + 2 * padding < kernel:
                break
            size, left_over = fits(size, kernel, stride, padding)
            if left_over:
                break
        else:
            found.append(start)
    return found


# %% exercise="fits" mistake="the remainder of the whole size" earns=0 told="what the division leaves"
def fits(size, kernel, stride, padding=0):
    length = size + 2 * padding
    return [(length - kernel) // stride + 1, length % stride]


def whole_sizes(steps, sizes):
    found = []
    for start in sizes:
        size = start
        for kernel, stride, padding in steps:
            if size + 2 * padding < kernel:
                break
            size, left_over = fits(size, kernel, stride, padding)
            if left_over:
                break
        else:
            found.append(start)
    return found


# %% exercise="fits" mistake="nothing is ever left over" earns=0 told="expected 1"
def fits(size, kernel, stride, padding=0):
    return [(size + 2 * padding - kernel) // stride + 1, 0]


def whole_sizes(steps, sizes):
    found = []
    for start in sizes:
        size = start
        for kernel, stride, padding in steps:
            if size + 2 * padding < kernel:
                break
            size, left_over = fits(size, kernel, stride, padding)
            if left_over:
                break
        else:
            found.append(start)
    return found


# %% exercise="fits" mistake="only the first layer is asked" earns=2.5 told="Each layer works on what the one before gives"
def fits(size, kernel, stride, padding=0):
    moves, left_over = divmod(size + 2 * padding - kernel, stride)
    return [moves + 1, left_over]


def whole_sizes(steps, sizes):
    kernel, stride, padding = steps[0]
    return [size for size in sizes if size + 2 * padding >= kernel and fits(size, kernel, stride, padding)[1] == 0]


# %% exercise="fits" mistake="every layer is asked with the image's own size" earns=2.5 told="The second works on what the first gives"
def fits(size, kernel, stride, padding=0):
    moves, left_over = divmod(size + 2 * padding - kernel, stride)
    return [moves + 1, left_over]


def whole_sizes(steps, sizes):
    found = []
    for size in sizes:
        if all(size + 2 * p >= k and fits(size, k, s, p)[1] == 0 for k, s, p in steps):
            found.append(size)
    return found


# %% exercise="fits" mistake="sizes too small for a kernel are kept" earns=2.5 told="the second kernel does not fit"
def fits(size, kernel, stride, padding=0):
    moves, left_over = divmod(size + 2 * padding - kernel, stride)
    return [moves + 1, left_over]


def whole_sizes(steps, sizes):
    found = []
    for start in sizes:
        size, good = start, True
        for kernel, stride, padding in steps:
            size, left_over = fits(size, kernel, stride, padding)
            good = good and left_over == 0
        if good:
            found.append(start)
    return found


# %% exercise="fits" mistake="sorted, whatever the given order" earns=3.5 told="Keep the order"
def fits(size, kernel, stride, padding=0):
    moves, left_over = divmod(size + 2 * padding - kernel, stride)
    return [moves + 1, left_over]


def whole_sizes(steps, sizes):
    found = []
    for start in sorted(sizes):
        size = start
        for kernel, stride, padding in steps:
            if size + 2 * padding < kernel:
                break
            size, left_over = fits(size, kernel, stride, padding)
            if left_over:
                break
        else:
            found.append(start)
    return found


# %% exercise="fits" mistake="the padding of the steps is ignored" earns=3.5 told="Take the padding of each step into account"
def fits(size, kernel, stride, padding=0):
    moves, left_over = divmod(size + 2 * padding - kernel, stride)
    return [moves + 1, left_over]


def whole_sizes(steps, sizes):
    found = []
    for start in sizes:
        size = start
        for kernel, stride, padding in steps:
            if size < kernel:
                break
            size, left_over = fits(size, kernel, stride)
            if left_over:
                break
        else:
            found.append(start)
    return found


# %% exercise="conv_cost" mistake="groups are ignored" earns=1 told="The groups were ignored"
def conv_cost(kernel, channels, filters, side, groups=1):
    seen = kernel * kernel * channels
    return {"weights": filters * (seen + 1), "macs": side * side * filters * seen}


# %% exercise="conv_cost" mistake="no biases" earns=0 told="Each of the 256 filters also has a bias"
def conv_cost(kernel, channels, filters, side, groups=1):
    seen = kernel * kernel * channels // groups
    return {"weights": filters * seen, "macs": side * side * filters * seen}


# %% exercise="conv_cost" mistake="one bias for the layer" earns=0 told="expected 614,656"
def conv_cost(kernel, channels, filters, side, groups=1):
    seen = kernel * kernel * channels // groups
    return {"weights": filters * seen + 1, "macs": side * side * filters * seen}


# %% exercise="conv_cost" mistake="a bias for each input map" earns=0 told="to each map of the output"
def conv_cost(kernel, channels, filters, side, groups=1):
    seen = kernel * kernel * channels // groups
    return {"weights": filters * seen + channels, "macs": side * side * filters * seen}


# %% exercise="conv_cost" mistake="the weights of one tower only" earns=1 told="The number of filters stays 256"
def conv_cost(kernel, channels, filters, side, groups=1):
    seen = kernel * kernel * channels // groups
    return {"weights": filters // groups * (seen + 1), "macs": side * side * filters * seen}


# %% exercise="conv_cost" mistake="channels and filters both divided" earns=1 told="number of filters stays"
def conv_cost(kernel, channels, filters, side, groups=1):
    seen = kernel * kernel * channels // groups
    f = filters // groups
    return {"weights": f * (seen + 1), "macs": side * side * f * seen}


# %% exercise="conv_cost" mistake="all weights divided by the groups, biases too" earns=1 told="so does that of the biases"
def conv_cost(kernel, channels, filters, side, groups=1):
    seen = kernel * kernel * channels
    return {"weights": filters * (seen + 1) // groups, "macs": side * side * filters * seen // groups}


# %% exercise="conv_cost" mistake="biases counted as operations" earns=0 told="Adding a bias is not counted"
def conv_cost(kernel, channels, filters, side, groups=1):
    seen = kernel * kernel * channels // groups
    return {"weights": filters * (seen + 1), "macs": side * side * filters * (seen + 1)}


# %% exercise="conv_cost" mistake="multiplications and additions counted one by one" earns=0 told="is one operation here"
def conv_cost(kernel, channels, filters, side, groups=1):
    seen = kernel * kernel * channels // groups
    return {"weights": filters * (seen + 1), "macs": 2 * side * side * filters * seen}


# %% exercise="conv_cost" mistake="one row of places only" earns=0 told="27 · 27 places"
def conv_cost(kernel, channels, filters, side, groups=1):
    seen = kernel * kernel * channels // groups
    return {"weights": filters * (seen + 1), "macs": side * filters * seen}


# %% exercise="conv_cost" mistake="operations without the groups" earns=1 told="sum of half as many products"
def conv_cost(kernel, channels, filters, side, groups=1):
    seen = kernel * kernel * channels // groups
    return {"weights": filters * (seen + 1), "macs": side * side * filters * kernel * kernel * channels}


# %% exercise="conv_cost" mistake="a pair in place of the dictionary" earns=0 told="dictionary"
def conv_cost(kernel, channels, filters, side, groups=1):
    seen = kernel * kernel * channels // groups
    return filters * (seen + 1), side * side * filters * seen


# %% exercise="silent" mistake="the share of the numbers that fire" earns=1 told="That is the share of the numbers that fire"
def silent(maps):
    return {"zeros": float(np.mean(maps > 0)), "dead": int(np.sum(maps.max(axis=(0, 1, 2)) == 0))}


# %% exercise="silent" mistake="the number of zeros" earns=1 told="That is their number"
def silent(maps):
    return {"zeros": int(np.sum(maps == 0)), "dead": int(np.sum(maps.max(axis=(0, 1, 2)) == 0))}


# %% exercise="silent" mistake="dead in each image by itself" earns=1 told="not once for each image"
def silent(maps):
    return {"zeros": float(np.mean(maps == 0)), "dead": int(np.sum(maps.max(axis=(1, 2)) == 0))}


# %% exercise="silent" mistake="dead when one place is silent" earns=1 told="expected 2"
def silent(maps):
    return {"zeros": float(np.mean(maps == 0)), "dead": int(np.sum(maps.min(axis=(0, 1, 2)) == 0))}


# %% exercise="silent" mistake="dead when hardly firing on average" earns=2 told="Compare with 0 itself"
def silent(maps):
    return {"zeros": float(np.mean(maps == 0)), "dead": int(np.sum(maps.mean(axis=(0, 1, 2)) < 0.01))}


# %% exercise="silent" mistake="images counted in place of channels" earns=1 told="along the last axis"
def silent(maps):
    return {"zeros": float(np.mean(maps == 0)), "dead": int(np.sum(maps.max(axis=(1, 2, 3)) == 0))}


# %% exercise="silent" mistake="the share of dead channels" earns=1 told="Count them"
def silent(maps):
    return {"zeros": float(np.mean(maps == 0)), "dead": float(np.mean(maps.max(axis=(0, 1, 2)) == 0))}


# %% exercise="silent" mistake="the share of silent channels as the share of zeros" earns=1 told="Count all numbers"
def silent(maps):
    gone = maps.max(axis=(0, 1, 2)) == 0
    return {"zeros": float(np.mean(gone)), "dead": int(np.sum(gone))}


# %% exercise="silent" mistake="which channels, not how many" earns=1 told="How many?"
def silent(maps):
    return {"zeros": float(np.mean(maps == 0)), "dead": np.flatnonzero(maps.max(axis=(0, 1, 2)) == 0)}


# %% exercise="silent" mistake="only the first image" earns=0 told="expected 0.84375"
def silent(maps):
    maps = maps[:1]
    return {"zeros": float(np.mean(maps == 0)), "dead": int(np.sum(maps.max(axis=(0, 1, 2)) == 0))}


# %% exercise="dropout" mistake="no scaling" earns=2 told="divided by the probability to survive"
def dropout(x, rate, seed, training):
    if not training:
        return x
    rng = np.random.default_rng(seed)
    return (x * (rng.random(x.shape) >= rate)).astype("float32")


# %% exercise="dropout" mistake="scaling in use, as in 2012" earns=1.5 told="nothing is scaled"
def dropout(x, rate, seed, training):
    if not training:
        return (x * (1 - rate)).astype("float32")
    rng = np.random.default_rng(seed)
    return (x * (rng.random(x.shape) >= rate)).astype("float32")


# %% exercise="dropout" mistake="divided by the rate" earns=2 told="The probability to survive is 1 − rate"
def dropout(x, rate, seed, training):
    if not training:
        return x
    rng = np.random.default_rng(seed)
    return (x * (rng.random(x.shape) >= rate) / max(rate, 1e-6)).astype("float32")


# %% exercise="dropout" mistake="multiplied by the probability to survive" earns=2 told="Divide by the probability to survive"
def dropout(x, rate, seed, training):
    if not training:
        return x
    rng = np.random.default_rng(seed)
    return (x * (rng.random(x.shape) >= rate) * (1 - rate)).astype("float32")


# %% exercise="dropout" mistake="keep and drop swapped" earns=1.5 told="Keep and drop are swapped"
def dropout(x, rate, seed, training):
    if not training:
        return x
    rng = np.random.default_rng(seed)
    return (x * (rng.random(x.shape) < rate) / max(rate, 1e-6)).astype("float32")


# %% exercise="dropout" mistake="keep and drop swapped, with the right scale for the rate" earns=2.5 told="Keep and drop are swapped"
def dropout(x, rate, seed, training):
    if not training:
        return x
    rng = np.random.default_rng(seed)
    return (x * (rng.random(x.shape) < rate) / (1 - rate)).astype("float32")


# %% exercise="dropout" mistake="active in use as well" earns=4.5 told="no zeros, no scaling"
def dropout(x, rate, seed, training):
    rng = np.random.default_rng(seed)
    return (x * (rng.random(x.shape) >= rate) / (1 - rate)).astype("float32")


# %% exercise="dropout" mistake="training looked at the wrong way round" earns=0 told="the right way round"
def dropout(x, rate, seed, training):
    if training:
        return x
    rng = np.random.default_rng(seed)
    return (x * (rng.random(x.shape) >= rate) / (1 - rate)).astype("float32")


# %% exercise="dropout" mistake="whole columns or maps are dropped" earns=4 told="Each number is dropped on its own"
def dropout(x, rate, seed, training):
    if not training:
        return x
    rng = np.random.default_rng(seed)
    return (x * (rng.random(x.shape[-1]) >= rate) / (1 - rate)).astype("float32")


# %% exercise="dropout" mistake="whole images are dropped" earns=3.5 told="are dropped"
def dropout(x, rate, seed, training):
    if not training:
        return x
    rng = np.random.default_rng(seed)
    survives = rng.random((len(x),) + (1,) * (x.ndim - 1)) >= rate
    return (x * survives / (1 - rate)).astype("float32")


# %% exercise="dropout" mistake="the same numbers in every image" earns=4 told="along axis 0 share their fate"
def dropout(x, rate, seed, training):
    if not training:
        return x
    rng = np.random.default_rng(seed)
    return (x * (rng.random(x.shape[1:]) >= rate) / (1 - rate)).astype("float32")


# %% exercise="dropout" mistake="a fixed number is dropped" earns=5 told="Choosing a fixed number"
def dropout(x, rate, seed, training):
    if not training:
        return x
    rng = np.random.default_rng(seed)
    survives = np.ones(x.size)
    survives[rng.permutation(x.size)[: round(rate * x.size)]] = 0
    return (x * survives.reshape(x.shape) / (1 - rate)).astype("float32")


# %% exercise="dropout" mistake="the smallest are dropped" earns=3 told="depends on chance alone"
def dropout(x, rate, seed, training):
    if not training:
        return x
    rng = np.random.default_rng(seed)
    return (x * (np.abs(x) > np.quantile(np.abs(x), rate)) / (1 - rate)).astype("float32")


# %% exercise="dropout" mistake="only positive numbers are dropped" earns=5 told="as often as"
def dropout(x, rate, seed, training):
    if not training:
        return x
    rng = np.random.default_rng(seed)
    survives = (rng.random(x.shape) >= rate) | (x < 0)
    return (x * survives / (1 - rate)).astype("float32")


# %% exercise="dropout" mistake="the seed is not used" earns=5 told="begins anew in each call"
def dropout(x, rate, seed, training):
    if not training:
        return x
    return (x * (np.random.random(x.shape) >= rate) / (1 - rate)).astype("float32")


# %% exercise="dropout" mistake="always the same seed" earns=4 told="two seeds drop the same numbers"
def dropout(x, rate, seed, training):
    if not training:
        return x
    return (x * (np.random.default_rng(0).random(x.shape) >= rate) / (1 - rate)).astype("float32")


# %% exercise="dropout" mistake="float64" earns=5 told="NumPy makes float64"
def dropout(x, rate, seed, training):
    if not training:
        return x
    rng = np.random.default_rng(seed)
    return x * (rng.random(x.shape) >= rate).astype("float64") / (1 - rate)


# %% exercise="dropout" mistake="a rate of one half whatever is asked for" earns=2.5 told="are dropped"
def dropout(x, rate, seed, training):
    if not training:
        return x
    rng = np.random.default_rng(seed)
    return (x * (rng.random(x.shape) >= 0.5) / (1 - rate)).astype("float32")


# %% exercise="dropout" mistake="noise in place of zeros" earns=0 told="nothing is 0"
def dropout(x, rate, seed, training):
    if not training:
        return x
    rng = np.random.default_rng(seed)
    return (x * (1 + rate * rng.normal(0, 1, x.shape))).astype("float32")


# %% exercise="dropout" mistake="flattened" earns=2 told="found the shape"
def dropout(x, rate, seed, training):
    if not training:
        return x
    rng = np.random.default_rng(seed)
    return (x.ravel() * (rng.random(x.size) >= rate) / (1 - rate)).astype("float32")


# %% exercise="coverage" mistake="windows that stick out are counted" earns=0 told="sticks out over the edge"
def coverage(size, window, stride):
    count = np.zeros(size, dtype=int)
    for start in range(0, size, stride):
        count[start : start + window] += 1
    return count


# %% exercise="coverage" mistake="the last window is missing" earns=1 told="The last window is missing"
def coverage(size, window, stride):
    count = np.zeros(size, dtype=int)
    for start in range(0, size - window, stride):
        count[start : start + window] += 1
    return count


# %% exercise="coverage" mistake="windows without overlap" earns=1 told="share a row"
def coverage(size, window, stride):
    count = np.zeros(size, dtype=int)
    for start in range(0, size - window + 1, window):
        count[start : start + window] = 1
    return count


# %% exercise="coverage" mistake="each row counted once" earns=1 told="expected 2"
def coverage(size, window, stride):
    count = np.zeros(size, dtype=int)
    for start in range(0, size - window + 1, stride):
        count[start : start + window] = 1
    return count


# %% exercise="coverage" mistake="the stride is always 2" earns=2 told="windows of"
def coverage(size, window, stride):
    count = np.zeros(size, dtype=int)
    for start in range(0, size - window + 1, 2):
        count[start : start + window] += 1
    return count


# %% exercise="coverage" mistake="only where windows begin" earns=0 told="expected"
def coverage(size, window, stride):
    count = np.zeros(size, dtype=int)
    for start in range(0, size - window + 1, stride):
        count[start] += 1
    return count


# %% exercise="coverage" mistake="a number for each window" earns=0 told="not for each window"
def coverage(size, window, stride):
    return np.full((size - window) // stride + 1, window)


# %% exercise="coverage" mistake="windows of the stride's size" earns=1 told="found"
def coverage(size, window, stride):
    return np.array([1] * (size // stride * stride) + [0] * (size % stride))


# %% exercise="coverage" mistake="the remainder is spread over the edge with padding" earns=0 told="found"
def coverage(size, window, stride):
    count = np.zeros(size + 2, dtype=int)
    for start in range(0, size + 2 - window + 1, stride):
        count[start : start + window] += 1
    return count[1:-1]


# %% exercise="coverage" mistake="one row too many" earns=0 told="found the shape"
def coverage(size, window, stride):
    count = np.zeros(size + 1, dtype=int)
    for start in range(0, size - window + 1, stride):
        count[start : start + window] += 1
    return count


# %% exercise="augment" mistake="the same place for all images" earns=6 told="not once for all of them"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = np.full(n, rng.integers(0, height - size + 1)), np.full(n, rng.integers(0, width - size + 1))
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="always the centre" earns=6 told="not once for all of them"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = np.full(n, (height - size) // 2), np.full(n, (width - size) // 2)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="the last place is never reached" earns=7 told="the last row or column of places never occurs"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, max(height - size, 1), n), rng.integers(0, max(width - size, 1), n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="rows and columns from two generators with the same seed" earns=7 told="independently of each other"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = np.random.default_rng(seed).integers(0, height - size + 1, n), np.random.default_rng(seed).integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="height and width are taken for equal" earns=2 told="height and width"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, height - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="places near the centre only" earns=7 told="far more often"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = ((rng.integers(0, height - size + 1, n) + rng.integers(0, height - size + 1, n) + 1) // 2), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="never mirrored" earns=7 told="mirrored left to right"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="all mirrored" earns=7 told="Only half of the pieces"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 2
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="the whole call is mirrored or not" earns=7 told="mirrored"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = np.full(n, rng.random() < 0.5)
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="every second image is mirrored" earns=7 told="whatever the seed"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = np.arange(n) % 2 == 0
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="one in ten is mirrored" earns=7 told="are mirrored"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.1
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="upside down in place of mirrored" earns=5 told="top stays top"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="the colours are swapped in place of the sides" earns=5 told="the columns"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, ..., ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="turned by half" earns=5 told="Only left and right"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, ::-1, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="turned by a quarter as well" earns=5 told="Only left and right"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    turned = rng.random(n) < 0.5
    pieces[turned] = np.rot90(pieces[turned], axes=(1, 2))
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="no jitter" earns=7 told="the brightness hardly changes"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(1.0, 1.0, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="a wild jitter" earns=7 told="a strong jitter hides"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.2, 1.8, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="only brighter" earns=7 told="Factors below 1 and above 1"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(1.0, 1.2, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="one factor for all images" earns=7 told="change alike"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (1, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="a factor for each pixel" earns=2 told="not pixel by pixel"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, size, size, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="a jitter in steps of 255" earns=1 told="expected 0 to 1"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = 1
    pieces = pieces + rng.uniform(-25, 25, (n, 1, 1, 1))
    return (pieces * factors).astype("float32")


# %% exercise="augment" mistake="not clipped" earns=6 told="np.clip"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return (pieces * factors).astype("float32")


# %% exercise="augment" mistake="float64" earns=7 told="convert at the end"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float64")


# %% exercise="augment" mistake="the seed is not used" earns=7 told="without the seed"
def augment(images, size, seed):
    rng = np.random.default_rng()
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="the same seed in every call" earns=6 told="The seed has no influence"
def augment(images, size, seed):
    rng = np.random.default_rng(0)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="the images are shuffled" earns=3 told="another order"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    images = rng.permutation(images)
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="rolled over the edge in place of cropped" earns=2 told="not resized, not rolled"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([np.roll(image, (top, left), axis=(0, 1))[:size, :size] for image, top, left in zip(images, tops, lefts)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")


# %% exercise="augment" mistake="resized in place of cropped" earns=2 told="not resized"
def augment(images, size, seed):
    rng = np.random.default_rng(seed)
    n = len(images)
    rows = np.linspace(0, images.shape[1] - 1, size).astype(int)
    columns = np.linspace(0, images.shape[2] - 1, size).astype(int)
    pieces = images[:, rows][:, :, columns]
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    return np.clip(pieces * rng.uniform(0.9, 1.1, (n, 1, 1, 1)), 0, 1).astype("float32")


# %% exercise="augment" mistake="Keras' layers on the whole batch" earns=6 told="Draw a place for each image"
def augment(images, size, seed):
    steps = [
        layers.RandomCrop(size, size, seed=seed),
        layers.RandomFlip("horizontal", seed=seed + 1),
        layers.RandomBrightness(0.05, value_range=(0, 1), seed=seed + 2),
    ]
    for step in steps:
        images = step(images, training=True)
    return np.clip(np.asarray(images), 0, 1)


# %% exercise="augment" mistake="the images as they are" earns=0 told="found the shape"
def augment(images, size, seed):
    return images


# %% exercise="augment" mistake="the upper left corner, always" earns=3 told="found"
def augment(images, size, seed):
    return images[:, :size, :size]


# %% exercise="ten_crops" mistake="not mirrored" earns=2 told="The second five should be mirrored"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops + crops)


def average(probabilities):
    return probabilities.mean(axis=0)


# %% exercise="ten_crops" mistake="upside down" earns=2 told="upside down"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops + [crop[:, ::-1] for crop in crops])


def average(probabilities):
    return probabilities.mean(axis=0)


# %% exercise="ten_crops" mistake="colours swapped" earns=2 told="colours swapped"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops + [crop[..., ::-1] for crop in crops])


def average(probabilities):
    return probabilities.mean(axis=0)


# %% exercise="ten_crops" mistake="five crops only" earns=2 told="Five are missing"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops)


def average(probabilities):
    return probabilities.mean(axis=0)


# %% exercise="ten_crops" mistake="each crop followed by its mirror image" earns=2 told="in another order"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack([version for crop in crops for version in (crop, crop[:, :, ::-1])])


def average(probabilities):
    return probabilities.mean(axis=0)


# %% exercise="ten_crops" mistake="bottom left before top right" earns=2 told="rows and columns are swapped"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (bottom, 0), (0, right), (bottom, right), (bottom // 2, right // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops + [crop[:, :, ::-1] for crop in crops])


def average(probabilities):
    return probabilities.mean(axis=0)


# %% exercise="ten_crops" mistake="one image after the other" earns=2 told="The ten crops come first"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops + [crop[:, :, ::-1] for crop in crops], axis=1)


def average(probabilities):
    return probabilities.mean(axis=0)


# %% exercise="ten_crops" mistake="all in one row" earns=2 told="an axis of their own"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.concatenate(crops + [crop[:, :, ::-1] for crop in crops])


def average(probabilities):
    return probabilities.mean(axis=0)


# %% exercise="ten_crops" mistake="the centre rounded up" earns=2 told="The centre begins at"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (-(-bottom // 2), -(-right // 2))]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops + [crop[:, :, ::-1] for crop in crops])


def average(probabilities):
    return probabilities.mean(axis=0)


# %% exercise="ten_crops" mistake="the centre of height for both" earns=3 told="The centre begins at"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, bottom // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops + [crop[:, :, ::-1] for crop in crops])


def average(probabilities):
    return probabilities.mean(axis=0)


# %% exercise="ten_crops" mistake="averaged over the classes" earns=3 told="over the classes"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops + [crop[:, :, ::-1] for crop in crops])


def average(probabilities):
    return probabilities.mean(axis=2)


# %% exercise="ten_crops" mistake="averaged over the images" earns=3 told="over the images"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops + [crop[:, :, ::-1] for crop in crops])


def average(probabilities):
    return probabilities.mean(axis=1)


# %% exercise="ten_crops" mistake="summed" earns=3 told="That is the sum"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops + [crop[:, :, ::-1] for crop in crops])


def average(probabilities):
    return probabilities.sum(axis=0)


# %% exercise="ten_crops" mistake="the maximum" earns=3 told="That is the maximum"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops + [crop[:, :, ::-1] for crop in crops])


def average(probabilities):
    return probabilities.max(axis=0)


# %% exercise="ten_crops" mistake="the class in place of the probabilities" earns=3 told="not the class itself"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops + [crop[:, :, ::-1] for crop in crops])


def average(probabilities):
    return probabilities.mean(axis=0).argmax(axis=1)


# %% exercise="ten_crops" mistake="a vote" earns=3 told="That is a vote"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops + [crop[:, :, ::-1] for crop in crops])


def average(probabilities):
    return np.eye(probabilities.shape[2])[probabilities.argmax(axis=2)].mean(axis=0)


# %% exercise="ten_crops" mistake="negative indices that fail where the crop is as large as the image" earns=3 told="where the size is the whole height"
def ten_crops(images, size):
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    if bottom == 0 or right == 0:
        raise ValueError('no room')
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops + [crop[:, :, ::-1] for crop in crops])


def average(probabilities):
    return probabilities.mean(axis=0)


# %% exercise="small_alexnet" mistake="one epoch" earns=2.5 told="Train longer"
def small_alexnet():
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, strides=2, **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
plain = small_alexnet()
plain_history = train(plain, lambda epoch: centre(patches.train.x), SETTINGS)


# %% exercise="small_alexnet" mistake="not trained" earns=2.5 told="Was `plain` itself trained"
def small_alexnet():
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, strides=2, **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
plain = small_alexnet()
plain_history = {"training": [0.9], "validation": [0.9]}


# %% exercise="small_alexnet" mistake="trained with a learning rate of 1" earns=2.5 told="too large"
def small_alexnet():
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, strides=2, **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


SETTINGS = {"learning_rate": 1.0, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
plain = small_alexnet()
plain_history = train(plain, lambda epoch: centre(patches.train.x), SETTINGS)


# %% exercise="small_alexnet" mistake="labels in another order than the images" earns=2.5 told="guessing"
def small_alexnet():
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, strides=2, **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 2, "seed": 1}
keras.utils.set_random_seed(1)
plain = small_alexnet()
plain_history = train(plain, lambda epoch: centre(patches.train.x)[np.random.default_rng(epoch).permutation(1440)], SETTINGS)


# %% exercise="small_alexnet" mistake="images from 0 to 255 in training only" earns=2.5 told="guessing"
def small_alexnet():
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, strides=2, **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 2, "seed": 1}
keras.utils.set_random_seed(1)
plain = small_alexnet()
plain_history = train(plain, lambda epoch: 255 * centre(patches.train.x), SETTINGS)


# %% exercise="small_alexnet" mistake="trained on the colours of the patches only" earns=2.5 told="Colours alone"
def small_alexnet():
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, strides=2, **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 4, "seed": 1}
keras.utils.set_random_seed(1)
plain = small_alexnet()
even = np.repeat(np.repeat(centre(patches.train.x).mean(axis=(1, 2), keepdims=True), 33, axis=1), 33, axis=2)
plain_history = train(plain, lambda epoch: even, SETTINGS)


# %% exercise="small_alexnet" mistake="a linear model on the pixels" earns=2 told="weights"
def small_alexnet():
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, strides=2, **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 2, "seed": 1}
keras.utils.set_random_seed(1)
plain = keras.Sequential([keras.Input((33, 33, 3)), layers.Flatten(), layers.Dense(10, activation="softmax")])
plain_history = train(plain, lambda epoch: centre(patches.train.x), SETTINGS)


# %% exercise="small_alexnet" mistake="no dropout" earns=1 told="Dropout is missing"
def small_alexnet():
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, strides=2, **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(512, **relu),
        layers.Dense(512, **relu),
        layers.Dense(10, activation="softmax"),
    ])


SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
plain = small_alexnet()
plain_history = {"training": [0.9], "validation": [0.9]}


# %% exercise="small_alexnet" mistake="pools of 2×2" earns=1.5 told="The pooling windows overlap"
def small_alexnet():
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, strides=2, **relu),
        layers.MaxPooling2D(2, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(2, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(2, strides=2),
        layers.Flatten(),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
plain = small_alexnet()
plain_history = {"training": [0.9], "validation": [0.9]}


# %% exercise="small_alexnet" mistake="no stride in Conv 1" earns=1 told="Conv 1 moves by 2"
def small_alexnet():
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
plain = small_alexnet()
plain_history = {"training": [0.9], "validation": [0.9]}


# %% exercise="small_alexnet" mistake="Flatten is forgotten" earns=2 told="layers.Flatten() is missing"
def small_alexnet():
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, strides=2, **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
plain = small_alexnet()
plain_history = {"training": [0.9], "validation": [0.9]}


# %% exercise="small_alexnet" mistake="built once, outside the function" earns=1.5 told="two calls return the same weights"
def small_alexnet():
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, strides=2, **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


network = small_alexnet()


def small_alexnet():
    return network


SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
plain = small_alexnet()
plain_history = {}


# %% exercise="small_alexnet" mistake="a dropout rate of 0.1" earns=1.5 told="Dropout has the rate 0.5"
def small_alexnet():
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, strides=2, **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(512, **relu),
        layers.Dropout(0.1),
        layers.Dense(512, **relu),
        layers.Dropout(0.1),
        layers.Dense(10, activation="softmax"),
    ])


SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
plain = small_alexnet()
plain_history = {"training": [0.9], "validation": [0.9]}


# %% exercise="small_alexnet" mistake="no biases" earns=1.5 told="leave use_bias"
def small_alexnet():
    relu = {"activation": "relu", "kernel_initializer": "he_normal", "use_bias": False}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, strides=2, **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
plain = small_alexnet()
plain_history = {"training": [0.9], "validation": [0.9]}


# %% exercise="small_alexnet" mistake="the history in place of the network" earns=2 told="expected a Keras model"
def small_alexnet():
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, strides=2, **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
plain = train(small_alexnet(), lambda epoch: centre(patches.train.x), SETTINGS)


# %% exercise="augmented" mistake="one epoch" earns=1.5 told="It is on its way"
def fresh(images, size, epoch):
    return augment(images, size, seed=1000 + epoch)


AUGMENTED = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
augmented = small_alexnet()
augmented_history = train(augmented, lambda epoch: fresh(patches.train.x, CROP, epoch), AUGMENTED)


# %% exercise="augmented" mistake="the network that was trained without augmentation, under another name" earns=4 told="mirrored"
def fresh(images, size, epoch):
    return augment(images, size, seed=1000 + epoch)


AUGMENTED = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
augmented = small_alexnet()
augmented.set_weights(plain.get_weights())


# %% exercise="augmented" mistake="the same pieces in every epoch, and one epoch of training" earns=0.5 told="Each epoch needs a seed of its own"
def fresh(images, size, epoch):
    return augment(images, size, seed=1000)


AUGMENTED = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
augmented = small_alexnet()
augmented_history = train(augmented, lambda epoch: fresh(patches.train.x, CROP, epoch), AUGMENTED)


# %% exercise="augmented" mistake="centre crops in every epoch" earns=0.5 told="Here `augment` belongs"
def fresh(images, size, epoch):
    return images[:, (images.shape[1] - size) // 2 :, (images.shape[2] - size) // 2 :][:, :size, :size]


AUGMENTED = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
augmented = small_alexnet()
augmented_history = train(augmented, lambda epoch: fresh(patches.train.x, CROP, epoch), AUGMENTED)


# %% exercise="augmented" mistake="a random seed" earns=0.5 told="Make the seed from the number of the epoch"
def fresh(images, size, epoch):
    return augment(images, size, seed=np.random.randint(10**6))


AUGMENTED = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
augmented = small_alexnet()
augmented_history = train(augmented, lambda epoch: fresh(patches.train.x, CROP, epoch), AUGMENTED)


# %% exercise="augmented" mistake="a new seed every second epoch only" earns=0.5 told="two epochs give the same pieces"
def fresh(images, size, epoch):
    return augment(images, size, seed=1000 + epoch // 2)


AUGMENTED = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
augmented = small_alexnet()
augmented_history = train(augmented, lambda epoch: fresh(patches.train.x, CROP, epoch), AUGMENTED)


# %% exercise="augmented" mistake="the seeds repeat after three epochs" earns=0.5 told="two epochs give the same pieces"
def fresh(images, size, epoch):
    return augment(images, size, seed=1000 + epoch % 3)


AUGMENTED = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
augmented = small_alexnet()
augmented_history = train(augmented, lambda epoch: fresh(patches.train.x, CROP, epoch), AUGMENTED)


# %% exercise="augmented" mistake="the images in another order" earns=0.5 told="another order"
def fresh(images, size, epoch):
    images = np.random.default_rng(epoch).permutation(images)
    return augment(images, size, seed=1000 + epoch)


AUGMENTED = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
augmented = small_alexnet()
augmented_history = train(augmented, lambda epoch: fresh(patches.train.x, CROP, epoch), AUGMENTED)


# %% exercise="augmented" mistake="not trained" earns=1.5 told="guessing"
def fresh(images, size, epoch):
    return augment(images, size, seed=1000 + epoch)


AUGMENTED = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
augmented = small_alexnet()
augmented_history = {}


# %% exercise="augmented" mistake="the other network was trained on" earns=1.5 told="guessing"
def fresh(images, size, epoch):
    return augment(images, size, seed=1000 + epoch)


AUGMENTED = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
augmented = small_alexnet()
augmented_history = train(small_alexnet(), lambda epoch: fresh(patches.train.x, CROP, epoch), AUGMENTED)


# %% exercise="augmented" mistake="a linear model" earns=1 told="weights"
def fresh(images, size, epoch):
    return augment(images, size, seed=1000 + epoch)


AUGMENTED = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
augmented = keras.Sequential([keras.Input((33, 33, 3)), layers.Flatten(), layers.Dense(10, activation="softmax")])
augmented_history = train(augmented, lambda epoch: fresh(patches.train.x, CROP, epoch), AUGMENTED)


# %% exercise="augmented" mistake="the size is not passed on" earns=0.5 told="found the shape"
def fresh(images, size, epoch):
    return augment(images, CROP if len(images) > 100 else 12, seed=1000 + epoch)


AUGMENTED = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
augmented = small_alexnet()
augmented_history = train(augmented, lambda epoch: fresh(patches.train.x, CROP, epoch), AUGMENTED)


# %% exercise="augmented" mistake="the history in place of the network" earns=1 told="expected a Keras model"
def fresh(images, size, epoch):
    return augment(images, size, seed=1000 + epoch)


AUGMENTED = {"learning_rate": 0.001, "batch_size": 32, "epochs": 1, "seed": 1}
keras.utils.set_random_seed(1)
augmented = small_alexnet()
augmented = train(augmented, lambda epoch: fresh(patches.train.x, CROP, epoch), AUGMENTED)


# %% exercise="top_k_error" mistake="the share that is right" earns=0 told="The error is the others"
def top_k_error(probabilities, labels, k):
    right = probabilities[np.arange(len(labels)), labels][:, np.newaxis]
    return float(np.mean(np.sum(probabilities >= right, axis=1) <= k))


# %% exercise="top_k_error" mistake="ties gain" earns=2 told="Ties must not gain"
def top_k_error(probabilities, labels, k):
    right = probabilities[np.arange(len(labels)), labels][:, np.newaxis]
    return float(np.mean(np.sum(probabilities > right, axis=1) >= k))


# %% exercise="top_k_error" mistake="sorted, so that ties may gain" earns=2 told="compare instead"
def top_k_error(probabilities, labels, k):
    best = np.argsort(-probabilities, axis=1, kind='stable')[:, :k]
    return float(np.mean([label not in row for label, row in zip(labels, best)]))


# %% exercise="top_k_error" mistake="always the top-1 error" earns=1 told="whatever k is"
def top_k_error(probabilities, labels, k):
    right = probabilities[np.arange(len(labels)), labels][:, np.newaxis]
    return float(np.mean(np.sum(probabilities >= right, axis=1) > 1))


# %% exercise="top_k_error" mistake="one class too many" earns=0 told="One class too many"
def top_k_error(probabilities, labels, k):
    right = probabilities[np.arange(len(labels)), labels][:, np.newaxis]
    return float(np.mean(np.sum(probabilities >= right, axis=1) > k + 1))


# %% exercise="top_k_error" mistake="one class too few" earns=1 told="the right class itself is not one of the others"
def top_k_error(probabilities, labels, k):
    right = probabilities[np.arange(len(labels)), labels][:, np.newaxis]
    return float(np.mean(np.sum(probabilities >= right, axis=1) >= k))


# %% exercise="top_k_error" mistake="the number of the images" earns=0 told="Divide by how many"
def top_k_error(probabilities, labels, k):
    right = probabilities[np.arange(len(labels)), labels][:, np.newaxis]
    return int(np.sum(np.sum(probabilities >= right, axis=1) > k))


# %% exercise="top_k_error" mistake="the k least probable classes" earns=0 told="those with the largest"
def top_k_error(probabilities, labels, k):
    best = np.argsort(probabilities, axis=1)[:, :k]
    return float(np.mean([label not in row for label, row in zip(labels, best)]))


# %% exercise="top_k_error" mistake="the first k classes" earns=0 told="those with the largest"
def top_k_error(probabilities, labels, k):
    return float(np.mean(labels >= k))


# %% exercise="top_k_error" mistake="the mean of the probabilities left to others" earns=0 told="those with the largest"
def top_k_error(probabilities, labels, k):
    right = probabilities[np.arange(len(labels)), labels][:, np.newaxis]
    return float(np.mean(1 - right))


# %% exercise="top_k_error" mistake="ties count against some ranks only: sorted the other way" earns=2 told="compare instead"
def top_k_error(probabilities, labels, k):
    best = np.argsort(probabilities, axis=1, kind='stable')[:, ::-1][:, :k]
    return float(np.mean([label not in row for label, row in zip(labels, best)]))


# %% exercise="as_pictures" mistake="the filters stay last" earns=3 told="The filters come first"
def as_pictures(kernels):
    pictures = kernels
    largest = np.abs(pictures).max(axis=(0, 1, 2), keepdims=True)
    return 0.5 + 0.5 * pictures / np.where(largest > 0, largest, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted) / lengths) if lengths > 1e-12 else 0.0)
    return best


# %% exercise="as_pictures" mistake="one scale for all filters" earns=3 told="Each filter has its own"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max()
    return 0.5 + 0.5 * pictures / np.where(largest > 0, largest, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted) / lengths) if lengths > 1e-12 else 0.0)
    return best


# %% exercise="as_pictures" mistake="from the smallest to the largest weight" earns=3 told="then 0 is not mid-grey"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    low = pictures.min(axis=(1, 2, 3), keepdims=True)
    high = pictures.max(axis=(1, 2, 3), keepdims=True)
    return (pictures - low) / np.where(high > low, high - low, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted) / lengths) if lengths > 1e-12 else 0.0)
    return best


# %% exercise="as_pictures" mistake="not halved" earns=3 told="Halve the weights"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    return 0.5 + pictures / np.where(largest > 0, largest, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted) / lengths) if lengths > 1e-12 else 0.0)
    return best


# %% exercise="as_pictures" mistake="from −1 to 1" earns=3 told="These are from −1 to 1"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    return pictures / np.where(largest > 0, largest, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted) / lengths) if lengths > 1e-12 else 0.0)
    return best


# %% exercise="as_pictures" mistake="a scale for each channel" earns=3 told="not for each of its channels"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max(axis=(1, 2), keepdims=True)
    return 0.5 + 0.5 * pictures / np.where(largest > 0, largest, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted) / lengths) if lengths > 1e-12 else 0.0)
    return best


# %% exercise="as_pictures" mistake="a filter of zeros divided by zero" earns=4 told="A filter of zeros is a grey picture"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    with np.errstate(all='ignore'):
        return 0.5 + 0.5 * pictures / largest


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted) / lengths) if lengths > 1e-12 else 0.0)
    return best


# %% exercise="as_pictures" mistake="the mean of the detector is not subtracted" earns=2 told="that of the detector"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    return 0.5 + 0.5 * pictures / np.where(largest > 0, largest, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector
    best = -1.0
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted) / lengths) if lengths > 1e-12 else 0.0)
    return best


# %% exercise="as_pictures" mistake="the mean of the window is not subtracted" earns=2 told="The mean of the window"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    return 0.5 + 0.5 * pictures / np.where(largest > 0, largest, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width]
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted) / lengths) if lengths > 1e-12 else 0.0)
    return best


# %% exercise="as_pictures" mistake="not divided by the lengths" earns=2 told="at most 1"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    return 0.5 + 0.5 * pictures / np.where(largest > 0, largest, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted)) if lengths > 1e-12 else 0.0)
    return best


# %% exercise="as_pictures" mistake="only the first window" earns=2 told="Take the largest of all windows"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    return 0.5 + 0.5 * pictures / np.where(largest > 0, largest, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in range(1):
        for left in range(1):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted) / lengths) if lengths > 1e-12 else 0.0)
    return best


# %% exercise="as_pictures" mistake="the last window is missing" earns=2 told="the last one"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    return 0.5 + 0.5 * pictures / np.where(largest > 0, largest, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in range(max(kernel.shape[0] - height, 1)):
        for left in range(max(kernel.shape[1] - width, 1)):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted) / lengths) if lengths > 1e-12 else 0.0)
    return best


# %% exercise="as_pictures" mistake="the magnitude of the coefficient" earns=2 told="The sign counts"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    return 0.5 + 0.5 * pictures / np.where(largest > 0, largest, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, abs(float(np.sum(window * wanted) / lengths)) if lengths > 1e-12 else 0.0)
    return best


# %% exercise="as_pictures" mistake="nan for equal numbers" earns=2 told="counts as 0"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    return 0.5 + 0.5 * pictures / np.where(largest > 0, largest, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float('nan') if lengths < 1e-12 else float(np.sum(window * wanted) / lengths))
    return best


# %% exercise="as_pictures" mistake="equal numbers count as unlike" earns=2 told="counts as 0"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    return 0.5 + 0.5 * pictures / np.where(largest > 0, largest, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted) / lengths) if lengths > 1e-12 else -1.0)
    return best


# %% exercise="as_pictures" mistake="the detector turned round, as in mathematics" earns=4 told="not turned round"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    return 0.5 + 0.5 * pictures / np.where(largest > 0, largest, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = (detector - detector.mean())[::-1, ::-1]
    best = -1.0
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted) / lengths) if lengths > 1e-12 else 0.0)
    return best


# %% exercise="as_pictures" mistake="a likeness of one window of the detector's own size" earns=2 told="slide"
def as_pictures(kernels):
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    return 0.5 + 0.5 * pictures / np.where(largest > 0, largest, 1)


def likeness(kernel, detector):
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in (0,):
        for left in (0,):
            window = kernel.reshape(detector.shape)
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted) / lengths) if lengths > 1e-12 else 0.0)
    return best
