"""The same data under several split rules: what leakage does to each approach."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from keras_impl.core.storage import atomic_path, remove_partial, write_text
from keras_impl.errors import ScoresError
from keras_impl.evaluation.bootstrap import Estimate
from keras_impl.evaluation.cases import Missing
from keras_impl.evaluation.evaluate import Evaluation, evaluate
from keras_impl.evaluation.metrics import METRICS
from keras_impl.evaluation.scores import SCORES_NAME, read_approaches
from keras_impl.media.formats import ModalityName
from keras_impl.models.card import read_cards, subject_of_cards
from keras_impl.reporting import figures
from keras_impl.reporting.html import to_html
from keras_impl.reporting.markdown import escape, picture, table
from keras_impl.reporting.text import short, with_interval
from keras_impl.samples.subject import SOUND_NAME, Subject

CSV_NAME, MARKDOWN_NAME, HTML_NAME, PICTURE_NAME = (f"protocols.{ending}" for ending in ("csv", "md", "html", "png"))

ORDER = ("random", "video", "source", "person", "system", "corpus")
"""From the split rule that lets most leak through to the strictest; others follow by name."""

COLUMNS = 80
"""Of the terminal."""

FIGURE = len("0.820 (0.78 to 0.85)")

ABOUT: Mapping[ModalityName, str] = {
    "image": """\
The same faces, divided into training and validation by different rules. Under *random*, frames of
one video can be on both sides; *video* keeps a video on one side, *source* also the fakes made from
it, *person* everything of one person. What an approach loses on the way down is what it owed to
having seen the same video or the same person before.""",
    "sound": """\
The same sound, divided into training and validation by different rules. Under *random*, segments of
one file can be on both sides; *video* keeps a file on one side, *source* also what else says the
same, *person* everything of one speaker. *system* holds out whole synthesis systems, which tells what
a detector is worth on tomorrow's, and *corpus* whole repositories or corpora. What an approach loses
on the way down is what it owed to having heard the same file, speaker, system or corpus before.""",
}

READING: Mapping[ModalityName, str] = {
    "image": """\
**How to read it:** each mark is what an approach reached under a split rule, each bar the range in
which it would fall with another draw of such people (95 % interval); at the dotted line it does no
better than guessing.
If marks fall from one rule to the next, the higher figure doesn't hold for strangers.""",
    "sound": """\
**How to read it:** each mark is what an approach reached under a split rule, each bar the range in
which it would fall with another draw of such speakers, systems or corpora (95 % interval); at the
dotted line it does no better than guessing. Of the equal error rate, less is better.
If marks fall from one rule to the next, the higher figure doesn't hold for what is new.""",
}

Protocols = dict[str, dict[str, dict[str, Estimate]]]
"""Protocol to approach to metric to figure, on videos or files of sound."""


def compare_protocols(results: Path, missing: Missing = "leave-out") -> Protocols:
    """Compare approaches across the split rules in ``results`` and write the table there.

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
    subjects = {name: subject_of_cards(results / name, read_cards(results / name, scores[name])) for name in ordered}
    subject = subjects[ordered[0]]
    other = next((name for name in ordered if subjects[name] != subject), None)
    if other:
        raise ScoresError(
            f"{ordered[0]} is of {subject.modality} and {other} of {subjects[other].modality}: "
            "keep them in results folders of their own"
        )
    evaluations = {name: evaluate(scores[name], missing, subject=subject) for name in ordered}
    protocols = {
        name: {s.approach: {metric: s.figures[metric] for metric in subject.headline} for s in evaluation.at("video")}
        for name, evaluation in evaluations.items()
    }
    remove_partial(results)  # of a comparison that was killed
    with atomic_path(results / CSV_NAME) as temporary:
        _long_table(evaluations).to_csv(temporary, index=False, float_format="%.6g")
    figures.draw_protocols(results / PICTURE_NAME, protocols)
    title = "Accuracy by split rule"
    report = "\n\n".join([f"# {title}", *show_protocols(protocols, subject)]) + "\n"
    write_text(results / MARKDOWN_NAME, report)
    write_text(results / HTML_NAME, to_html(report, title, results))
    return protocols


def read_protocols(path: Path) -> Protocols:
    """Read ``protocols.csv``; empty if it isn't there.

    Raises
    ------
    ScoresError
        If it is another table.
    """
    if not path.is_file():
        return {}
    try:
        rows = pd.read_csv(path, dtype={"protocol": str, "approach": str})
        keys = {metric.name: key for key, metric in METRICS.items()}
        protocols: Protocols = {}
        for row in rows.astype(object).where(rows.notna(), None).to_dict("records"):
            approaches = protocols.setdefault(row["protocol"], {})
            one = Estimate(row["value"], row["low"], row["high"])
            approaches.setdefault(row["approach"], {})[keys[row["metric"]]] = one
    except (OSError, ValueError, KeyError) as error:
        raise ScoresError(f"{path} can't be read ({error}): run compare --by-protocol on its folder again") from None
    return protocols


def show_protocols(protocols: Protocols, subject: Subject) -> list[str]:
    """Blocks of Markdown: what the rules are, the table, the picture and how to read it."""
    headings, rows = _table(protocols)
    cells = [(escape(rule), escape(name), *numbers) for rule, name, *numbers in rows]
    alt = f"Accuracy and AUC of {len(cells)} combinations of split rule and approach, with intervals"
    modality = subject.modality
    return [ABOUT[modality], table(headings, cells), picture(alt, PICTURE_NAME), READING[modality]]


def table_of_rule(approaches: Mapping[str, Mapping[str, Estimate]]) -> tuple[Sequence[str], list[tuple[str, ...]]]:
    """Headings and rows of one rule's table for the terminal, names cut so that figures fit."""
    (_, *headings), rows = _table({"": approaches})
    letters = COLUMNS - (len(headings) - 1) * FIGURE - 2 * len(headings)
    return headings, [(short(name, letters), *numbers) for _, name, *numbers in rows]


def _table(
    protocols: Mapping[str, Mapping[str, Mapping[str, Estimate]]],
) -> tuple[Sequence[str], list[tuple[str, ...]]]:
    rows = [
        (rule, name, *map(with_interval, figures.values()))
        for rule, approaches in protocols.items()
        for name, figures in approaches.items()
    ]
    metrics = next(iter(next(iter(protocols.values())).values()))
    return ("split rule", "approach", *(METRICS[metric].name for metric in metrics)), rows


def _long_table(evaluations: dict[str, Evaluation]) -> pd.DataFrame:
    rows = []
    for rule, evaluation in evaluations.items():
        basis = f"bootstrap over {evaluation.group_count} {evaluation.group_kind}"
        for summary in evaluation.at("video"):
            for metric in evaluation.subject.headline:
                one = summary.figures[metric]
                name = METRICS[metric].name
                rows.append(
                    (rule, summary.approach, evaluation.subject.video, name, one.value, one.low, one.high, basis)
                )
    columns = ["protocol", "approach", "level", "metric", "value", "low", "high", "interval"]
    return pd.DataFrame(rows, columns=columns)
