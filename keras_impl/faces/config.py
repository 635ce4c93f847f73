"""How faces become samples: what a model that learnt from them has to be shown."""

from dataclasses import dataclass, field

from keras_impl.faces.cropping import Framing, Settling
from keras_impl.faces.detectors import DETECTORS

EMBEDDING_DIMENSIONS = 128

DETECTOR = "mtcnn"
"""The one that is used unless said otherwise."""

MIN_FACE_SIZE = 40.0
"""Side in pixels of the smallest face that is looked for, unless said otherwise."""


@dataclass(frozen=True)
class FaceConfig:
    """The sample config of faces: written by extraction, copied into each model's card, followed by prediction.

    Attributes
    ----------
    detector : str
        Finds faces and their landmarks; one of `keras_impl.faces.detectors.DETECTORS`.
    min_face_size : float or None
        Side in pixels of the smallest face that was looked for; None of crops that came ready-made, whose faces
        have whatever size they had.
    settling : Settling
        How the detector's landmarks are found again.
    framing : Framing
    """

    detector: str = DETECTOR
    min_face_size: float | None = MIN_FACE_SIZE
    settling: Settling = field(default_factory=Settling)
    framing: Framing = field(default_factory=Framing)

    def __post_init__(self) -> None:
        if self.detector not in DETECTORS:
            known = ", ".join(DETECTORS)
            raise ValueError(f"the face detector {self.detector[:40]!r} is unknown; known: {known}")
        if self.min_face_size is not None and not 12 <= self.min_face_size <= 10_000:
            raise ValueError(f"min_face_size must be 12 to 10000 pixels, not {self.min_face_size:g}")

    @property
    def smallest_face(self) -> float:
        """Side in pixels of the smallest face that a model of such samples judges."""
        return MIN_FACE_SIZE if self.min_face_size is None else self.min_face_size

    @property
    def feature_dimensions(self) -> int:
        """Of what the SVM knows of a face: FaceNet's embedding."""
        return EMBEDDING_DIMENSIONS
