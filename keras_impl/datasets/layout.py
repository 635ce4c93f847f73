"""The interface of a layout's module."""

from pathlib import Path
from typing import Protocol

from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.media.formats import ModalityName


class Layout(Protocol):
    """What a layout's module provides."""

    NEEDS: str
    """What a data set of this layout has, to complete "it needs ..."."""

    MODALITIES: tuple[ModalityName, ...]
    """The modalities that each file has a label for."""

    def recognises(self, path: Path) -> bool:
        """Whether ``path`` looks like this layout; it may be a file, a folder or nothing."""

    def read(self, path: Path, modality: ModalityName) -> tuple[list[MediaRecord], list[Problem]]:
        """Labelled files that exist, and what can't be used; both are empty if nothing fits the layout.

        The labels are those of the modality, which is one of `MODALITIES`.
        """
