"""The approaches that can judge a file: adding one is writing its module and naming it in `APPROACHES`.

For the comparison alone not even that is needed: any ``<results>/<name>/scores.csv`` is compared
(`keras_impl.evaluation.scores`). An approach's module is named rather than imported, so that an SVM loads no network.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import NamedTuple, Protocol

import numpy as np

from keras_impl.media.formats import ModalityName
from keras_impl.models.resnet.config import NetworkConfig
from keras_impl.models.trained import TrainedModel


class Judgeable(Protocol):
    """The samples of one file, in the forms in which approaches take them; n of them, at least one."""

    @property
    def features(self) -> np.ndarray:
        """FaceNet's embeddings of faces, (n, 128), or pooled LFCC of speech, (n, dimensions): float32."""

    @property
    def pixels(self) -> np.ndarray:
        """Windows of faces, uint8 (n, size, size, 3), RGB, or segments of speech, int16 (n, samples)."""


class Scores(NamedTuple):
    """What an approach says of samples.

    Attributes
    ----------
    logits : ndarray of float, shape (n,)
        Calibrated logits of P(fake).
    maps : ndarray of float, shape (n, rows, columns), or None
        Shares of places in the logits, of an approach that can tell; positive speaks for fake.
    """

    logits: np.ndarray
    maps: np.ndarray | None = None


class Scorer(Protocol):
    """A trained approach, loaded."""

    def score(self, samples: Judgeable, others: Mapping[str, np.ndarray]) -> Scores:
        """Score samples; ``others`` has the logits of the approaches that it needs, by name."""


class ApproachModule(Protocol):
    """What an approach's module offers."""

    def load(self, trained: TrainedModel, threads: int | None) -> Scorer:
        """Load a trained model.

        Raises
        ------
        DataError
            If it can't be loaded or doesn't fit its card.
        """


@dataclass(frozen=True)
class Approach:
    """An approach that can judge files.

    Attributes
    ----------
    name : str
        Of its folder in a results folder.
    module : str
        Offers what `ApproachModule` lists.
    model_file : str
        The trained model, in its folder.
    uses_features : bool
        Whether it takes `Judgeable.features`, and so depends on the weights that made them.
    modalities : tuple of {"image", "sound"}
        What it can be trained on.
    needs : tuple of str
        Approaches whose logits it takes. Its card has the hash of each one's model, ``<name>_sha256``.
    config : type or None
        A dataclass of what a logit needs beside the weights, which its card holds as ``network``.
    """

    name: str
    module: str
    model_file: str
    uses_features: bool
    modalities: tuple[ModalityName, ...] = ("image", "sound")
    needs: tuple[str, ...] = ()
    config: type | None = None

    def load(self, trained: TrainedModel, threads: int | None) -> Scorer:
        """Load a trained model; errors as of `ApproachModule.load`."""
        module: ApproachModule = import_module(self.module)
        return module.load(trained, threads)


_ALL = (
    Approach(
        "fusion",
        "keras_impl.models.fusion",
        "model.skops",
        uses_features=True,
        modalities=("image",),
        needs=("resnet",),
    ),
    Approach("resnet", "keras_impl.models.resnet.scorer", "model.keras", uses_features=False, config=NetworkConfig),
    Approach("svm_rbf", "keras_impl.models.svm", "model.skops", uses_features=True),
    Approach("svm", "keras_impl.models.svm", "model.skops", uses_features=True),
)

APPROACHES: Mapping[str, Approach] = {approach.name: approach for approach in _ALL}
"""By name. Of those that a results folder has, the first one gives the verdict: the order was fixed beforehand, by how
much of the picture each knows, and not by anybody's validation figures."""
