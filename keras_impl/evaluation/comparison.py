"""The report while it is being written: the figures, the blocks of text, the pictures."""

from dataclasses import dataclass, field

from keras_impl.evaluation.evaluate import Evaluation
from keras_impl.evaluation.markdown import picture
from keras_impl.evaluation.text import interval, number, short

HEADINGS = ("approach", "accuracy", "95 % interval", "AUC", "95 % interval", "log loss")


@dataclass
class Comparison:
    """The report as it was written.

    Attributes
    ----------
    evaluation : Evaluation
    blocks : list of str
        Markdown.
    pictures : set of str
        Names of those that were drawn.
    """

    evaluation: Evaluation
    blocks: list[str] = field(default_factory=list)
    pictures: set[str] = field(default_factory=set)

    @property
    def sentence(self) -> str:
        """Which approach is ahead, and whether that is more than chance."""
        return self.evaluation.sentence

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """Rows of the short table, on videos, as text in the order of `HEADINGS`."""
        rows = []
        for summary in self.evaluation.at("video"):
            accuracy, auc = summary.figures["accuracy"], summary.figures["auc"]
            figures_of_it = (number(accuracy.value), interval(accuracy), number(auc.value), interval(auc))
            rows.append((short(summary.approach), *figures_of_it, number(summary.figures["log_loss"].value)))
        return rows

    def add(self, *blocks: str) -> None:
        """Append blocks of Markdown."""
        self.blocks += blocks

    def show(self, name: str, alt: str, reading: str) -> None:
        """Append a picture that was drawn, and how to read it."""
        self.pictures.add(name)
        self.add(picture(alt, name), f"**How to read it:** {reading}")
