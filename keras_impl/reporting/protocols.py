"""The same data under several protocols: what leakage does to each approach."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from keras_impl.core.progress import Progress
from keras_impl.core.storage import atomic_path, remove_partial, write_text
from keras_impl.errors import ScoresError
from keras_impl.evaluation.bootstrap import Estimate
from keras_impl.evaluation.cases import Missing
from keras_impl.evaluation.evaluate import Evaluation, evaluate
from keras_impl.evaluation.metrics import METRICS
from keras_impl.evaluation.scores import SCORES_NAME, read_approaches
from keras_impl.models.card import modality_of_cards, read_cards
from keras_impl.reporting import figures
from keras_impl.reporting.heading import line_below, title_of
from keras_impl.reporting.html import to_html
from keras_impl.reporting.markdown import escape, picture, table
from keras_impl.reporting.text import short, with_interval
from keras_impl.samples.modality import SOUND_NAME, Modality

CSV_NAME, MARKDOWN_NAME, HTML_NAME, PICTURE_NAME = (f"protocols.{ending}" for ending in ("csv", "md", "html", "png"))

ORDER = ("random", "video", "source", "person", "system", "corpus")
"""From the protocol that lets most leak through to the strictest; others follow by name."""

COLUMNS = 80
"""Of the terminal."""

FIGURE = len("0.820 (0.78 to 0.85)")

Protocols = dict[str, dict[str, dict[str, Estimate]]]
"""Protocol to approach to metric to figure, on videos or files of sound."""


def compare_protocols(results: Path, missing: Missing = "leave-out") -> Protocols:
    """Compare approaches across the protocols in ``results`` and write the table there.

    Writes ``protocols.csv``, ``.md``, ``.html`` and ``.png``.

    Parameters
    ----------
    results : Path
        Holds ``<protocol>/<approach>/scores.csv``, of faces or of sound. Approaches to sound that
        lie beside protocols of faces are left out.
    missing : {"leave-out", "half"}, default "leave-out"

    Raises
    ------
    ScoresError
        If there are no such files, some are of faces and some of sound, or those of one protocol
        contradict each other.
    """
    folders = {path.parent.parent.name for path in results.glob(f"*/*/{SCORES_NAME}")} - {SOUND_NAME}
    if not folders:
        raise ScoresError(
            f"no <protocol>/<approach>/{SCORES_NAME} in {results}: leave out --by-protocol or train first"
        )
    ordered = sorted(folders, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    scores = {name: read_approaches(results / name) for name in ordered}
    cards = {name: read_cards(results / name, scores[name]) for name in ordered}
    modalities = {name: modality_of_cards(results / name, cards[name]) for name in ordered}
    modality = modalities[ordered[0]]
    other = next((name for name in ordered if modalities[name].name != modality.name), None)
    if other:
        raise ScoresError(
            f"{ordered[0]} is of {modality.name} and {other} of {modalities[other].name}: "
            "keep them in results folders of their own"
        )
    evaluations = {name: evaluate(scores[name], modality, missing) for name in ordered}
    protocols = {
        name: {
            s.approach: {metric: s.figures[metric] for metric in modality.report.headline}
            for s in evaluation.at("video")
        }
        for name, evaluation in evaluations.items()
    }
    remove_partial(results)  # of a comparison that was killed
    with atomic_path(results / CSV_NAME) as temporary:
        _long_table(evaluations).to_csv(temporary, index=False, float_format="%.6g")
    figures.draw_protocols(results / PICTURE_NAME, protocols)
    of_all = {f"{name}/{approach}": card for name in ordered for approach, card in cards[name].items()}
    title = title_of(of_all, modality, "Accuracy by protocol")
    report = (
        "\n\n".join([f"# {escape(title)}", line_below(of_all, modality), *show_protocols(protocols, modality)]) + "\n"
    )
    write_text(results / MARKDOWN_NAME, report)
    write_text(results / HTML_NAME, to_html(report, title, results))
    return protocols


def show_protocols(protocols: Protocols, modality: Modality) -> list[str]:
    """Blocks of Markdown: what the protocols are, the table, the picture and how to read it."""
    headings, rows = _table(protocols)
    cells = [(escape(rule), escape(name), *numbers) for rule, name, *numbers in rows]
    alt = f"Accuracy and AUC of {len(cells)} combinations of protocol and approach, with intervals"
    style = modality.report
    return [style.about_protocols, table(headings, cells), picture(alt, PICTURE_NAME), style.reading_protocols]


def table_of_protocol(approaches: Mapping[str, Mapping[str, Estimate]]) -> tuple[Sequence[str], list[tuple[str, ...]]]:
    """Headings and rows of one protocol's table for the terminal, names cut so that figures fit."""
    (_, *headings), rows = _table({"": approaches})
    letters = COLUMNS - (len(headings) - 1) * FIGURE - 2 * len(headings)
    return headings, [(short(name, letters), *numbers) for _, name, *numbers in rows]


def tell(protocols: Protocols, results: Path, progress: Progress) -> None:
    """Tell the comparison, a table a protocol, and where the report is."""
    for name, approaches in protocols.items():
        progress.say(f"Protocol '{name}':")
        progress.table(*table_of_protocol(approaches))
    progress.say(f"Wrote {results / MARKDOWN_NAME}, the same as .html and .csv, and its picture")


def _table(
    protocols: Mapping[str, Mapping[str, Mapping[str, Estimate]]],
) -> tuple[Sequence[str], list[tuple[str, ...]]]:
    rows = [
        (rule, name, *map(with_interval, figures.values()))
        for rule, approaches in protocols.items()
        for name, figures in approaches.items()
    ]
    metrics = next(iter(next(iter(protocols.values())).values()))
    return ("protocol", "approach", *(METRICS[metric].name for metric in metrics)), rows


def _long_table(evaluations: dict[str, Evaluation]) -> pd.DataFrame:
    rows = []
    for rule, evaluation in evaluations.items():
        basis = f"bootstrap over {evaluation.group_count} {evaluation.group_kind}"
        for summary in evaluation.at("video"):
            for metric in evaluation.modality.report.headline:
                one = summary.figures[metric]
                name = METRICS[metric].name
                rows.append(
                    (rule, summary.approach, evaluation.modality.nouns.file, name, one.value, one.low, one.high, basis)
                )
    columns = ["protocol", "approach", "level", "metric", "value", "low", "high", "interval"]
    return pd.DataFrame(rows, columns=columns)
