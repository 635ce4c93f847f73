"""What is judged: single faces, or whole videos by the mean logit of their faces."""

from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from keras_impl.evaluation.scores import GROUPS, OK

Level = Literal["face", "video"]
LEVELS: tuple[Level, ...] = ("video", "face")
"""The video comes first: whether it is fake is what somebody wants to know."""

Missing = Literal["leave-out", "half"]
"""What becomes of samples without a score: they don't count, or they count with P(fake) = 0.5, as
the Deepfake Detection Challenge asked of videos without a face."""

THRESHOLD = 0.5
"""P(fake) from which on a case is called fake; fixed before any score was seen."""

CLIP = 1e-7
"""P(fake) is brought into [CLIP, 1 - CLIP] before logarithms, so that certain errors stay finite."""


def make_cases(scores: pd.DataFrame, level: Level, missing: Missing = "leave-out") -> pd.DataFrame:
    """Turn an approach's validation scores into the cases that are judged.

    Parameters
    ----------
    scores : DataFrame
        As `keras_impl.evaluation.scores.read_approaches` gives them.
    level : {"face", "video"}
        A video's P(fake) is the sigmoid of the mean logit over its scored faces within a fold.
    missing : {"leave-out", "half"}
        Videos of which at least one face was scored are never missing.

    Returns
    -------
    DataFrame
        Columns ``fold``, ``video``, ``source``, ``person``, those of
        `keras_impl.evaluation.scores.GROUPS` that there are, ``label``, ``p_fake`` and, at face level,
        ``sample``. Two approaches that were scored on the same samples have the same cases in the
        same order.
    """
    groups = ["source", "person", *(name for name in GROUPS if name in scores)]
    cases = scores.assign(p_fake=scores["p_fake"].where(scores["status"] == OK))
    if level == "video":
        cases["p_fake"] = logit(cases["p_fake"].clip(CLIP, 1 - CLIP))
        grouped = cases.groupby(["fold", "video"], sort=True)
        cases = grouped[[*groups, "label"]].first()
        cases["p_fake"] = expit(grouped["p_fake"].mean())
        cases = cases.reset_index()
    if missing == "half":
        cases["p_fake"] = cases["p_fake"].fillna(0.5)
    columns = ["fold", "sample", "video", *groups, "label", "p_fake"]
    cases = cases[[name for name in columns if name in cases]]
    return cases[cases["p_fake"].notna()].reset_index(drop=True)


def is_right(cases: pd.DataFrame) -> np.ndarray:
    """Whether each case is on the right side of `THRESHOLD`; bool, shape (n,)."""
    return ((cases["p_fake"] >= THRESHOLD) == (cases["label"] == 1)).to_numpy()
