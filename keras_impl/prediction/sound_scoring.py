"""From segments of sound to each approach's logits, and to where in the spectrogram they come from."""

from collections.abc import Sequence

import numpy as np
from sklearn.calibration import CalibratedClassifierCV

from keras_impl.core.openvino import Network
from keras_impl.errors import DataError
from keras_impl.models.fusion import logits_of
from keras_impl.models.resnet.heat_maps import explained_network, join_maps
from keras_impl.models.resnet.store import as_input
from keras_impl.models.svm import load_svm
from keras_impl.prediction.trained import Models, TrainedModel
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.lfcc import pooled_lfcc


class SoundScorer:
    """All approaches of a results folder of sound, loaded.

    Parameters
    ----------
    models : Models
        Of sound.
    threads : int or None
        Processor threads to use; None takes all.

    Raises
    ------
    DataError
        If a model can't be loaded, or was trained on other features.
    """

    def __init__(self, models: Models, threads: int | None) -> None:
        self._approaches = tuple(models.trained)
        self._sample: SoundConfig = models.sample
        svms = {name: models.trained[name] for name in ("svm_rbf", "svm") if name in models.trained}
        self._svms = {name: _load(model, self._sample.lfcc.dimensions) for name, model in svms.items()}
        resnet = models.trained.get("resnet")
        self._resnet = Network(explained_network(resnet.path, resnet.network), threads) if resnet else None

    def score(self, sounds: Sequence[np.ndarray]) -> tuple[dict[str, np.ndarray], list[np.ndarray] | None]:
        """Score segments by all approaches.

        Parameters
        ----------
        sounds : sequence of ndarray of float32, shape (samples,)
            As `keras_impl.speech.segments` leaves them; at least one.

        Returns
        -------
        logits : dict of str to ndarray, shape (n,)
            Calibrated logits of P(fake), by approach, in the order of the models.
        heat : list of ndarray of float32, shape (32, columns), or None
            Shares of the places in ResNet50's logits: mel bands, the highest first, and time, as far as the segment
            goes before it is repeated to fill what the network takes.
        """
        logits, heat = {}, None
        if self._svms:
            features = np.stack([pooled_lfcc(sound, self._sample.lfcc) for sound in sounds])
            logits = {name: logits_of(svm.predict_proba(features)[:, 1])[:, 0] for name, svm in self._svms.items()}
        if self._resnet:
            raw, *maps = self._resnet(np.stack([as_input(sound, self._sample) for sound in sounds]))
            logits["resnet"] = raw[:, 0].astype(float)
            heat = [
                _upright(each, len(sound) / self._sample.samples)
                for each, sound in zip(join_maps(maps), sounds, strict=True)
            ]
        return {name: logits[name] for name in self._approaches}, heat


def _load(model: TrainedModel, dimensions: int) -> CalibratedClassifierCV:
    svm = load_svm(model.path)
    try:
        svm.predict_proba(np.zeros((1, dimensions)))
    except ValueError:
        raise DataError(
            f"{model.path} was not trained on the {dimensions} features of sound: run python -m keras_impl.train_svm "
            "--modality sound again"
        ) from None
    return svm


def _upright(shares: np.ndarray, filled: float) -> np.ndarray:
    """Shares with time downwards and bands across, low ones first, as a picture of the sound itself.

    ``filled`` is how much of what the network takes the sound fills before it is repeated.
    """
    rows = max(1, round(len(shares) * min(filled, 1)))
    return shares[:rows].T[::-1].astype(np.float32)
