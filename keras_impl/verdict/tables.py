"""Predictions for the terminal, as JSON and as CSV."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from keras_impl.verdict.models import Models
from keras_impl.verdict.prediction import Prediction, probability
from keras_impl.verdict.words import interval_of, verdict_in

FORMULA_STARTS = ("=", "+", "-", "@")
"""What a spreadsheet would take a file's name for that begins so; an apostrophe tells it not to."""


LONGEST_NAME = 20
"""Letters of a file's name in the table; of longer ones the end is shown."""


def headings(models: Models) -> list[str]:
    """Of the table, which has a column for the view of each approach but the one that decides."""
    return ["file", "verdict", "P(fake), 95 %", "faces", *list(models.trained)[1:]]


def rows_of(predictions: Sequence[Prediction], models: Models) -> list[list[str]]:
    """A row per prediction, below `headings`."""
    rows = []
    for prediction in predictions:
        name = prediction.name
        shown = name if len(name) <= LONGEST_NAME else "\N{HORIZONTAL ELLIPSIS}" + name[1 - LONGEST_NAME :]
        view, person = prediction.view, prediction.person
        score = ""
        if view:
            score = f"{view.p_fake:.2f}" if view.low is None else f"{view.p_fake:.2f} ({interval_of(view)})"
        others = [f"{person.views[name].p_fake:.2f}" if person else "" for name in list(models.trained)[1:]]
        faces = f"{prediction.faces_used} of {prediction.frames_read}"
        rows.append([shown, verdict_in(prediction), score, faces, *others])
    return rows


def as_json(predictions: Sequence[Prediction], models: Models) -> str:
    """All predictions and the models they are by, as one JSON object."""
    content = {"models": described(models), "files": [prediction.as_dict() for prediction in predictions]}
    return json.dumps(content, indent=2, ensure_ascii=False)


def as_csv(predictions: Sequence[Prediction], models: Models) -> str:
    """A line per prediction; figures to four decimals, empty where there are none."""
    columns = ["file", "verdict", "p_fake", "low", "high", "threshold", "faces", "frames", "problem"]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*columns, *(f"p_fake_{name}" for name in models.trained)])
    for prediction in predictions:
        view, person = prediction.view, prediction.person
        logits = [view.logit, view.low, view.high, view.threshold] if view else [None] * 4
        name = f"'{prediction.name}" if prediction.name.startswith(FORMULA_STARTS) else prediction.name
        row = [name, prediction.verdict or "", *map(_figure, logits), prediction.faces_used, prediction.frames_read]
        views = [_figure(person.views[name].logit) if person else "" for name in models.trained]
        writer.writerow([*row, prediction.problem, *views])
    return stream.getvalue()


def described(models: Models) -> dict[str, Any]:
    """Which models these are, and what they were trained on."""
    return {
        "folder": str(models.folder),
        "decisive": models.decisive.approach,
        "caution": models.caution or None,
        "left_out": list(models.left_out),
        "trained_on": models.trained_on(),
        "approaches": {name: {"name": model.title, "sha256": model.sha256} for name, model in models.trained.items()},
    }


def _figure(logit: float | None) -> str:
    return "" if logit is None else f"{probability(logit):.4f}"
