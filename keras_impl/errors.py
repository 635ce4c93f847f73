"""What can go wrong through no fault of the program.

Each message is one line that says what is wrong and what to do about it; the command line prints
it without a traceback. Any other exception is a bug.
"""

from typing import Literal

Status = Literal["unreadable", "no face", "no sound track", "silent", "too short", "no speech", "no original"]
"""What a file, or a part of it, has instead of something to be judged or learnt from."""


class KerasImplError(Exception):
    """Base of all errors that a user can mend."""


class DataError(KerasImplError):
    """A data folder, an index or a label file is missing, incomplete or contradicts itself."""


class MediaError(KerasImplError):
    """One image, video or recording can't be used; the message is the reason, without the file's name.

    Attributes
    ----------
    status : Status
        What there is instead, in a word or two.
    """

    status: Status = "unreadable"


class NoFaceError(MediaError):
    """An image or video can be read, but shows no face."""

    status: Status = "no face"


class SoundError(MediaError):
    """A file can be read, but has no sound that can be judged; its status says what it has, such as "silent".

    Attributes
    ----------
    values : dict of str to float or int
        What the reason names: fields of the problem in `keras_impl.prediction.reasons` that has this status.
    """

    def __init__(self, status: Status, reason: str, **values: float) -> None:
        super().__init__(status, reason)
        self.status = status
        self.values = values

    def __str__(self) -> str:
        return self.args[1]


class ImageInputError(KerasImplError, ValueError):
    """An array handed to the detector is not an image of the documented form."""


class WeightsError(KerasImplError):
    """Pretrained weights are missing, damaged or don't fit the network."""


class ScoresError(KerasImplError):
    """Score files are missing or don't describe the same samples."""


class TrainingError(KerasImplError):
    """A classifier can't be trained on what it was given."""


def told(error: OSError) -> str:
    """What is wrong with a file, with its name as far as the system told it."""
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename} can't be read or written ({reason})" if error.filename else reason


def first_line(error: Exception) -> str:
    """The first line of an error's message, or its kind if it has none."""
    return (str(error).splitlines() or [type(error).__name__])[0]
