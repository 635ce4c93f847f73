"""From logits to a verdict of three values: by thresholds fixed in training, and an interval over frames or segments.

Image and sound are judged apart, each by the same rules; `choose_part` says what becomes of the two.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from keras_impl.core.numbers import student_t
from keras_impl.media.formats import ModalityName
from keras_impl.models.calibration import OperatingPoints
from keras_impl.prediction.reasons import (
    Above,
    Below,
    Between,
    Close,
    CloseToEqual,
    OutOfRange,
    Scored,
    Straddles,
    StraddlesEqual,
    Unlike,
    UnlikeSound,
    Verdict,
)
from keras_impl.prediction.result import (
    ApproachScore,
    ImagePrediction,
    Person,
    SoundPrediction,
    UnjudgedImage,
    UnjudgedSound,
    probability,
)
from keras_impl.prediction.trained import Models
from keras_impl.samples.quality import outside

COVERAGE = 0.95

LEAST_MARGIN = math.log(1.5)
"""Distance in logits from the threshold of equal error up to which a verdict is too close to call: odds of 3 to 2.
What "likely" means was fixed beforehand, and not by anybody's figures."""

PRECEDENCE: tuple[Verdict, ...] = ("likely fake", "can't tell", "likely real")
"""Which of two parts' verdicts is the file's: the one that comes first."""

LEAST_FACES = 3
"""Fewer faces of one person in a video say too little to count."""

LEAST_CERTAINTY = 0.5
"""Median certainty of the detector below which its faces may be none: a drawing, a pattern. In 11 real videos it was
below for 1 of 176 main faces, and for 3 of 3 things that turned up in a single frame (MTCNN at confidence 0.9)."""

LEAST_SHARE = 0.25
"""So do faces in a smaller share of those frames in which there is any: of somebody who passes by."""


def thresholds_of(models: Models, max_fpr: float | None) -> dict[str, float]:
    """The logit above which each approach says fake.

    Parameters
    ----------
    models : Models
    max_fpr : float or None
        The false-positive rate asked for; None takes each approach's own threshold.

    Raises
    ------
    DataError
        If an approach has seen too few videos to promise the rate.
    """
    return {name: model.points.threshold(max_fpr) for name, model in models.trained.items()}


def has_rate(points: OperatingPoints, max_fpr: float | None) -> bool:
    """Whether an approach's threshold is that of a false-positive rate, asked for or its own."""
    return max_fpr is not None or points.max_fpr is not None


def score_of(approach: str, logits: Sequence[float], threshold: float) -> ApproachScore:
    """What an approach says, from the logits of a person's faces, one per frame, or of segments of sound."""
    values = np.array(logits, float)
    mean = float(values.mean())
    if len(values) < 2:
        return ApproachScore(approach, mean, None, None, threshold)
    reach = float(student_t(COVERAGE, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    return ApproachScore(approach, mean, mean - reach, mean + reach, threshold)


def is_seen_enough(faces: int, frames_with_faces: int, frames_read: int) -> bool:
    """Whether a person is seen often enough; in a picture that is wherever there is a face."""
    return faces >= min(LEAST_FACES, frames_read) and faces >= LEAST_SHARE * frames_with_faces


def is_surely_a_face(certainties: Sequence[float]) -> bool:
    """Whether the detector is sure enough, mostly, that what it found are faces."""
    return float(np.median(certainties)) >= LEAST_CERTAINTY


def choose_person(people: Sequence[Person]) -> Person | None:
    """The person whose score a file takes: the highest of those well supported, as one fake face makes a fake.

    The highest of several scores is high more often than one alone: with many people in the picture a false
    alarm is more likely than the threshold promises.
    """
    supported = [person for person in people if person.is_supported]
    return max(supported, key=lambda person: person.score.logit, default=None)


def decide(
    score: ApproachScore,
    points: OperatingPoints,
    part: ModalityName,
    is_rate_chosen: bool = False,
    quality: Mapping[str, float] | None = None,
) -> tuple[Verdict, Scored | Unlike | UnlikeSound]:
    """The verdict on a person, or on the sound, and what it rests on.

    It is "likely fake" if the whole interval lies above the threshold, and "likely real" if it lies below it
    and below that of equal error, which a low false-positive rate leaves far behind; and if the mean is not
    nearer than `LEAST_MARGIN` to the threshold of equal error: who says "likely" should mean more than heads or
    tails. A mean logit outside the range that calibration has met is no verdict either, nor is one on faces or sound of
    a quality outside of it: what it is worth there is not known.

    Parameters
    ----------
    score : ApproachScore
    points : OperatingPoints
        Of its approach.
    part : {"image", "sound"}
        What it is a verdict on.
    is_rate_chosen : bool, default False
        Whether its threshold is that of a false-positive rate, which is all that "fake" then has to exceed.
    quality : dict of str to float, optional
        Of what is judged, as of `keras_impl.samples.quality.typical`.
    """
    if quality and (name := outside(quality, points.quality)):
        lowest, highest = points.quality[name]
        if part == "sound":
            limit = lowest if quality[name] < lowest else highest
            return "can't tell", UnlikeSound(measure=name, value=quality[name], limit=limit)
        return "can't tell", Unlike(measure=name, value=quality[name], lowest=lowest, highest=highest)
    low = score.logit if score.low is None else score.low
    high = score.logit if score.high is None else score.high
    lowest, highest = points.calibrated_range
    figures = {
        "p": score.p_fake,
        "low": probability(low),
        "high": probability(high),
        "threshold": probability(score.threshold),
    }
    if not lowest <= score.logit <= highest:
        met = {"lowest": probability(lowest), "highest": probability(highest)}
        return "can't tell", OutOfRange(part=part, **figures, **met)
    real_below = min(points.equal_error, score.threshold)
    if low > score.threshold:
        is_far = is_rate_chosen or score.logit >= score.threshold + LEAST_MARGIN
        return ("likely fake", Above(part=part, **figures)) if is_far else ("can't tell", Close(part=part, **figures))
    at_equal_error = figures | {"threshold": probability(real_below)}
    is_apart = is_rate_chosen and real_below < score.threshold
    if high <= real_below:
        limit = real_limit(points, score.threshold)
        if score.logit <= limit:
            return "likely real", Below(part=part, **figures, limit=probability(limit))
        if is_apart:
            return "can't tell", CloseToEqual(part=part, **figures, limit=probability(limit))
        return "can't tell", Close(part=part, **at_equal_error)
    if low > real_below and high <= score.threshold:
        return "can't tell", Between(part=part, **figures, equal_error=probability(points.equal_error))
    if is_apart and high <= score.threshold:
        return "can't tell", StraddlesEqual(part=part, **at_equal_error)
    return "can't tell", Straddles(part=part, **figures)


def real_limit(points: OperatingPoints, threshold: float = math.inf) -> float:
    """The logit up to which a verdict can be "likely real", where one above ``threshold`` is "likely fake"."""
    return min(points.equal_error - LEAST_MARGIN, threshold)


def choose_part(
    parts: Sequence[ImagePrediction | UnjudgedImage | SoundPrediction | UnjudgedSound | None],
) -> ImagePrediction | SoundPrediction | None:
    """The part of a file whose verdict is the file's.

    A file is likely fake if any part is, and likely real only if each part that was judged is; else there is
    no telling. Parts that are not there or could not be judged don't count. Of several with the same verdict
    the one whose score lies highest above its threshold is taken.
    """

    def rank(part: ImagePrediction | SoundPrediction) -> tuple[int, float]:
        return -PRECEDENCE.index(part.verdict), part.score.logit - part.score.threshold if part.score else -math.inf

    judged = [part for part in parts if isinstance(part, ImagePrediction | SoundPrediction)]
    return max(judged, key=rank, default=None)
