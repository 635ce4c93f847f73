"""Random numbers inside tf.data: the same for the same seed, whichever thread draws them."""

from keras_impl.core.tensorflow import tf

MOST = 64
"""How many draws one face can need."""


class Draws:
    """All random numbers for one face or pair.

    Parameters
    ----------
    seed : Tensor of int, shape (2,)
    """

    def __init__(self, seed: tf.Tensor) -> None:
        self._seeds = iter(tf.unstack(tf.random.split(seed, MOST)))

    def uniform(self, low: float, high: float, shape: tuple[int, ...] = ()) -> tf.Tensor:
        """Draw float32 in [low, high)."""
        return tf.random.stateless_uniform(shape, next(self._seeds), low, high)

    def integers(self, low: int, high: int, shape: tuple[int, ...] = ()) -> tf.Tensor:
        """Draw int32 in [low, high)."""
        return tf.random.stateless_uniform(shape, next(self._seeds), low, high, tf.int32)

    def normal(self, shape: tf.Tensor) -> tf.Tensor:
        """Draw float32 with mean 0 and deviation 1."""
        return tf.random.stateless_normal(shape, next(self._seeds))

    def chance(self, probability: float) -> tf.Tensor:
        """Draw True with a probability."""
        return self.uniform(0.0, 1.0) < probability
