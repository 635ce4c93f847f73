"""How a file becomes what an exported detector takes, told to people who have only its card."""

from keras_impl.faces.config import FaceConfig
from keras_impl.media.audio import FULL_SCALE
from keras_impl.speech.config import SoundConfig


def steps_of(sample: FaceConfig | SoundConfig) -> tuple[str, ...]:
    """What has to be done first, in order; whatever else is needed is part of the file."""
    return _of_faces(sample) if isinstance(sample, FaceConfig) else _of_sound(sample)


def averaged_of(sample: FaceConfig | SoundConfig) -> str:
    """Whose logits a verdict is the mean of."""
    if isinstance(sample, FaceConfig):
        return "the faces of one person in a video, one from each of several frames spread over it"
    return "the segments of a file"


def _of_faces(sample: FaceConfig) -> tuple[str, ...]:
    framing, settling = sample.framing, sample.settling
    size, share = framing.resnet.size, framing.resnet.share
    return (
        f"Find a face's landmarks: both eyes, and both corners of the mouth. Here {sample.detector} found them, and "
        f"then {settling.times} times again in a square around them, in which the distance from eyes to mouth was "
        f"{settling.share:g} of the side. Faces below {sample.smallest_face:g} pixels are not judged.",
        "Take the square whose centre lies halfway between the middle of the eyes and the middle of the mouth's "
        f"corners, and whose side is the distance between these two middles divided by {share:g}. It is not turned. "
        "Its edges are rounded to whole pixels; what lies outside of the picture repeats its border.",
        f"Bring it to {size} x {size} pixels in one step, by averaging areas where it shrinks and bilinearly where it "
        "grows. Of very large faces the square in which that distance is "
        f"{framing.crop_share:g} of the side is first made {framing.most_pixels} pixels wide.",
        "Give it as it is: red, green, blue, 0 to 255, rows from the top.",
    )


def _of_sound(sample: SoundConfig) -> tuple[str, ...]:
    trimming = sample.trimming
    return (
        f"Bring the sound to one channel at {sample.sample_rate} Hz.",
        f"From its first sound to its last, cut it into pieces of {sample.segment_seconds:g} s. Leave out those with "
        f"less than {sample.least_seconds:g} s of sound, and those without speech, for which {sample.voice.detector} "
        f"was asked here. What is more than {trimming.quiet:g} dB below the loud parts counts as silence.",
        "Trim silence at both ends of a piece, take its mean away, and bring the root mean square of the frames with "
        f"sound to {sample.level:g} dB of full scale, but no sample beyond {sample.peak:g} of it.",
        f"Repeat a shorter piece from its start until it has {sample.samples} samples; give it as 16-bit integers, of "
        f"which {FULL_SCALE} is full scale.",
    )
