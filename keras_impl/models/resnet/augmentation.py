"""What training changes about faces, so that nothing but forgeries is worth learning.

Each change is drawn once for a pair and done to both its faces: what tells them apart stays the forgery. Faces are
degraded, and windows jittered, before, when these are cut (`keras_impl.models.resnet.feeding.Faces`).
"""

from keras_impl.core.tensorflow import tf
from keras_impl.models.resnet.draws import Draws
from keras_impl.models.resnet.recipe import FaceAugmentation


def augment(pair: tf.Tensor, draws: Draws, config: FaceAugmentation) -> tf.Tensor:
    """Change the faces of a pair, both in the same way.

    Parameters
    ----------
    pair : Tensor of float32, shape (2, s, s, 3)
        RGB, 0..255.
    draws : Draws
    config : FaceAugmentation

    Returns
    -------
    Tensor of float32, shape (2, s, s, 3)
    """
    if draws.chance(0.5):
        pair = pair[:, :, ::-1]
    if draws.chance(config.light_share):
        pair = change_light(pair, draws, config.brightness, config.contrast, config.colour)
    if draws.chance(config.blur_share):
        pair = shrink_and_enlarge(pair, draws, config.smallest)
    if draws.chance(config.noise_share):
        pair += draws.uniform(0.0, config.noise) * draws.normal(tf.shape(pair))
    pair = tf.clip_by_value(pair, 0.0, 255.0)
    if draws.chance(config.jpeg_share):
        quality = draws.integers(*config.jpeg_quality)
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
