"""The report's sections: each adds its heading, its table or picture, and how to read it."""

from pathlib import Path

import pandas as pd

from keras_impl.errors import DataError
from keras_impl.evaluation.bootstrap import RESAMPLES
from keras_impl.evaluation.cases import Level, Missing
from keras_impl.evaluation.coverage import count_statuses, describe_coverage
from keras_impl.evaluation.evaluate import TESTS, Evaluation
from keras_impl.evaluation.folds import describe_folds
from keras_impl.evaluation.metrics import METRICS
from keras_impl.reporting import figures
from keras_impl.reporting.comparison import Comparison
from keras_impl.reporting.embedding_map import draw_map, read_samples
from keras_impl.reporting.markdown import bullets, escape, table
from keras_impl.reporting.most_wrong import draw_most_wrong
from keras_impl.reporting.protocols import MARKDOWN_NAME as PROTOCOLS_NAME
from keras_impl.reporting.text import SINGULAR, TEST_NAMES, number, p_value, with_interval
from keras_impl.splits.leaks import LEAKS_NAME, as_text, headings_of

ROC_NAME = "roc.png"
HISTOGRAMS_NAME = "histograms.png"
RELIABILITY_NAME = "reliability.png"
CONFUSION_NAME = "confusion.png"
FOLDS_NAME = "folds.png"
MAP_NAME = "embeddings.png"
MOST_WRONG_NAME = "most-wrong-{}.png"
FIXED_PICTURES = (ROC_NAME, HISTOGRAMS_NAME, RELIABILITY_NAME, CONFUSION_NAME, FOLDS_NAME, MAP_NAME)


def add_figures(comparison: Comparison, coverage: str) -> None:
    """All metrics of all approaches, per video and, if there are several of a video, per face."""
    evaluation = comparison.evaluation
    modality = evaluation.modality
    nouns, style = modality.nouns, modality.report
    comparison.add("## How good is each?")
    if evaluation.has_one_face_a_video:
        comparison.add(
            _figures_table(evaluation, "video"),
            f"One {nouns.sample} of each {nouns.file} was judged.",
        )
    else:
        comparison.add(f"Per {nouns.file}, by the mean of the logits (log-odds) of its {nouns.samples}:")
        comparison.add(_figures_table(evaluation, "video"), f"Per {nouns.sample}:", _figures_table(evaluation, "face"))
    why = f"{style.unknown_people} " if evaluation.group_kind == style.resampled["source"] else ""
    comparison.add(
        f"In brackets: the range in which the figure would fall with another draw of such "
        f"{evaluation.group_kind} (95 % interval, "
        f"percentiles of {RESAMPLES} resamples of the {evaluation.group_count} {evaluation.group_kind}, bootstrap). "
        f"{why}{coverage}"
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
    name = evaluation.modality.levels[level]
    return table((f"per {name}", *(escape(summary.approach) for summary in summaries)), rows)


def add_pairs(comparison: Comparison) -> None:
    """Whether approaches differ by more than chance."""
    evaluation = comparison.evaluation
    if not evaluation.pairs:
        return
    kind, video, videos = evaluation.group_kind, evaluation.modality.nouns.file, evaluation.modality.nouns.files
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
    repeated = f" They are undefined here, because the same {video} was validated more than once."
    independent = repeated if evaluation.pairs[0].p_mcnemar is None else ""
    comparison.add(
        "## Is the difference more than chance?",
        table(("difference", "accuracy", "AUC", *(f"p, {test}" for test in tests)), rows),
        "**How to read it:** the first two columns are how far the first approach is ahead; if 0 lies within the "
        "brackets, chance alone could have done it. p is how often chance alone brings about a difference as large: "
        f"less than 0.05 is taken as more than chance.{several} Go by the permutation test over {kind}: it knows that "
        f"{videos} of one {SINGULAR[kind]} resemble each other. McNemar's and DeLong's tests are what other studies "
        f"report; they take all {videos} to be independent, and are then too easily convinced.{independent}",
    )


def add_curves(comparison: Comparison, results: Path) -> None:
    """ROC, histograms, reliability diagram and confusion matrices."""
    evaluation = comparison.evaluation
    videos = evaluation.modality.nouns.files
    names = " and ".join(evaluation.approaches)
    if evaluation.has_both_classes:
        comparison.add("## True positives against false positives")
        figures.draw_roc(results / ROC_NAME, evaluation)
        comparison.show(
            ROC_NAME,
            f"ROC curves of {names}: true-positive rate against false-positive rate",
            "a lower threshold finds more fakes and calls more real ones fake; each curve shows every such trade-off. "
            "The closer to the upper left corner, the better; the dotted line is guessing. With another draw of such "
            f"{evaluation.group_kind} the curve would lie in the shaded band (95 % at each point).",
        )
    comparison.add("## How sure is each?")
    figures.draw_histograms(results / HISTOGRAMS_NAME, evaluation)
    comparison.show(
        HISTOGRAMS_NAME,
        f"Histograms of P(fake) among real and fake {videos}: {names}",
        f"each bar is the share of the real (blue) or fake (orange) {videos} that got this P(fake). A good approach "
        "has blue at the left and orange at the right of the dotted line; where they overlap, it can't tell.",
    )
    comparison.add("## Can P(fake) be taken at its word?")
    figures.draw_reliability(results / RELIABILITY_NAME, evaluation)
    comparison.show(
        RELIABILITY_NAME,
        f"Reliability diagram of {names}: share of fakes by P(fake)",
        f"of the {videos} that got a P(fake) of about 0.8, 80 % should be fake; then the marks lie on the dotted line. "
        f"Below it, P(fake) is too high. The lower part says how many {videos} each mark stands for: few prove little.",
    )
    comparison.add("## Who was called what?")
    figures.draw_confusion(results / CONFUSION_NAME, evaluation)
    comparison.show(
        CONFUSION_NAME,
        f"Confusion matrices of {names}: how many real and fake {videos} were called what",
        "upper left and lower right are the right calls; upper right are false positives (real ones called fake), "
        "lower left false negatives (fakes that were missed). The darker, the more, on one scale for all.",
    )


def add_folds(comparison: Comparison, results: Path, folds: pd.DataFrame) -> None:
    """The distribution over folds; ``folds`` is what `measure_folds` gave."""
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
        f"Each fold is trained anew and validated on other {comparison.evaluation.modality.nouns.files}. The figures "
        "above pool all folds; these take each by itself.",
        table(headings, rows),
    )
    comparison.show(
        FOLDS_NAME,
        "Distribution of accuracy and AUC over the folds, a dot per fold",
        "each dot is one fold, the box holds the middle half of them, the line in it is the median. A study with a "
        "single draw reports one of these dots, without knowing which.",
    )


def add_protocols(comparison: Comparison, results: Path) -> None:
    """Where the same approaches under other protocols are, if these results are one of several that were compared."""
    beside = results.resolve().parent / PROTOCOLS_NAME
    if beside.is_file():
        comparison.add(
            "## What does the protocol do?",
            f"[{PROTOCOLS_NAME}](../{PROTOCOLS_NAME}) compares the same approaches under other protocols.",
        )


def add_map(comparison: Comparison, results: Path, scores: pd.DataFrame, embeddings: Path) -> None:
    """The map of the embeddings, or why there is none."""
    modality = comparison.evaluation.modality
    nouns, style = modality.nouns, modality.report
    heading = f"## What does {style.encoder} see?"
    try:
        samples, vectors = read_samples(embeddings, scores)
    except DataError as error:
        comparison.add(heading, f"No map of the embeddings: {escape(error)}.")
        return
    by_person = draw_map(results / MAP_NAME, samples, vectors, modality)
    people = (
        f" Below, the colours are {style.resampled['person']}: where each has a clump of their own, {style.encoder} "
        f"encodes who somebody is, and an approach that builds on it can learn {style.resampled['person']} instead of "
        "forgeries."
        if by_person
        else ""
    )
    comparison.add(heading)
    colours = f"label and by {nouns.person}" if by_person else "label"
    comparison.show(
        MAP_NAME,
        f"Map of the embeddings of {len(samples)} {nouns.samples}, coloured by {colours}",
        f"each dot is one of {len(samples)} validation {nouns.samples}; those that {style.encoder} finds alike lie "
        "close together (t-SNE; distances between far clumps mean nothing). If real and fake had places of their own, "
        f"they would be easy to tell apart by embeddings.{people}",
    )


def add_most_wrong(comparison: Comparison, results: Path, faces: Path) -> None:
    """The faces that each approach misjudged most."""
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


def add_leaks(comparison: Comparison, path: Path) -> None:
    """The leak table that the split came with, as the terminal shows it."""
    comparison.add("## Do training and validation share anything?")
    if not path.is_file():
        comparison.add(f"There is no {LEAKS_NAME} beside these results: it was not checked.")
        return
    modality = comparison.evaluation.modality
    try:
        leaks = pd.read_csv(path, keep_default_na=False, na_values={"nearest": [""]})
        rows = [tuple(map(escape, row)) for row in as_text(leaks)]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path} can't be read as a table ({error}): check the split for leaks again") from None
    comparison.add(
        table(headings_of(modality), rows, numbers=False),
        "**How to read it:** each row is a way in which an approach could have met validation "
        f"{modality.nouns.samples} in training, and of how many it is so. Whatever was found makes the figures above "
        f"too good. `{LEAKS_NAME}` has an example of each.",
    )


def add_coverage(comparison: Comparison, approaches: dict[str, pd.DataFrame], missing: Missing) -> None:
    """How many samples were scored, and why not the rest."""
    counts = count_statuses(approaches)
    rows = [(escape(status), *map(str, row)) for status, row in zip(counts.index, counts.to_numpy(), strict=True)]
    comparison.add(
        "## How much was scored?",
        table(("status", *map(escape, counts)), rows),
        f"**How to read it:** validation samples by whether they have a score (ok) or why not. "
        f"{describe_coverage(approaches, missing, comparison.evaluation.modality)}",
    )
