"""What training changes about faces, so that nothing but forgeries is worth learning.

Each change is drawn once for a pair and done to both its faces: what tells them apart stays the forgery.
"""

from keras_impl.approaches.draws import Draws
from keras_impl.backend import tf

SHIFT = 16
"""Most pixels by which the view is moved; the crop has 32 around the view."""

LIGHT_SHARE, BRIGHTNESS, CONTRAST, COLOUR = 0.5, 20.0, 0.2, 8.0
"""Share of pairs in other light; most by which pixel values, contrast (share) and channels change."""

JPEG_SHARE, JPEG_QUALITY = 0.2, (50, 95)
"""Share of pairs that are compressed once more, and from which to which quality."""

BLUR_SHARE, SMALLEST = 0.15, 0.5
"""Share of pairs that are shrunk and enlarged again, and the smallest size, as a share."""

NOISE_SHARE, NOISE = 0.15, 5.0
"""Share of pairs with noise, and its largest deviation in pixel values."""


def augment(pair: tf.Tensor, draws: Draws) -> tf.Tensor:
    """Change the faces of a pair, both in the same way.

    Parameters
    ----------
    pair : Tensor of float32, shape (2, s, s, 3)
        RGB, 0..255.
    draws : Draws

    Returns
    -------
    Tensor of float32, shape (2, s, s, 3)
    """
    if draws.chance(0.5):
        pair = pair[:, :, ::-1]
    # What leaves on one side comes back on the other, outside the view.
    pair = tf.roll(pair, draws.integers(-SHIFT, SHIFT + 1, (2,)), axis=(1, 2))
    if draws.chance(LIGHT_SHARE):
        pair = change_light(pair, draws, BRIGHTNESS, CONTRAST, COLOUR)
    if draws.chance(BLUR_SHARE):
        pair = shrink_and_enlarge(pair, draws, SMALLEST)
    if draws.chance(NOISE_SHARE):
        pair += draws.uniform(0.0, NOISE) * draws.normal(tf.shape(pair))
    pair = tf.clip_by_value(pair, 0.0, 255.0)
    if draws.chance(JPEG_SHARE):
        quality = draws.integers(*JPEG_QUALITY)
        recompressed = [tf.image.adjust_jpeg_quality(face, quality) for face in tf.unstack(tf.cast(pair, tf.uint8))]
        pair = tf.cast(tf.stack(recompressed), tf.float32)
    return pair


def change_light(faces: tf.Tensor, draws: Draws, brightness: float, contrast: float, colour: float) -> tf.Tensor:
    """Change contrast, brightness and colour balance by up to the given amounts, either way."""
    mean = tf.reduce_mean(faces)
    faces = (faces - mean) * draws.uniform(1 - contrast, 1 + contrast) + mean
    return faces + draws.uniform(-brightness, brightness) + draws.uniform(-colour, colour, (3,))


def shrink_and_enlarge(faces: tf.Tensor, draws: Draws, smallest: float) -> tf.Tensor:
    """Resize faces to a share from ``smallest`` to 1, and back: fine detail is lost."""
    side = faces.shape[-2]
    small = tf.cast(side * draws.uniform(smallest, 1.0), tf.int32)
    return tf.image.resize(tf.image.resize(faces, (small, small), "area"), (side, side))
