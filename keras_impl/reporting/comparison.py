"""The report while it is being written: the figures, the blocks of text, the pictures."""

from dataclasses import dataclass, field

from keras_impl.evaluation.evaluate import Evaluation
from keras_impl.reporting.markdown import picture


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
    beside : Evaluation or None
        Of the results on the other modality that lie beside these, if there are any.
    """

    evaluation: Evaluation
    blocks: list[str] = field(default_factory=list)
    pictures: set[str] = field(default_factory=set)
    beside: Evaluation | None = None

    def add(self, *blocks: str) -> None:
        """Append blocks of Markdown."""
        self.blocks += blocks

    def show(self, name: str, alt: str, reading: str) -> None:
        """Append a picture that was drawn, and how to read it."""
        self.pictures.add(name)
        self.add(picture(alt, name), f"**How to read it:** {reading}")
