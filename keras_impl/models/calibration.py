"""Where fake begins: thresholds fixed in training, by videos that the model has not learnt from.

ResNet50 is judged on the faces held out of its training, the SVM on each fold inside the training part
by an SVM that has not seen it, the fusion likewise. Nothing here is taken from the validation part, so that
figures measured there remain figures about unseen videos. The held-out faces have served before, though:
to choose an epoch, or settings, and to calibrate. What they promise is therefore a little too good.

A threshold for a false-positive rate is an order statistic of the real videos' logits: among exchangeable
videos, the expected share of real ones above it is at most the rate asked for (Vovk, Gammerman and Shafer
2005, "Algorithmic Learning in a Random World", proposition 4.1 in the form of split conformal prediction).
Videos of another kind than the training's are not exchangeable with it, and for them it promises nothing.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from keras_impl.core.numbers import logit
from keras_impl.core.storage import read_json, write_json
from keras_impl.errors import DataError

OPERATING_NAME = "operating_points.json"

DECIMALS = 4
"""Of logits in the file."""

CERTAIN = 1e-6
"""P(fake) is kept so far from 0 and 1, where logits end."""

MADE_BY = "train the model again with this version"


def logits_of(*p_fake: np.ndarray) -> np.ndarray:
    """P(fake) of several approaches, each (n,), to logits (n, approaches)."""
    return logit(np.clip(np.column_stack(p_fake), CERTAIN, 1 - CERTAIN))


@dataclass(frozen=True)
class OperatingPoints:
    """How an approach scores videos that it has not learnt from.

    Attributes
    ----------
    real, fake : tuple of float
        The mean logits of real and of fake videos, in increasing order.
    max_fpr : float or None
        The false-positive rate that its threshold is for where no other is asked for; None is equal error.
    quality : dict of str to (float, float)
        What calibration has met, as of `keras_impl.samples.quality.ranges_of`; empty if nobody measured.
    """

    real: tuple[float, ...]
    fake: tuple[float, ...]
    max_fpr: float | None = None
    quality: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether both classes are there; else the only threshold is P(fake) = 0.5."""
        return bool(self.real and self.fake)

    @cached_property
    def equal_error(self) -> float:
        """The logit at which as large a share of real videos lies above as of fakes below; 0 if that is unknown."""
        if not self.is_known:
            return 0.0
        real, fake = np.array(self.real), np.array(self.fake)
        values = np.unique(np.concatenate([real, fake]))
        between = np.concatenate([values[:1] - 1, (values[:-1] + values[1:]) / 2, values[-1:] + 1])
        fpr = 1 - np.searchsorted(real, between) / len(real)
        fnr = np.searchsorted(fake, between) / len(fake)
        gaps = np.abs(fpr - fnr)
        return float(between[gaps == gaps.min()].mean())

    @property
    def error(self) -> float:
        """Mean share of real videos above and fakes below the threshold of equal error, 0 to 1; nan if unknown."""
        if not self.is_known:
            return math.nan
        at = self.equal_error
        fpr = 1 - np.searchsorted(self.real, at) / len(self.real)
        fnr = np.searchsorted(self.fake, at) / len(self.fake)
        return float(fpr + fnr) / 2

    @cached_property
    def calibrated_range(self) -> tuple[float, float]:
        """The lowest and the highest logit that calibration has met; without bounds if that is unknown."""
        if not self.is_known:
            return -math.inf, math.inf
        return min(self.real[0], self.fake[0]), max(self.real[-1], self.fake[-1])

    def promises(self, max_fpr: float) -> bool:
        """Whether there are enough real videos for a threshold for this false-positive rate."""
        return self._rank(max_fpr) <= len(self.real)

    def threshold(self, max_fpr: float | None = None) -> float:
        """The logit that at most this share of real videos is expected to exceed.

        Parameters
        ----------
        max_fpr : float, optional
            Above 0, below 1; by default its own, or, if it has none, that of equal error.

        Raises
        ------
        DataError
            If there are too few real videos to promise that.
        """
        rate = self.max_fpr if max_fpr is None else max_fpr
        if rate is None:
            return self.equal_error
        if not self.promises(rate):
            needed = math.ceil(1 / rate - 1 - 1e-9)
            raise DataError(
                f"a false-positive rate of {rate:g} needs at least {needed} held-out real videos, and this model "
                f"has {len(self.real)}: allow more with --max-fpr, or train with more videos"
            )
        return self.real[max(self._rank(rate), 1) - 1]

    def _rank(self, max_fpr: float) -> int:
        return math.ceil((len(self.real) + 1) * (1 - max_fpr) - 1e-9)


def operating_points(videos: np.ndarray, labels: np.ndarray, p_fake: np.ndarray) -> OperatingPoints:
    """Operating points from faces that a model has not learnt from.

    Parameters
    ----------
    videos : ndarray of str, shape (n,)
        The video of each face; the logits of its faces are averaged, as in prediction.
    labels : ndarray of int, shape (n,)
        1 = fake.
    p_fake : ndarray of float, shape (n,)
    """
    names, first, which = np.unique(videos.astype(str), return_index=True, return_inverse=True)
    logits = np.bincount(which, logits_of(p_fake)[:, 0], minlength=len(names)) / np.bincount(
        which, minlength=len(names)
    )
    of_video = labels[first]
    real, fake = (tuple(np.sort(logits[of_video == label]).round(DECIMALS).tolist()) for label in (0, 1))
    return OperatingPoints(real, fake)


def write_operating_points(folder: Path, points: OperatingPoints) -> None:
    """Write the operating points into an approach's result folder, with what they come to for people to read."""
    low, high = points.calibrated_range
    summary = {"equal_error_logit": points.equal_error, "equal_error_rate": points.error, "range": [low, high]}
    if points.max_fpr is not None:
        summary |= {"threshold_logit": points.threshold()}
    content: dict[str, Any] = {
        "level": "video: mean logit of its faces",
        "summary": summary if points.is_known else None,
        "max_fpr": points.max_fpr,
        # JSON has no infinity
        "quality": {name: [_finite(low), _finite(high)] for name, (low, high) in points.quality.items()},
    }
    write_json(folder / OPERATING_NAME, content | {"real": points.real, "fake": points.fake})


def read_operating_points(folder: Path) -> OperatingPoints:
    """Read the operating points of an approach.

    Raises
    ------
    DataError
        If the file is missing or damaged.
    """
    path = folder / OPERATING_NAME
    content = read_json(path, made_by=MADE_BY)
    try:
        real, fake = (tuple(float(logit) for logit in content[name]) for name in ("real", "fake"))
        max_fpr = content.get("max_fpr")
        points = OperatingPoints(real, fake, max_fpr if max_fpr is None else float(max_fpr), _ranges_in(content))
        intact = all(np.isfinite(logits).all() and list(logits) == sorted(logits) for logits in (real, fake))
        intact = intact and (points.max_fpr is None or (0 < points.max_fpr < 1 and points.promises(points.max_fpr)))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        intact = False
    if not intact:
        raise DataError(f"{path} doesn't hold sorted logits, a rate that they allow, and ranges: {MADE_BY}")
    return points


def _finite(value: float) -> float | None:
    return None if math.isinf(value) else value


def _ranges_in(content: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """The ranges of quality, of which files of before have none."""
    told = {
        name: (-math.inf if low is None else float(low), math.inf if high is None else float(high))
        for name, (low, high) in content.get("quality", {}).items()
    }
    if not all(low <= high for low, high in told.values()):
        raise ValueError("a range ends before it begins")
    return told
