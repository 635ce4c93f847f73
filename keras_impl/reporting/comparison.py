"""The report while it is being written: the figures, the blocks of text, the pictures."""

from dataclasses import dataclass, field

from keras_impl.evaluation.bootstrap import Estimate
from keras_impl.evaluation.evaluate import Evaluation
from keras_impl.reporting.markdown import picture
from keras_impl.reporting.short_table import short_table
from keras_impl.samples.subject import SOUND


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
    sound : dict of approach to dict of metric to Estimate
        Figures of the results on sound that lie beside those on faces; empty if there are none.
    """

    evaluation: Evaluation
    blocks: list[str] = field(default_factory=list)
    pictures: set[str] = field(default_factory=set)
    sound: dict[str, dict[str, Estimate]] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """Which approach is ahead, and whether that is more than chance."""
        return self.evaluation.sentence

    @property
    def table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Headings and rows of the short table, on whole files, as text."""
        figures = {summary.approach: summary.figures for summary in self.evaluation.at("video")}
        return short_table(self.evaluation.subject, figures)

    @property
    def sound_table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """The same of the sound beside it."""
        return short_table(SOUND, self.sound)

    def add(self, *blocks: str) -> None:
        """Append blocks of Markdown."""
        self.blocks += blocks

    def show(self, name: str, alt: str, reading: str) -> None:
        """Append a picture that was drawn, and how to read it."""
        self.pictures.add(name)
        self.add(picture(alt, name), f"**How to read it:** {reading}")
