"""Results on the other modality that lie in a results folder, such as ``sound/`` in one of faces."""

from pathlib import Path

from keras_impl.evaluation.cases import Missing
from keras_impl.evaluation.evaluate import Evaluation, evaluate
from keras_impl.evaluation.metrics import METRICS
from keras_impl.evaluation.scores import SCORES_NAME, read_approaches
from keras_impl.models.card import Cards, modality_of_cards, protocol_of, read_cards
from keras_impl.reporting.comparison import Comparison
from keras_impl.reporting.markdown import escape, table
from keras_impl.reporting.text import with_interval


def add_companion(comparison: Comparison, results: Path, cards: Cards, missing: Missing) -> None:
    """The figures of both, an approach a line, if there are any of the other modality.

    Parameters
    ----------
    comparison : Comparison
        Is given the companion's evaluation too.
    results : Path
    cards : dict
        Those of the approaches that the comparison is about.
    missing : {"leave-out", "half"}

    Raises
    ------
    ScoresError
        If the companion's score files contradict each other.
    """
    evaluation = comparison.evaluation
    if evaluation.modality.companion is None:
        return
    folder = results / evaluation.modality.companion
    beside_cards = read_cards(folder, (path.parent.name for path in folder.glob(f"*/{SCORES_NAME}")))
    if not beside_cards or modality_of_cards(folder, beside_cards).name == evaluation.modality.name:
        return
    beside = evaluate(read_approaches(folder), modality_of_cards(folder, beside_cards), missing)
    comparison.beside = beside
    metrics = beside.modality.report.headline
    rows = _rows(evaluation, cards, metrics) + _rows(beside, beside_cards, metrics)
    headings = ("modality", "approach", "protocol", "files", *(METRICS[metric].name for metric in metrics))
    comparison.add(
        f"## {beside.modality.name.capitalize()} beside the {evaluation.modality.name}",
        table(headings, rows),
        "**How to read it:** *image* is about what can be seen in a file, *sound* about what can be heard; either can "
        "be forged without the other. Each was validated on files of its own, so there is no test of the difference: "
        f"only intervals that don't touch tell one from the other. `compare --modality {beside.modality.name}` reports "
        f"on {beside.modality.name} in full.",
    )


def _rows(evaluation: Evaluation, cards: Cards, metrics: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [
        (
            evaluation.modality.name,
            escape(summary.approach),
            escape(protocol_of(cards.get(summary.approach, {})) or "not known"),
            str(summary.real + summary.fake),
            *(with_interval(summary.figures[metric]) for metric in metrics),
        )
        for summary in evaluation.at("video")
    ]
