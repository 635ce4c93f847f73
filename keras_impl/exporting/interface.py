"""What an exported detector takes and gives: the same in all formats."""

from dataclasses import dataclass

from keras_impl.models.resnet.config import FacePicture, NetworkConfig

OUTPUT = "logit"
"""Name of the only output: float32 (n, 1)."""


@dataclass(frozen=True)
class Interface:
    """The only input, and what the file is called.

    Attributes
    ----------
    name : str
        Of the input.
    dtype : {"uint8", "int16"}
    shape : tuple of int
        Of one sample; the input has any number of them.
    stem : str
        Of the names of files.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    stem: str


def interface_of(config: NetworkConfig) -> Interface:
    """What a detector with this config takes."""
    picture = config.picture
    if isinstance(picture, FacePicture):
        return Interface("faces", "uint8", (picture.size, picture.size, 3), "deepfake_faces")
    return Interface("sounds", "int16", (picture.samples,), "deepfake_sound")
