"""A verdict in plain words: what it says, and how often such an answer is wrong."""

from collections.abc import Mapping

from keras_impl.media.formats import ModalityName
from keras_impl.models.published import STRANGERS, ErrorRates, Rate
from keras_impl.prediction.reasons import (
    AskedRate,
    DemoModel,
    Elsewhere,
    HowOften,
    Reason,
    Says,
    UnknownErrors,
    Verdict,
)
from keras_impl.prediction.trained import Models


def plain_answer(
    verdicts: Mapping[ModalityName, Verdict],
    rests_on: ModalityName,
    judged_by: Mapping[ModalityName, Models],
    max_fpr: float | None = None,
    gives_demo_verdicts: bool = False,
) -> tuple[Reason, ...]:
    """What a file's verdict says, and how often such an answer is wrong, for people who know nothing of scores.

    Parameters
    ----------
    verdicts : dict of {"image", "sound"} to {"likely real", "likely fake", "can't tell"}
        On each part that was judged.
    rests_on : {"image", "sound"}
        The part that the file's verdict is taken from.
    judged_by : dict of {"image", "sound"} to Models
    max_fpr : float, optional
        The false-positive rate that was asked for instead of the models' own thresholds.
    gives_demo_verdicts : bool, default False
        Whether models of the demo may give verdicts.

    Returns
    -------
    tuple of Reason
        First what is said, then, of each part that it names, how often that is wrong: on strangers, then on other data
        sets.
    """
    said = Says(image=verdicts.get("image"), sound=verdicts.get("sound"))
    if any(models.is_demo for models in judged_by.values()):
        return DemoModel(gives_verdicts=gives_demo_verdicts), said
    of_file = verdicts[rests_on]
    named = {of_file} if of_file == "likely fake" else {of_file, "likely real"}
    told: list[Reason] = [said]
    for part in (part for part, verdict in verdicts.items() if verdict in named):
        if max_fpr is not None:
            told.append(AskedRate(part=part, rate=100 * max_fpr))
        else:
            told += _errors(part, verdicts[part], judged_by[part].decisive.known.rates) or [UnknownErrors(part=part)]
    return tuple(told)


def _errors(part: ModalityName, verdict: Verdict, rates: tuple[ErrorRates, ...]) -> list[Reason]:
    """How often this verdict was given wrongly, set by set, strangers of its own data set first."""
    told: list[Reason] = []
    for of_set in sorted(rates, key=lambda each: each.name != STRANGERS[part]):
        rate = _rate_of(of_set, verdict)
        if rate is None:
            continue
        low, high = (rate.value if end is None else end for end in (rate.low, rate.high))
        percent = {"share": 100 * rate.value, "low": 100 * low, "high": 100 * high}
        if of_set.name == STRANGERS[part]:
            told.append(HowOften(part=part, verdict=verdict, **percent))
        elif verdict != "can't tell":
            files = of_set.real if verdict == "likely fake" else of_set.fake
            told.append(Elsewhere(part=part, title=of_set.name, files=files, **percent))
    return told


def _rate_of(of_set: ErrorRates, verdict: Verdict) -> Rate | None:
    return {"likely fake": of_set.fpr, "likely real": of_set.fnr, "can't tell": of_set.unsure}[verdict]
