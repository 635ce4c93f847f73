"""Predictions for the terminal, as JSON and as CSV."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import accumulate
from typing import Any

from keras_impl.prediction.render.words import interval_in, verdict_in
from keras_impl.prediction.result import ApproachScore, Prediction, UnjudgedFile, UnjudgedSound, probability
from keras_impl.prediction.trained import Models, ModelSet

SCHEMA_VERSION = 1
"""Of the JSON, which docs/prediction.schema.json describes: raised when a key changes its meaning or goes."""

FORMULA_STARTS = ("=", "+", "-", "@")
"""What a spreadsheet would take a file's name for that begins so; an apostrophe tells it not to."""


LONGEST_NAME, LONGEST_BESIDE_SOUND = 20, 16
"""Letters of a file's name in the table, without and with a column for sound; of longer ones the end is shown."""

DEMO_MARK = "(demo)"
"""Behind verdicts that are not for real use."""

ROOM_BESIDE = 17
"""Letters that the terminal's 80 columns leave for approaches beside the one that decides, two between columns."""


def headings(models: ModelSet) -> list[str]:
    """Of the table.

    Without a model of sound it has a column for the score of each approach but the one that decides, as far as there is
    room; with one there is room for the scores of image and sound only. JSON, CSV and the report have them all.
    """
    image = ["image, P(fake)", "faces"] if models.image else []
    if models.sound:
        return ["file", "verdict", *image, "sound, P(fake)"]
    return ["file", "verdict", "P(fake), 95%", "faces", *_beside_the_decisive(models)]


def rows_of(predictions: Sequence[Prediction], models: ModelSet) -> list[list[str]]:
    """A row per prediction, below `headings`."""
    return [_row(prediction, models) for prediction in predictions]


def _row(prediction: Prediction, models: ModelSet) -> list[str]:
    name, image, sound = prediction.name, prediction.image, prediction.sound
    longest = LONGEST_BESIDE_SOUND if models.image and models.sound else LONGEST_NAME
    mark = f" {DEMO_MARK}" if prediction.stamp else ""
    longest -= len(mark)
    shown = name if len(name) <= longest else "\N{HORIZONTAL ELLIPSIS}" + name[1 - longest :]
    row = [shown, verdict_in(prediction.verdict) + mark]
    if models.image:
        row += [_told(image.score if image else None), f"{image.faces_used} of {image.frames_read}" if image else ""]
    if models.sound:
        row.append(sound.status if isinstance(sound, UnjudgedSound) else _told(sound.score if sound else None))
    else:
        person = image.person if image else None
        row += [f"{person.scores[name].p_fake:.2f}" if person else "" for name in _beside_the_decisive(models)]
    return row


def _beside_the_decisive(models: ModelSet) -> list[str]:
    """The approaches of the image but the one that decides, as many as there is room for."""
    others = list(models.image.trained)[1:] if models.image else []
    ends = accumulate(len(name) + 2 for name in others)
    return [name for name, end in zip(others, ends, strict=True) if end <= ROOM_BESIDE]


def _told(score: ApproachScore | None) -> str:
    if score is None:
        return ""
    return f"{score.p_fake:.2f}" if score.interval is None else f"{score.p_fake:.2f} ({interval_in(score.interval)})"


def as_json(predictions: Sequence[Prediction], models: ModelSet) -> str:
    """All predictions and the models they are by, as one JSON object."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "models": described(models),
        "files": [prediction.as_dict() for prediction in predictions],
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def as_csv(predictions: Sequence[Prediction], models: ModelSet) -> str:
    """A line per prediction; figures to four decimals, empty where there are none."""
    stream = io.StringIO()
    columns = _csv_row(UnjudgedFile("", problems=()), models)
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_csv_row(prediction, models) for prediction in predictions)
    return stream.getvalue()


def _csv_row(prediction: Prediction, models: ModelSet) -> dict[str, str | int]:
    image, sound, score = prediction.image, prediction.sound, prediction.score
    name = f"'{prediction.name}" if prediction.name.startswith(FORMULA_STARTS) else prediction.name
    row: dict[str, str | int] = {
        "file": name,
        "verdict": prediction.verdict or "",
        "stamp": prediction.stamp,
        "rests_on": prediction.rests_on or "",
        "p_fake": _figure(score.logit if score else None),
        "low": _figure(score.low if score else None),
        "high": _figure(score.high if score else None),
        "threshold": _figure(score.threshold if score else None),
        "problem": prediction.problem,
        "sha256": prediction.facts.sha256 if prediction.facts else "",
    }
    if models.image:
        row["image"] = image.verdict or "" if image else ""
        row["faces"], row["frames"] = (image.faces_used, image.frames_read) if image else (0, 0)
        row |= _scores(image.person.scores if image and image.person else {}, models.image, "p_fake")
    if models.sound:
        row["sound"] = (sound.status if isinstance(sound, UnjudgedSound) else sound.verdict) if sound else ""
        row["segments"] = len(sound.segments) if sound else 0
        row |= _scores(sound.scores if sound else {}, models.sound, "sound_p_fake")
    return row


def _scores(scores: Mapping[str, ApproachScore], models: Models, prefix: str) -> dict[str, str | int]:
    return {f"{prefix}_{name}": _figure(scores[name].logit if name in scores else None) for name in models.trained}


def described(models: ModelSet) -> dict[str, Any]:
    """Which models these are, and what they were trained on."""
    return {
        "folder": models.shown,
        "caution": models.caution or None,
        "left_out": list(models.left_out),
        "image": _described(models.image) if models.image else None,
        "sound": _described(models.sound) if models.sound else None,
    }


def _described(models: Models) -> dict[str, Any]:
    return {
        "is_demo": models.is_demo,
        "decisive": models.decisive.approach,
        "trained_on": models.trained_on(),
        "error_rates": [asdict(rates) for rates in models.decisive.known.rates],
        "language": models.decisive.known.language,
        "data": models.decisive.known.data,
        "approaches": {name: {"name": model.title, "sha256": model.sha256} for name, model in models.trained.items()},
    }


def _figure(logit: float | None) -> str:
    return "" if logit is None else f"{probability(logit):.4f}"
