"""The comparison: from score files to tables, pictures, plain words, and one page that holds them all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from keras_impl.errors import DataError
from keras_impl.evaluation import figures
from keras_impl.evaluation.cases import Level, Missing
from keras_impl.evaluation.coverage import count_statuses, describe_coverage
from keras_impl.evaluation.embedding_map import draw_map, read_samples
from keras_impl.evaluation.evaluate import TESTS, Evaluation, evaluate
from keras_impl.evaluation.folds import describe_folds, measure_folds
from keras_impl.evaluation.html import to_html
from keras_impl.evaluation.markdown import bullets, escape, picture, table
from keras_impl.evaluation.metrics import METRICS
from keras_impl.evaluation.most_wrong import draw_most_wrong
from keras_impl.evaluation.protocols import ABOUT, PICTURE_NAME, read_protocols, show_protocols
from keras_impl.evaluation.protocols import CSV_NAME as PROTOCOLS_NAME
from keras_impl.evaluation.scores import read_approaches
from keras_impl.evaluation.text import interval, number, p_value, with_interval
from keras_impl.storage import atomic_path, read_json, write_text

CSV_NAME, MARKDOWN_NAME, HTML_NAME = (f"comparison.{ending}" for ending in ("csv", "md", "html"))
LEAKS_NAME = "leaks.csv"
MODEL_CARD_NAME = "model.json"

HEADINGS = ("approach", "accuracy", "95 % interval", "AUC", "95 % interval", "log loss")

TEST_NAMES = {
    "p_groups": "permutation test over {kind}",
    "p_mcnemar": "McNemar",
    "p_delong": "DeLong (AUC)",
}


@dataclass(frozen=True)
class Sources:
    """What the report draws on beside the score files.

    Attributes
    ----------
    faces : Path or None
        Faces folder; given, the report shows faces of people.
    embeddings : Path or None
        Embeddings folder; without it, or if it is of other samples, there is no map.
    """

    faces: Path | None = None
    embeddings: Path | None = None


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
            rows.append((summary.approach, *figures_of_it, number(summary.figures["log_loss"].value)))
        return rows

    def add(self, *blocks: str) -> None:
        """Append blocks of Markdown."""
        self.blocks += blocks

    def show(self, name: str, alt: str, reading: str) -> None:
        """Append a picture that was drawn, and how to read it."""
        self.pictures.add(name)
        self.add(picture(alt, name), f"**How to read it:** {reading}")


def compare(
    results: Path,
    notes: Sequence[str] = (),
    sources: Sources | None = None,
    title: str = "Comparison",
    missing: Missing = "leave-out",
) -> Comparison:
    """Compare the approaches whose score files lie in ``results`` and write the report there.

    Writes ``comparison.csv``, ``.md``, ``.html`` and pictures; pictures of an earlier report that
    this one doesn't show are deleted.

    Parameters
    ----------
    results : Path
        Holds ``<approach>/scores.csv`` and, possibly, ``<approach>/model.json`` and ``leaks.csv``;
        its parent, possibly, ``protocols.csv``.
    notes : sequence of str
        Paragraphs that the report has to carry, such as what its data can't show; Markdown.
    sources : Sources, optional
    title : str, default "Comparison"
    missing : {"leave-out", "half"}, default "leave-out"
        What becomes of samples that no approach could score.

    Raises
    ------
    ScoresError
        If the score files are missing, contradict each other, or score no validation sample.
    DataError
        If faces were asked for and can't be read.
    """
    sources = sources or Sources()
    approaches = read_approaches(results)
    evaluation = evaluate(approaches, missing)
    folds = measure_folds(evaluation) if evaluation.folds > 1 else None
    comparison = Comparison(evaluation)
    comparison.add(f"# {escape(title)}", escape(comparison.sentence))
    if evaluation.caution:
        comparison.add(evaluation.caution)
    comparison.add(*notes)
    _add_figures(comparison, describe_coverage(approaches, missing))
    _add_pairs(comparison)
    _add_curves(comparison, results)
    if folds is not None:
        _add_folds(comparison, results, folds)
    _add_protocols(comparison, results)
    if sources.embeddings:
        _add_map(comparison, results, next(iter(approaches.values())), sources.embeddings)
    if sources.faces:
        _add_most_wrong(comparison, results, sources.faces)
    _add_leaks(comparison, results / LEAKS_NAME)
    _add_coverage(comparison, approaches, missing)
    _add_cards(comparison, results)

    with atomic_path(results / CSV_NAME) as temporary:
        _long_table(evaluation, folds).to_csv(temporary, index=False, float_format="%.6g")
    report = "\n\n".join(comparison.blocks) + "\n"
    write_text(results / MARKDOWN_NAME, report)
    write_text(results / HTML_NAME, to_html(report, title, results))
    # Above all the faces of an earlier report, which this one may have been asked not to show.
    for name in (*FIXED_PICTURES, *(path.name for path in results.glob(MOST_WRONG_NAME.format("*")))):
        if name not in comparison.pictures:
            (results / name).unlink(missing_ok=True)
    return comparison


ROC_NAME = "roc.png"
HISTOGRAMS_NAME = "histograms.png"
RELIABILITY_NAME = "reliability.png"
CONFUSION_NAME = "confusion.png"
FOLDS_NAME = "folds.png"
MAP_NAME = "embeddings.png"
MOST_WRONG_NAME = "most-wrong-{}.png"
FIXED_PICTURES = (ROC_NAME, HISTOGRAMS_NAME, RELIABILITY_NAME, CONFUSION_NAME, FOLDS_NAME, MAP_NAME)


def _add_figures(comparison: Comparison, coverage: str) -> None:
    evaluation = comparison.evaluation
    comparison.add("## How good is each?")
    if evaluation.has_one_face_a_video:
        comparison.add(_figures_table(evaluation, "video"), "One face of each video was judged.")
    else:
        comparison.add("Per video, by the mean of the logits (log-odds) of its faces:")
        comparison.add(_figures_table(evaluation, "video"), "Per face:", _figures_table(evaluation, "face"))
    comparison.add(
        f"In brackets: the range in which the figure would fall with other {evaluation.group_kind} (95 % interval, "
        f"percentiles of 2000 resamples of the {evaluation.group_count} {evaluation.group_kind}, bootstrap). "
        + ("" if evaluation.group_kind == "people" else "It is not known who is in each of the videos, so a source is ")
        + ("" if evaluation.group_kind == "people" else "what is redrawn: a video with the fakes made from it. ")
        + f"{coverage}"
    )
    if not evaluation.has_both_classes:
        comparison.add("One class is missing from validation: what compares the two classes is undefined.")
    comparison.add("**How to read it:**")
    readings = []
    for metric in METRICS.values():
        direction = "more is better" if metric.higher_is_better else "less is better"
        readings.append(f"**{metric.name}** ({direction}): {metric.reading}.")
    comparison.add(bullets(readings))


def _figures_table(evaluation: Evaluation, level: Level) -> str:
    summaries = evaluation.at(level)
    rows = [
        (metric.name, *(with_interval(summary.figures[key]) for summary in summaries))
        for key, metric in METRICS.items()
    ]
    rows.append(("real, fake", *(f"{summary.real}, {summary.fake}" for summary in summaries)))
    return table((f"per {level}", *(escape(summary.approach) for summary in summaries)), rows)


def _add_pairs(comparison: Comparison) -> None:
    evaluation = comparison.evaluation
    if not evaluation.pairs:
        return
    kind = evaluation.group_kind
    tests = [TEST_NAMES[test].format(kind=kind) for test in TESTS]
    rows = [
        (
            f"{escape(pair.first)} less {escape(pair.second)}",
            with_interval(pair.accuracy),
            with_interval(pair.auc),
            *(p_value(pair.adjusted[test]) for test in TESTS),
        )
        for pair in evaluation.pairs
    ]
    several = " They are corrected for the number of pairs (Holm)." if len(evaluation.pairs) > 1 else ""
    repeated = " They are undefined here, because the same video was validated more than once."
    independent = repeated if evaluation.pairs[0].p_mcnemar is None else ""
    comparison.add(
        "## Is the difference more than chance?",
        table(("difference", "accuracy", "AUC", *(f"p, {test}" for test in tests)), rows),
        "**How to read it:** the first two columns are how far the first approach is ahead; if 0 lies within the "
        "brackets, chance alone could have done it. p is how often chance alone brings about a difference as large: "
        f"less than 0.05 is taken as more than chance.{several} Go by the permutation test over {kind}: it knows that "
        f"videos of {'one person' if kind == 'people' else 'one source'} resemble each other. McNemar's and DeLong's "
        "tests are what other studies report; they take all videos to be independent, and are then too easily "
        f"convinced.{independent}",
    )


def _add_curves(comparison: Comparison, results: Path) -> None:
    evaluation = comparison.evaluation
    names = " and ".join(evaluation.approaches)
    if evaluation.has_both_classes:
        comparison.add("## Fakes found against false alarms")
        figures.draw_roc(results / ROC_NAME, evaluation)
        comparison.show(
            ROC_NAME,
            f"ROC curves of {names}: fakes found against false alarms",
            "whoever wants to find more fakes has to put up with more false alarms; each curve shows all the bargains "
            "that an approach offers. The closer to the upper left corner, the better; the dotted line is guessing. In "
            f"the shaded band the curve would lie with other {evaluation.group_kind} (95 % at each point).",
        )
    comparison.add("## How sure is each?")
    figures.draw_histograms(results / HISTOGRAMS_NAME, evaluation)
    comparison.show(
        HISTOGRAMS_NAME,
        f"Histograms of P(fake) among real and fake videos: {names}",
        "each bar is the share of the real (blue) or fake (orange) videos that got this P(fake). A good approach has "
        "blue at the left and orange at the right of the dotted line; where they overlap, it can't tell.",
    )
    comparison.add("## Can P(fake) be taken at its word?")
    figures.draw_reliability(results / RELIABILITY_NAME, evaluation)
    comparison.show(
        RELIABILITY_NAME,
        f"Reliability diagram of {names}: share of fakes by P(fake)",
        "of the videos that got a P(fake) of about 0.8, 80 % should be fake; then the marks lie on the dotted line. "
        "Below it, P(fake) is too high. The lower part says how many videos each mark stands for: few prove little.",
    )
    comparison.add("## Who was called what?")
    figures.draw_confusion(results / CONFUSION_NAME, evaluation)
    comparison.show(
        CONFUSION_NAME,
        f"Confusion matrices of {names}: how many real and fake videos were called what",
        "upper left and lower right are the right calls; upper right are false alarms (real, called fake), lower left "
        "the fakes that were missed.",
    )


def _add_folds(comparison: Comparison, results: Path, folds: pd.DataFrame) -> None:
    described = describe_folds(folds)
    described = described[described["level"] == "video"]
    columns = ["mean", "min", "low", "high", "max"]
    rows = [
        (
            escape(row["approach"]),
            row["metric"],
            str(row["folds"]),
            *(number(None if pd.isna(row[column]) else row[column]) for column in columns),
        )
        for _, row in described.iterrows()
    ]
    headings = ("approach", "metric", "folds", "mean", "lowest", "2.5 %", "97.5 %", "highest")
    figures.draw_folds(results / FOLDS_NAME, folds, comparison.evaluation.approaches)
    comparison.add(
        "## What could a single draw have shown?",
        "Each fold is a training of its own, validated on other videos. The figures above put all folds together; "
        "these take each by itself.",
        table(headings, rows),
    )
    comparison.show(
        FOLDS_NAME,
        "Distribution of accuracy and AUC over the folds, a dot per fold",
        "each dot is one fold, the box holds the middle half of them, the line in it is the median. Whoever draws only "
        "once reports one of these dots, and can't know which.",
    )


def _add_protocols(comparison: Comparison, results: Path) -> None:
    # Compared before, in one run over all of them; a folder that has none is one of no such set.
    protocols = read_protocols(results.resolve().parent / PROTOCOLS_NAME)
    if results.resolve().name in protocols:
        figures.draw_protocols(results / PICTURE_NAME, protocols)
        comparison.add("## What does the split rule do?", ABOUT, *show_protocols(protocols))


def _add_map(comparison: Comparison, results: Path, scores: pd.DataFrame, embeddings: Path) -> None:
    try:
        samples, vectors = read_samples(embeddings, scores)
    except DataError as error:
        comparison.add("## What does FaceNet see?", f"No map of the embeddings: {escape(error)}.")
        return
    by_person = draw_map(results / MAP_NAME, samples, vectors)
    people = (
        " Below, the colours are people: where each has a clump of their own, FaceNet encodes who somebody is, and an "
        "approach that builds on it can learn people instead of forgeries."
        if by_person
        else ""
    )
    comparison.add("## What does FaceNet see?")
    comparison.show(
        MAP_NAME,
        f"Map of the embeddings of {len(samples)} faces, coloured by label{' and by person' if by_person else ''}",
        f"each dot is one of {len(samples)} validation faces; those that FaceNet finds alike lie close together "
        "(t-SNE; distances between far clumps mean nothing). If real and fake had places of their own, they would be "
        f"easy to tell apart by embeddings.{people}",
    )


def _add_most_wrong(comparison: Comparison, results: Path, faces: Path) -> None:
    comparison.add("## Where was each most wrong?")
    for name in comparison.evaluation.approaches:
        file = MOST_WRONG_NAME.format(name)
        shown = draw_most_wrong(results / file, comparison.evaluation.cases["face", name], faces)
        comparison.add(f"**{escape(name)}**")
        if not shown:
            comparison.add("No misjudged face has a crop to show.")
            continue
        comparison.show(
            file,
            f"The {shown} faces that {name} misjudged most",
            "what the face is and the P(fake) it got, the most wrong first, one face of a video. Look for what they "
            "share: blur, glasses, a turned head.",
        )


def _add_leaks(comparison: Comparison, path: Path) -> None:
    comparison.add("## Do training and validation share anything?")
    if not path.is_file():
        comparison.add(f"There is no {LEAKS_NAME} beside these results: it was not checked.")
        return
    try:
        leaks = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} can't be read as a table ({error}): check the split for leaks again") from None
    rows = [[escape(cell) for cell in row] for row in leaks.itertuples(index=False)]
    comparison.add(
        table([escape(name) for name in leaks], rows, numbers=False),
        "**How to read it:** each row is a way in which an approach could have met validation faces in training. What "
        "was found there makes the figures above too good.",
    )


def _add_coverage(comparison: Comparison, approaches: dict[str, pd.DataFrame], missing: Missing) -> None:
    counts = count_statuses(approaches)
    rows = [(escape(status), *map(str, row)) for status, row in zip(counts.index, counts.to_numpy(), strict=True)]
    comparison.add(
        "## How much was scored?",
        table(("status", *map(escape, counts)), rows),
        f"**How to read it:** validation samples by whether they have a score (ok) or why not. "
        f"{describe_coverage(approaches, missing)}",
    )


def _add_cards(comparison: Comparison, results: Path) -> None:
    items = []
    for name in comparison.evaluation.approaches:
        path = results / name / MODEL_CARD_NAME
        if not path.is_file():
            continue
        card = read_json(path, made_by="train that approach again")
        card = card if isinstance(card, dict) else {}
        split, used = (value if isinstance(value, dict) else {} for value in (card.get("split"), card.get("versions")))
        facts = [escape(card.get("approach", "no description"))]
        facts += [f"split {escape(key)} {escape(_brief(value))}" for key, value in split.items()]
        facts += [", ".join(f"{escape(package)} {escape(version)}" for package, version in used.items())] * bool(used)
        items.append(f"**{escape(name)}**: {'; '.join(facts)}.")
    if items:
        comparison.add("## How it was made", bullets(items))


def _brief(value: object) -> str:
    """Cut hashes: twelve digits tell any two splits apart."""
    text = str(value)
    return f"{text[:12]}…" if len(text) == 64 else text


def _long_table(evaluation: Evaluation, folds: pd.DataFrame | None) -> pd.DataFrame:
    """One row per figure."""
    basis = f"bootstrap over {evaluation.group_count} {evaluation.group_kind}"
    rows = []
    for summary in evaluation.summaries:
        for key, metric in METRICS.items():
            one = summary.figures[key]
            rows.append((summary.approach, summary.level, metric.name, one.value, one.low, one.high, basis))
        counts = {"real": summary.real, "fake": summary.fake}
        rows += [(summary.approach, summary.level, name, count, None, None, "") for name, count in counts.items()]
    for pair in evaluation.pairs:
        names = f"{pair.first} - {pair.second}"
        for name, one in (("accuracy", pair.accuracy), ("AUC", pair.auc)):
            rows.append((names, "video", name, one.value, one.low, one.high, basis))
        for test in TESTS:
            name = TEST_NAMES[test].format(kind=evaluation.group_kind)
            rows.append((names, "video", f"p, {name}", getattr(pair, test), None, None, ""))
            rows.append((names, "video", f"p, {name}, Holm", pair.adjusted[test], None, None, ""))
    columns = ["approach", "level", "metric", "value", "low", "high", "interval"]
    if folds is not None:
        for _, row in describe_folds(folds).iterrows():
            for statistic in ("mean", "min", "max"):
                bounds = (row["low"], row["high"]) if statistic == "mean" else (None, None)
                name = f"{row['metric']}, {statistic} over folds"
                basis = f"percentiles of {row['folds']} folds" if statistic == "mean" else ""
                rows.append((row["approach"], row["level"], name, row[statistic], *bounds, basis))
    return pd.DataFrame(rows, columns=columns).assign(missing=evaluation.missing)
