"""One fold of ResNet50, from the weights it starts from to its scores.

Score and threshold are fitted to samples that were held out of learning: a part of them, which also chooses the epoch;
or, where there are too few for that, all of them in turn (`keras_impl.models.resnet.recipe.TrainingConfig.turns`). Then
networks that learn from the others score each group, and the one that is kept learns from all, for as many epochs.
"""

from keras_impl.core.tensorflow import keras, tf  # isort: skip

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit

from keras_impl.core.arrays import read_arrays, write_arrays
from keras_impl.errors import TrainingError
from keras_impl.models.resnet import training
from keras_impl.models.resnet.config import NetworkConfig
from keras_impl.models.resnet.feeding import Samples
from keras_impl.models.resnet.network import in_float32, round_to_half
from keras_impl.models.resnet.recipe import TrainingConfig
from keras_impl.splits.inner_folds import grouped_folds

COMPARED = 1000
"""Held-out samples on which half precision is compared with full."""

LOGITS_NAME = "logits.npz"
"""Of a turn that is finished."""


@dataclass(frozen=True)
class Rows:
    """Which samples a fold uses for what; see `keras_impl.splits.roles.Roles`.

    Attributes
    ----------
    learnt, held_out, scored : ndarray of int
        Rows of the `Samples`.
    """

    learnt: np.ndarray
    held_out: np.ndarray
    scored: np.ndarray


@dataclass(frozen=True)
class Fold:
    """What came of a fold.

    Attributes
    ----------
    p_fake : ndarray of float, shape (len(scored),)
    tuning : ndarray of int, shape (n,)
        Rows that score and threshold were fitted to.
    tuning_p_fake : ndarray of float, shape (n,), or (2 n,)
        Theirs, by networks that have not learnt from them; then those of the same made worse.
    quality : dict of str to (float, float)
        As of `keras_impl.models.calibration.OperatingPoints`.
    fit : dict
        What else is to be known of the fit.
    """

    p_fake: np.ndarray
    tuning: np.ndarray
    tuning_p_fake: np.ndarray
    quality: Mapping[str, tuple[float, float]]
    fit: dict[str, Any]


def train_fold(
    model: keras.Model,
    network: NetworkConfig,
    samples: Samples,
    rows: Rows,
    groups: np.ndarray,
    seed: int,
    config: TrainingConfig,
    folder: Path,
    report: Callable[[str], object],
) -> Fold:
    """Train and calibrate a model, in place, and score samples.

    Parameters
    ----------
    model, samples, seed, config, folder, report
        As for `keras_impl.models.resnet.training.fine_tune`.
    network : NetworkConfig
        The model's.
    rows : Rows
    groups : ndarray of str, shape (len(samples.labels),)
        What turns keep whole.

    Raises
    ------
    TrainingError
        If memory or the disk runs out, or a class is missing.
    """
    try:
        known = np.union1d(rows.learnt, rows.held_out)
        count = config.turns if len(known) <= config.few else 0
        turns = [
            (known[learnt], known[judged])
            for learnt, judged in grouped_folds(samples.labels[known], groups[known], count, seed)
        ]
        tuning = known if turns else np.intersect1d(rows.scored, rows.held_out)
        unseen, fell = _take_turns(model, samples, turns, seed, config, folder, report)
        learnt, held_out = (known, known[:0]) if turns else (rows.learnt, rows.held_out)
        course = training.fine_tune(model, samples, learnt, held_out, seed, config, folder, report)
        report("ResNet50: scoring")
        compared = tuning[:COMPARED]
        full = in_float32(model, network)
        round_to_half(model)  # so that what is measured is what is kept
        half = in_float32(model, network)
        before, after = (training.compute_logits(each, samples, compared) for each in (full, half))
        logits = training.compute_logits(model, samples, rows.scored)
        if not turns:
            unseen = _judge(model, samples, tuning)
        quality = samples.qualities(tuning if turns else rows.held_out, config.unlike)
    except (MemoryError, tf.errors.ResourceExhaustedError):
        raise TrainingError(
            "memory ran out: close other programs and run the same command again, it goes on from the last epoch"
        ) from None
    except OSError as error:
        raise TrainingError(
            f"{folder} can't be written ({error.strerror}): free space there and run the same command again, "
            "it goes on from the last epoch"
        ) from None
    times = len(unseen) // max(len(tuning), 1)
    # copies that were made worse are no further samples
    enough = replace(config, calibration_samples=config.calibration_samples * max(times, 1))
    slope, offset = training.calibrate(model, unseen, np.tile(samples.labels[tuning], times), enough)
    fit = {
        "learnt_from": len(learnt),
        "held_out": len(tuning) if turns else len(rows.held_out),
        "turns": len(turns),
        "best_epoch": course.best_epoch,
        "broke_down": course.broke_down or fell,
        "calibration": {"slope": slope, "offset": offset, "degraded_too": times > 1, "thresholds_too": times > 1},
        "half_precision": {
            "samples": len(compared),
            "largest_difference": float(np.abs(after - before).max(initial=0)),
        },
    }
    p_fake, tuning_p_fake = (expit((slope * each + offset).astype(np.float64)) for each in (logits, unseen))
    return Fold(p_fake, tuning, tuning_p_fake, quality, fit)


def _take_turns(
    model: keras.Model,
    samples: Samples,
    turns: list[tuple[np.ndarray, np.ndarray]],
    seed: int,
    config: TrainingConfig,
    folder: Path,
    report: Callable[[str], object],
) -> tuple[np.ndarray, bool]:
    """Logits of all rows, by networks that learnt from the others, as of `_judge`, and whether any training broke down.

    The model is left as it was.
    """
    if not turns:
        return np.empty(0), False
    start, found, fell = model.get_weights(), [], False
    for number, (learnt, judged) in enumerate(turns):
        here = folder / f"turn-{number}"
        if not (here / LOGITS_NAME).is_file():
            tell = partial(_tell, f"turn {number + 1} of {len(turns)}, ", report)
            course = training.fine_tune(model, samples, learnt, judged[:0], seed, config, here, tell)
            round_to_half(model)
            logits = _judge(model, samples, judged)
            shutil.rmtree(here)  # the state, which is large
            write_arrays(here / LOGITS_NAME, logits=logits, broke_down=np.array(course.broke_down))
            model.set_weights(start)
        kept = read_arrays(here / LOGITS_NAME, training.AGAIN)
        found.append(kept["logits"])
        fell |= bool(kept["broke_down"])
    # clean ones first, in the order of all rows, then the same made worse
    order = np.argsort(np.concatenate([judged for _, judged in turns]))
    parts = [np.split(logits, len(logits) // len(judged)) for logits, (_, judged) in zip(found, turns, strict=True)]
    return np.concatenate([np.concatenate(kind)[order] for kind in zip(*parts, strict=True)]), fell


def _judge(model: keras.Model, samples: Samples, rows: np.ndarray) -> np.ndarray:
    """Logits of rows, then of the same made worse where there is such a thing."""
    has_worse = len(samples.take_worse(rows[:1])) > 0
    worse = training.compute_logits(model, samples, rows if has_worse else rows[:0], worse=True)
    return np.concatenate([training.compute_logits(model, samples, rows), worse])


def _tell(turn: str, report: Callable[[str], object], line: str) -> None:
    """Report a line of `fine_tune`'s, with which turn it is."""
    report(line.replace("ResNet50: ", f"ResNet50: {turn}", 1))
