"""Tell deepfake videos from real ones, two ways, and compare the two honestly.

Faces are cropped from videos by MTCNN. Approach one feeds FaceNet's 128-d embeddings to an SVM;
approach two fine-tunes a ResNet50 on the crops. Sound is treated alike, by cepstral coefficients and by
spectrograms. Everywhere in this package label 1 means fake and
P or score means P(fake).

The steps are modules: ``python -m keras_impl`` lists them. For programs there is `predict`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras_impl.verdict.api import predict

__all__ = ["predict"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import `predict` when it is first asked for: what it needs takes a second to load.

    The module ``keras_impl.predict``, which is the command, must not be imported by this package: it would
    take the function's place.
    """
    if name == "predict":
        from keras_impl.verdict.api import predict

        return predict
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
