"""Fakes made of one real face alone: self-blended images (Shiohara and Yamasaki 2022, arXiv 2204.08376).

A face is blended with a slightly changed copy of itself: in other light, less sharp, moved by a few
pixels. Only the seam and the mismatch are left to see, which face swaps share, whatever made them.
Where the face is, the five landmarks say: the mask is an ellipse around eyes, nose and mouth, dented
at random, with a soft edge.
"""

from keras_impl.approaches.augmentation import change_light, shrink_and_enlarge
from keras_impl.approaches.draws import Draws
from keras_impl.backend import tf

WIDTH, HEIGHT = 0.8, 1.05
"""Half axes of the ellipse, in distances from the middle of the eyes to the middle of the mouth."""

SIZES = (0.8, 1.15)
"""By which factor the ellipse is made smaller or larger."""

DENTS, DENT_GRID = 0.18, 5
"""How far the edge is pushed in or out, as a share of the radius, drawn on so many points a side."""

EDGES = (0.01, 0.06)
"""How soft the edge is: in so large a share of the radius the mask falls from 0.73 to 0.5."""

STRENGTHS = (0.25, 0.5, 0.75, 1.0, 1.0, 1.0)
"""How much of the changed copy shows inside the mask; one is drawn."""

BRIGHTNESS, CONTRAST, COLOUR = 20.0, 0.15, 15.0
"""Most by which the copy's pixel values, contrast (as a share) and channels change."""

BLUR_SHARE, SMALLEST = 0.5, 0.4
"""Share of copies that are less sharp, and the smallest size, as a share, they are shrunk to."""

MOVE = 3
"""Most pixels by which the copy is moved."""


def self_blend(face: tf.Tensor, landmarks: tf.Tensor, draws: Draws) -> tf.Tensor:
    """Make a fake of a real face.

    Parameters
    ----------
    face : Tensor of float32, shape (s, s, 3)
        RGB, 0..255.
    landmarks : Tensor of float32, shape (5, 2)
        (x, y) in pixels of the crop, in the order of `keras_impl.faces.face.LANDMARKS`.
    draws : Draws

    Returns
    -------
    Tensor of float32, shape (s, s, 3)
    """
    copy = change_light(face, draws, BRIGHTNESS, CONTRAST, COLOUR)
    if draws.chance(BLUR_SHARE):
        copy = shrink_and_enlarge(copy, draws, SMALLEST)
    copy = tf.roll(copy, draws.integers(-MOVE, MOVE + 1, (2,)), axis=(0, 1))
    mask = blending_mask(landmarks, face.shape[0], draws)
    if draws.chance(0.5):  # a forged middle may be the sharper part as well as the other way round
        mask = 1 - mask
    return tf.clip_by_value(mask * copy + (1 - mask) * face, 0.0, 255.0)


def blending_mask(landmarks: tf.Tensor, side: int, draws: Draws) -> tf.Tensor:
    """Draw the share of the changed copy at each pixel: float32 (side, side, 1), 0..1."""
    eyes, mouth = tf.reduce_mean(landmarks[:2], axis=0), tf.reduce_mean(landmarks[3:], axis=0)
    length = tf.norm(mouth - eyes) + 1e-6
    down = (mouth - eyes) / length
    across = tf.stack([down[1], -down[0]])
    place = tf.range(side, dtype=tf.float32) + 0.5
    offset = tf.stack(tf.meshgrid(place, place), axis=-1) - (eyes + mouth) / 2
    size = length * draws.uniform(*SIZES)
    right, below = tf.tensordot(offset, across, 1) / WIDTH, tf.tensordot(offset, down, 1) / HEIGHT
    radius = tf.sqrt(right**2 + below**2) / size
    dents = tf.image.resize(draws.uniform(-DENTS, DENTS, (DENT_GRID, DENT_GRID, 1)), (side, side), "bicubic")
    strength = tf.gather(STRENGTHS, draws.integers(0, len(STRENGTHS)))
    return strength * tf.sigmoid((1 - radius[..., None] - dents) / draws.uniform(*EDGES))
