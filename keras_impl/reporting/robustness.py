"""How approaches cope with degradations: a table, a picture of small multiples, and a section of the report."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pandas as pd

from keras_impl.core.storage import atomic_path, write_text
from keras_impl.degradations import DEGRADATIONS
from keras_impl.errors import DataError
from keras_impl.evaluation.bootstrap import Estimate
from keras_impl.evaluation.robustness import FIGURES, Robustness, Standing, robustness_table
from keras_impl.models.card import Cards
from keras_impl.reporting.comparison import Comparison
from keras_impl.reporting.figures import WIDTH, legend_outside, new_figure, save, styles_of
from keras_impl.reporting.markdown import escape, picture, table
from keras_impl.reporting.text import counted, interval, number, short, with_interval
from keras_impl.samples.degradations import CLEAN, Degradation, shown
from keras_impl.samples.modality import Modality, Nouns

FOLDER = "stress"
"""In a results folder; each set of faces has a folder of its own in it."""

TABLE_NAME, TEXT_NAME = "stress.csv", "stress.md"

PICTURES = {
    "auc": ("stress.png", "AUC", "AUC by strength of each degradation"),
    "fpr": ("stress_fpr.png", "FPR", "Share of real ones called fake by strength of each degradation"),
}
"""Figures that are drawn: the picture's name, the axis, and what the picture shows."""

GUESSING = 0.5
"""AUC without any knowledge."""

COLUMNS = 3
"""Of small multiples."""

PEOPLE = {"person": "people", "speaker": "speakers"}
"""Plural of whom a modality calls a person."""

HEADINGS = ("AUC", "equal error rate", "TPR", "FPR", "FNR", "can't tell")
"""Of `FIGURES`."""

READING = (
    "AUC is how often a fake scores higher than a real {sample}, at any threshold. TPR is the share of fakes whose "
    'verdict is "likely fake", FPR that of real {files}, FNR that of fakes whose verdict is "likely real", and '
    '"can\'t tell" the share of all that get none. Where several folds were measured, AUC and equal error rate are '
    "means over folds. A ranking can survive what a threshold doesn't. In brackets: 95 % intervals, bootstrap over "
    "{kind}."
)


def write_robustness(
    folder: Path, name: str, robustness: Robustness, made_by: Mapping[str, str], modality: Modality
) -> None:
    """Write a set's table, text and pictures.

    Parameters
    ----------
    folder : Path
        Of the set.
    name : str
        Of the set, for people.
    robustness : Robustness
    made_by : dict of str to str
        Hash of each approach's model.
    modality : Modality
    """
    figures = robustness_table(robustness)
    with atomic_path(folder / TABLE_NAME) as temporary:
        figures.assign(model_sha256=figures["approach"].map(made_by)).to_csv(
            temporary, index=False, float_format="%.6g"
        )
    for figure, (file, axis, _) in PICTURES.items():
        draw_robustness(folder / file, robustness.standings, figure, axis, DEGRADATIONS[modality.name])
    write_text(folder / TEXT_NAME, "\n\n".join(_blocks(name, robustness, modality)) + "\n")


def draw_robustness(
    path: Path, standings: Sequence[Standing], key: str, axis: str, degradations: Sequence[Degradation]
) -> None:
    """Draw a figure, by its key, along each degradation's strengths, a panel each."""
    approaches = list(dict.fromkeys(each.approach for each in standings))
    rows = -(-len(degradations) // COLUMNS)
    figure, panels = new_figure(0.9 + 1.7 * rows, 1.5 * WIDTH, rows=rows, columns=COLUMNS, sharey=True)
    styles = styles_of(approaches)
    for axes, degradation in zip(np.ravel(panels), degradations, strict=False):
        for name, (colour, marker) in styles.items():
            found = {
                (each.degradation, each.strength): each.figures[key] for each in standings if each.approach == name
            }
            wanted = [tuple(CLEAN), *((degradation.name, strength) for strength in degradation.strengths)]
            told = [(place, found[condition]) for place, condition in enumerate(wanted) if condition in found]
            _draw_line(axes, told, colour, marker, short(name))
        if key == "auc":
            axes.axhline(GUESSING, color="grey", linestyle=":")
        axes.set_xticks(range(4), ["none", *map(shown, degradation.strengths)], fontsize=9)
        axes.set_title(degradation.title, fontsize=10)
    for axes in np.ravel(panels)[len(degradations) :]:
        axes.remove()
    for axes in panels[:, 0]:
        axes.set(ylabel=axis)
    legend_outside(figure, np.ravel(panels)[0], columns=len(approaches))
    save(figure, path)


def _draw_line(axes, told: list[tuple[int, Estimate]], colour: str, marker: str, name: str) -> None:
    told = [(place, one) for place, one in told if one.value is not None]
    axes.plot([place for place, _ in told], [one.value for _, one in told], color=colour, marker=marker, label=name)
    bounded = [(place, one.low, one.high) for place, one in told if one.low is not None and one.high is not None]
    if bounded:
        axes.fill_between(*zip(*bounded, strict=True), color=colour, alpha=0.15, linewidth=0)


def add_robustness(comparison: Comparison, results: Path, cards: Cards) -> None:
    """What the step stress measured beside these results: a table across sets, and each set's pictures.

    Figures of models that have been replaced since are left out, and named.
    """
    found = read_robustness(results)
    if not found:
        return
    nouns = comparison.evaluation.modality.nouns
    comparison.add(f"## What is left of it on degraded {nouns.samples}, and on other sets?")
    tables = {name: figures for name, figures in found.items() if is_of(figures, cards)}
    if outdated := [escape(name) for name in found if name not in tables]:
        comparison.add(
            f"Measured with other models than these, and left out: {', '.join(outdated)}. "
            "Run `python -m keras_impl.stress` again."
        )
    if not tables:
        return
    rows = []
    for name, figures in tables.items():
        clean = figures[figures["degradation"] == CLEAN.name]
        for approach in dict.fromkeys(clean["approach"]):
            of_it = clean[clean["approach"] == approach].set_index("figure")
            cells = [with_interval(estimate_in(of_it.loc[figure])) for figure in FIGURES]
            rows.append((f"{escape(name)}: {escape(approach)}", *cells))
    comparison.add(table(("set: approach", *HEADINGS), rows), reading(nouns, f"{PEOPLE[nouns.person]}, or sources"))
    for name, figures in tables.items():
        for key, (file, _, told) in PICTURES.items():
            if figures["value"][figures["figure"] == key].notna().any():  # of one class alone, there is nothing to draw
                comparison.add(picture(f"{told}, on {name}", f"{FOLDER}/{name}/{file}"))
        comparison.add(
            f"**How to read it:** on {escape(name)}, how well fakes are ranked above real {nouns.samples} (AUC; "
            f"dotted: guessing), and how many real {nouns.files} are called fake (FPR), from undegraded "
            f"{nouns.samples} at the left to the strongest degradation at the right. "
            f"[All figures]({quote(f'{FOLDER}/{name}/{TEXT_NAME}')}).",
        )


def read_robustness(results: Path) -> dict[str, pd.DataFrame]:
    """The tables that the step stress wrote beside results, by the name of the set.

    Raises
    ------
    DataError
        If one can't be read.
    """
    return {path.parent.name: _read(path) for path in sorted(results.glob(f"{FOLDER}/*/{TABLE_NAME}"))}


def _read(path: Path) -> pd.DataFrame:
    try:
        texts = dict.fromkeys(("approach", "degradation", "figure", "model_sha256"), str)
        numbers = "strength", "real", "fake", "value", "low", "high", "change", "change_low", "change_high"
        return pd.read_csv(path, dtype=texts)[[*texts, *numbers]]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path} can't be read as a table ({error}): run python -m keras_impl.stress again") from None


def is_of(figures: pd.DataFrame, cards: Cards) -> bool:
    """Whether all approaches of a table are those of the cards, with the same models."""
    of_cards = {name: card["files"].values() for name, card in cards.items() if isinstance(card.get("files"), dict)}
    measured = figures[["approach", "model_sha256"]].drop_duplicates().itertuples(index=False, name=None)
    return all(sha256 in of_cards.get(approach, ()) for approach, sha256 in measured)


def estimate_in(row: pd.Series) -> Estimate:
    """A figure of such a table."""
    value, low, high = (None if pd.isna(row[name]) else float(row[name]) for name in ("value", "low", "high"))
    return Estimate(value, low, high)


def reading(nouns: Nouns, kind: str) -> str:
    """How the figures are to be read; ``kind`` is what is redrawn for intervals."""
    return READING.format(sample=nouns.sample, files=nouns.files, kind=kind)


def _blocks(name: str, robustness: Robustness, modality: Modality) -> list[str]:
    degradations, nouns = DEGRADATIONS[modality.name], modality.nouns
    titles = {each.name: each.title for each in degradations} | {CLEAN.name: "undegraded"}
    kind = robustness.group_kind
    blocks = [
        f"# Degraded {nouns.samples}: {escape(name)}",
        f"{robustness.real} real and {robustness.fake} fake {nouns.files} of {counted(robustness.group_count, kind)}.",
        *(picture(told, file) for file, _, told in PICTURES.values()),
    ]
    for approach in dict.fromkeys(each.approach for each in robustness.standings):
        rows = []
        for each in robustness.standings:
            if each.approach != approach:
                continue
            strength = "" if each.degradation == CLEAN.name else f" {shown(each.strength)}"
            figures = [with_interval(each.figures[figure]) for figure in FIGURES]
            change = "" if each.degradation == CLEAN.name else with_interval(each.changes["auc"])
            rows.append((f"{titles[each.degradation]}{strength}", *figures, change))
        blocks += [f"## {escape(approach)}", table((nouns.samples, *HEADINGS, "AUC less undegraded"), rows)]
    return [*blocks, f"**How to read it:** {reading(nouns, robustness.group_kind)}"]


def summary_of(robustness: Robustness, modality: Modality) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """For the terminal: of each approach, undegraded and under the worst strength of each kind, the main figures."""
    worst = {(each.name, each.strengths[-1]) for each in DEGRADATIONS[modality.name]} | {tuple(CLEAN)}
    rows = []
    for each in robustness.standings:
        if (each.degradation, each.strength) in worst:
            kind = each.degradation if each.degradation == CLEAN.name else f"{each.degradation} {shown(each.strength)}"
            told = [number(each.figures[figure].value) for figure in ("auc", "tpr", "fpr", "unsure")]
            rows.append(
                (short(each.approach), kind, *told, interval(each.changes["auc"]) if kind != CLEAN.name else "")
            )
    return ("approach", modality.nouns.samples, "AUC", "TPR", "FPR", "can't tell", "change of AUC"), rows
