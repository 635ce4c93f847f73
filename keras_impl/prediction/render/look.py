"""What a verdict shows to who wants to look for oneself: frames, faces, heat maps, sound.

The HTML says it all without a script: every frame that was searched, every face, the timeline. On paper it has key
frames only, so that a report stays short.
`SCRIPT`, where it runs, makes of that a viewer of one moment at a time; what it needs beside the HTML are the heat
maps, as numbers.
"""

import base64
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keras_impl.prediction.render.exhibits import (
    QUALITY,
    by_weight,
    face_told,
    heat_scale_of,
    top_faces,
    top_segments,
    whose_heat,
)
from keras_impl.prediction.render.people import legend, role_of, shown_as
from keras_impl.prediction.render.pictures import (
    FAKE_COLOUR,
    REAL_COLOUR,
    STRONGEST,
    data_address,
    heat_scale,
    jpeg,
)
from keras_impl.prediction.render.timeline import draw_timeline
from keras_impl.prediction.render.words import Language, catalogue, interval_in
from keras_impl.prediction.result import (
    FoundFace,
    ImagePrediction,
    Person,
    Prediction,
    Snapshot,
    SoundPrediction,
    probability,
)
from keras_impl.prediction.trained import ModelSet

SCRIPT = Path(__file__).with_name("look.js").read_text(encoding="utf-8")
"""Defines ``kerasImplLook(root)``, which enhances all verdicts below an element; a second call changes nothing."""

LABEL_SHARE = 0.04
"""Height of the letters beside a box, of the frame's longer side."""

STRONGEST_BYTE = 127


def look(prediction: Prediction, models: ModelSet, language: Language) -> dict[str, Any] | None:
    """What ``look.html`` shows; None where nothing was looked at or listened to."""
    image = prediction.image if models.image else None
    sound = prediction.sound if models.sound and isinstance(prediction.sound, SoundPrediction) else None
    shots = image.snapshots if image else ()
    if not shots and not sound:
        return None
    judged = image if isinstance(image, ImagePrediction) else None
    people = judged.people if judged else ()
    is_picture = len(shots) == 1
    keys = _key_frames(judged) if judged else set()
    return {
        "frames": [_frame(shot, people, is_picture, language) | {"is_key": shot.number in keys} for shot in shots],
        "paper": _on_paper(judged, len(keys), len(shots), language) if judged else "",
        "legend": legend(judged, language) if judged and len(people) > 1 else [],
        "people": [_person(person, judged, shots, keys, language) for person in people] if judged else [],
        "timeline": draw_timeline(image, sound, language),
        "data": _data(shots, judged, sound, models, language),
        "has_sound": sound is not None,
    }


def _key_frames(image: ImagePrediction) -> set[int]:
    """Numbers of the frames that are shown on paper too: of the faces that counted most, and one of everybody else."""
    of_each = [by_weight(person, image.verdict)[0] for person in image.people]
    return {face.frame for face in [*top_faces(image), *of_each]}


def _on_paper(image: ImagePrediction, shown: int, count: int, language: Language) -> str:
    """Which frames are on paper; empty if all of them are."""
    if not image.shown or shown == count:
        return ""
    told = catalogue(language).look["paper_several" if len(image.people) > 1 else "paper_one"]
    return told.format(shown=shown, count=count, person=image.shown.number)


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


def _person(
    person: Person, image: ImagePrediction, shots: Sequence[Snapshot], keys: Collection[int], language: Language
) -> dict[str, Any]:
    """A person, and their face in each frame that shows it."""
    words, score = catalogue(language).look, person.score
    places = {shot.number: place for place, shot in enumerate(shots)}
    is_picture = len(shots) == 1
    scored = words["face_scored" if is_picture else "face_point"]
    figures = words["person_score" if score.interval else "person_score_of_one"]
    return shown_as(person) | {
        "told": role_of(person, image, language),
        "score": figures.format(faces=len(person.faces), p=score.p_fake, interval=interval_in(score.interval)),
        "crops": [
            {
                "place": places[face.frame],
                "is_key": face.frame in keys,
                "address": data_address(jpeg(face.crop, QUALITY), "image/jpeg"),
                "told": scored.format(time=face.time, p=probability(face.logits[score.approach])),
                "alt": face_told(face, person, is_picture, language),
            }
            for face in person.faces
        ],
    }


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
        whose_heat(each, part.explained, language)
        for each, part in ((models.image, image), (models.sound, sound))
        if each and part and part.explained
    ]
    scale = heat_scale_of(people)
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
