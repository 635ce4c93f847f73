"""Whether exported detectors say what the detector says on real samples, and how fast each format is.

``python benchmarks/export.py FACES_SAMPLES --split person.json`` takes the package's detector of faces, the folder that
extract_embeddings wrote of the data that it was trained on, and its split, which must be the one that its card names.
It prints for each format and precision the largest difference of logits on `COMPARED` crops of the tuning part, spread
over it, the AUC on all of that part, and the speed as a ratio to this project's own run by OpenVINO, which gives heat
maps too. The tuning part chose the epoch and the calibration: its AUC says nothing but whether the formats agree.

``--modality sound`` with a folder of extract_sound does the same for the detector of sound, without an AUC: it has
learnt from all of its data.

Speeds are medians of `--runs` runs over the same `TIMED` samples, `BATCH` at a time, the contenders taking turns.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from joblib import cpu_count
from sklearn.metrics import roc_auc_score

from keras_impl.core.openvino import Network
from keras_impl.evaluation.scores import OK
from keras_impl.exporting.export import export
from keras_impl.exporting.formats import FORMATS
from keras_impl.exporting.sources import find_sources
from keras_impl.faces.crop_files import landmarks_of, read_crop
from keras_impl.faces.cropping import cut_window
from keras_impl.modalities import MODALITIES
from keras_impl.models.resnet.heat_maps import explained_network
from keras_impl.models.resnet.store import as_input, read_segment
from keras_impl.models.run import Run, load_run
from keras_impl.models.trained import TrainedModel
from keras_impl.prediction.trained import find_models
from keras_impl.speech.channels import as_float
from keras_impl.splits.roles import divide_roles

COMPARED = 200

TIMED, BATCH = 64, 16
"""A batch as verdicts take it."""

OWN = "this project"


def main() -> None:
    """Export, compare and time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("samples", type=Path, help="what extract_embeddings or extract_sound wrote")
    parser.add_argument("--split", type=Path, help="by which the detector of faces was trained")
    parser.add_argument("--modality", choices=list(MODALITIES), default="image")
    parser.add_argument("--most", type=int, help="take only so many of the tuning part for the AUC, spread over it")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    (trained,) = find_sources(find_models(), arguments.modality)
    run = load_run(arguments.samples, arguments.split, trained.modality)
    is_held_out = arguments.modality == "image"
    rows = tuning_rows(run, trained) if is_held_out else np.flatnonzero(run.index["status"] == OK)
    most = arguments.most if is_held_out else COMPARED
    rows = spread(rows, most or len(rows))
    labels, inputs = run.index["label"].to_numpy()[rows], inputs_of(run, rows, arguments.samples)
    compared = spread(np.arange(len(rows)), COMPARED)
    print(f"{trained.title}: {len(rows)} samples, {(labels == 1).sum()} of them fake; {cpu_count()} processor threads")
    network = Network(explained_network(trained.path, trained.network))
    runs: dict[str, Callable[[np.ndarray], np.ndarray]] = {OWN: lambda batch: network(batch)[0]}
    sizes = {OWN: trained.path.stat().st_size / 1e6}
    with tempfile.TemporaryDirectory() as folder:
        for name, form in FORMATS.items():
            for half in (False, True):
                title = f"{form.title}{', half' if half else ''}"
                exported = export(trained, name, Path(folder), half)
                runs[title], sizes[title] = form.load_module().load(exported.path), exported.megabytes
        logits = {title: in_batches(each, inputs) for title, each in runs.items()}
        seconds = take_turns(runs, inputs[compared[:TIMED]], arguments.runs)
    print("| format | MB | largest difference of logits | AUC | times as fast | samples a second |")
    for title, of_format in logits.items():
        apart = np.abs(of_format - logits[OWN])[compared].max()
        auc = f"{roc_auc_score(labels, of_format):.5f}" if is_held_out else ""
        speed = [median(seconds[OWN]) / median(seconds[title]), TIMED / median(seconds[title])]
        print(f"| {title} | {sizes[title]:.1f} | {apart:.2g} | {auc} | {speed[0]:.2f} | {speed[1]:.0f} |")


def spread(rows: np.ndarray, count: int) -> np.ndarray:
    """So many of some rows, spread over them."""
    return rows[np.linspace(0, len(rows) - 1, count).round().astype(int)]


def tuning_rows(run: Run, trained: TrainedModel) -> np.ndarray:
    """The samples that chose the detector's epoch and calibrated it, as training divides them."""
    card = trained.card
    if run.split.content_hash != card["split"]["content_hash"]:
        raise SystemExit("this is not the split that the detector was trained by")
    parts = next(iter(run.split.parts(run.index)))
    rows = np.flatnonzero(divide_roles(run.index, parts, run.inner_group, card["seed"], None).held_out)
    if len(rows) != card["fits"][0]["held_out"]:
        raise SystemExit("these are not the samples that the detector was calibrated on")
    return rows


def inputs_of(run: Run, rows: np.ndarray, folder: Path) -> np.ndarray:
    """What the detector takes of samples, (n, ...)."""
    table, config = run.index.iloc[rows], run.config
    files = [folder / name for name in table[run.modality.file_column]]
    if run.modality.name == "image":
        crops = zip(files, landmarks_of(table), strict=True)
        return np.stack([cut_window(read_crop(*crop, config.framing), config.framing.resnet) for crop in crops])
    return np.stack([as_input(as_float(read_segment(file).array), config) for file in files])


def in_batches(run: Callable[[np.ndarray], np.ndarray], inputs: np.ndarray) -> np.ndarray:
    """Logits, (n,)."""
    return np.concatenate([run(inputs[start : start + BATCH])[:, 0].copy() for start in range(0, len(inputs), BATCH)])


def take_turns(
    runs: dict[str, Callable[[np.ndarray], np.ndarray]], inputs: np.ndarray, times: int
) -> dict[str, list[float]]:
    """Seconds that each takes, so many times, after a first one that doesn't count."""
    seconds: dict[str, list[float]] = {title: [] for title in runs}
    for turn in range(times + 1):
        for title, run in runs.items():
            started = time.perf_counter()
            in_batches(run, inputs)
            if turn:
                seconds[title].append(time.perf_counter() - started)
    return seconds


if __name__ == "__main__":
    main()
