"""An approach that answers a constant."""

import numpy as np
import pandas as pd

from keras_impl.core.progress import SILENT
from keras_impl.core.storage import read_json, write_json
from keras_impl.models.approach import Scores
from keras_impl.models.calibration import OperatingPoints, write_operating_points
from keras_impl.models.run import load_run, save_run, score_folds, withdraw

NAME, MODEL_FILE = "constant", "constant.json"

P_FAKE = 0.7


def train(samples, out, modality, split=None, progress=SILENT):
    run, folder = load_run(samples, split, modality), out / NAME
    known = pd.Series(P_FAKE, index=run.index["sample"])
    scores = score_folds(run, lambda fold, parts: known, run.unreadable, "Answering", progress)
    withdraw(folder)
    write_json(folder / MODEL_FILE, {"logit": float(np.log(P_FAKE / (1 - P_FAKE)))})
    write_operating_points(folder, OperatingPoints((-1.0, 0.0), (0.5, 2.0)))
    return save_run(run, folder, scores, {"approach": "A constant"}, "numpy", model=MODEL_FILE)


class ConstantScorer:
    """Gives all samples one logit."""

    def __init__(self, logit):
        self._logit = logit

    def score(self, samples, others):
        """As `keras_impl.models.approach.Scorer` says."""
        return Scores(np.full(len(samples.pixels), self._logit))


def load(trained, threads):
    return ConstantScorer(read_json(trained.path, "train it again")["logit"])
