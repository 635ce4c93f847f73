"""A trained ResNet50, loaded to judge: by OpenVINO, without TensorFlow."""

from collections.abc import Mapping

import numpy as np

from keras_impl.core.openvino import Network
from keras_impl.models.approach import Judgeable, Scores
from keras_impl.models.resnet.heat_maps import explained_network, join_maps
from keras_impl.models.trained import TrainedModel

BATCH_SIZE = 2


def load(trained: TrainedModel, threads: int | None) -> "ResNetScorer":
    """Load a trained ResNet50; as `keras_impl.models.approach.ApproachModule` says."""
    return ResNetScorer(Network(explained_network(trained.path, trained.network), threads))


class ResNetScorer:
    """Scores samples by a ResNet50; as `keras_impl.models.approach.Scorer` says.

    Parameters
    ----------
    network : Network
        Of `keras_impl.models.resnet.heat_maps.explained_network`.
    """

    def __init__(self, network: Network) -> None:
        self._network = network

    def score(self, samples: Judgeable, others: Mapping[str, np.ndarray]) -> Scores:
        """Score samples by their pixels; ``others`` isn't needed."""
        pixels = samples.pixels
        answers = [self._network(pixels[start : start + BATCH_SIZE]) for start in range(0, len(pixels), BATCH_SIZE)]
        raw, *maps = (np.concatenate(parts) for parts in zip(*answers, strict=True))
        return Scores(raw[:, 0].astype(float), join_maps(maps).astype(np.float32))
