"""One fold of ResNet50, from the weights it starts from to its scores."""

from keras_impl.core.tensorflow import keras, tf  # isort: skip

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit

from keras_impl.errors import TrainingError
from keras_impl.models.resnet import training
from keras_impl.models.resnet.config import NetworkConfig
from keras_impl.models.resnet.feeding import Samples
from keras_impl.models.resnet.network import in_float32, round_to_half
from keras_impl.models.resnet.recipe import TrainingConfig

COMPARED = 1000
"""Held-out samples on which half precision is compared with full."""


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


def train_fold(
    model: keras.Model,
    network: NetworkConfig,
    samples: Samples,
    rows: Rows,
    seed: int,
    config: TrainingConfig,
    folder: Path,
    report: Callable[[str], object],
) -> tuple[np.ndarray, dict[str, Any]]:
    """Train and calibrate a model, in place, and score samples.

    Parameters
    ----------
    model, samples, seed, config, folder, report
        As for `keras_impl.models.resnet.training.fine_tune`.
    network : NetworkConfig
        The model's.
    rows : Rows

    Returns
    -------
    tuple of (ndarray of float, dict)
        P(fake) of ``rows.scored``, and what is to be known of the fit.

    Raises
    ------
    TrainingError
        If memory or the disk runs out, or a class is missing.
    """
    try:
        course = training.fine_tune(model, samples, rows.learnt, rows.held_out, seed, config, folder, report)
        report("ResNet50: scoring")
        compared = rows.held_out[:COMPARED]
        full = in_float32(model, network)
        round_to_half(model)  # so that what is measured is what is kept
        half = in_float32(model, network)
        before, after = (training.compute_logits(each, samples, compared) for each in (full, half))
        logits = training.compute_logits(model, samples, rows.scored)
        tuning = np.intersect1d(rows.scored, rows.held_out)
        has_worse = len(samples.take_worse(tuning[:1])) > 0
        worse = training.compute_logits(model, samples, tuning if has_worse else tuning[:0], worse=True)
        quality = samples.qualities(rows.held_out, config.unlike)
    except (MemoryError, tf.errors.ResourceExhaustedError):
        raise TrainingError(
            "memory ran out: close other programs and run the same command again, it goes on from the last epoch"
        ) from None
    except OSError as error:
        raise TrainingError(
            f"{folder} can't be written ({error.strerror}): free space there and run the same command again, "
            "it goes on from the last epoch"
        ) from None
    judged = np.isin(rows.scored, rows.held_out)
    labels = samples.labels[rows.scored[judged]], samples.labels[tuning[: len(worse)]]
    slope, offset = training.calibrate(model, np.concatenate([logits[judged], worse]), np.concatenate(labels), config)
    fit = {
        "learnt_from": len(rows.learnt),
        "held_out": len(rows.held_out),
        "best_epoch": course.best_epoch,
        "broke_down": course.broke_down,
        "calibration": {"slope": slope, "offset": offset, "degraded_too": has_worse},
        "quality": quality,
        "half_precision": {
            "samples": len(compared),
            "largest_difference": float(np.abs(after - before).max(initial=0)),
        },
    }
    return expit((slope * logits + offset).astype(np.float64)), fit
