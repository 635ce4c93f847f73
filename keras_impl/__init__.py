"""Tell deepfake videos from real ones, two ways, and compare the two honestly.

Faces are cropped from videos by MTCNN. Approach one feeds FaceNet's 128-d embeddings to an SVM;
approach two fine-tunes a ResNet50 on the crops. Sound is treated alike, by cepstral coefficients and by
spectrograms. Everywhere in this package label 1 means fake and
P or score means P(fake).

The steps are modules: ``python -m keras_impl`` lists them. For programs there are `predict`, and `Detector` for those
that judge many files.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from keras_impl.core.versions import __version__

if TYPE_CHECKING:
    from keras_impl.prediction.detector import Detector, predict

__all__ = ["Detector", "__version__", "predict"]

_LAZY = ("Detector", "predict")


class _Package(ModuleType):
    """The package, in which the command's module ``keras_impl.predict`` doesn't take the function's place."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in _LAZY or not isinstance(value, ModuleType):
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        """Import what is for programs when it is first asked for: what it needs takes a second to load."""
        if name not in _LAZY:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from keras_impl.prediction import detector as api

        return getattr(api, name)


sys.modules[__name__].__class__ = _Package
