"""What differs between faces and speech to ResNet50: the one table of how samples become pictures and are augmented."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from keras_impl.faces.crop_files import landmarks_of
from keras_impl.media.formats import ModalityName
from keras_impl.models.resnet.config import FacePicture, NetworkConfig, SpectrogramPicture
from keras_impl.models.resnet.feeding import Faces, Samples, Segments
from keras_impl.models.resnet.recipe import (
    TODAYS,
    Degradations,
    FaceAugmentation,
    Hiding,
    Mixing,
    SelfBlending,
    Shares,
    SoundAugmentation,
    TrainingConfig,
)
from keras_impl.models.resnet.store import Store, StoreWriter, reach_of, read_face, read_segment
from keras_impl.speech.channels import Channels


class Inputs(Protocol):
    """How ResNet50 learns from the samples of a modality.

    Attributes
    ----------
    title : str
        What the network looks at, to follow its name.
    """

    title: str

    def network(self) -> NetworkConfig:
        """The network that is trained today."""

    def recipe(self, shares: Shares = TODAYS) -> TrainingConfig:
        """Today's recipe, with what else is to be done to pairs, which is nothing where that can't be done."""

    def writer(
        self, path: Path, files: list[Path], index: pd.DataFrame, sample: Any, recipe: TrainingConfig
    ) -> "Writer":
        """What decodes the samples of an index, made as the sample config says, into a file."""

    def samples(self, store: Store, index: pd.DataFrame, sample: Any, recipe: TrainingConfig) -> Samples:
        """The decoded samples, ready to be learnt from."""


class Writer(Protocol):
    """As `StoreWriter`, whatever its items are."""

    @property
    def sha256(self) -> str:
        """As `StoreWriter.sha256`."""

    def __iter__(self) -> Iterator[bool]:
        """Decode, and say of each sample whether it could be."""

    def open(self) -> Store:
        """As `StoreWriter.open`."""


FACES_EPOCHS = 8
"""All are finished: while the rate is high, the held-out AUC goes up and down, and the last epochs bring the most."""

MAX_FPR = 0.05
"""Of a verdict's two errors, calling somebody's real video fake is the worse one: one in twenty at most."""

SOUND_EPOCHS = 10

SOUND_FLOORS = 0.3

SOUND_SECONDS = 2.0
"""Twice as fast as whole segments, of which each epoch then shows another part."""

QUIET = 1e-4
"""About 45 dB below the loud parts of speech: how clean a recording is below that, the network doesn't see."""

TURNS = 3


class _FaceInputs:
    title = "on the crops"

    def network(self) -> NetworkConfig:
        return NetworkConfig(FacePicture())

    def recipe(self, shares: Shares = TODAYS) -> TrainingConfig:
        augmentation = FaceAugmentation(
            mixing=Mixing(shares.mixed) if shares.mixed else None,
            hiding=Hiding(shares.hidden) if shares.hidden else None,
        )
        if shares.degraded:  # instead of the lighter compression, blur and noise
            augmentation = replace(augmentation, jpeg_share=0.0, blur_share=0.0, noise_share=0.0)
            augmentation = replace(augmentation, degradations=Degradations(shares.degraded))
        self_blending = SelfBlending(shares.self_blended) if shares.self_blended else None
        return TrainingConfig(augmentation, self_blending, epochs=FACES_EPOCHS, patience=FACES_EPOCHS, max_fpr=MAX_FPR)

    def writer(self, path: Path, files: list[Path], index: pd.DataFrame, sample: Any, recipe: TrainingConfig) -> Writer:
        framing, augmentation = sample.framing, recipe.augmentation
        assert isinstance(augmentation, FaceAugmentation)
        reach = reach_of(augmentation.scale, augmentation.place)
        crops = list(zip(files, landmarks_of(index), strict=True))
        return StoreWriter(path, crops, lambda crop: read_face(*crop, framing, framing.resnet, reach))

    def samples(self, store: Store, index: pd.DataFrame, sample: Any, recipe: TrainingConfig) -> Samples:
        assert isinstance(recipe.augmentation, FaceAugmentation)
        labels, sources = _labels_of(index)
        seen = store.landmarks, sample.framing.resnet
        return Faces(store, labels, sources, *seen, recipe.augmentation, recipe.self_blending, store.origins)


class _SpeechInputs:
    title = "on spectrograms"

    def network(self) -> NetworkConfig:
        return NetworkConfig(SpectrogramPicture(least_power=QUIET))

    def recipe(self, shares: Shares = TODAYS) -> TrainingConfig:
        # instead of the lighter noise, bands and telephone
        augmentation = SoundAugmentation(noise_share=0.0, band_share=0.0, codec_share=0.0)
        augmentation = replace(augmentation, channels=Channels(), floors=SOUND_FLOORS, seconds=SOUND_SECONDS)
        return TrainingConfig(augmentation, epochs=SOUND_EPOCHS, max_fpr=MAX_FPR, turns=TURNS)

    def writer(self, path: Path, files: list[Path], index: pd.DataFrame, sample: Any, recipe: TrainingConfig) -> Writer:
        return StoreWriter(path, files, read_segment)

    def samples(self, store: Store, index: pd.DataFrame, sample: Any, recipe: TrainingConfig) -> Samples:
        assert isinstance(recipe.augmentation, SoundAugmentation)
        return Segments(store, *_labels_of(index), sample, recipe.augmentation)


def _labels_of(index: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return index["label"].to_numpy(), index["source"].to_numpy(str)


INPUTS: Mapping[ModalityName, Inputs] = {"image": _FaceInputs(), "sound": _SpeechInputs()}
