"""Sound beside the image: the figures of ``sound/`` in a results folder of faces."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from keras_impl.evaluation.bootstrap import Estimate
from keras_impl.evaluation.cases import Missing
from keras_impl.evaluation.evaluate import evaluate
from keras_impl.evaluation.metrics import METRICS
from keras_impl.evaluation.scores import SCORES_NAME, read_approaches
from keras_impl.models.card import Cards, read_cards, rule_of, subject_of_cards
from keras_impl.reporting.comparison import Comparison
from keras_impl.reporting.long_table import CSV_NAME, long_table
from keras_impl.reporting.markdown import escape, table
from keras_impl.reporting.text import with_interval
from keras_impl.samples.subject import SOUND, SOUND_NAME, Subject


@dataclass(frozen=True)
class Line:
    """How well one approach did on whole files.

    Attributes
    ----------
    approach : str
    files : int
        With several folds a file counts in each that validates it.
    figures : dict of str to Estimate
        By those keys of `METRICS` that the field of sound looks at.
    """

    approach: str
    files: int
    figures: dict[str, Estimate]


def add_sound(comparison: Comparison, results: Path, cards: Cards, missing: Missing) -> None:
    """The figures of both, an approach a line, if there are any of sound.

    Parameters
    ----------
    comparison : Comparison
        On faces; is given the figures of sound too.
    results : Path
    cards : dict
        Those of the approaches to faces.
    missing : {"leave-out", "half"}

    Raises
    ------
    ScoresError
        If the score files of sound contradict each other.
    """
    folder = results / SOUND_NAME
    scored = {path.parent.name: path for path in folder.glob(f"*/{SCORES_NAME}")}
    sound_cards = read_cards(folder, scored)
    if not scored or subject_of_cards(folder, sound_cards) != SOUND:
        return
    heard = _read_lines(folder / CSV_NAME, scored, missing)
    if heard is None:
        evaluation = evaluate(read_approaches(folder), missing, subject=SOUND)
        heard = _lines(long_table(evaluation, None), evaluation.approaches, SOUND)
    comparison.sound = {line.approach: line.figures for line in heard}
    evaluation = comparison.evaluation
    seen = _lines(long_table(evaluation, None), evaluation.approaches, evaluation.subject)
    rows = [
        (
            modality,
            escape(line.approach),
            escape(rule_of(cards_of.get(line.approach, {})) or "not known"),
            str(line.files),
            *map(with_interval, line.figures.values()),
        )
        for modality, lines, cards_of in (("image", seen, cards), ("sound", heard, sound_cards))
        for line in lines
    ]
    headings = ("modality", "approach", "split rule", "files", *(METRICS[metric].name for metric in SOUND.headline))
    comparison.add(
        "## Sound beside the image",
        table(headings, rows),
        "**How to read it:** *image* is about what can be seen in a file, *sound* about what can be heard; either can "
        "be forged without the other. Each was validated on files of its own, so there is no test of the difference: "
        "only intervals that don't touch tell one from the other. `compare --modality sound` reports on sound in full.",
    )


def _read_lines(path: Path, scored: dict[str, Path], missing: Missing) -> list[Line] | None:
    """What ``compare`` wrote of these score files, if it did, and since they were written."""
    try:
        if path.stat().st_mtime < max(each.stat().st_mtime for each in scored.values()):
            return None
        # only what is empty is missing: an approach may be called NA
        figures = pd.read_csv(path, dtype={"approach": str}, keep_default_na=False, na_values=[""])
        names = [name for name in figures["approach"].unique() if name in scored]
        fits = len(names) == len(scored) and (figures["missing"] == missing).all()
        return _lines(figures, names, SOUND) if fits else None
    except (OSError, ValueError, KeyError, TypeError):  # not there or not intact: what it held can be computed again
        return None


def _lines(figures: pd.DataFrame, names: Sequence[str], subject: Subject) -> list[Line]:
    """Read approaches' figures on whole files out of a long table."""
    columns = figures[["value", "low", "high"]].astype(object)
    figures = figures.assign(**columns.where(columns.notna(), None))
    rows = figures[figures["level"] == subject.video].set_index(["approach", "metric"])
    lines = []
    for name in names:
        own = rows.loc[name]
        found = {key: Estimate(*own.loc[METRICS[key].name, ["value", "low", "high"]]) for key in SOUND.headline}
        lines.append(Line(name, int(own.loc["real", "value"]) + int(own.loc["fake", "value"]), found))
    return lines
