"""What a verdict shows to who wants to look for oneself: frames, faces, heat maps, sound.

The HTML says it all without a script, and on paper: every frame that was searched, every face, the timeline.
`SCRIPT`, where it runs, makes of that a viewer of one moment at a time; what it needs beside the HTML are the heat
maps, as numbers.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from keras_impl.prediction.reasons import Problem, Verdict
from keras_impl.prediction.render.html import told
from keras_impl.prediction.render.nearest import Neighbour
from keras_impl.prediction.render.people import legend, role_of, shown_as
from keras_impl.prediction.render.pictures import (
    FAKE_COLOUR,
    REAL_COLOUR,
    STRONGEST,
    data_address,
    draw_heat,
    draw_snapshot,
    heat_scale,
    jpeg,
)
from keras_impl.prediction.render.spectrogram import draw_spectrogram
from keras_impl.prediction.render.timeline import draw_timeline
from keras_impl.prediction.render.words import Language, catalogue, interval_in
from keras_impl.prediction.result import (
    ApproachScore,
    FoundFace,
    ImagePrediction,
    Person,
    Prediction,
    Snapshot,
    SoundPrediction,
    SoundSegment,
    probability,
)
from keras_impl.prediction.trained import Models, ModelSet

SCRIPT = Path(__file__).with_name("look.js").read_text(encoding="utf-8")
"""Defines ``kerasImplLook(root)``, which enhances all verdicts below an element; a second call changes nothing."""

SHOWN_FACES, SHOWN_SEGMENTS = 4, 2

QUALITY = 80
"""Of crops and spectrograms: JPEG's, of 100."""

LABEL_SHARE = 0.04
"""Height of the letters beside a box, of the frame's longer side."""

STRONGEST_BYTE = 127


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


def look(prediction: Prediction, models: ModelSet, exhibits: Exhibits, language: Language) -> dict[str, Any] | None:
    """What ``look.html`` shows; None where nothing was looked at or listened to."""
    image = prediction.image if models.image else None
    sound = prediction.sound if models.sound and isinstance(prediction.sound, SoundPrediction) else None
    shots = image.snapshots if image else ()
    if not shots and not sound:
        return None
    judged = image if isinstance(image, ImagePrediction) else None
    people = judged.people if judged else ()
    is_picture = len(shots) == 1
    return {
        "frames": [_frame(shot, people, is_picture, language) for shot in shots],
        "legend": legend(judged, language) if judged and len(people) > 1 else [],
        "people": [_person(person, judged, shots, language) for person in people] if judged else [],
        "timeline": draw_timeline(image, sound, language),
        "data": _data(shots, judged, sound, models, language),
        "image": _image(judged, models.image, exhibits, language) if judged and people and models.image else None,
        "sound": _sound(sound, models.sound, language) if sound and models.sound else None,
    }


def _frame(shot: Snapshot, people: Sequence[Person], is_picture: bool, language: Language) -> dict[str, Any]:
    """A frame and the boxes in it."""
    words = catalogue(language).look
    letters = LABEL_SHARE * max(shot.width, shot.height)
    boxes, scores = [], []
    for person in people:
        for face in person.faces:
            if face.frame == shot.number:
                p = probability(face.logits[person.score.approach])
                x, y, width, height = (round(side, 1) for side in face.box)
                place = {"x": x, "y": y, "width": width, "height": height, "label_y": max(y - letters / 4, letters)}
                boxes.append(shown_as(person) | place | {"p": p})
                scores.append(words["scored"].format(person=person.number, p=p))
    when = words["picture" if is_picture else "frame"].format(number=shot.number, time=shot.time)
    return {
        "width": shot.width,
        "height": shot.height,
        "letters": round(letters, 1),
        "address": data_address(shot.jpeg, "image/jpeg"),
        "alt": when,
        "boxes": boxes,
        "told": f"{when}: {', '.join(scores) or words['no_face']}",
    }


def _person(person: Person, image: ImagePrediction, shots: Sequence[Snapshot], language: Language) -> dict[str, Any]:
    """A person, and their face in each frame that shows it."""
    words, score = catalogue(language).look, person.score
    places = {shot.number: place for place, shot in enumerate(shots)}
    is_picture = len(shots) == 1
    scored, figures = words["face_scored" if is_picture else "face_point"], "person_score"
    if score.interval is None:
        figures = "person_score_of_one"
    return shown_as(person) | {
        "told": role_of(person, image, language),
        "score": words[figures].format(
            faces=len(person.faces), p=score.p_fake, interval=_whole(interval_in(score.interval))
        ),
        "crops": [
            {
                "place": places[face.frame],
                "address": data_address(jpeg(face.crop, QUALITY), "image/jpeg"),
                "told": scored.format(time=face.time, p=probability(face.logits[score.approach])),
                "alt": _face_told(face, person, is_picture, language),
            }
            for face in person.faces
        ],
    }


def _whole(interval: str) -> str:
    """The same, so that a narrow column doesn't break it at its dash."""
    return interval.replace("\N{EN DASH}", "\N{WORD JOINER}\N{EN DASH}\N{WORD JOINER}")


def _data(
    shots: Sequence[Snapshot],
    image: ImagePrediction | None,
    sound: SoundPrediction | None,
    models: ModelSet,
    language: Language,
) -> dict[str, Any]:
    """What the script takes: times, heat maps as numbers, where it begins, and its words."""
    words, people = catalogue(language).look, image.people if image else ()
    explained = [
        _whose(each, part.explained, language)
        for each, part in ((models.image, image), (models.sound, sound))
        if each and part and part.explained
    ]
    scale = _scale_of(people)
    segments = sound.segments if sound else ()
    sound_scale = heat_scale(segments)
    approach = sound.score.approach if sound else ""
    return {
        "heat_told": " ".join([*explained, words["heat_colours"]]) if explained else "",
        "first": _first(shots, image, sound),
        "colours": {"fake": FAKE_COLOUR, "real": REAL_COLOUR, "opacity": STRONGEST},
        "times": [round(shot.time, 3) for shot in shots],
        "faces": [[_heat(face.heat, scale, _window(face)) for face in person.faces] for person in people],
        "segments": [
            {
                "start": round(segment.start, 3),
                "end": round(segment.start + segment.seconds, 3),
                "told": words["segment_point"].format(
                    start=segment.start,
                    end=segment.start + segment.seconds,
                    p=probability(segment.logits[approach]),
                ),
                "heat": _heat(segment.heat, sound_scale, (0.0, 0.0, 1.0, 1.0)),
            }
            for segment in segments
        ],
        "words": {name: text for name, text in words.items() if name.startswith("script_")},
    }


def _first(shots: Sequence[Snapshot], image: ImagePrediction | None, sound: SoundPrediction | None) -> int:
    """Place of the frame to begin with, that of the face that counted most; without frames, of such a segment."""
    if shots:
        counted = top_faces(image)[:1] if image else []
        return next((place for place, shot in enumerate(shots) for face in counted if shot.number == face.frame), 0)
    top = top_segments(sound)[0] if sound else None
    return next((place for place, segment in enumerate(sound.segments if sound else ()) if segment is top), 0)


def _window(face: FoundFace) -> tuple[float, float, float, float]:
    """Left, top, width and height of what the network sees, as shares of the crop."""
    height, width = face.crop.shape[:2]
    left, top, side = face.window
    return left / width, top / height, side / width, side / height


def _heat(shares: np.ndarray | None, scale: float, place: Iterable[float]) -> dict[str, Any] | None:
    """A heat map as bytes, -127 where it speaks most for real and 127 where for fake; None without one."""
    if shares is None:
        return None
    levels = np.clip(shares / max(scale, 1e-12), -1, 1) * STRONGEST_BYTE
    return {
        "rows": shares.shape[0],
        "columns": shares.shape[1],
        "levels": base64.b64encode(levels.round().astype(np.int8).tobytes()).decode(),
        "place": [round(share, 4) for share in place],
    }


def _image(image: ImagePrediction, models: Models, exhibits: Exhibits, language: Language) -> dict[str, Any]:
    """What of the image stands below the viewer."""
    person = image.shown
    assert person is not None  # there are people
    counted = top_faces(image)
    shots = {shot.number: shot for shot in image.snapshots}
    poster = draw_snapshot(shots[counted[0].frame], image.people) if exhibits.clip else b""
    return {
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


def _sound(sound: SoundPrediction, models: Models, language: Language) -> dict[str, Any]:
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
    words, scale, figures = catalogue(language).look, _scale_of(image.people), []
    for face in faces:
        title = _face_told(face, person, len(image.snapshots) == 1, language)
        pictures = [_picture(face.crop, title)]
        if face.heat is not None:
            pictures.append(_picture(draw_heat(face, face.heat, scale), words["heat_told"]))
        p = probability(face.logits[person.score.approach])
        figures.append({"pictures": pictures, "caption": words["captioned"].format(told=title, p=p)})
    return figures


def _face_told(face: FoundFace, person: Person, is_picture: bool, language: Language) -> str:
    words = catalogue(language).look
    return words["face_in_picture" if is_picture else "face_told"].format(person=person.number, time=face.time)


def _scale_of(people: Sequence[Person]) -> float:
    """What is drawn in the strongest colour: the same in the viewer and below it."""
    return heat_scale([face for person in people for face in person.faces])


def _picture(image: np.ndarray, title: str) -> dict[str, str]:
    return {"address": data_address(jpeg(image, QUALITY), "image/jpeg"), "told": title}


def _heat_note(models: Models, explained: str | None, language: Language) -> str:
    """Whose the heat maps of a part are, and what they show."""
    words, part = catalogue(language).look, models.modality.name
    return f"{_whose(models, explained, language)} {words[f'heat_{part}']}" if explained else words["no_heat"]


def _whose(models: Models, explained: str, language: Language) -> str:
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
