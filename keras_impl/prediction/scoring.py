"""From the samples of a file to each approach's logits, and to where in them they come from."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from keras_impl.errors import DataError, WeightsError
from keras_impl.faces.cropping import Crop, Framing, cut_window
from keras_impl.models.approach import APPROACHES, Judgeable
from keras_impl.models.facenet.embedder import FaceNetEmbedder
from keras_impl.models.facenet.weights import weights_here
from keras_impl.models.resnet.store import as_input
from keras_impl.models.trained import TrainedModel, object_of
from keras_impl.prediction.trained import Models
from keras_impl.speech.config import SoundConfig


class Maps(NamedTuple):
    """Where in samples an approach's logits come from.

    Attributes
    ----------
    approach : str
        Whose they are.
    shares : ndarray of float32, shape (n, rows, columns)
        Of the samples' places in its logits; positive speaks for fake.
    """

    approach: str
    shares: np.ndarray


class Scorers:
    """All approaches of a results folder, loaded.

    Parameters
    ----------
    models : Models
    threads : int or None
        Processor threads to use; None takes all.

    Raises
    ------
    DataError
        If a model can't be loaded.
    """

    def __init__(self, models: Models, threads: int | None) -> None:
        self._names = tuple(models.trained)
        # what others need comes first
        order = sorted(self._names, key=lambda name: len(APPROACHES[name].needs))
        self._scorers = {name: APPROACHES[name].load(models.trained[name], threads) for name in order}

    def score(self, samples: Judgeable) -> tuple[dict[str, np.ndarray], Maps | None]:
        """Score samples by all approaches.

        Returns
        -------
        logits : dict of str to ndarray, shape (n,)
            Calibrated logits of P(fake), by approach, in the order of the models.
        maps : Maps or None
            Of the approach that decides if it can tell, else of the first one that can.
        """
        logits: dict[str, np.ndarray] = {}
        shares: dict[str, np.ndarray] = {}
        for name, scorer in self._scorers.items():
            scores = scorer.score(samples, logits)
            logits[name] = scores.logits
            if scores.maps is not None:
                shares[name] = scores.maps
        maps = next((Maps(name, shares[name]) for name in self._names if name in shares), None)
        return {name: logits[name] for name in self._names}, maps


class FaceSamples:
    """Faces as approaches take them; `Judgeable`.

    Parameters
    ----------
    crops : sequence of Crop
        At least one.
    framing : Framing
    embedder : FaceNetEmbedder or None
        None will do where nobody asks for features.
    """

    def __init__(self, crops: Sequence[Crop], framing: Framing, embedder: FaceNetEmbedder | None) -> None:
        self._crops, self._framing, self._embedder = crops, framing, embedder

    @cached_property
    def features(self) -> np.ndarray:
        """FaceNet's embeddings: float32 (n, 128)."""
        assert self._embedder is not None
        return self._embedder.embed([cut_window(crop, self._framing.facenet) for crop in self._crops])

    @cached_property
    def pixels(self) -> np.ndarray:
        """ResNet50's windows: uint8 (n, size, size, 3), RGB."""
        return np.stack([cut_window(crop, self._framing.resnet) for crop in self._crops])


class SpeechSamples:
    """Segments of speech as approaches take them; `Judgeable`.

    Parameters
    ----------
    sounds : sequence of ndarray of float32, shape (samples,)
        As `keras_impl.speech.segments` leaves them; at least one.
    config : SoundConfig
    """

    def __init__(self, sounds: Sequence[np.ndarray], config: SoundConfig) -> None:
        self._sounds, self._config = sounds, config

    @cached_property
    def features(self) -> np.ndarray:
        """Pooled LFCC: float32 (n, dimensions)."""
        from keras_impl.speech.lfcc import pooled_lfcc  # it loads scipy.signal, which takes time

        return np.stack([pooled_lfcc(sound, self._config.lfcc) for sound in self._sounds])

    @cached_property
    def pixels(self) -> np.ndarray:
        """Segments at ResNet50's length: int16 (n, samples)."""
        return np.stack([as_input(sound, self._config) for sound in self._sounds])


def take_features(trained: Mapping[str, TrainedModel]) -> bool:
    """Whether any of these models does."""
    return any(APPROACHES[name].uses_features for name in trained)


def load_embedder(trained: Mapping[str, TrainedModel], threads: int | None) -> FaceNetEmbedder | None:
    """Load FaceNet; None if no approach takes features and its weights are not on this machine.

    They are fetched only where they are needed: who has no connection shouldn't wait for one.

    Raises
    ------
    WeightsError
        If its weights can't be had, and are needed.
    DataError
        As of `check_embedder`.
    """
    if take_features(trained):
        embedder = FaceNetEmbedder(threads=threads)
        check_embedder(trained, embedder)
        return embedder
    try:
        weights = weights_here()
        return FaceNetEmbedder(weights, threads) if weights else None
    except WeightsError:
        return None


def check_embedder(trained: Mapping[str, TrainedModel], embedder: FaceNetEmbedder) -> None:
    """Make sure that models of features were trained on those that this embedder gives.

    Raises
    ------
    DataError
        If one was trained on embeddings of other FaceNet weights.
    """
    for name, model in trained.items():
        trained_with = object_of(model.card, "made_from").get("facenet_weights_sha256")
        if APPROACHES[name].uses_features and trained_with != embedder.weights_sha256:
            raise DataError(
                f"{model.path} was trained on embeddings of other FaceNet weights (sha256 {trained_with}): name these "
                "in KERAS_IMPL_FACENET_WEIGHTS, or train it again"
            )
