"""The same data under several split rules: what leakage does to each approach."""

from pathlib import Path

import pandas as pd

from keras_impl.errors import ScoresError
from keras_impl.evaluation import figures
from keras_impl.evaluation.cases import Missing
from keras_impl.evaluation.evaluate import Evaluation, evaluate
from keras_impl.evaluation.html import to_html
from keras_impl.evaluation.markdown import escape, picture, table
from keras_impl.evaluation.metrics import METRICS
from keras_impl.evaluation.resampling import Estimate
from keras_impl.evaluation.scores import SCORES_NAME, read_approaches
from keras_impl.evaluation.text import with_interval
from keras_impl.storage import atomic_path, write_text

CSV_NAME, MARKDOWN_NAME, HTML_NAME, PICTURE_NAME = (f"protocols.{ending}" for ending in ("csv", "md", "html", "png"))

SHOWN = ("accuracy", "auc")
HEADINGS = ("split rule", "approach", "accuracy", "AUC")

ORDER = ("random", "video", "source", "person")
"""From the split rule that lets most leak through to the strictest; others follow by name."""

ABOUT = """\
The same faces, divided into training and validation by different rules. Under *random*, frames of
one video can be on both sides; *video* keeps a video on one side, *source* also the fakes made from
it, *person* everything of one person. What an approach loses on the way down is what it owed to
having seen the same video or the same person before."""

READING = """\
**How to read it:** each mark is what an approach reached under a split rule, each bar the range in
which it would fall with another draw of such people (95 % interval); at the dotted line it does no
better than guessing.
If marks fall from one rule to the next, the higher figure doesn't hold for strangers."""

Protocols = dict[str, dict[str, dict[str, Estimate]]]
"""Protocol to approach to metric to figure, on videos."""


def compare_protocols(results: Path, missing: Missing = "leave-out") -> Protocols:
    """Compare approaches across the split rules in ``results`` and write the table there.

    Writes ``protocols.csv``, ``.md``, ``.html`` and ``.png``.

    Parameters
    ----------
    results : Path
        Holds ``<protocol>/<approach>/scores.csv``.
    missing : {"leave-out", "half"}, default "leave-out"

    Raises
    ------
    ScoresError
        If there are no such files, or those of one protocol contradict each other.
    """
    folders = {path.parent.parent.name for path in results.glob(f"*/*/{SCORES_NAME}")}
    if not folders:
        raise ScoresError(
            f"no <protocol>/<approach>/{SCORES_NAME} in {results}: leave out --by-protocol or train first"
        )
    ordered = sorted(folders, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    evaluations = {name: evaluate(read_approaches(results / name), missing) for name in ordered}
    protocols = {
        name: {s.approach: {metric: s.figures[metric] for metric in SHOWN} for s in evaluation.at("video")}
        for name, evaluation in evaluations.items()
    }
    with atomic_path(results / CSV_NAME) as temporary:
        _long_table(evaluations).to_csv(temporary, index=False, float_format="%.6g")
    figures.draw_protocols(results / PICTURE_NAME, protocols)
    title = "Accuracy by split rule"
    report = "\n\n".join([f"# {title}", ABOUT, *show_protocols(protocols)]) + "\n"
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


def show_protocols(protocols: Protocols) -> list[str]:
    """Blocks of Markdown: the table, the picture and how to read it."""
    cells = [(escape(rule), escape(name), *numbers) for rule, name, *numbers in rows_of(protocols)]
    alt = f"Accuracy and AUC of {len(cells)} combinations of split rule and approach, with intervals"
    return [table(HEADINGS, cells), picture(alt, PICTURE_NAME), READING]


def rows_of(protocols: Protocols) -> list[tuple[str, ...]]:
    """Rows of the table as text, in the order of `HEADINGS`."""
    return [
        (rule, name, *(with_interval(found[metric]) for metric in SHOWN))
        for rule, approaches in protocols.items()
        for name, found in approaches.items()
    ]


def _long_table(evaluations: dict[str, Evaluation]) -> pd.DataFrame:
    rows = []
    for rule, evaluation in evaluations.items():
        basis = f"bootstrap over {evaluation.group_count} {evaluation.group_kind}"
        for summary in evaluation.at("video"):
            for metric in SHOWN:
                one = summary.figures[metric]
                name = METRICS[metric].name
                rows.append((rule, summary.approach, "video", name, one.value, one.low, one.high, basis))
    columns = ["protocol", "approach", "level", "metric", "value", "low", "high", "interval"]
    return pd.DataFrame(rows, columns=columns)
