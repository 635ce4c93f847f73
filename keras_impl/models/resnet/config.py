"""What a logit of ResNet50 needs beside the weights: read back from the model's card, and decides what is built.

Nothing here needs TensorFlow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from keras_impl.faces.config import FaceConfig
from keras_impl.speech.config import SoundConfig

BACKBONES: Mapping[str, str] = {"resnet50": "keras_impl.models.resnet.resnet50"}
"""Backbones: name to module, which offers what `keras_impl.models.resnet.backbones.BackboneModule` lists. They are
named rather than imported, as they load TensorFlow."""


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} must be {low:g} to {high:g}, not {value:g}")


@dataclass(frozen=True)
class FacePicture:
    """Faces as the network takes them: windows as `keras_impl.faces.cropping.Framing.resnet` cuts them.

    Attributes
    ----------
    size : int
        Side in pixels, 32 to 1024.
    """

    size: int = 160
    name: ClassVar[str] = "faces"

    def __post_init__(self) -> None:
        _within("size", self.size, 32, 1024)

    def fits(self, sample: FaceConfig | SoundConfig) -> bool:
        """Whether samples that were made so can be taken."""
        return isinstance(sample, FaceConfig) and sample.framing.resnet.size == self.size


@dataclass(frozen=True)
class SpectrogramPicture:
    """Log-mel spectrograms of segments, computed inside the model.

    Windows of 25 ms every 10 ms and 128 mel bands, as audio classification mostly uses them (Gong et al. 2021,
    arXiv 2104.01778); time runs down the picture, frequency across. Decibels are brought to the range of pixels by
    fixed numbers: how loud a segment is has been settled before (`keras_impl.speech.segments`).

    Attributes
    ----------
    sample_rate : int
        Hertz.
    samples : int
        Of a segment.
    full_scale : float
        The sample value that counts as 1.
    window, hop, fft : int
        Samples.
    bands : int
    lowest, highest : float
        Hertz.
    least_power : float
        What stands for silence in logarithms.
    dark, range : float
        Decibels of what is drawn black, and from there to white; beyond, half a range more is told apart.
    grey : float
        What is taken from pixels, as ImageNet's means are.
    """

    sample_rate: int = 16_000
    samples: int = 64_000
    full_scale: float = 32_768.0
    window: int = 400
    hop: int = 160
    fft: int = 512
    bands: int = 128
    lowest: float = 20.0
    highest: float = 8000.0
    least_power: float = 1e-7
    dark: float = -40.0
    range: float = 80.0
    grey: float = 128.0
    name: ClassVar[str] = "spectrograms"

    def __post_init__(self) -> None:
        _within("sample_rate", self.sample_rate, 1000, 192_000)
        _within("samples", self.samples, self.window, 60 * self.sample_rate)
        _within("hop", self.hop, 1, self.window)
        _within("window", self.window, 16, self.fft)
        _within("fft", self.fft, 32, 8192)
        _within("bands", self.bands, 32, 512)
        _within("highest", self.highest, self.lowest + 1, self.sample_rate / 2)
        _within("rows", self.rows, 32, 4096)

    @property
    def rows(self) -> int:
        """Of the picture."""
        return self.samples // self.hop

    def fits(self, sample: FaceConfig | SoundConfig) -> bool:
        """Whether samples that were made so can be taken."""
        return isinstance(sample, SoundConfig) and sample.samples == self.samples


@dataclass(frozen=True)
class Stage:
    """A stage of ResNet50 that is in use: its number as He et al. count, filters, and blocks."""

    number: int
    filters: int
    blocks: int

    @property
    def name(self) -> str:
        """Of the layer that ends it."""
        return f"stage{self.number}"

    def __post_init__(self) -> None:
        _within("number", self.number, 2, 5)
        _within("filters", self.filters, 1, 512)
        _within("blocks", self.blocks, 1, 6)


@dataclass(frozen=True)
class NetworkConfig:
    """The network.

    Attributes
    ----------
    picture : FacePicture or SpectrogramPicture
        What it looks at.
    stages : tuple of Stage
        Mean and root mean square over each one's map are the features.
    input_scale : float
        Brings pixels to about unit size, and with them the first kernels to the size of all others: the
        optimiser changes all weights by equal amounts, and would ruin much smaller ones at once.
    backbone : str
        One of `BACKBONES`.
    """

    picture: FacePicture | SpectrogramPicture
    stages: tuple[Stage, ...] = (Stage(2, 64, 3), Stage(3, 128, 4), Stage(4, 256, 6))
    input_scale: float = 1 / 64
    backbone: str = "resnet50"

    def __post_init__(self) -> None:
        if self.backbone not in BACKBONES:
            known = ", ".join(BACKBONES)
            raise ValueError(f"the backbone {self.backbone[:40]!r} is unknown; known: {known}")
        numbers = [stage.number for stage in self.stages]
        if not numbers or numbers != list(range(2, 2 + len(numbers))):
            raise ValueError(f"stages must be 2 and those after it, not {numbers}")
        _within("input_scale", self.input_scale, 1e-6, 1e6)

    def fits(self, sample: FaceConfig | SoundConfig) -> bool:
        """Whether the network takes samples that were made so."""
        return self.picture.fits(sample)
