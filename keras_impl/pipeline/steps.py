"""The steps of a comparison in a row, each by the function that its command calls."""

from keras_impl.core.parallel import Workers
from keras_impl.core.progress import Progress
from keras_impl.core.storage import sha256_of_file
from keras_impl.errors import DataError
from keras_impl.evaluation.scores import OK, SCORES_NAME
from keras_impl.models import shortcuts, svm
from keras_impl.models.card import read_cards
from keras_impl.models.resnet import NAME as RESNET
from keras_impl.pipeline.job import Job
from keras_impl.pipeline.making import MAKERS
from keras_impl.pipeline.people import refuse_too_few
from keras_impl.reporting.report import Sources, compare, tell
from keras_impl.samples.index import INDEX_NAME, SPLIT_NAME, load_samples
from keras_impl.splits.division import divide
from keras_impl.splits.leaks import as_text, headings_of
from keras_impl.splits.split import Split

APPROACHES = (svm.NAMES["linear"], RESNET, shortcuts.NAME)
"""Their folders in the results folder, in the order in which they are trained."""

CURVES_NAME = "learning_curves.png"


def run_all(job: Job, workers: Workers, progress: Progress) -> None:
    """Do all that is not done yet, and tell the comparison.

    Raises
    ------
    KerasImplError
        If a step can't be done, or nothing could be compared.
    """
    MAKERS[job.modality.name].make(job, workers, progress)
    _refuse_few_people(job)
    divide_samples(job, progress)
    _refuse_strangers(job)
    train_approaches(job, progress, unless_finished=True)
    with progress.working("Computing intervals"):
        comparison = compare(job.results, (), Sources(embeddings=job.samples))
    tell(comparison, job.results, progress)


def divide_samples(job: Job, progress: Progress) -> None:
    """Write the split of the samples, and tell what leaks.

    Raises
    ------
    DataError
        If they can't be divided.
    """
    division = divide(job.samples, job.modality, seed=job.seed, folds=job.folds)
    progress.say(division.described)
    progress.table(headings_of(job.modality), as_text(division.leaks))
    if division.forbidden:
        progress.warn(f"The figures will be too good: {division.forbidden}. It takes more people to keep them apart.")
    division.split.save(job.samples / SPLIT_NAME)


def train_approaches(job: Job, progress: Progress, unless_finished: bool = False) -> None:
    """Train both approaches and the shortcut baseline.

    Parameters
    ----------
    job : Job
    progress : Progress
    unless_finished : bool, default False
        As of `keras_impl.models.svm.train`, of each.
    """
    from keras_impl.models.resnet import train  # TensorFlow
    from keras_impl.reporting.learning_curves import draw_learning_curves

    of_job = job.samples, job.results, job.modality
    svm.train(*of_job, seed=job.seed, progress=progress, unless_finished=unless_finished)
    own_files = job.extracted if job.extracted != job.samples else None
    options = train.Options(job.backbone_weights, seed=job.seed)
    _, history = train.train(*of_job, own_files, options=options, progress=progress, unless_finished=unless_finished)
    draw_learning_curves(job.results / CURVES_NAME, history)
    shortcuts.train(*of_job, progress=progress, unless_finished=unless_finished)


def _refuse_few_people(job: Job) -> None:
    """Refuse what nothing can be said about, now that it is known who is who."""
    index = load_samples(job.samples, job.modality)
    advice = f"add {job.modality.nouns.files} of others"
    if job.modality.extracted_by != job.modality.made_ready_by:  # people were found, and may be mixed up
        advice += (
            f", or see by python -m keras_impl.find_people --faces {job.extracted} whether people were found right"
        )
    refuse_too_few(index[index["status"] == OK], job.modality, job.folds, advice)


def _refuse_strangers(job: Job) -> None:
    """Refuse a results folder with an approach that isn't trained here and was on other samples, or another split."""
    others = {path.parent.name for path in job.results.glob(f"*/{SCORES_NAME}")} - set(APPROACHES)
    index = sha256_of_file(job.samples / INDEX_NAME)
    split = Split.load(job.samples / SPLIT_NAME, job.modality.made_ready_by).content_hash
    for name, card in read_cards(job.results, sorted(others)).items():
        made_from, divided = card.get("made_from"), card.get("split")
        is_of_these = isinstance(made_from, dict) and made_from.get("index_sha256") == index
        if not is_of_these or not isinstance(divided, dict) or divided.get("content_hash") != split:
            raise DataError(
                f"{job.results / name} was trained on other {job.modality.nouns.samples} or another split, which can't "
                "be compared with these: delete it, or choose another --out"
            )
