"""Networks that Keras alone can build, exported for OpenVINO once: backbones of somebody's own.

An export takes TensorFlow, and so many seconds; it is made when the network is first needed, and kept in the user's
cache. What comes with this package is built without Keras instead (`keras_impl.core.graphs`).
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openvino as ov

from keras_impl.core.storage import (
    LARGEST_CARD,
    PARTIAL,
    cache_folder,
    read_json,
    sha256_of_file,
    sha256_of_json,
    write_json,
)
from keras_impl.errors import DataError, WeightsError

if TYPE_CHECKING:  # this module exists to avoid the import
    import keras

EXPORT_REVISION = 1
"""Raised when exports of the same weights change, so that cached ones are not used any more."""

GRAPH_NAME, WEIGHTS_NAME = "network.xml", "network.bin"

PROOF_NAME = "proof.json"
"""Names what was exported, and the hashes of the export's files."""


@dataclass(frozen=True)
class KerasExport:
    """An export in the cache.

    Attributes
    ----------
    name : str
        Its name there.
    weights_sha256 : str
        Hash of the weights that ``build`` loads; part of the cache key.
    build : callable
        Makes the Keras model; called only if the cache has no export of it.
    config : JSON, optional
        Whatever else determines the network that ``build`` makes; part of the cache key.
    most_kept : int, default 4
        How many exports of this name stay in the cache, the latest ones. One takes tens of megabytes.
    """

    name: str
    weights_sha256: str
    build: Callable[[], "keras.Model"]
    config: Any = None
    most_kept: int = 4

    def read(self) -> ov.Model:
        """The network.

        Raises
        ------
        WeightsError
            If the export is damaged.
        """
        folder = self.exported()
        try:
            return ov.Core().read_model(folder / GRAPH_NAME, folder / WEIGHTS_NAME)
        except RuntimeError:
            raise WeightsError(f"{folder} is damaged: delete it, and the network is exported again") from None

    def exported(self) -> Path:
        """Folder of the export in the cache. If it is missing or damaged, it is made first, which takes seconds."""
        key = sha256_of_json([self.weights_sha256, self.config, ov.__version__, EXPORT_REVISION])
        folder = cache_folder() / "networks" / f"{self.name}-{key[:16]}"
        if not _is_intact(folder, key):
            shutil.rmtree(folder, ignore_errors=True)
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=folder.parent) as temporary:
                finished = _export(self.build(), Path(temporary))
                write_json(finished / PROOF_NAME, {"key": key, "sha256": _hashes(finished)})
                try:
                    finished.rename(folder)  # atomic: nobody sees half an export
                except OSError:
                    if not _is_intact(folder, key):  # otherwise another process was faster with the same export
                        raise
            others = folder.parent.glob(f"{self.name}-*")
            for old in sorted(others, key=lambda other: other.stat().st_mtime, reverse=True)[self.most_kept :]:
                shutil.rmtree(old, ignore_errors=True)
        return folder


def _is_intact(folder: Path, key: str) -> bool:
    """Whether an export exists, has this key, and is unchanged since it was written."""
    try:
        return read_json(folder / PROOF_NAME, "", LARGEST_CARD) == {"key": key, "sha256": _hashes(folder)}
    except (DataError, OSError):
        return False


def _hashes(folder: Path) -> dict[str, str]:
    return {name: sha256_of_file(folder / name) for name in (GRAPH_NAME, WEIGHTS_NAME)}


def _export(model: "keras.Model", folder: Path) -> Path:
    """Export a Keras model to OpenVINO at full precision; return the folder inside ``folder`` that holds it."""
    from keras_impl.core.tensorflow import quiet_stderr

    with quiet_stderr():  # TensorFlow logs every step
        model.export(folder / "saved_model", format="tf_saved_model", verbose=False)
        exported = ov.Core().read_model(folder / "saved_model")
    finished = folder / "finished"
    ov.save_model(exported, finished / GRAPH_NAME, compress_to_fp16=False)
    for written in finished.iterdir():
        with written.open("rb+") as stream:
            os.fsync(stream.fileno())
    return finished
