"""What a verdict shows below the viewer: what counted most, the clip, and what each approach says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from keras_impl.prediction.reasons import Problem, Verdict
from keras_impl.prediction.render.html import told
from keras_impl.prediction.render.nearest import Neighbour
from keras_impl.prediction.render.people import legend
from keras_impl.prediction.render.pictures import data_address, draw_heat, draw_snapshot, heat_scale, jpeg
from keras_impl.prediction.render.spectrogram import draw_spectrogram
from keras_impl.prediction.render.words import Language, catalogue, interval_in
from keras_impl.prediction.result import (
    ApproachScore,
    FoundFace,
    ImagePrediction,
    Person,
    SoundPrediction,
    SoundSegment,
    probability,
)
from keras_impl.prediction.trained import Models

SHOWN_FACES, SHOWN_SEGMENTS = 4, 2

QUALITY = 80
"""Of crops and spectrograms: JPEG's, of 100."""


@dataclass(frozen=True)
class Exhibits:
    """What is shown beside a prediction's own values.

    Attributes
    ----------
    examined : str
        When the file was judged, with the time zone.
    clip : bytes
        The clip with boxes, MP4; empty if there is none to show.
    problem : Problem or None
        Why there is no clip; None if there is one, or nothing to show.
    neighbours : sequence of Neighbour
    """

    examined: str
    clip: bytes = b""
    problem: Problem | None = None
    neighbours: Sequence[Neighbour] = ()


def top_faces(image: ImagePrediction) -> list[FoundFace]:
    """The faces that counted most: of a likely real file those with the lowest scores, else those with the highest."""
    return by_weight(image.shown, image.verdict)[:SHOWN_FACES] if image.shown else []


def by_weight(person: Person, verdict: Verdict | None) -> list[FoundFace]:
    """The faces of a person, first those that speak most for the verdict on the image."""
    sign = _sign(verdict)
    return sorted(person.faces, key=lambda face: sign * face.logits[person.score.approach])


def top_segments(sound: SoundPrediction) -> list[SoundSegment]:
    """The segments that counted most, likewise."""
    sign, approach = _sign(sound.verdict), sound.score.approach
    return sorted(sound.segments, key=lambda segment: sign * segment.logits[approach])[:SHOWN_SEGMENTS]


def _sign(verdict: Verdict | None) -> int:
    return 1 if verdict == "likely real" else -1


def image_exhibits(
    image: ImagePrediction, models: Models, exhibits: Exhibits, language: Language
) -> dict[str, Any] | None:
    """What of the image ``exhibits.html`` shows; None without anybody."""
    person = image.shown
    if person is None:
        return None
    counted = top_faces(image)
    shots = {shot.number: shot for shot in image.snapshots}
    poster = draw_snapshot(shots[counted[0].frame], image.people) if exhibits.clip else b""
    return {
        "legend": legend(image, language),
        "faces": _faces(counted, person, image, language),
        "heat_note": _heat_note(models, image.explained, language),
        "disagreement": _disagreement(person.scores, models, language),
        "problem": told(exhibits.problem, language) if exhibits.problem else "",
        "clip": data_address(exhibits.clip, "video/mp4") if exhibits.clip else "",
        "poster": data_address(poster, "image/jpeg") if poster else "",
        "views": _views(person.scores, models, language),
        "neighbours": [
            [each.person, f"{each.distance:.2f}", str(each.real), str(each.fake)] for each in exhibits.neighbours
        ],
    }


def sound_exhibits(sound: SoundPrediction, models: Models, language: Language) -> dict[str, Any]:
    """The same of the sound."""
    words, scale = catalogue(language).look, heat_scale(sound.segments)
    figures = []
    for segment in top_segments(sound):
        name = "segment_told" if segment.heat is None else "segment_heated"
        title = words[name].format(start=segment.start, end=segment.start + segment.seconds)
        drawn = draw_spectrogram(segment.spectrogram, segment.seconds, segment.heat, scale)
        pictures = [_picture(drawn, title)]
        p = probability(segment.logits[sound.score.approach])
        figures.append({"pictures": pictures, "caption": words["captioned"].format(told=title, p=p)})
    return {
        "segments": figures,
        "heat_note": _heat_note(models, sound.explained, language),
        "disagreement": _disagreement(sound.scores, models, language),
        "views": _views(sound.scores, models, language),
    }


def _faces(
    faces: Sequence[FoundFace], person: Person, image: ImagePrediction, language: Language
) -> list[dict[str, Any]]:
    words, scale, figures = catalogue(language).look, heat_scale_of(image.people), []
    for face in faces:
        title = face_told(face, person, len(image.snapshots) == 1, language)
        pictures = [_picture(face.crop, title)]
        if face.heat is not None:
            pictures.append(_picture(draw_heat(face, face.heat, scale), words["heat_told"]))
        p = probability(face.logits[person.score.approach])
        figures.append({"pictures": pictures, "caption": words["captioned"].format(told=title, p=p)})
    return figures


def face_told(face: FoundFace, person: Person, is_picture: bool, language: Language) -> str:
    """What a face is called: by person, and time if there are several frames."""
    words = catalogue(language).look
    return words["face_in_picture" if is_picture else "face_told"].format(person=person.number, time=face.time)


def heat_scale_of(people: Sequence[Person]) -> float:
    """The share that is drawn in the strongest colour: one for all faces of a file, in the viewer and below it."""
    return heat_scale([face for person in people for face in person.faces])


def _picture(image: np.ndarray, title: str) -> dict[str, str]:
    return {"address": data_address(jpeg(image, QUALITY), "image/jpeg"), "told": title}


def _heat_note(models: Models, explained: str | None, language: Language) -> str:
    """Whose the heat maps of a part are, and what they show."""
    words, part = catalogue(language).look, models.modality.name
    return f"{whose_heat(models, explained, language)} {words[f'heat_{part}']}" if explained else words["no_heat"]


def whose_heat(models: Models, explained: str, language: Language) -> str:
    """Whose the heat maps of a part are, and whether they explain the verdict."""
    decides = "decides" if explained == models.decisive.approach else "other"
    titles = {"title": models.trained[explained].title, "decisive": models.decisive.title}
    return catalogue(language).look[f"heat_{decides}_{models.modality.name}"].format(**titles)


def _disagreement(scores: Mapping[str, ApproachScore], models: Models, language: Language) -> str:
    """Which approaches are above their threshold and which are not; empty if they agree."""
    above = [models.trained[name].title for name, score in scores.items() if score.logit > score.threshold]
    below = [models.trained[name].title for name, score in scores.items() if score.logit <= score.threshold]
    if not above or not below:
        return ""
    return catalogue(language).look["disagreement"].format(above=", ".join(above), below=", ".join(below))


def _views(scores: Mapping[str, ApproachScore], models: Models, language: Language) -> list[list[str]]:
    rows = []
    for place, (name, score) in enumerate(scores.items()):
        decides = catalogue(language).labels["decides"] if not place else ""
        figures = [f"{score.p_fake:.2f}", interval_in(score.interval), f"{probability(score.threshold):.2f}", decides]
        rows.append([models.trained[name].title, *figures])
    return rows
