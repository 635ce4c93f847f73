"""Which recipe ResNet50 learns sound by: chosen by folds inside the training part that hold out whole repositories.

``python benchmarks/sound_recipe.py SOUND BACKBONE --log FOLDER`` divides the repositories of a sound folder into
`FOLDS`. For each two of them and each of `RECIPES`, a network learns from the other folds, and scores the clips of
both, as they are and each sent through a channel. If fold A is the one that is reported, the recipe for it is chosen by
what those networks reached on the other folds that met neither A nor the fold they score. So each network serves two
choices, and no clip has a say in how it is judged itself.

What is finished is kept in FOLDER. ``--report`` prints, without training: AUC of each recipe, what each gained, with
intervals over speakers, and what would be chosen for each fold. ``--split FILE`` writes the folds as a split, by which
the chosen recipe is then trained and reported.
"""

import argparse
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from keras_impl.core.arrays import read_arrays, write_arrays
from keras_impl.core.tensorflow import keras
from keras_impl.evaluation.scores import OK
from keras_impl.models.resnet import network as resnet
from keras_impl.models.resnet import precision, training
from keras_impl.models.resnet.config import NetworkConfig, SpectrogramPicture
from keras_impl.models.resnet.feeding import Segments
from keras_impl.models.resnet.recipe import SoundAugmentation, TrainingConfig
from keras_impl.models.resnet.store import StoreWriter, read_segment
from keras_impl.samples.index import load_samples, read_settings
from keras_impl.speech.channels import Channels
from keras_impl.speech.modality import SPEECH
from keras_impl.splits.inner_folds import grouped_folds
from keras_impl.splits.split import Fold, Split

FOLDS = 4

EPOCHS = 10

DRAWS = 1000
"""Bootstrap resamples of speakers."""

BEFORE = SoundAugmentation()
CHANNELS = SoundAugmentation(noise_share=0.0, band_share=0.0, codec_share=0.0, channels=Channels(), seconds=2.0)
FLOORS = replace(CHANNELS, floors=0.3)
PICTURE = SpectrogramPicture()


@dataclass(frozen=True)
class Recipe:
    """What is compared."""

    augmentation: SoundAugmentation
    picture: SpectrogramPicture = PICTURE
    epochs: int = EPOCHS

    @property
    def training(self) -> TrainingConfig:
        """All epochs are finished: nothing is held out of learning that could choose one."""
        return TrainingConfig(self.augmentation, epochs=self.epochs, patience=self.epochs)


RECIPES: Mapping[str, Recipe] = {
    "as before": Recipe(BEFORE, epochs=6),
    "channels, floors": Recipe(FLOORS),
    "channels, floors, 45 dB": Recipe(FLOORS, replace(PICTURE, least_power=1e-4)),
    "channels, floors, 35 dB": Recipe(FLOORS, replace(PICTURE, least_power=1e-3)),
    "channels, 45 dB": Recipe(CHANNELS, replace(PICTURE, least_power=1e-4)),
    "channels, floors, 45 dB, 16 epochs": Recipe(FLOORS, replace(PICTURE, least_power=1e-4), epochs=16),
}


def main() -> None:
    """Train what is missing, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sound", type=Path, help="folder that extract_sound wrote")
    parser.add_argument("backbone", help="ImageNet weights, .h5")
    parser.add_argument("--log", type=Path, default=Path("data/sound_recipe"), help="folder for what is finished")
    parser.add_argument("--report", action="store_true", help="only report what is finished")
    parser.add_argument("--split", type=Path, help="only write these folds as a split, to train and report on")
    arguments = parser.parse_args()
    index = load_samples(arguments.sound, SPEECH)
    index = index[index["status"] == OK].reset_index(drop=True)
    folds = [rows for _, rows in grouped_folds(index["label"].to_numpy(), index["corpus"].to_numpy(str), FOLDS)]
    if arguments.split:
        as_split(index, folds).save(arguments.split)
        return
    if not arguments.report:
        train_all(arguments.sound, index, folds, arguments.backbone, arguments.log)
    report(index, folds, arguments.log)


def as_split(index: pd.DataFrame, folds: list[np.ndarray]) -> Split:
    """The folds as a split: each is validated on once."""
    samples = index["sample"].to_numpy(str)
    made = (Fold(tuple(np.delete(samples, rows).tolist()), tuple(samples[rows].tolist())) for rows in folds)
    return Split("corpus", "corpus", 0, tuple(made))


def train_all(sound: Path, index: pd.DataFrame, folds: list[np.ndarray], backbone: str, log: Path) -> None:
    """Train each recipe on what each two folds leave, and keep the logits of both."""
    _, sample = read_settings(sound, SPEECH)
    with tempfile.TemporaryDirectory() as folder:
        writer = StoreWriter(Path(folder) / "store", [sound / clip for clip in index["clip"]], read_segment)
        assert all(writer)
        store = writer.open()
        labels, sources = index["label"].to_numpy(), index["source"].to_numpy(str)
        for name, recipe in RECIPES.items():
            config = NetworkConfig(recipe.picture)
            samples = Segments(store, labels, sources, sample, recipe.augmentation)
            judged = replace(samples, augmentation=CHANNELS)  # the same channels for all
            for pair in combinations(range(len(folds)), 2):
                path = log / name / f"{pair[0]}-{pair[1]}.npz"
                if path.is_file():
                    continue
                rows = np.sort(np.concatenate([folds[fold] for fold in pair]))
                learnt = np.setdiff1d(np.arange(len(index)), rows)
                keras.utils.set_random_seed(0)
                start = resnet.load_backbone(backbone, config)
                model = resnet.build_model(start, config, precision.compute_dtype(), any_length=True)
                with tempfile.TemporaryDirectory() as here:
                    training.fine_tune(model, samples, learnt, rows[:0], 0, recipe.training, Path(here))
                clean, worse = (training.compute_logits(model, judged, rows, each) for each in (False, True))
                path.parent.mkdir(parents=True, exist_ok=True)
                write_arrays(path, rows=rows, clean=clean, worse=worse)
                told = [f"{each:.3f}" for each in (roc_auc_score(labels[rows], x) for x in (clean, worse))]
                print(f"{name}, without {pair}: {' '.join(told)}", flush=True)


def report(index: pd.DataFrame, folds: list[np.ndarray], log: Path) -> None:
    """Print what each recipe reached, what it gained against the first, and the choices."""
    labels, speakers = index["label"].to_numpy(), index["person"].fillna(index["source"]).to_numpy(str)
    scored = {name: Scored(log / name, folds, labels) for name in RECIPES if (log / name).is_dir()}
    scored = {name: each for name, each in scored.items() if each.is_whole}
    weights = draw_speakers(speakers)
    first = next(iter(scored.values()))
    print("| recipe | AUC as they are | through a channel | gained, as they are | gained, through a channel |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, each in scored.items():
        cells = [f"{each.auc(kind):.3f}" for kind in ("clean", "worse")]
        for kind in ("clean", "worse"):
            gains = [each.auc(kind, weight=weight) - first.auc(kind, weight=weight) for weight in weights]
            low, high = np.quantile(gains, [0.025, 0.975])
            cells.append(f"{each.auc(kind) - first.auc(kind):+.3f} ({low:+.3f} to {high:+.3f})")
        print(f"| {name} | {' | '.join(cells)} |")
    for fold in range(len(folds)):
        reached = {
            name: np.mean([each.auc(kind, fold) for kind in ("clean", "worse")]) for name, each in scored.items()
        }
        best = max(reached, key=lambda name: reached[name])
        told = ", ".join(f"{name} {value:.3f}" for name, value in reached.items())
        print(f"Without fold {fold} ({len(folds[fold])} clips): {best} ({told})")


def draw_speakers(speakers: np.ndarray) -> np.ndarray:
    """How often each clip is drawn when speakers are redrawn: int (DRAWS, n)."""
    _, codes = np.unique(speakers, return_inverse=True)
    count = codes.max() + 1
    generator = np.random.default_rng(0)
    return np.stack([np.bincount(generator.integers(count, size=count), minlength=count)[codes] for _ in range(DRAWS)])


class Scored:
    """What the networks of a recipe say."""

    def __init__(self, folder: Path, folds: list[np.ndarray], labels: np.ndarray) -> None:
        self._folds, self._labels = folds, labels
        paths = {pair: folder / f"{pair[0]}-{pair[1]}.npz" for pair in combinations(range(len(folds)), 2)}
        self.is_whole = all(path.is_file() for path in paths.values())
        self._logits: dict[tuple[int, int], dict[str, np.ndarray]] = {}
        for pair, path in paths.items():
            if not path.is_file():
                continue
            kept = read_arrays(path, "delete it")
            for scored, other in (pair, pair[::-1]):
                places = np.searchsorted(kept["rows"], folds[scored])
                self._logits[scored, other] = {kind: kept[kind][places] for kind in ("clean", "worse")}

    def auc(self, kind: str, reported: int | None = None, weight: np.ndarray | None = None) -> float:
        """Mean AUC over folds, of networks that met neither the fold nor ``reported``, or any other one fold."""
        values = []
        for (scored, other), logits in self._logits.items():
            if reported in (None, other):
                rows = self._folds[scored]
                sample_weight = None if weight is None else weight[rows]
                values.append(roc_auc_score(self._labels[rows], logits[kind], sample_weight=sample_weight))
        return float(np.mean(values))


if __name__ == "__main__":
    main()
