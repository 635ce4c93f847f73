"""Pretrained networks without TensorFlow: exported once from Keras, then run by OpenVINO.

Keras and TensorFlow take seconds and half a gigabyte to load, in every worker. So a network that
is only used for inference is exported when it is first needed, kept in the user's cache, and from then
on loaded and run by OpenVINO, which is also faster on a CPU (benchmarks/README.md has the figures).
The Keras network remains the reference: tests compare the two.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import openvino as ov
from joblib import cpu_count

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
class Source:
    """Where a network comes from.

    Attributes
    ----------
    name : str
        Its name in the cache.
    weights_sha256 : str
        Hash of the weights that ``build`` loads; part of the cache key.
    build : callable
        Makes the Keras model; called only if the cache has no export of it.
    config : JSON, optional
        Whatever else determines the network that ``build`` makes; part of the cache key.
    most_kept : int or None
        How many exports of this name stay in the cache, the latest ones; all by default.
    graph : callable, optional
        Makes the network itself, without Keras and fast: then nothing is exported, and ``build`` not called.
    """

    name: str
    weights_sha256: str
    build: Callable[[], "keras.Model"]
    config: Any = None
    most_kept: int | None = None
    graph: Callable[[], ov.Model] | None = None

    def read(self, core: ov.Core) -> ov.Model:
        """The network: made, or read from the cache.

        Raises
        ------
        WeightsError
            If the export is damaged.
        """
        if self.graph is not None:
            return self.graph()
        folder = self.exported()
        try:
            return core.read_model(folder / GRAPH_NAME, folder / WEIGHTS_NAME)
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
            if self.most_kept:
                others = folder.parent.glob(f"{self.name}-*")
                for old in sorted(others, key=lambda other: other.stat().st_mtime, reverse=True)[self.most_kept :]:
                    shutil.rmtree(old, ignore_errors=True)
        return folder


class Network:
    """A network for inference.

    Parameters
    ----------
    source : Source
    threads : int or None, default None
        Processor threads to use; all by default.

    Raises
    ------
    WeightsError
        If the export is damaged.
    """

    def __init__(self, source: Source, threads: int | None = None) -> None:
        core = ov.Core()
        settings = {
            "INFERENCE_NUM_THREADS": threads or cpu_count(),
            "INFERENCE_PRECISION_HINT": "f32",  # processors with bfloat16 would give other numbers
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,  # pinned, several single-threaded processes would share one core
        }
        model = source.read(core)
        try:
            self._request = core.compile_model(model, "CPU", settings).create_infer_request()
        except RuntimeError:
            raise WeightsError(f"the network {source.name} can't be run: its file or its export is damaged") from None

    def __call__(self, batch: np.ndarray) -> list[np.ndarray]:
        """Run the network on a batch; one array per output, in the Keras model's order."""
        answers = self._request.infer([batch], share_inputs=True)
        return [answers[place] for place in range(len(answers))]


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
