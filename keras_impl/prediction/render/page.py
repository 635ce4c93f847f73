"""A prediction as a piece of HTML that needs nothing else: no network, no second file, and no script to say it all."""

from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from markupsafe import Markup

from keras_impl.core.versions import __version__
from keras_impl.media.formats import ModalityName
from keras_impl.prediction.reasons import Caution, KnownErrors, Verdict
from keras_impl.prediction.render.about import detectors_of, facts_of
from keras_impl.prediction.render.exhibits import Exhibits, image_exhibits, sound_exhibits
from keras_impl.prediction.render.html import fill, told
from keras_impl.prediction.render.look import look
from keras_impl.prediction.render.words import Language, catalogue, interval_in, verdict_in
from keras_impl.prediction.result import (
    ApproachScore,
    ImagePrediction,
    JudgedFile,
    Prediction,
    SoundPrediction,
    UnjudgedFile,
    probability,
)
from keras_impl.prediction.trained import ModelSet

STYLE = "".join(
    Path(__file__).with_name(f"{name}.css").read_text(encoding="utf-8") for name in ("verdict", "look", "report")
)
"""For pages that a rendered prediction is put into."""

KINDS: Mapping[Verdict | None, str] = {
    "likely real": "real",
    "likely fake": "fake",
    "can't tell": "open",
    None: "none",
}
"""Classes of the style sheet, by verdict."""

TOLD_ELSEWHERE = Caution | KnownErrors
"""Reasons that are not in the list of them: above it, and in the table of the detector."""


def render(prediction: Prediction, models: ModelSet, exhibits: Exhibits, language: Language = "en") -> Markup:
    """A prediction with its reasons, as HTML to be put into a page with the style sheet `STYLE`.

    The models' caution is not part of it: a page with several predictions says it once, by
    `keras_impl.prediction.render.html.told_caution`.
    """
    words = catalogue(language).labels
    shown = {
        "words": words,
        "says": catalogue(language).look,
        "look": look(prediction, models, language),
        "kind": KINDS[prediction.verdict],
        "verdict": verdict_in(prediction.verdict, language),
        "stamp": words["stamp"] if prediction.stamp else "",
        "name": PurePath(prediction.name).name,
        "facts_of_file": facts_of(prediction, language),
        "made": words["made"].format(date=exhibits.examined, version=__version__),
    }
    if isinstance(prediction, UnjudgedFile):
        return fill("verdict.html", problems=[told(problem, language) for problem in prediction.problems], **shown)
    image, sound, facts = None, None, []
    if isinstance(prediction.image, ImagePrediction) and models.image:
        image = image_exhibits(prediction.image, models.image, exhibits, language)
        facts.append(
            words["facts_image"].format(faces=prediction.image.faces_used, frames=prediction.image.frames_read)
        )
    if isinstance(prediction.sound, SoundPrediction) and models.sound:
        sound = sound_exhibits(prediction.sound, models.sound, language)
        facts.append(
            words["facts_sound"].format(segments=len(prediction.sound.segments), seconds=prediction.sound.duration)
        )
    return fill(
        "verdict.html",
        problems=(),
        answer=[told(reason, language) for reason in prediction.answer],
        gauges=[_gauge(part.score, name, language) for name, part in parts_of(prediction) if part.score],
        facts=facts,
        reasons=[told(reason, language) for reason in prediction.reasons if not isinstance(reason, TOLD_ELSEWHERE)],
        image=image,
        sound=sound,
        detectors=detectors_of(prediction, models, language),
        limits=_limits(prediction, models, language),
        **shown,
    )


def parts_of(prediction: JudgedFile) -> list[tuple[ModalityName, ImagePrediction | SoundPrediction]]:
    """The parts of a file that were judged, first the one that its verdict is taken from."""
    parts: list[tuple[ModalityName, ImagePrediction | SoundPrediction]] = []
    if isinstance(prediction.image, ImagePrediction):
        parts.append(("image", prediction.image))
    if isinstance(prediction.sound, SoundPrediction):
        parts.append(("sound", prediction.sound))
    return sorted(parts, key=lambda part: part[0] != prediction.rests_on)


def _gauge(score: ApproachScore, part: ModalityName, language: Language) -> dict[str, Any]:
    """P(fake), its interval and the threshold, 0 to 1."""
    words = catalogue(language).labels
    low, high = score.interval or (score.p_fake, score.p_fake)
    return {
        "title": words[f"p_fake_{part}"],
        "p_fake": score.p_fake,
        "low": low,
        "high": high,
        "threshold": probability(score.threshold),
        "interval_title": words[f"interval_{part}"],
        "interval": interval_in(score.interval) if score.interval else words["none"],
    }


def _limits(prediction: Prediction, models: ModelSet, language: Language) -> list[str]:
    """What a verdict can't know: a paragraph each."""
    words = catalogue(language).labels
    lines = [words["limits"]]
    if models.image is None or models.sound is None:
        lines[-1] += " " + words["limits_no_image" if models.image is None else "limits_no_sound"]
    elif prediction.image and prediction.sound:
        lines.append(words["limits_both"])
    return lines
