"""How ResNet50 learns: names a run, and is recorded in the model's card. Nothing of it is needed for a logit."""

from dataclasses import dataclass

from keras_impl.speech.channels import Channels


@dataclass(frozen=True)
class Degradations:
    """How pairs of faces are degraded, as pictures are on their way to a user.

    Attributes
    ----------
    share, twice : float
        Share of pairs, 0 to 1, and share of these that are degraded in two ways, one after the other.
    jpeg : tuple of (int, int)
        Lowest and highest quality.
    crf : tuple of (int, int)
        Of H.264; the highest is the coarsest.
    smallest : float
        To which share of their sides faces are made smaller at most.
    blur : tuple of (float, float)
        Sigma in pixels.
    noise : tuple of (float, float)
        Deviation in levels of 255.
    grain : float
        Largest sigma, in pixels, of what makes neighbours' noise alike; every second noise has none.
    """

    share: float
    twice: float = 0.35
    jpeg: tuple[int, int] = (15, 95)
    crf: tuple[int, int] = (18, 42)
    smallest: float = 0.25
    blur: tuple[float, float] = (0.4, 2.5)
    noise: tuple[float, float] = (1.0, 18.0)
    grain: float = 1.0


@dataclass(frozen=True)
class Mixing:
    """How the faces of a pair are mixed into two that are each partly forged.

    Attributes
    ----------
    share : float
        Share of pairs, 0 to 1, of those that show one picture twice.
    alpha : float
        The fake's share in one of both is drawn from Beta(alpha, alpha); the other gets the rest.
    most_apart : float
        A pair shows one picture twice if its landmarks lie so far apart on average at most, in distances from eyes to
        mouth: of such pairs of DFDC's faces, 96 % have borders that differ by less than 6 grey levels.
    """

    share: float
    alpha: float = 0.5
    most_apart: float = 0.08


@dataclass(frozen=True)
class Hiding:
    """How parts of faces are hidden.

    Attributes
    ----------
    share : float
        Share of pairs, 0 to 1.
    sides : tuple of (float, float)
        Of the box, each drawn for itself, in distances from eyes to mouth.
    apart : float
        How far its middle is from a landmark at most, in each direction, in the same unit.
    """

    share: float
    sides: tuple[float, float] = (0.3, 0.9)
    apart: float = 0.15


@dataclass(frozen=True)
class FaceAugmentation:
    """What training changes about a pair of faces, both alike.

    Attributes
    ----------
    scale, place : float
        Most by which the window is made larger or smaller, as a logarithm, and moved, as a share of its side: as
        much as 95 % of landmarks differ between neighbouring frames of a video, and between a tight crop and the
        whole frame (``docs/framing.md``).
    light_share, brightness, contrast, colour : float
        Share of pairs in other light; most by which pixel values, contrast (share) and channels change.
    jpeg_share, jpeg_quality
        Share of pairs that are compressed once more, and from which to which quality.
    blur_share, smallest : float
        Share of pairs that are shrunk and enlarged again, and the smallest size, as a share.
    noise_share, noise : float
        Share of pairs with noise, and its largest deviation in pixel values.
    degradations : Degradations or None
        What is done to some pairs before windows are cut out of them.
    mixing : Mixing or None
    hiding : Hiding or None
    """

    scale: float = 0.08
    place: float = 0.045
    light_share: float = 0.5
    brightness: float = 20.0
    contrast: float = 0.2
    colour: float = 8.0
    jpeg_share: float = 0.2
    jpeg_quality: tuple[int, int] = (50, 95)
    blur_share: float = 0.15
    smallest: float = 0.5
    noise_share: float = 0.15
    noise: float = 5.0
    degradations: Degradations | None = None
    mixing: Mixing | None = None
    hiding: Hiding | None = None


@dataclass(frozen=True)
class SelfBlending:
    """How a fake is made of one real face.

    Attributes
    ----------
    share : float
        Share of pairs, 0 to 1, that are made so, of those that aren't mixed.
    width, height : float
        Half axes of the ellipse, in distances from the middle of the eyes to the middle of the mouth.
    sizes : tuple of (float, float)
        By which factor the ellipse is made smaller or larger.
    dents, dent_grid
        How far the edge is pushed in or out, as a share of the radius, drawn on so many points a side.
    edges : tuple of (float, float)
        How soft the edge is: in so large a share of the radius the mask falls from 0.73 to 0.5.
    strengths : tuple of float
        How much of the changed copy shows inside the mask; one is drawn.
    least : float
        Where less of the second copy would show than this, the first one stays as it is.
    light_share, brightness, contrast, colour : float
        Share of copies in other light, and the most by which pixel values, contrast (as a share) and channels change.
    blur_share, smallest : float
        Share of copies that are less sharp, and the smallest size, as a share, they are shrunk to.
    move_share, move
        Share of copies that are moved, and by how many pixels at most.
    """

    share: float
    width: float = 0.8
    height: float = 1.05
    sizes: tuple[float, float] = (0.5, 1.0)
    dents: float = 0.18
    dent_grid: int = 5
    edges: tuple[float, float] = (0.01, 0.06)
    strengths: tuple[float, ...] = (0.25, 0.5, 0.75, 1.0, 1.0, 1.0)
    least: float = 0.01
    light_share: float = 0.7
    brightness: float = 12.0
    contrast: float = 0.12
    colour: float = 8.0
    blur_share: float = 0.35
    smallest: float = 0.4
    move_share: float = 0.5
    move: int = 3


@dataclass(frozen=True)
class Shares:
    """What is done to some pairs of faces, beside `FaceAugmentation`'s own: shares of pairs, 0 to 1.

    Attributes
    ----------
    self_blended : float
        As of `SelfBlending`.
    degraded : float
        As of `Degradations`.
    mixed : float
        As of `Mixing`.
    hidden : float
        As of `Hiding`.
    """

    self_blended: float = 0.0
    degraded: float = 0.5
    mixed: float = 0.3
    hidden: float = 0.25


TODAYS = Shares()


@dataclass(frozen=True)
class SoundAugmentation:
    """What training changes about a pair of segments, both alike.

    Attributes
    ----------
    gain : float
        Most decibels by which it gets louder or less loud.
    noise_share, noise
        Share of pairs with white noise, and how many decibels it is below the sound.
    band_share, cutoff
        Share of pairs that end at a lower frequency, in hertz: the lowest is the telephone's.
    codec_share, codec : float
        Share of pairs that are sent through the telephone's code of 8 bits (ITU-T G.711, mu-law), and its constant.
    mask_share, time_mask, frequency_mask : float
        Share of pairs with each of both masks, and how much is masked at most: seconds, hertz.
    channels : Channels or None
        What pairs are sent through before.
    floors : float
        Share of pairs of which each is given the other's background noise, so that it says nothing.
    seconds : float or None
        How much of a segment is learnt from at a time, somewhere in it; None is all of it.
    """

    gain: float = 6.0
    noise_share: float = 0.3
    noise: tuple[float, float] = (15.0, 40.0)
    band_share: float = 0.3
    cutoff: tuple[float, float] = (3400.0, 8000.0)
    codec_share: float = 0.15
    codec: float = 255.0
    mask_share: float = 0.5
    time_mask: float = 0.4
    frequency_mask: float = 1000.0
    channels: Channels | None = None
    floors: float = 0.0
    seconds: float | None = None


@dataclass(frozen=True)
class TrainingConfig:
    """The recipe.

    Attributes
    ----------
    augmentation : FaceAugmentation or SoundAugmentation
    self_blending : SelfBlending or None
    head_samples : int
        On at most so many samples the head is fitted.
    head_c : float
        Inverse strength of its regularisation, on standardised features.
    epochs, patience : int
        Training ends early after so many epochs without progress.
    learning_rate, warm_up : float
        The share of steps in which the learning rate rises to its height; it then falls as a cosine does.
    weight_decay : float
        Of AdamW, times the learning rate.
    pairs_per_batch : int
    calibration_samples : int
        Without so many held-out samples of each class there is no calibration: fewer may even turn the logits round.
    adaptation_samples : int
        How many samples the batch statistics of a network without weights are taken from.
    max_fpr : float or None
        The false-positive rate that the model's own threshold is for, if enough real samples are held out; None is
        equal error.
    unlike : float
        Share of held-out samples, 0 to 1, whose quality counts as unlike what was calibrated on.
    turns, few : int
        Up to so many samples, none is kept from learning for good: in so many turns each is scored by a network that
        learnt from the others, to calibrate and fix the threshold by. Of more, or with 0 turns, a part is held out.
    """

    augmentation: FaceAugmentation | SoundAugmentation
    self_blending: SelfBlending | None = None
    head_samples: int = 4000
    head_c: float = 1e-3
    epochs: int = 6
    patience: int = 3
    learning_rate: float = 1e-4
    warm_up: float = 0.05
    weight_decay: float = 0.01
    pairs_per_batch: int = 16
    calibration_samples: int = 25
    adaptation_samples: int = 128
    max_fpr: float | None = None
    unlike: float = 0.01
    turns: int = 0
    few: int = 3000
