"""Training ResNet50: from a folder of samples to scores, a model and its card, fold by fold; resumed where it was."""

from keras_impl.core.tensorflow import keras  # isort: skip

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from keras_impl.core.configs import as_json
from keras_impl.core.progress import SILENT, Progress
from keras_impl.core.storage import atomic_path, read_json, sha256_of_file, write_json, write_text
from keras_impl.datasets.record import Problem
from keras_impl.errors import DataError, WeightsError
from keras_impl.evaluation.scores import SCORES_NAME, make_scores, read_scores, write_scores
from keras_impl.models.calibration import (
    OPERATING_NAME,
    OperatingPoints,
    operating_points,
    write_operating_points,
)
from keras_impl.models.card import FOLDS_NAME, fold_folder
from keras_impl.models.finished import INPUTS_KEY, inputs_of, is_finished
from keras_impl.models.published import are_learnt, read_learnt
from keras_impl.models.resnet import NAME, network, precision, training
from keras_impl.models.resnet.backbones import backbone_module
from keras_impl.models.resnet.config import NetworkConfig
from keras_impl.models.resnet.feeding import Faces, Samples
from keras_impl.models.resnet.fold import Fold, Rows, train_fold
from keras_impl.models.resnet.inputs import INPUTS, Inputs
from keras_impl.models.resnet.preview import draw_preview, rows_shown
from keras_impl.models.resnet.recipe import TODAYS, Shares, TrainingConfig
from keras_impl.models.resnet.resnet50 import SHIPPED
from keras_impl.models.resnet.store import STORE_NAME
from keras_impl.models.resnet.unfinished import remove_unfinished, unfinished_folder
from keras_impl.models.run import Run, check_run, save_run, withdraw
from keras_impl.samples.modality import Modality
from keras_impl.samples.problems import PROBLEMS_NAME, tell_problems, write_problems
from keras_impl.splits.held_out import write_held_out
from keras_impl.splits.roles import Roles, divide_roles

PREVIEW_NAME = "preview.png"

TUNING_NAME = "tuning.json"
"""In the folder of a fold: the samples that its network has not learnt from, though they are of the training part."""

FIT_NAME = "fit.json"
"""Written last in the folder of a fold: it is finished."""


@dataclass(frozen=True)
class Options:
    """What can be chosen about a training.

    Attributes
    ----------
    backbone_weights : str or None
        As of `keras_impl.models.resnet.network.load_backbone`; None is "imagenet", or, for faces where that can't be
        downloaded, "pretrained".
    max_folds : int or None
        Train only so many of the split's folds.
    max_training_samples : int or None
        Learn from about so many samples only, drawn in whole groups.
    shares : Shares
        What is done to pairs of faces; nothing to sound.
    epochs : int or None
        None is the recipe's; so many are always finished.
    everything : bool
        Learn from the validation part too: a model to be passed on, of which nothing can be measured here.
    keep_folds : bool
        Keep each fold's model, and not the first one's only, so that the step stress can measure them all.
    seed : int
        Of the start, the pairs and the tuning part.
    network : NetworkConfig or None
        What is trained; None is today's (`keras_impl.models.resnet.inputs.INPUTS`).
    recipe : TrainingConfig or None
        How; None is today's.
    """

    backbone_weights: str | None = None
    max_folds: int | None = None
    max_training_samples: int | None = None
    shares: Shares = TODAYS
    epochs: int | None = None
    everything: bool = False
    keep_folds: bool = False
    seed: int = 0
    network: NetworkConfig | None = None
    recipe: TrainingConfig | None = None


@dataclass(frozen=True)
class _Decoded:
    """The samples in use, decoded.

    Attributes
    ----------
    index : DataFrame
        Their rows.
    samples : Samples
    rows : list of Rows
        Of each fold.
    sha256 : str
        Of all that was decoded.
    """

    index: pd.DataFrame
    samples: Samples
    rows: list[Rows]
    sha256: str


def train(
    samples: Path,
    out: Path,
    modality: Modality,
    faces: Path | None = None,
    split: Path | None = None,
    options: Options | None = None,
    progress: Progress = SILENT,
    unless_finished: bool = False,
) -> tuple[Path, pd.DataFrame]:
    """Fine-tune a ResNet50 on the training part of each fold and score both parts.

    Parameters
    ----------
    samples : Path
        Folder that extract_embeddings or extract_sound wrote.
    modality : Modality
    faces : Path, optional
        Folder with the samples' own files, if that is another one.
    split : Path, optional
        A split file; by default the samples folder's own.
    out : Path
        Results folder; the folder `NAME` in it is written.
    options : Options, optional
    progress : Progress, optional
    unless_finished : bool, default False
        Leave what an earlier training wrote, if it had the same inputs and came to its end.

    Returns
    -------
    path : Path
        Of the score file; the model beside it is that of the first fold.
    history : DataFrame
        As of `keras_impl.models.resnet.training.Course`, with the column ``fold``.

    Raises
    ------
    DataError, WeightsError, TrainingError
        If something is missing or damaged, weights can't be had, or there is too little to learn from.
    """
    options = options or Options()
    run = check_run(samples, split, modality, faces)
    inputs = INPUTS[modality.name]
    keras.utils.set_random_seed(options.seed)
    config, recipe = options.network or inputs.network(), _recipe(options, inputs)
    # before the samples, so that missing weights show at once
    backbone, options = _load_backbone(options, config, modality, progress)
    if options.backbone_weights == "pretrained":
        _refuse_learnt(run)
    dtype, folder = precision.compute_dtype(), out / NAME
    title = f"{backbone_module(config.backbone).TITLE} {inputs.title}"
    settings = _settings(title, options, dtype) | {"network": as_json(config), "training": as_json(recipe)}
    settings[INPUTS_KEY] = inputs_of(run, settings | _asked(options))
    if unless_finished and is_finished(folder, settings[INPUTS_KEY]):
        progress.say(f"{folder} is trained already")
        return folder / SCORES_NAME, pd.read_csv(folder / training.HISTORY_NAME)
    unfinished = unfinished_folder(folder, settings[INPUTS_KEY])
    if unfinished.is_dir():
        progress.say(f"Going on with the run in {unfinished}")
    roles = _roles(run, options)
    used = np.flatnonzero(np.any([role.learnt | role.scored for role in roles], axis=0))
    decoded = _decode(run, faces or samples, used, roles, recipe, unfinished, folder, progress)

    learns_parts = decoded.samples.learnt_form != decoded.samples.form
    model = network.build_model(backbone, config, dtype, learns_parts)
    start = model.get_weights()
    groups = decoded.index[run.inner_group].to_numpy(str)
    for fold, (role, rows) in enumerate(zip(roles, decoded.rows, strict=True)):
        here = _folder_of_fold(unfinished, fold)
        if (here / FIT_NAME).is_file():
            continue
        if options.backbone_weights == "none":
            adapts_to = decoded.samples.take(rows.learnt[: recipe.adaptation_samples])
            network.adapt_batch_statistics(backbone, adapts_to, config)
            start = network.build_model(backbone, config, dtype, learns_parts).get_weights()
        model.set_weights(start)
        with progress.working("ResNet50: fitting the head") as report:
            came = train_fold(model, config, decoded.samples, rows, groups, options.seed, recipe, here, report)
        if not fold or options.keep_folds:
            network.save_model(here / network.MODEL_NAME, network.in_float32(model, config))
            write_operating_points(here, _points_of(decoded.index, came, recipe))
        scored = pd.Series(came.p_fake, index=decoded.index["sample"].iloc[rows.scored])
        write_scores(here, make_scores(run.index, role.parts, scored, run.unreadable, fold, run.split.group))
        kept_from = [] if came.fit["turns"] else decoded.index["sample"].iloc[came.tuning].tolist()
        write_json(here / TUNING_NAME, kept_from)
        write_json(here / FIT_NAME, came.fit)

    folds = [_folder_of_fold(unfinished, fold) for fold in range(len(roles))]
    fits = [read_json(here / FIT_NAME, made_by="delete it, and run this again") for here in folds]
    broken = [str(fold) for fold, fit in enumerate(fits) if fit["broke_down"]]
    if broken:
        progress.warn(f"In fold {', '.join(broken)} the loss was no longer a number: the best epoch before is kept.")
    history = _keep_histories(folder, folds)
    scores = [read_scores(here / SCORES_NAME) for here in folds]
    write_held_out(folder, run.split, [read_json(here / TUNING_NAME, training.AGAIN) for here in folds])
    settings |= {"samples_sha256": decoded.sha256, "fits": fits, "learns_everything": options.everything}
    versions = ("keras", "tensorflow", "numpy", "scikit-learn")
    kept_folds = len(roles) if options.keep_folds else 1
    withdraw(folder)
    shutil.rmtree(folder / FOLDS_NAME, ignore_errors=True)
    for fold, here in enumerate(folds[:kept_folds]):
        for name in (network.MODEL_NAME, OPERATING_NAME):
            with atomic_path(fold_folder(folder, fold) / name) as temporary:
                shutil.copyfile(here / name, temporary)
    path = save_run(run, folder, scores, settings, *versions, model=network.MODEL_NAME, kept_folds=kept_folds)
    del decoded  # a mapped file can't be deleted everywhere
    remove_unfinished(unfinished)
    return path, history


def preview(
    samples: Path,
    out: Path,
    modality: Modality,
    faces: Path | None = None,
    split: Path | None = None,
    options: Options | None = None,
    progress: Progress = SILENT,
) -> Path:
    """Draw a contact sheet of what training would see, and return its path; arguments and errors as of `train`."""
    options = options or Options()
    run = check_run(samples, split, modality, faces)
    inputs = INPUTS[modality.name]
    recipe, folder = _recipe(options, inputs), out / NAME
    unfinished = unfinished_folder(folder, inputs_of(run, _asked(options) | {"preview": True}))
    roles = _roles(run, options)[:1]
    used = rows_shown(run.index, roles[0].learnt, options.seed)
    decoded = _decode(run, faces or samples, used, roles, recipe, unfinished, folder, progress)
    assert isinstance(decoded.samples, Faces)
    draw_preview(out / PREVIEW_NAME, decoded.samples, decoded.rows[0].learnt, options.seed)
    del decoded
    remove_unfinished(unfinished)
    return out / PREVIEW_NAME


def _load_backbone(
    options: Options, config: NetworkConfig, modality: Modality, progress: Progress
) -> tuple[keras.Model, Options]:
    """The network to start from, and the options with its name."""
    if options.backbone_weights is not None:
        return network.load_backbone(options.backbone_weights, config), options
    try:
        return network.load_backbone("imagenet", config), replace(options, backbone_weights="imagenet")
    except WeightsError:
        if modality.name != "image":
            raise
        progress.warn(
            "Keras's ImageNet weights can't be downloaded: starting from the detector that comes with the package "
            "(--backbone-weights pretrained)."
        )
        return network.load_backbone("pretrained", config), replace(options, backbone_weights="pretrained")


def _refuse_learnt(run: Run) -> None:
    """Refuse to validate on what the detector that training starts from has learnt."""
    learnt = read_learnt(SHIPPED)
    if learnt is None:
        return
    known = are_learnt(run.index["source"], learnt) | are_learnt(run.index["video"], learnt)
    for parts in run.split.parts(run.index):
        count = int((known & (parts == "validation").to_numpy()).sum())
        if count:
            raise DataError(
                f"{count} faces of the validation part are of videos that the package's own detector has learnt from: "
                "start from --backbone-weights imagenet, or a file of its weights"
            )


def _points_of(index: pd.DataFrame, came: Fold, recipe: TrainingConfig) -> OperatingPoints:
    """Where fake begins, by the tuning samples as they are and made worse, which count as videos of their own."""
    tuning = index.iloc[came.tuning]
    worse = [f"{video} made worse" for video in tuning["video"]]
    times = len(came.tuning_p_fake) // max(len(tuning), 1)
    videos, labels = np.array([*tuning["video"], *worse][: len(came.tuning_p_fake)], str), tuning["label"].to_numpy()
    points = operating_points(videos, np.tile(labels, times), came.tuning_p_fake)
    # a recording and what was made of it are not two
    single = replace(points, real=points.real[:: max(times, 1)])
    rate = recipe.max_fpr if recipe.max_fpr is not None and single.promises(recipe.max_fpr) else None
    return replace(points, max_fpr=rate, quality=came.quality)


def _recipe(options: Options, inputs: Inputs) -> TrainingConfig:
    recipe = options.recipe or inputs.recipe(options.shares)
    return recipe if options.epochs is None else replace(recipe, epochs=options.epochs, patience=options.epochs)


def _settings(title: str, options: Options, dtype: str) -> dict[str, Any]:
    weights = options.backbone_weights or "imagenet"
    file = SHIPPED / network.MODEL_NAME if weights == "pretrained" else Path(weights)
    return {
        "approach": title,
        "backbone_weights": Path(weights).name,
        "backbone_weights_sha256": None if weights in ("imagenet", "none") else sha256_of_file(file),
        "seed": options.seed,
        "compute_dtype": dtype,
    }


def _asked(options: Options) -> dict[str, Any]:
    """What the options say that the settings don't."""
    return {
        "limit": options.max_training_samples,
        "max_folds": options.max_folds,
        "everything": options.everything,
        "keep_folds": options.keep_folds,
    }


def _folder_of_fold(unfinished: Path, fold: int) -> Path:
    return unfinished / f"fold-{fold}"


def _roles(run: Run, options: Options) -> list[Roles]:
    divisions = islice(run.split.parts(run.index), 1 if options.everything else options.max_folds)
    return [
        divide_roles(
            run.index,
            pd.Series("train", parts.index) if options.everything else parts,
            run.inner_group,
            options.seed,
            options.max_training_samples,
        )
        for parts in divisions
    ]


def _decode(
    run: Run,
    root: Path,
    used: np.ndarray,
    roles: Sequence[Roles],
    recipe: TrainingConfig,
    unfinished: Path,
    folder: Path,
    progress: Progress,
) -> _Decoded:
    """Decode the samples in use into one file; those that can't be read are listed in the approach's folder."""
    index, modality = run.index.iloc[used], run.modality
    inputs = INPUTS[modality.name]
    files = [root / file for file in index[modality.file_column]]
    store = inputs.writer(unfinished / STORE_NAME, files, index, run.config, recipe)
    readable = np.fromiter(
        progress.track(store, f"Reading {modality.nouns.samples}", total=len(index)), bool, count=len(index)
    )
    unreadable = index["sample"][~readable]
    problems = [Problem(sample, f"its {modality.file_column} can't be read") for sample in unreadable]
    write_problems(folder, problems)
    tell_problems(problems, folder / PROBLEMS_NAME, progress)
    rows = [
        Rows(*(np.flatnonzero(mask[used] & readable) for mask in (role.learnt, role.held_out, role.scored)))
        for role in roles
    ]
    return _Decoded(index, inputs.samples(store.open(), index, run.config, recipe), rows, store.sha256)


def _keep_histories(folder: Path, folds: Sequence[Path]) -> pd.DataFrame:
    """Copy how each fold's training went to where the approach's results are."""
    histories = []
    for fold, here in enumerate(folds):
        histories.append(pd.read_csv(here / training.HISTORY_NAME).assign(fold=fold))
        logged = folder / training.TENSORBOARD_NAME / here.name
        shutil.rmtree(logged, ignore_errors=True)
        shutil.copytree(here / training.TENSORBOARD_NAME, logged)
    history = pd.concat(histories, ignore_index=True)
    write_text(folder / training.HISTORY_NAME, history.to_csv(index=False))
    return history
