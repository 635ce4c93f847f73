"""The comparison: from score files to a table, pictures and one plain sentence."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from keras_impl.errors import ScoresError
from keras_impl.evaluation import figures
from keras_impl.evaluation.scores import OK, read_approaches
from keras_impl.evaluation.statistics import Difference, Summary, compare_pair, summarise
from keras_impl.storage import atomic_path, write_text

CSV_NAME = "comparison.csv"
MARKDOWN_NAME = "comparison.md"

HEADINGS = ("approach", "accuracy", "95 % interval", "balanced", "AUC", "log loss", "real", "fake")

EXPLANATION = """\
Each approach judged the same validation faces, from sources that it had not been trained on.
Accuracy is the share of faces on the right side of P(fake) = 0.5; guessing gives 0.50 when both
classes are equally many. Balanced is the mean of the accuracies on real and on fake faces. AUC is
the chance that a fake gets a higher P(fake) than a real face. Log loss punishes confident errors;
always saying 0.5 gives 0.693, and less is better."""


@dataclass(frozen=True)
class Comparison:
    """All that the report says: a summary per approach, and how the two most accurate differ."""

    summaries: tuple[Summary, ...]
    difference: Difference | None

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The table's rows as text, in the order of `HEADINGS`."""
        return [
            (
                summary.approach,
                f"{summary.accuracy:.3f}",
                f"{summary.accuracy_low:.2f} to {summary.accuracy_high:.2f}",
                _number(summary.balanced_accuracy),
                _number(summary.auc),
                _number(summary.log_loss),
                str(summary.real),
                str(summary.fake),
            )
            for summary in self.summaries
        ]

    @property
    def sentence(self) -> str:
        """Which approach is ahead, and whether that is more than chance."""
        one = self.summaries[0]
        basis = f"On {one.real + one.fake} validation faces of {one.sources} sources"
        if self.difference is None:
            return f"{basis}, {one.approach} has accuracy {one.accuracy:.3f}; there is nothing to compare it with."
        gap = self.difference
        if not gap.accuracy:
            return f"{basis}, {gap.first} and {gap.second} are equally accurate."
        verdict = "more than chance explains" if gap.p_value < 0.05 else "within what chance alone brings about"
        interval = f", 95 % interval {gap.interval[0]:.2f} to {gap.interval[1]:.2f}" if gap.interval else ""
        return (
            f"{basis}, {gap.first} is ahead of {gap.second} by {gap.accuracy:.3f} in accuracy{interval}. That is "
            f"{verdict} (paired permutation test over sources, p = {gap.p_value:.2g})."
        )


def compare(results: Path, notes: Sequence[str] = ()) -> Comparison:
    """Compare the approaches whose score files lie in ``results`` and write the report there.

    Writes ``comparison.csv``, ``comparison.md``, ``confusion.png``, and ``roc.png`` where both
    classes are present.

    Parameters
    ----------
    results : Path
        Holds ``<approach>/scores.csv``.
    notes : sequence of str
        Paragraphs that the report has to carry, such as what its data can't show.

    Raises
    ------
    ScoresError
        If the score files are missing, contradict each other, or score no validation sample.
    """
    approaches = read_approaches(results)
    if not any((scores["status"] == OK).any() for scores in approaches.values()):
        raise ScoresError(f"no validation sample in {results} was scored: see the status column of its scores.csv")
    summaries = sorted(
        (summarise(name, scores) for name, scores in approaches.items()),
        key=lambda summary: (-summary.accuracy, summary.approach),
    )
    leaders = [summary.approach for summary in summaries[:2]]
    difference = compare_pair(approaches, *leaders) if len(leaders) == 2 else None
    comparison = Comparison(tuple(summaries), difference)

    with atomic_path(results / CSV_NAME) as temporary:
        pd.DataFrame(map(asdict, summaries)).to_csv(temporary, index=False, float_format="%.6g")
    figures.draw_confusion(results / figures.CONFUSION_NAME, approaches)
    has_roc = figures.draw_roc(results / figures.ROC_NAME, approaches)
    write_text(results / MARKDOWN_NAME, _markdown(comparison, notes, has_roc))
    return comparison


def _markdown(comparison: Comparison, notes: Sequence[str], has_roc: bool) -> str:
    unscored = comparison.summaries[0].unscored
    blocks = ["# Comparison", comparison.sentence, _markdown_table(comparison.rows), EXPLANATION]
    if unscored:
        blocks.append(f"{unscored} validation faces could not be scored and are in none of these figures.")
    blocks += notes
    blocks.append(f"![Confusion matrices: how many real and fake faces were called what]({figures.CONFUSION_NAME})")
    if has_roc:
        blocks.append(f"![ROC curves: fakes found against false alarms]({figures.ROC_NAME})")
    else:
        blocks.append("One class is missing from validation: balanced accuracy, AUC and the ROC curve are undefined.")
    return "\n\n".join(blocks) + "\n"


def _markdown_table(rows: Sequence[Sequence[str]]) -> str:
    lines = [HEADINGS, ["---"] + ["---:"] * (len(HEADINGS) - 1), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _number(value: float | None) -> str:
    return "undef." if value is None else f"{value:.3f}"
