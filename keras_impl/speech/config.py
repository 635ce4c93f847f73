"""The sample config of sound: how a file becomes the segments that a model learns from and judges."""

from dataclasses import dataclass, field

from keras_impl.media.audio import SAMPLE_RATE


@dataclass(frozen=True)
class Trimming:
    """What counts as sound, and what as silence.

    Attributes
    ----------
    frame : int
        Samples of the frames whose level is measured.
    quiet : float
        Decibels below a file's loud parts from which a frame counts as silent: pauses, breath, room noise.
    silence : float
        Decibels of full scale (dBFS) that a file must exceed somewhere, or it counts as silent.
    rounding : float
        Decibels of full scale below which nothing counts as sound: in 16 bits, only rounding errors are that
        quiet.
    loud_share : float
        Quantile that gives the level of a file's loud parts, of the frames within ``quiet`` of the loudest. So
        neither a click nor long silence decides it.
    """

    frame: int = SAMPLE_RATE // 100
    quiet: float = 40.0
    silence: float = -65.0
    rounding: float = -95.0
    loud_share: float = 0.95

    def __post_init__(self) -> None:
        if not 16 <= self.frame <= SAMPLE_RATE:
            raise ValueError(f"frame must be 16 to {SAMPLE_RATE} samples, not {self.frame}")
        if not 0 <= self.loud_share <= 1:
            raise ValueError(f"loud_share must be 0 to 1, not {self.loud_share:g}")


@dataclass(frozen=True)
class VoiceActivity:
    """What counts as speech.

    Attributes
    ----------
    detector : str
        Its name.
    certain : float
        Probability of speech from which a chunk of 32 ms counts.
    enough : int
        Chunks with speech from which a segment counts as spoken.
    """

    detector: str = "silero"
    certain: float = 0.5
    enough: int = 16

    def __post_init__(self) -> None:
        if self.detector != "silero":
            raise ValueError(f"the voice activity detector {self.detector[:40]!r} is unknown: only silero is supported")


@dataclass(frozen=True)
class LfccConfig:
    """Linear-frequency cepstral coefficients (`keras_impl.speech.lfcc`).

    Attributes
    ----------
    frame, hop, fft : int
        Samples of a frame, from one frame to the next, and of the transform.
    coefficients : int
        Filters, and coefficients: all are kept, including the first, which is the level.
    emphasis : float
        Coefficient of the pre-emphasis, a first-order high-pass filter.
    reach : int
        Frames to either side that a delta is taken from.
    nothing : float
        Added to powers before the logarithm, so that silence stays finite.
    """

    frame: int = SAMPLE_RATE // 50
    hop: int = SAMPLE_RATE // 100
    fft: int = 512
    coefficients: int = 20
    emphasis: float = 0.97
    reach: int = 3
    nothing: float = 1e-10

    def __post_init__(self) -> None:
        if not 1 <= self.hop <= self.frame <= self.fft <= 8192:
            raise ValueError("hop, frame and fft must be 1 or more, each no larger than the next, and fft up to 8192")
        if not 1 <= self.coefficients <= 200 or not 1 <= self.reach <= 50 or self.nothing <= 0:
            raise ValueError("coefficients must be 1 to 200, reach 1 to 50, and nothing above 0")

    @property
    def dimensions(self) -> int:
        """Number of features that `keras_impl.speech.lfcc.pooled_lfcc` returns."""
        return 2 * 3 * self.coefficients


@dataclass(frozen=True)
class SoundConfig:
    """The sample config of sound: written by extraction, copied into each model's card, applied at prediction.

    Attributes
    ----------
    sample_rate : int
        Hertz.
    segment_seconds, least_seconds : float
        Longest segment, and least sound in it: less is not enough to judge.
    level : float
        Decibels of full scale to which a segment is normalised, as root mean square over the frames with sound; the
        active speech level of ITU-T P.56.
    peak : float
        Largest sample after that, as a share of full scale.
    trimming : Trimming
    voice : VoiceActivity
    lfcc : LfccConfig
    """

    sample_rate: int = SAMPLE_RATE
    segment_seconds: float = 4.0
    least_seconds: float = 1.0
    level: float = -26.0
    peak: float = 0.99
    trimming: Trimming = field(default_factory=Trimming)
    voice: VoiceActivity = field(default_factory=VoiceActivity)
    lfcc: LfccConfig = field(default_factory=LfccConfig)

    def __post_init__(self) -> None:
        if self.sample_rate != SAMPLE_RATE:
            raise ValueError(f"sample_rate is {self.sample_rate} Hz, but this version reads sound at {SAMPLE_RATE} Hz")
        if not 0.1 <= self.least_seconds <= self.segment_seconds <= 60:
            raise ValueError("least_seconds must be 0.1 or more, and no more than segment_seconds, which is 60 at most")
        if not 0 < self.peak <= 1:
            raise ValueError(f"peak must be above 0 and 1 at most, not {self.peak:g}")

    @property
    def samples(self) -> int:
        """Number of samples of a segment as networks take it."""
        return int(self.segment_seconds * self.sample_rate)

    @property
    def feature_dimensions(self) -> int:
        """Of what the SVM knows of a segment: pooled LFCC."""
        return self.lfcc.dimensions
