"""The table for the terminal: an approach a line, in 80 columns."""

from keras_impl.evaluation.evaluate import Evaluation
from keras_impl.evaluation.metrics import METRICS
from keras_impl.reporting.text import interval, number, short

HEADINGS = {key: metric.name for key, metric in METRICS.items()} | {"eer": "EER"}


def short_table(evaluation: Evaluation) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Lay out the figures on whole files that the modality's field looks at first.

    Returns
    -------
    tuple of str
        Headings.
    list of tuple of str
        A row per approach.
    """
    style = evaluation.modality.report
    headings = ["approach"]
    for metric in style.headline:
        headings += [HEADINGS[metric], style.interval]
    rows = []
    for summary in evaluation.at("video"):
        row = [short(summary.approach, style.name_letters)]
        for metric in style.headline:
            row += [number(summary.figures[metric].value), interval(summary.figures[metric])]
        rows.append((*row, *(number(summary.figures[metric].value) for metric in style.aside)))
    return (*headings, *(HEADINGS[metric] for metric in style.aside)), rows
