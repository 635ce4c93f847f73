"""What every backbone offers: adding one is writing its module and naming it in `keras_impl.models.resnet.config`."""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from keras_impl.models.resnet.config import BACKBONES, NetworkConfig

if TYPE_CHECKING:
    import keras


class BackboneModule(Protocol):
    """What a backbone's module offers."""

    TITLE: str
    """Its name for people."""

    def stages(self, x: "keras.KerasTensor", config: NetworkConfig, dtype: str) -> "Sequence[keras.KerasTensor]":
        """Build the convolutions on pictures times the config's input scale.

        Returns
        -------
        sequence of KerasTensor
            The map of each of the config's stages, the output of a layer of the stage's name.
        """

    def load(self, weights: str, shape: tuple[int, ...]) -> "keras.Model":
        """A network to take weights from, for pictures of a shape; as of `network.load_backbone`."""

    def transfer(self, source: "keras.Model", model: "keras.Model", config: NetworkConfig) -> None:
        """Set the convolutions of a model that `stages` is part of to what a network of `load` has learnt."""


def backbone_module(name: str) -> BackboneModule:
    """The module of a backbone; ``name`` is one of `BACKBONES`."""
    module: BackboneModule = import_module(BACKBONES[name])
    return module
