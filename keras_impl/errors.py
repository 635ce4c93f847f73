"""What can go wrong through no fault of the program.

Each message is one line that says what is wrong and what to do about it; the command line prints
it without a traceback. Any other exception is a bug.
"""

from typing import Any, Literal

Status = Literal["unreadable", "no face", "no sound track", "silent", "too short", "no speech", "no original"]
"""What a file, or a part of it, has instead of something to be judged or learnt from."""


class KerasImplError(Exception):
    """Base of all errors that a user can mend."""


class DataError(KerasImplError):
    """A data folder, an index or a label file is missing, incomplete or contradicts itself."""


class MediaError(KerasImplError):
    """One image, video or recording can't be used; the message is the reason, without the file's name.

    Parameters
    ----------
    reason : str
        A predicate whose subject is the file. It is for people: programs go by the code.
    code : str, optional
        Name of the problem in `keras_impl.prediction.reasons` that this is; stable. Empty where predictions have
        none for it.
    **values
        Fields of that problem: what the reason names.

    Attributes
    ----------
    status : Status
        What there is instead, in a word or two.
    code : str
    values : dict
    """

    status: Status = "unreadable"

    def __init__(self, reason: str, *, code: str = "", **values: Any) -> None:
        super().__init__(reason)
        self.code, self.values = code, values


class NoFaceError(MediaError):
    """An image or video can be read, but shows no face."""

    status: Status = "no face"


class SoundError(MediaError):
    """A file can be read, but has no sound that can be judged; its status says what it has, such as "silent".

    Parameters
    ----------
    status : Status
    reason, code, **values
        As of all of them.
    """

    def __init__(self, status: Status, reason: str, *, code: str = "", **values: Any) -> None:
        super().__init__(reason, code=code, **values)
        self.status = status

    def __reduce__(self) -> tuple[Any, ...]:
        # by default it would be made anew from its message alone
        return type(self), (self.status, str(self)), self.__dict__


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
