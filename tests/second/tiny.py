"""A backbone of one convolution a stage."""

from keras_impl.core.tensorflow import keras

TITLE = "Tiny"


def stages(x, config, dtype):
    maps = []
    for stage in config.stages:
        strides = 4 if stage is config.stages[0] else 2
        options = {"strides": strides, "padding": "same", "activation": "relu", "dtype": dtype, "name": stage.name}
        x = keras.layers.Conv2D(stage.filters, 5, **options)(x)
        maps.append(x)
    return maps


def load(weights, shape):
    pictures = keras.Input(shape)
    return keras.Model(pictures, keras.layers.Identity()(pictures))


def transfer(source, model, config):
    """There is nothing to learn from: the weights stay random."""
