"""Fakes made of one real face alone: self-blended images (Shiohara and Yamasaki 2022, arXiv 2204.08376).

Two copies of a face are changed, each for itself and in the same ways: in other light, less sharp, moved by some
pixels. Inside a mask the second one is laid over the first. The first, whole, is the real partner: outside of the mask
both are the same to the bit, so that only the seam and the mismatch are left to see, which face swaps share, whatever
made them. Where the face is, the five landmarks say: the mask is an ellipse around eyes, nose and mouth, dented at
random, with a soft edge.
"""

from keras_impl.core.tensorflow import tf
from keras_impl.models.resnet.augmentation import change_light, shrink_and_enlarge
from keras_impl.models.resnet.draws import Draws
from keras_impl.models.resnet.recipe import SelfBlending


def self_blend(face: tf.Tensor, landmarks: tf.Tensor, draws: Draws, config: SelfBlending) -> tf.Tensor:
    """Make a pair of a real face.

    Parameters
    ----------
    face : Tensor of float32, shape (s, s, 3)
        RGB, 0..255.
    landmarks : Tensor of float32, shape (5, 2)
        (x, y) in pixels of it, in the order of `keras_impl.faces.face.LANDMARKS`.
    draws : Draws
    config : SelfBlending

    Returns
    -------
    Tensor of float32, shape (2, s, s, 3)
        A real face, and a fake that differs from it inside the mask alone.
    """
    real, other = (_changed(face, draws, config) for _ in range(2))
    mask = blending_mask(landmarks, face.shape[0], draws, config)
    return tf.stack([real, tf.where(mask > config.least, mask * other + (1 - mask) * real, real)])


def _changed(face: tf.Tensor, draws: Draws, config: SelfBlending) -> tf.Tensor:
    """A copy of a face, in most cases changed."""
    if draws.chance(config.light_share):
        face = change_light(face, draws, config.brightness, config.contrast, config.colour)
    if draws.chance(config.blur_share):
        face = shrink_and_enlarge(face, draws, config.smallest)
    if draws.chance(config.move_share):
        mirrored = tf.pad(face, [[config.move] * 2, [config.move] * 2, [0, 0]], "REFLECT")
        face = tf.slice(mirrored, tf.concat([draws.integers(0, 2 * config.move + 1, (2,)), [0]], 0), face.shape)
    return tf.clip_by_value(face, 0.0, 255.0)


def blending_mask(landmarks: tf.Tensor, side: int, draws: Draws, config: SelfBlending) -> tf.Tensor:
    """Draw the share of the changed copy at each pixel: float32 (side, side, 1), 0..1."""
    eyes, mouth = tf.reduce_mean(landmarks[:2], axis=0), tf.reduce_mean(landmarks[3:], axis=0)
    length = tf.norm(mouth - eyes) + 1e-6
    down = (mouth - eyes) / length
    across = tf.stack([down[1], -down[0]])
    place = tf.range(side, dtype=tf.float32) + 0.5
    offset = tf.stack(tf.meshgrid(place, place), axis=-1) - (eyes + mouth) / 2
    size = length * draws.uniform(*config.sizes)
    right, below = tf.tensordot(offset, across, 1) / config.width, tf.tensordot(offset, down, 1) / config.height
    radius = tf.sqrt(right**2 + below**2) / size
    dents = tf.image.resize(
        draws.uniform(-config.dents, config.dents, (config.dent_grid, config.dent_grid, 1)), (side, side), "bicubic"
    )
    strength = tf.gather(config.strengths, draws.integers(0, len(config.strengths)))
    return strength * tf.sigmoid((1 - radius[..., None] - dents) / draws.uniform(*config.edges))
