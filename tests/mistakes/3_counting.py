# %% exercise="dense_weights" mistake="forgets the biases" earns=1 told="x"
def dense_weights(shape, units, bias=True):
    return units * math.prod(shape)
