"""The table for the terminal: an approach a line, in 80 columns."""

from collections.abc import Mapping

from keras_impl.evaluation.bootstrap import Estimate
from keras_impl.evaluation.metrics import METRICS
from keras_impl.reporting.text import interval, number, short
from keras_impl.samples.subject import Subject

HEADINGS = {key: metric.name for key, metric in METRICS.items()} | {"eer": "EER"}


def short_table(
    subject: Subject, approaches: Mapping[str, Mapping[str, Estimate]]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Lay out the figures that the subject's field looks at first.

    Parameters
    ----------
    subject : Subject
    approaches : mapping of str to mapping of str to Estimate
        By name, then by the keys of `METRICS`.

    Returns
    -------
    tuple of str
        Headings.
    list of tuple of str
        A row per approach.
    """
    headings = ["approach"]
    for metric in subject.headline:
        headings += [HEADINGS[metric], subject.interval]
    rows = []
    for name, figures in approaches.items():
        row = [short(name, subject.letters)]
        for metric in subject.headline:
            row += [number(figures[metric].value), interval(figures[metric])]
        rows.append((*row, *(number(figures[metric].value) for metric in subject.aside)))
    return (*headings, *(HEADINGS[metric] for metric in subject.aside)), rows
