"""What will be done, how long it takes and whether it can say anything: known before the work, and told."""

from dataclasses import dataclass
from textwrap import fill

from keras_impl.core.journal import JOURNAL_NAME
from keras_impl.core.progress import Progress
from keras_impl.datasets.record import Problem
from keras_impl.evaluation.enough import LEAST_PER_CLASS, REACH, needed_per_class
from keras_impl.media.names import listed
from keras_impl.pipeline.job import Job
from keras_impl.pipeline.making import MAKERS
from keras_impl.pipeline.people import Validated, count_validated, refuse_too_few, table_of
from keras_impl.pipeline.speeds import (
    COMPARING_SECONDS,
    Probe,
    embedding_seconds,
    machine_ratio,
    probe,
    resnet_seconds,
    svm_seconds,
)
from keras_impl.splits.protocols import FOLDS, MIN_PEOPLE

FEW_FILES = 1000
"""Up to so many, each is validated once, in `FOLDS` folds: a single fifth of them has too few people."""

COLUMNS = 80
"""Of the terminal."""


def default_folds(files: int) -> int:
    """How often approaches are trained, each time validated on other files."""
    return FOLDS if files <= FEW_FILES else 1


@dataclass(frozen=True)
class PlannedStep:
    """A step.

    Attributes
    ----------
    name : str
        Of the command that does it alone.
    seconds : float
        About.
    writes : str
    """

    name: str
    seconds: float
    writes: str


@dataclass(frozen=True)
class Plan:
    """What will be done.

    Attributes
    ----------
    job : Job
    finished : int
        Files that an earlier run extracted.
    validated : Validated
        At most.
    probe : Probe
    steps : tuple of PlannedStep
    """

    job: Job
    finished: int
    validated: Validated
    probe: Probe
    steps: tuple[PlannedStep, ...]


def make_plan(job: Job, jobs: int, progress: Progress) -> Plan:
    """Find out what there is to do, by reading the data set's list and trying a few files.

    Parameters
    ----------
    job : Job
    jobs : int
        Workers that will extract.
    progress : Progress

    Raises
    ------
    DataError, WeightsError
        If nothing could be compared, weights can't be had, or none of the files can be used.
    """
    modality, files = job.modality, len(job.data.records)
    maker, table = MAKERS[modality.name], table_of(job.data.records)
    refuse_too_few(table, modality, job.folds, f"add {modality.nouns.files} of others, or ask predict about each")
    maker.check(job)
    finished = _count_finished(job)
    tried = probe(job, progress)
    samples, ratio = tried.samples * files, machine_ratio()
    extraction, *later = maker.steps
    seconds = tried.seconds * (files - finished) / jobs
    steps = [PlannedStep(extraction, seconds, str(job.extracted))]
    steps += [PlannedStep(name, ratio * embedding_seconds(samples), str(job.samples)) for name in later]
    for name, seconds, folder in (
        ("train_svm", svm_seconds(samples, job.folds), "svm"),
        ("train_resnet", resnet_seconds(samples, job.folds, modality.name), "resnet"),
        ("train_baseline", 0.0, "baseline"),
        ("compare", COMPARING_SECONDS, "comparison.html"),
    ):
        steps.append(PlannedStep(name, ratio * seconds, str(job.results / folder)))
    return Plan(job, finished, count_validated(table, modality, job.folds), tried, tuple(steps))


def tell_plan(plan: Plan, progress: Progress) -> None:
    """Tell a plan: what there is, whether it is enough, and the steps with minutes and places."""
    for paragraph in (_files(plan), _samples(plan), _enough(plan), _folds(plan)):
        progress.say(fill(paragraph, COLUMNS, break_long_words=False, break_on_hyphens=False))
    total = sum(step.seconds for step in plan.steps)
    rows = [(step.name, _minutes(step.seconds), step.writes) for step in plan.steps]
    progress.table(("step", "minutes", "writes"), [*rows, ("all", _minutes(total), "")])
    done = f"{plan.finished} {plan.job.modality.nouns.files} are extracted already. " if plan.finished else ""
    progress.say(
        fill(
            f"{done}Minutes are estimates, for this machine without a GPU. Whatever is finished is kept: stopped by "
            "Ctrl-C or a power cut, the same command goes on from there.",
            COLUMNS,
        )
    )


def _count_finished(job: Job) -> int:
    """Files that an earlier run extracted with these settings."""
    if not (job.extracted / JOURNAL_NAME).is_file():
        return 0
    records = job.data.records
    with MAKERS[job.modality.name].extraction(records, job.extracted, job.per_file) as extraction:
        return len(records) - len(extraction.todo)


def _files(plan: Plan) -> str:
    """What there is of each class, and what can't be used, as far as it is known."""
    data, files = plan.job.data, plan.job.modality.nouns.files
    fakes = sum(record.label for record in data.records)
    problems, tried = data.problems, plan.probe
    left_out = f" {len(problems)} more can't be used, such as {_told(problems[0])}." if problems else ""
    why = f"; not {_told(tried.problems[0])}" if tried.problems else ""
    given = f"{tried.tried - len(tried.problems)} of {tried.tried}"
    return (
        f"{len(data.records)} {files}, {len(data.records) - fakes} real and {fakes} fake.{left_out} {given} that were "
        f"tried gave a {plan.job.modality.nouns.sample}{why}."
    )


def _told(problem: Problem) -> str:
    return f"{listed([problem.name])} ({problem.reason})"


def _samples(plan: Plan) -> str:
    """How many samples that makes."""
    nouns, count = plan.job.modality.nouns, plan.probe.samples * len(plan.job.data.records)
    each = f"{nouns.sample} is" if plan.job.per_file == 1 else f"{nouns.samples} are"
    return f"Up to {plan.job.per_file} {each} taken from each {nouns.file}: about {count:.0f} in all."


def _enough(plan: Plan) -> str:
    """Whether there are enough people, as far as can be known."""
    style, nouns = plan.job.modality.report, plan.job.modality.nouns
    people, needed = style.resampled["person"], needed_per_class()
    kind, *counts = plan.validated
    is_known = kind == people
    verdict = (
        f"enough for an AUC to within {REACH:g}" if min(counts) >= needed else "enough to compare, if the gap is large"
    )
    later = "" if is_known else f", if no two show the same {nouns.person}: who is who is found out later"
    return (
        f"At least {LEAST_PER_CLASS} {people} of each class are needed to compare anything, {MIN_PEOPLE} to keep "
        f"{people} apart, about {needed} for an AUC to within {REACH:g}. Validation has at most {counts[0]} {kind} "
        f"with real and {counts[1]} with fake {nouns.files}: {verdict}{later}."
    )


def _folds(plan: Plan) -> str:
    """How often approaches are trained, and why."""
    file, files = plan.job.modality.nouns.file, plan.job.modality.nouns.files
    if plan.job.folds > 1:
        return (
            f"Each approach is trained {plan.job.folds} times, so that each {file} is validated once, by a model that "
            "has not learnt from it."
        )
    return f"Each approach is trained once, and validated on a fifth of the {files}."


def _minutes(seconds: float) -> str:
    return "< 1" if seconds < 60 else f"{seconds / 60:.0f}"
