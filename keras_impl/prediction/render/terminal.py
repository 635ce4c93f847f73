"""What the command says of predictions beside its table: plain words first, then the reasons, then the detectors."""

from collections.abc import Iterator, Sequence

from keras_impl.media.names import listed
from keras_impl.prediction.decision import real_limit, thresholds_of
from keras_impl.prediction.judge import known_of
from keras_impl.prediction.reasons import Caution, KnownErrors, LearntLanguage, NoModel, Reason, Uncalibrated
from keras_impl.prediction.render.words import learnt_from, sentence
from keras_impl.prediction.result import ImagePrediction, Prediction, probability
from keras_impl.prediction.trained import Models, ModelSet

TOLD_ONCE = Caution | KnownErrors | LearntLanguage | Uncalibrated | NoModel
"""Reasons that are the same for all files, so that they are told with the detectors, or said in the answer."""


def answers(predictions: Sequence[Prediction]) -> Iterator[str]:
    """What verdicts say in plain words, and how often such answers are wrong: a line for files that get the same."""
    files: dict[str, list[str]] = {}
    for prediction in predictions:
        if prediction.verdict:
            files.setdefault(prediction.in_words, []).append(prediction.name)
    for words, names in files.items():
        yield words if len(predictions) == 1 else f"{listed(names)}: {words}"


def reasons(predictions: Sequence[Prediction]) -> Iterator[str]:
    """What each verdict rests on, and what else has to be known of the file: a line each, with its name if several."""
    for prediction in predictions:
        for reason in prediction.reasons if prediction.verdict else ():
            if not isinstance(reason, TOLD_ONCE):
                yield sentence(reason) if len(predictions) == 1 else f"{prediction.name}: {sentence(reason)}"


def detectors(predictions: Sequence[Prediction], models: ModelSet, max_fpr: float | None) -> Iterator[str]:
    """What judged, by which thresholds, and what of a file is not judged: a line each.

    Parameters
    ----------
    predictions : sequence of Prediction
    models : ModelSet
    max_fpr : float or None
        The false-positive rate that was asked for.
    """
    looked_at = [part for each in predictions for part in (each.image, each.sound)]
    names = {"image" if isinstance(part, ImagePrediction) else "sound" for part in looked_at if part and part.verdict}
    judged = [part for part in models.parts if part.modality.name in names]
    for part in judged or models.parts:
        yield from _detector(part, models, max_fpr)
    missing: list[Reason] = []
    if models.image is None:
        missing.append(NoModel(part="image", folder=models.shown))
    if models.sound is None:
        missing.append(NoModel(part="sound", folder=models.shown))
    yield from map(sentence, missing)


def _detector(part: Models, models: ModelSet, max_fpr: float | None) -> Iterator[str]:
    decisive, name = part.decisive, part.modality.name
    rate = decisive.points.max_fpr if max_fpr is None else max_fpr
    threshold = thresholds_of(part, max_fpr)[decisive.approach]
    fake, real = probability(threshold), probability(real_limit(decisive.points, threshold))
    chosen = "where both error rates are equal"
    if rate is not None:
        chosen = f"so that no more than {100 * rate:g} of 100 genuine files like its own should be called fake"
    yield f"The {name} was judged by {decisive.title} in {models.place_of(part)}. {learnt_from(part, 'en')}"
    yield (
        f"Threshold of the {name}: likely fake above P(fake) = {fake:.2f}, fixed in training ({chosen}); likely "
        f"real up to {real:.2f}; between, it can't tell."
    )
    for reason in known_of(part, has_own_threshold=max_fpr is None):
        if not isinstance(reason, KnownErrors):
            yield sentence(reason)
