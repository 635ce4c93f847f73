"""Predictions for the terminal, as JSON and as CSV."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from keras_impl.prediction.render.words import interval_of, verdict_in
from keras_impl.prediction.result import ImagePrediction, Prediction, SoundPrediction, View, probability
from keras_impl.prediction.trained import Models, ModelSet

FORMULA_STARTS = ("=", "+", "-", "@")
"""What a spreadsheet would take a file's name for that begins so; an apostrophe tells it not to."""


LONGEST_NAME = 20
"""Letters of a file's name in the table; of longer ones the end is shown."""


def headings(models: ModelSet) -> list[str]:
    """Of the table.

    Without a model of sound it has a column for the view of each approach but the one that decides; with one there
    is room for the scores of image and sound only.
    """
    if models.sound is None:
        return ["file", "verdict", "P(fake), 95 %", "faces", *list(models.image.trained)[1:]]
    return ["file", "verdict", *(["image, P(fake)", "faces"] if models.image else []), "sound, P(fake)"]


def rows_of(predictions: Sequence[Prediction], models: ModelSet) -> list[list[str]]:
    """A row per prediction, below `headings`."""
    return [_row(prediction, models) for prediction in predictions]


def _row(prediction: Prediction, models: ModelSet) -> list[str]:
    name, image, sound = prediction.name, prediction.image, prediction.sound
    shown = name if len(name) <= LONGEST_NAME else "\N{HORIZONTAL ELLIPSIS}" + name[1 - LONGEST_NAME :]
    row = [shown, verdict_in(prediction)]
    if models.image:
        row += [_score(image.view if image else None), f"{image.faces_used} of {image.frames_read}" if image else ""]
    if models.sound:
        row.append(_score(sound.view) or sound.status if sound else "")
    else:
        person = image.person if image else None
        row += [f"{person.views[name].p_fake:.2f}" if person else "" for name in list(models.image.trained)[1:]]
    return row


def _score(view: View | None) -> str:
    if view is None:
        return ""
    return f"{view.p_fake:.2f}" if view.low is None else f"{view.p_fake:.2f} ({interval_of(view)})"


def as_json(predictions: Sequence[Prediction], models: ModelSet) -> str:
    """All predictions and the models they are by, as one JSON object."""
    content = {"models": described(models), "files": [prediction.as_dict() for prediction in predictions]}
    return json.dumps(content, indent=2, ensure_ascii=False)


def as_csv(predictions: Sequence[Prediction], models: ModelSet) -> str:
    """A line per prediction; figures to four decimals, empty where there are none."""
    stream = io.StringIO()
    columns = _csv_row(Prediction(""), models)
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_csv_row(prediction, models) for prediction in predictions)
    return stream.getvalue()


def _csv_row(prediction: Prediction, models: ModelSet) -> dict[str, str | int]:
    image, sound, view = prediction.image or ImagePrediction(), prediction.sound or SoundPrediction(), prediction.view
    name = f"'{prediction.name}" if prediction.name.startswith(FORMULA_STARTS) else prediction.name
    row = {"file": name, "verdict": prediction.verdict or "", "rests_on": prediction.rests_on or ""}
    row |= {"p_fake": _figure(view.logit if view else None), "low": _figure(view.low if view else None)}
    row |= {"high": _figure(view.high if view else None), "threshold": _figure(view.threshold if view else None)}
    row |= {"problem": prediction.problem}
    if models.image:
        views = image.person.views if image.person else {}
        row |= {"image": image.verdict or "", "faces": image.faces_used, "frames": image.frames_read}
        row |= _views(views, models.image, "p_fake")
    if models.sound:
        row |= {"sound": sound.verdict or sound.status, "segments": len(sound.segments)}
        row |= _views(sound.views, models.sound, "sound_p_fake")
    return row


def _views(views: Mapping[str, View], models: Models, prefix: str) -> dict[str, str]:
    return {f"{prefix}_{name}": _figure(views[name].logit if name in views else None) for name in models.trained}


def described(models: ModelSet) -> dict[str, Any]:
    """Which models these are, and what they were trained on."""
    return {
        "folder": str(models.folder),
        "caution": models.caution or None,
        "left_out": list(models.left_out),
        "image": _described(models.image) if models.image else None,
        "sound": _described(models.sound) if models.sound else None,
    }


def _described(models: Models) -> dict[str, Any]:
    return {
        "decisive": models.decisive.approach,
        "trained_on": models.trained_on(),
        "approaches": {name: {"name": model.title, "sha256": model.sha256} for name, model in models.trained.items()},
    }


def _figure(logit: float | None) -> str:
    return "" if logit is None else f"{probability(logit):.4f}"
