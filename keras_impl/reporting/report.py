"""The comparison: from score files to a table, a report, and one page that holds all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

from keras_impl.core.progress import Progress
from keras_impl.core.storage import atomic_path, remove_partial, write_text
from keras_impl.errors import DataError
from keras_impl.evaluation.cases import Missing
from keras_impl.evaluation.coverage import describe_coverage
from keras_impl.evaluation.evaluate import evaluate
from keras_impl.evaluation.folds import measure_folds
from keras_impl.evaluation.scores import read_approaches
from keras_impl.models.card import modality_of_cards, read_cards, read_caution
from keras_impl.reporting import sections
from keras_impl.reporting.approaches import add_approaches, add_cards
from keras_impl.reporting.beside import add_companion
from keras_impl.reporting.comparison import Comparison
from keras_impl.reporting.heading import line_below, title_of
from keras_impl.reporting.html import to_html
from keras_impl.reporting.long_table import CSV_NAME, long_table
from keras_impl.reporting.markdown import escape
from keras_impl.reporting.robustness import add_robustness
from keras_impl.reporting.sentences import caution_of, sentence_of
from keras_impl.reporting.short_table import short_table
from keras_impl.reporting.shortcuts import add_shortcuts
from keras_impl.splits.leaks import LEAKS_NAME

MARKDOWN_NAME, HTML_NAME = "comparison.md", "comparison.html"

COLUMNS = 80
"""Of the terminal."""


@dataclass(frozen=True)
class Sources:
    """What the report draws on beside the score files.

    Attributes
    ----------
    faces : Path or None
        Faces folder; given, the report shows faces of people. Sound has none to show.
    embeddings : Path or None
        Embeddings folder, of sound the sound folder; without it, or if it is of other samples, there is no map.
    """

    faces: Path | None = None
    embeddings: Path | None = None


def compare(
    results: Path,
    notes: Sequence[str] = (),
    sources: Sources | None = None,
    title: str | None = None,
    missing: Missing = "leave-out",
) -> Comparison:
    """Compare the approaches whose score files lie in ``results`` and write the report there.

    Writes ``comparison.csv``, ``.md``, ``.html`` and pictures; pictures of an earlier report that
    this one doesn't show are deleted.

    Parameters
    ----------
    results : Path
        Holds ``<approach>/scores.csv`` and, possibly, ``<approach>/model.json``, which says whether
        it is of sound, ``leaks.csv``, ``caution.txt``, whose text the report carries, and, if it is of
        faces, the same of sound in ``sound/``; its parent, possibly, ``protocols.csv``.
    notes : sequence of str
        Paragraphs that the report has to carry, such as what its data can't show; Markdown.
    sources : Sources, optional
    title : str, optional
        By default it names the data set, where the approaches' cards do.
    missing : {"leave-out", "half"}, default "leave-out"
        What becomes of samples that no approach could score.

    Raises
    ------
    ScoresError
        If the score files are missing, contradict each other, or score no validation sample.
    DataError
        If faces were asked for and can't be read, or these results are of sound.
    """
    sources = sources or Sources()
    approaches = read_approaches(results)
    remove_partial(results)  # of a comparison that was killed
    cards = read_cards(results, approaches)
    modality = modality_of_cards(results, cards)
    if sources.faces and not modality.report.shows_samples:
        raise DataError(f"{results} is of {modality.name}, which has no faces to show: leave out --faces")
    evaluation = evaluate(approaches, modality, missing)
    folds = measure_folds(evaluation) if evaluation.folds > 1 else None
    comparison = Comparison(evaluation)
    title = title or title_of(cards, modality, "Comparison")
    comparison.add(f"# {escape(title)}", line_below(cards, modality), escape(sentence_of(evaluation)))
    if caution := caution_of(evaluation):
        comparison.add(caution)
    if forbidden := read_caution(results):
        comparison.add(f"**{escape(forbidden)}**")
    comparison.add(*notes)
    add_approaches(comparison, cards)
    sections.add_figures(comparison, describe_coverage(approaches, missing, modality))
    sections.add_pairs(comparison)
    if modality.report.has_shortcut_section:
        add_shortcuts(comparison)
    sections.add_curves(comparison, results)
    if folds is not None:
        sections.add_folds(comparison, results, folds)
    sections.add_protocols(comparison, results)
    add_robustness(comparison, results, cards)
    if sources.embeddings:
        sections.add_map(comparison, results, next(iter(approaches.values())), sources.embeddings)
    if sources.faces:
        sections.add_most_wrong(comparison, results, sources.faces)
    sections.add_leaks(comparison, results / LEAKS_NAME)
    sections.add_coverage(comparison, approaches, missing)
    add_cards(comparison, cards)
    add_companion(comparison, results, cards, missing)

    with atomic_path(results / CSV_NAME) as temporary:
        long_table(evaluation, folds).to_csv(temporary, index=False, float_format="%.6g")
    report = "\n\n".join(comparison.blocks) + "\n"
    write_text(results / MARKDOWN_NAME, report)
    write_text(results / HTML_NAME, to_html(report, title, results))
    # Above all the faces of an earlier report, which this one may have been asked not to show.
    for name in (*sections.FIXED_PICTURES, *(path.name for path in results.glob(sections.MOST_WRONG_NAME.format("*")))):
        if name not in comparison.pictures:
            (results / name).unlink(missing_ok=True)
    return comparison


def tell(comparison: Comparison, results: Path, progress: Progress) -> None:
    """Tell a comparison in short: the table, the sentence, what lies beside it, and where the report is."""
    evaluation = comparison.evaluation
    progress.table(*short_table(evaluation))
    for text in filter(None, (sentence_of(evaluation), caution_of(evaluation))):
        progress.say(fill(text, COLUMNS, break_long_words=False, break_on_hyphens=False))
    if comparison.beside:
        progress.say(f"{comparison.beside.modality.name.capitalize()} beside it:")
        progress.table(*short_table(comparison.beside))
    progress.say(f"Wrote {results / MARKDOWN_NAME}, the same as .html and .csv, and its pictures")
