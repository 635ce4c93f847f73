"""The face detectors, by name: adding one is writing its module and naming it in `DETECTORS`.

A detector's name is part of the sample config, so that samples, models and predictions know which one it was.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol

from keras_impl.faces.cropping import Settling
from keras_impl.faces.face import FaceDetector

DETECTORS: Mapping[str, str] = {"mtcnn": "keras_impl.faces.mtcnn"}
"""Name to module, which offers what `DetectorModule` lists; named rather than imported, as it may be slow to load."""


class DetectorModule(Protocol):
    """What a detector's module offers."""

    def make_detector(self, min_face_size: float, threads: int | None, settling: Settling) -> FaceDetector:
        """A detector; arguments as of the function `make_detector`."""


def make_detector(
    name: str, min_face_size: float, threads: int | None = None, settling: Settling | None = None
) -> FaceDetector:
    """Load a detector.

    Parameters
    ----------
    name : str
        One of `DETECTORS`.
    min_face_size : float
        Side in pixels of the smallest face to look for, at least 12.
    threads : int or None, default None
        Processor threads to use; all that there are by default.
    settling : Settling, optional
        How landmarks are found again.
    """
    return _module(name).make_detector(min_face_size, threads, settling or Settling())


def _module(name: str) -> DetectorModule:
    module: DetectorModule = import_module(DETECTORS[name])
    return module
