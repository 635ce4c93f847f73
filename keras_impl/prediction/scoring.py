"""From faces to each approach's logits, and to where in the face they come from."""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.special import expit

from keras_impl.core.openvino import Network
from keras_impl.errors import DataError
from keras_impl.faces.cropping import Crop, cut_window
from keras_impl.models.facenet.embedder import FaceNetEmbedder
from keras_impl.models.fusion import logits_of
from keras_impl.models.resnet.heat_maps import explained_network, join_maps
from keras_impl.models.svm import load_svm
from keras_impl.prediction.trained import Models, TrainedModel, object_of

BATCH_SIZE = 16


class Scorer:
    """All approaches of a results folder, loaded; each sees what it was trained to see.

    Parameters
    ----------
    models : Models
    threads : int or None
        Processor threads to use; None takes all.

    Raises
    ------
    DataError
        If a model can't be loaded, or was trained on embeddings of other FaceNet weights.
    WeightsError
        If FaceNet's weights can't be had.
    """

    def __init__(self, models: Models, threads: int | None) -> None:
        self._embedder = FaceNetEmbedder(threads=threads)
        self._approaches = tuple(models.trained)
        self._svms = {}
        for name in ("svm_rbf", "svm", "fusion"):
            if name in models.trained:
                self._check_weights(models.trained[name])
                self._svms[name] = load_svm(models.trained[name].path)
        resnet = models.trained.get("resnet")
        self._resnet = Network(explained_network(resnet.path, resnet.network), threads) if resnet else None
        self._framing = models.sample.framing
        self._fusion = _fusion_of(models.trained["fusion"]) if "fusion" in models.trained else None

    def embed(self, crops: Sequence[Crop]) -> np.ndarray:
        """FaceNet's embeddings of faces: float32 (n, 128)."""
        return self._embedder.embed([cut_window(crop, self._framing.facenet) for crop in crops])

    def score(self, crops: Sequence[Crop], embeddings: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray | None]:
        """Score faces by all approaches.

        Parameters
        ----------
        crops : sequence of Crop
            At least one.
        embeddings : ndarray of float32, shape (n, 128)
            Theirs.

        Returns
        -------
        logits : dict of str to ndarray, shape (n,)
            Calibrated logits of P(fake), by approach, in the order of the models.
        heat : ndarray of float32, shape (n, places, places), or None
            Shares of the places of its window in ResNet50's logits.
        """
        logits = {name: logits_of(svm.predict_proba(embeddings)[:, 1])[:, 0] for name, svm in self._svms.items()}
        heat = None
        if self._resnet:
            windows = [cut_window(crop, self._framing.resnet) for crop in crops]
            answers = [self._resnet(np.stack(batch)) for batch in _batches(windows)]
            raw, *maps = (np.concatenate(parts) for parts in zip(*answers, strict=True))
            logits["resnet"], heat = raw[:, 0].astype(float), join_maps(maps).astype(np.float32)
        if self._fusion:
            both = logits_of(*(expit(logits[name]) for name in ("resnet", "fusion")))
            weights, offset = self._fusion
            logits["fusion"] = both @ weights + offset
        return {name: logits[name] for name in self._approaches}, heat

    def _check_weights(self, model: TrainedModel) -> None:
        trained_with = object_of(model.card, "made_from").get("facenet_weights_sha256")
        if trained_with != self._embedder.weights_sha256:
            raise DataError(
                f"{model.path} was trained on embeddings of other FaceNet weights (sha256 {trained_with}): name these "
                "in KERAS_IMPL_FACENET_WEIGHTS, or train it again"
            )


def _fusion_of(model: TrainedModel) -> tuple[np.ndarray, float]:
    """Weights of the two logits, ResNet50's first, and the offset."""
    try:
        fit = model.card["fits"][0]
        weights = np.array([fit["weights"]["resnet"], fit["weights"]["svm"]], float)
        return weights, float(fit["offset"])
    except (KeyError, IndexError, TypeError, ValueError):
        raise DataError(
            f"{model.path.parent} has no fitted weights: run python -m keras_impl.train_fusion again"
        ) from None


def _batches(windows: Sequence[np.ndarray]) -> Iterator[Sequence[np.ndarray]]:
    for start in range(0, len(windows), BATCH_SIZE):
        yield windows[start : start + BATCH_SIZE]
