"""Pretrained networks without TensorFlow: exported once from Keras, then run by OpenVINO.

Keras and TensorFlow take seconds and half a gigabyte to load, in every worker. So a network that
only predicts is exported the first time that it is needed, kept in the user's cache, and from then
on read and run by OpenVINO, which is also faster on a CPU (benchmarks/README.md has the figures).
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

if TYPE_CHECKING:  # the point of this module is to do without it
    import keras

EXPORT_REVISION = 1
"""Raised when an export of the same weights would come out different: the cache is then made anew."""

GRAPH_NAME, WEIGHTS_NAME = "network.xml", "network.bin"

PROOF_NAME = "proof.json"
"""What the export is of, and the hashes of its files."""


@dataclass(frozen=True)
class Source:
    """Where a network comes from.

    Attributes
    ----------
    name : str
        What it is called in the cache.
    weights_sha256 : str
        Hash of the weights that ``build`` loads: other weights are another export.
    build : callable
        Makes the Keras model; only called if there is no export of it yet.
    config : JSON, optional
        What else than the weights decides what ``build`` makes; another config is another export.
    most_kept : int or None
        Of a network that is trained again and again, so many exports stay in the cache, the latest.
    """

    name: str
    weights_sha256: str
    build: Callable[[], "keras.Model"]
    config: Any = None
    most_kept: int | None = None

    def exported(self) -> Path:
        """Folder of the exported network in the cache; made, which takes seconds, if there is none or it is damaged."""
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
                    if not _is_intact(folder, key):  # else another process was faster, with the same network
                        raise
            if self.most_kept:
                others = folder.parent.glob(f"{self.name}-*")
                for old in sorted(others, key=lambda other: other.stat().st_mtime, reverse=True)[self.most_kept :]:
                    shutil.rmtree(old, ignore_errors=True)
        return folder


class Network:
    """A network that predicts.

    Parameters
    ----------
    source : Source
    threads : int or None, default None
        Processor threads to use; all that there are by default.

    Raises
    ------
    WeightsError
        If the export is damaged.
    """

    def __init__(self, source: Source, threads: int | None = None) -> None:
        core = ov.Core()
        folder = source.exported()
        settings = {
            "INFERENCE_NUM_THREADS": threads or cpu_count(),
            "INFERENCE_PRECISION_HINT": "f32",  # processors with bfloat16 would else give other numbers
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,  # pinned, several processes of one thread would share one core
        }
        try:
            model = core.read_model(folder / GRAPH_NAME, folder / WEIGHTS_NAME)
            self._request = core.compile_model(model, "CPU", settings).create_infer_request()
        except RuntimeError:
            raise WeightsError(f"{folder} is damaged: delete it, and it will be made again") from None

    def __call__(self, batch: np.ndarray) -> list[np.ndarray]:
        """Run the network on a batch; one array per output, in the Keras model's order."""
        answers = self._request.infer([batch], share_inputs=True)
        return [answers[place] for place in range(len(answers))]


def _is_intact(folder: Path, key: str) -> bool:
    """Whether an export is there, is the one that it should be, and is as it was written."""
    try:
        return read_json(folder / PROOF_NAME, "", LARGEST_CARD) == {"key": key, "sha256": _hashes(folder)}
    except (DataError, OSError):
        return False


def _hashes(folder: Path) -> dict[str, str]:
    return {name: sha256_of_file(folder / name) for name in (GRAPH_NAME, WEIGHTS_NAME)}


def _export(model: "keras.Model", folder: Path) -> Path:
    """Write a Keras model in OpenVINO's form, at full precision; return the folder in ``folder`` that holds it."""
    from keras_impl.core.tensorflow import quiet_stderr

    with quiet_stderr():  # TensorFlow reports every step of the way
        model.export(folder / "saved_model", format="tf_saved_model", verbose=False)
        exported = ov.Core().read_model(folder / "saved_model")
    finished = folder / "finished"
    ov.save_model(exported, finished / GRAPH_NAME, compress_to_fp16=False)
    for written in finished.iterdir():
        with written.open("rb+") as stream:
            os.fsync(stream.fileno())
    return finished
