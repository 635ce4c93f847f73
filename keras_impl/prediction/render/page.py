"""A prediction as a piece of HTML that needs nothing else: no network, no script, no second file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import numpy as np
from markupsafe import Markup

from keras_impl.core.versions import __version__
from keras_impl.media.formats import ModalityName
from keras_impl.prediction.reasons import Caution, KnownErrors, Problem, Verdict
from keras_impl.prediction.render.about import detectors_of, facts_of
from keras_impl.prediction.render.html import fill, told
from keras_impl.prediction.render.nearest import Neighbour
from keras_impl.prediction.render.pictures import data_address, draw_heat, heat_scale, jpeg
from keras_impl.prediction.render.spectrogram import draw_spectrogram
from keras_impl.prediction.render.timeline import draw_image_timeline, draw_sound_timeline
from keras_impl.prediction.render.words import Language, catalogue, interval_in, verdict_in
from keras_impl.prediction.result import (
    ApproachScore,
    FoundFace,
    ImagePrediction,
    JudgedFile,
    Person,
    Prediction,
    Snapshot,
    SoundPrediction,
    SoundSegment,
    UnjudgedFile,
    probability,
)
from keras_impl.prediction.trained import Models, ModelSet

STYLE = "".join(Path(__file__).with_name(f"{name}.css").read_text(encoding="utf-8") for name in ("verdict", "report"))
"""For pages that a rendered prediction is put into."""

SHOWN_FACES, SHOWN_PEAKS, SHOWN_SEGMENTS = 4, 3, 2

KINDS: Mapping[Verdict | None, str] = {
    "likely real": "real",
    "likely fake": "fake",
    "can't tell": "open",
    None: "none",
}
"""Classes of the style sheet, by verdict."""

TOLD_ELSEWHERE = Caution | KnownErrors
"""Reasons that are not in the list of them: above it, and in the table of the detector."""


@dataclass(frozen=True)
class Exhibits:
    """What is shown beside a prediction's own values.

    Attributes
    ----------
    clip : bytes
        The clip with boxes, MP4, or the picture with boxes, JPEG; empty if it can't be shown.
    is_image : bool
    problem : Problem or None
        Why there is no clip; None if there is one, or nothing to show.
    neighbours : sequence of Neighbour
    examined : str
        When the file was judged, with the time zone.
    """

    clip: bytes
    is_image: bool
    problem: Problem | None
    neighbours: Sequence[Neighbour]
    examined: str


def top_faces(image: ImagePrediction) -> list[FoundFace]:
    """The faces that counted most: of a likely real file those with the lowest scores, else those with the highest."""
    person = image.shown
    if person is None:
        return []
    sign = _sign(image.verdict)
    return sorted(person.faces, key=lambda face: sign * face.logits[person.score.approach])[:SHOWN_FACES]


def top_segments(sound: SoundPrediction) -> list[SoundSegment]:
    """The segments that counted most, likewise."""
    sign, approach = _sign(sound.verdict), sound.score.approach
    return sorted(sound.segments, key=lambda segment: sign * segment.logits[approach])[:SHOWN_SEGMENTS]


def _sign(verdict: Verdict | None) -> int:
    return 1 if verdict == "likely real" else -1


def peaks(image: ImagePrediction) -> list[tuple[Snapshot, float]]:
    """The frames in which P(fake) of the decisive person is highest, in the order of time, with that logit."""
    person = image.shown
    if person is None or len(image.snapshots) < 2:
        return []
    shots = {shot.number: shot for shot in image.snapshots}
    highest = sorted(person.faces, key=lambda face: -face.logits[person.score.approach])[:SHOWN_PEAKS]
    ordered = sorted(highest, key=lambda face: face.frame)
    return [(shots[face.frame], face.logits[person.score.approach]) for face in ordered]


def render(prediction: Prediction, models: ModelSet, exhibits: Exhibits, language: Language = "en") -> Markup:
    """A prediction with its reasons, as HTML to be put into a page with the style sheet `STYLE`.

    The models' caution is not part of it: a page with several predictions says it once, by
    `keras_impl.prediction.render.html.told_caution`.
    """
    words = catalogue(language).labels
    shown = {
        "words": words,
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
        image = _image(prediction.image, models.image, exhibits, language)
        facts.append(
            words["facts_image"].format(faces=prediction.image.faces_used, frames=prediction.image.frames_read)
        )
    if isinstance(prediction.sound, SoundPrediction) and models.sound:
        sound = _sound(prediction.sound, models.sound, language)
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


def _image(image: ImagePrediction, models: Models, exhibits: Exhibits, language: Language) -> dict[str, Any]:
    """What of the image the template shows."""
    person, clip = image.shown, exhibits.clip
    has_timeline = person is not None and len(image.snapshots) > 1
    has_heat = person is not None and any(face.heat is not None for face in person.faces)
    return {
        "timeline": draw_image_timeline(image, person, language) if person and has_timeline else "",
        "peaks": _peaks(image, language),
        "faces": _faces(image, person, language) if person else [],
        "heat_note": catalogue(language).labels["heat" if has_heat else "no_heat"],
        "problem": told(exhibits.problem, language) if exhibits.problem else "",
        "picture": data_address(clip, "image/jpeg") if clip and exhibits.is_image else "",
        "clip": data_address(clip, "video/mp4") if clip and not exhibits.is_image else "",
        "views": _scores(person.scores, models, language) if person else [],
        "people": [_row_of(each, language) for each in image.people] if len(image.people) > 1 else [],
        "neighbours": [
            [each.person, f"{each.distance:.2f}", str(each.real), str(each.fake)] for each in exhibits.neighbours
        ],
    }


def _sound(sound: SoundPrediction, models: Models, language: Language) -> dict[str, Any]:
    """What of the sound the template shows."""
    words, scale = catalogue(language).labels, heat_scale(sound.segments)
    has_heat = any(segment.heat is not None for segment in sound.segments)
    figures = []
    for segment in top_segments(sound):
        title = words["segment_told"].format(start=segment.start, end=segment.start + segment.seconds)
        pictures = [_picture(draw_spectrogram(segment.spectrogram, segment.seconds), title)]
        if segment.heat is not None:
            heated = draw_spectrogram(segment.spectrogram, segment.seconds, segment.heat, scale)
            pictures.append(_picture(heated, words["segment_heat_told"]))
        p = probability(segment.logits[sound.score.approach])
        figures.append({"pictures": pictures, "caption": words["scored"].format(told=title, p=p)})
    return {
        "timeline": draw_sound_timeline(sound, language),
        "segments": figures,
        "heat_note": words["segment_heat" if has_heat else "no_heat"],
        "views": _scores(sound.scores, models, language),
    }


def _picture(image: np.ndarray, title: str) -> dict[str, str]:
    return {"address": data_address(jpeg(image), "image/jpeg"), "told": title}


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


def _peaks(image: ImagePrediction, language: Language) -> list[dict[str, Any]]:
    words, figures = catalogue(language).labels, []
    for shot, logit in peaks(image):
        title = words["peak_told"].format(time=shot.time, p=probability(logit))
        address = data_address(shot.jpeg, "image/jpeg")
        figures.append({"pictures": [{"address": address, "told": title}], "caption": title})
    return figures


def _faces(image: ImagePrediction, person: Person, language: Language) -> list[dict[str, Any]]:
    words, scale = catalogue(language).labels, heat_scale(person.faces)
    figures = []
    for face in top_faces(image):
        title = words["face_told"].format(time=face.time)
        pictures = [_picture(face.crop, title)]
        if face.heat is not None:
            pictures.append(_picture(draw_heat(face, face.heat, scale), words["heat_told"]))
        p = probability(face.logits[person.score.approach])
        figures.append({"pictures": pictures, "caption": words["scored"].format(told=title, p=p)})
    return figures


def _scores(scores: Mapping[str, ApproachScore], models: Models, language: Language) -> list[list[str]]:
    rows = []
    for place, (name, score) in enumerate(scores.items()):
        decides = catalogue(language).labels["decides"] if not place else ""
        figures = [f"{score.p_fake:.2f}", interval_in(score.interval), f"{probability(score.threshold):.2f}", decides]
        rows.append([models.trained[name].title, *figures])
    return rows


def _row_of(person: Person, language: Language) -> list[str]:
    counts = catalogue(language).labels["yes" if person.is_supported else "no"]
    score = person.score
    return [str(person.number), str(len(person.faces)), f"{score.p_fake:.2f}", interval_in(score.interval), counts]


def _limits(prediction: Prediction, models: ModelSet, language: Language) -> list[str]:
    """What a verdict can't know: a paragraph each."""
    words = catalogue(language).labels
    lines = [words["limits"]]
    if models.image is None or models.sound is None:
        lines[-1] += " " + words["limits_no_image" if models.image is None else "limits_no_sound"]
    elif prediction.image and prediction.sound:
        lines.append(words["limits_both"])
    return lines
