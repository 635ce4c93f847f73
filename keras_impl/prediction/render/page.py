"""A prediction as a piece of HTML that needs nothing else: no network, no second file, and no script to say it all."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from keras_impl.core.versions import __version__
from keras_impl.media.formats import ModalityName
from keras_impl.prediction.decision import real_limit
from keras_impl.prediction.reasons import Caution, KnownErrors, Verdict
from keras_impl.prediction.render.about import detectors_of, facts_of, libraries
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
        "facts_of_file": facts_of(prediction, language),
        "sha256": prediction.facts.sha256 if prediction.facts else "",
        "made": words["made"].format(date=exhibits.examined, version=__version__, libraries=libraries()),
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
        gauges=[_gauge(part.score, name, models, language) for name, part in parts_of(prediction) if part.score],
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


def _gauge(score: ApproachScore, part: ModalityName, models: ModelSet, language: Language) -> dict[str, Any]:
    """P(fake), its interval, and up to where it is called real and from where on fake, 0 to 1."""
    words = catalogue(language).labels
    low, high = score.interval or (score.p_fake, score.p_fake)
    judged_by = models.image if part == "image" else models.sound
    assert judged_by is not None  # there is a score
    real = probability(real_limit(judged_by.decisive.points, score.threshold))
    fake = probability(score.threshold)
    return {
        "title": words[f"p_fake_{part}"],
        "p_fake": score.p_fake,
        "low": low,
        "high": high,
        "real": real,
        "fake": fake,
        "zones": words["zones"].format(real=real, fake=fake),
        "interval": f"{words[f'interval_{part}']}: {interval_in(score.interval)}" if score.interval else "",
    }


def _limits(prediction: Prediction, models: ModelSet, language: Language) -> list[str]:
    """What a verdict can't know: a paragraph each."""
    words = catalogue(language).labels
    lines = [words["limits"], words["not_examined"]]
    if models.image is None or models.sound is None:
        lines.append(words["limits_no_image" if models.image is None else "limits_no_sound"])
    elif prediction.image and prediction.sound:
        lines.append(words["limits_both"])
    lines.append(words["more"].format(version=__version__))
    return lines
