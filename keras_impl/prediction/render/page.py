"""A prediction as a piece of HTML that needs nothing else: no network, no script, no second file.

Whatever comes from outside (names of files, reasons that a decoder gave, a results folder's caution) is escaped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np

from keras_impl.media.formats import ModalityName
from keras_impl.prediction.render.nearest import Neighbour
from keras_impl.prediction.render.pictures import data_address, draw_heat, heat_scale, jpeg
from keras_impl.prediction.render.spectrogram import draw_spectrogram
from keras_impl.prediction.render.timeline import draw_image_timeline, draw_sound_timeline
from keras_impl.prediction.render.words import LABELS, Language, interval_of, sentence, verdict_in
from keras_impl.prediction.result import (
    FoundFace,
    ImagePrediction,
    Prediction,
    Reason,
    Snapshot,
    SoundPrediction,
    SoundSegment,
    Verdict,
    View,
    probability,
)
from keras_impl.prediction.trained import Models, ModelSet

STYLE = Path(__file__).with_name("verdict.css").read_text(encoding="utf-8")

SHOWN_FACES, SHOWN_PEAKS, SHOWN_SEGMENTS = 4, 3, 2

KINDS = {"likely real": "real", "likely fake": "fake", "can't tell": "open", None: "none"}
"""Classes of the style sheet, by verdict."""


_INTERVALS: dict[ModalityName, str] = {"image": "interval", "sound": "interval_sound"}
"""Names of the words for the intervals."""


@dataclass(frozen=True)
class Exhibits:
    """What is shown beside a prediction's own values.

    Attributes
    ----------
    clip : bytes
        The clip with boxes, MP4, or the picture with boxes, JPEG; empty if it can't be shown.
    is_image : bool
    problem : str
        Why there is no clip.
    neighbours : sequence of Neighbour
    """

    clip: bytes
    is_image: bool
    problem: str
    neighbours: Sequence[Neighbour]


def top_faces(image: ImagePrediction) -> list[FoundFace]:
    """The faces that counted most: of a likely real file those with the lowest scores, else those with the highest."""
    person = image.shown
    if person is None:
        return []
    sign = _sign(image.verdict)
    return sorted(person.faces, key=lambda face: sign * face.logits[person.view.approach])[:SHOWN_FACES]


def top_segments(sound: SoundPrediction) -> list[SoundSegment]:
    """The segments that counted most, likewise."""
    sign, approach = _sign(sound.verdict), sound.view.approach
    return sorted(sound.segments, key=lambda segment: sign * segment.logits[approach])[:SHOWN_SEGMENTS]


def _sign(verdict: Verdict | None) -> int:
    return 1 if verdict == "likely real" else -1


def peaks(image: ImagePrediction) -> list[tuple[Snapshot, float]]:
    """The frames in which P(fake) of the decisive person is highest, in the order of time, with that logit."""
    person = image.shown
    if person is None or len(image.snapshots) < 2:
        return []
    shots = {shot.number: shot for shot in image.snapshots}
    highest = sorted(person.faces, key=lambda face: -face.logits[person.view.approach])[:SHOWN_PEAKS]
    ordered = sorted(highest, key=lambda face: face.frame)
    return [(shots[face.frame], face.logits[person.view.approach]) for face in ordered]


def render(prediction: Prediction, models: ModelSet, exhibits: Exhibits, language: Language = "en") -> str:
    """A prediction with its reasons, as HTML to be put into a page with the style sheet `STYLE`.

    The models' caution is not part of it: a page with several predictions says it once, by `told_caution`.
    """
    words = LABELS[language]
    kind = KINDS[prediction.verdict]
    parts = [f'<section class="verdict {kind}"><h2>{escape(verdict_in(prediction, language))}</h2>']
    if prediction.verdict is None:
        problem = escape(words["unjudged"]).format(problem=english(prediction.problem, language))
        return f"{parts[0]}<p>{problem}</p></section>"
    image, sound = prediction.image, prediction.sound
    parts.append(f'<p class="file">{escape(prediction.name)}</p>')
    if prediction.view:
        parts.append(_gauge(prediction.view, prediction.rests_on, language))
    if image and image.verdict:
        facts = words["facts"].format(faces=image.faces_used, frames=image.frames_read)
        parts.append(f"<p>{escape(facts)}</p>")
    if sound and sound.verdict:
        facts = words["facts_sound"].format(segments=len(sound.segments), seconds=sound.duration)
        parts.append(f"<p>{escape(facts)}</p>")
    items = "".join(f"<li>{_told(reason, language)}</li>" for reason in prediction.reasons if reason.code != "caution")
    parts.append(f"</section><h3>{words['why']}</h3><ul>{items}</ul>")
    if image and image.verdict:
        parts.append(_image(image, models.image, exhibits, language))
    if sound and sound.verdict:
        parts.append(_sound(sound, models.sound, language))
    return "".join([*parts, _limits(prediction, models, language)])


def told_caution(caution: str, language: Language) -> str:
    """What must not be made of the models, as HTML; nothing if there is no caution."""
    if not caution:
        return ""
    lead = LABELS[language]["caution"]
    return f'<p class="caution" role="note"><strong>{lead}</strong> {english(caution, language)}</p>'


def english(text: str, language: Language) -> str:
    """A text that there is in English only, escaped, and marked as such in a page of another language."""
    return escape(text) if language == "en" else f'<span lang="en">{escape(text)}</span>'


def _told(reason: Reason, language: Language) -> str:
    told, problem = escape(sentence(reason, language)), str(reason.values.get("problem", ""))
    return told.replace(escape(problem), english(problem, language)) if problem else told


def _image(image: ImagePrediction, models: Models, exhibits: Exhibits, language: Language) -> str:
    words, parts = LABELS[language], []
    if image.people:
        if len(image.snapshots) > 1:
            timeline = draw_image_timeline(image, language)
            parts.append(f"<h3>{words['timeline']}</h3>{_scrolled(timeline, words['timeline'])}")
            parts.append(_peaks(image, language))
        parts.append(_faces(image, language))
    parts.append(_clip(exhibits, language))
    if image.people:
        parts.append(f"<h3>{words['views']}</h3>" + _views(image.shown.views, models, language))
        if len(image.people) > 1:
            parts.append(_people(image, language))
    if exhibits.neighbours:
        parts.append(_neighbours(exhibits.neighbours, language))
    return "".join(parts)


def _sound(sound: SoundPrediction, models: Models, language: Language) -> str:
    words, scale = LABELS[language], heat_scale(sound.segments)
    timeline = _scrolled(draw_sound_timeline(sound, language), f"{words['sound']}: {words['timeline']}")
    figures = []
    for segment in top_segments(sound):
        told = escape(words["segment_told"].format(start=segment.start, end=segment.start + segment.seconds))
        pictures = [_picture(draw_spectrogram(segment.spectrogram, segment.seconds), told)]
        if segment.heat is not None:
            heated = draw_spectrogram(segment.spectrogram, segment.seconds, segment.heat, scale)
            pictures.append(_picture(heated, escape(words["segment_heat_told"])))
        caption = f"{told}, {words['p_fake']} {probability(segment.logits[sound.view.approach]):.2f}"
        figures.append(f"<figure>{''.join(pictures)}<figcaption>{caption}</figcaption></figure>")
    has_heat = any(segment.heat is not None for segment in sound.segments)
    note = " ".join([words["segment_note"], words["segment_heat" if has_heat else "no_heat"]])
    return (
        f"<section><h3>{words['sound']}</h3><h4>{words['timeline']}</h4>{timeline}"
        f'<h4>{words["segments"]}</h4><div class="spectra">{"".join(figures)}</div>'
        f'<p class="note">{escape(note)}</p><h4>{words["views"]}</h4>{_views(sound.views, models, language)}</section>'
    )


def _picture(image: np.ndarray, told: str) -> str:
    return f'<img src="{data_address(jpeg(image), "image/jpeg")}" alt="{told}">'


def _gauge(view: View, part: ModalityName, language: Language) -> str:
    """P(fake), its interval and the threshold, as a bar and as words."""
    words = LABELS[language]
    low, high = (view.logit if bound is None else bound for bound in (view.low, view.high))
    start, end, at = (100 * probability(logit) for logit in (low, high, view.threshold))
    bar = (
        f'<span class="span" style="left:{start:.1f}%;width:{max(end - start, 0.5):.1f}%"></span>'
        f'<span class="mark" style="left:{100 * view.p_fake:.1f}%"></span>'
        f'<span class="limit" style="left:{at:.1f}%"></span>'
    )
    interval = interval_of(view) if view.low is not None else words["none"]
    return (
        f'<p class="score">{words[f"p_fake_{part}"]} <strong>{view.p_fake:.2f}</strong></p>'
        f'<div class="gauge" aria-hidden="true">{bar}</div>'
        f"<p>{words[_INTERVALS[part]]}: {interval}; {words['threshold']}: {probability(view.threshold):.2f}</p>"
    )


def _peaks(image: ImagePrediction, language: Language) -> str:
    words = LABELS[language]
    figures = []
    for shot, logit in peaks(image):
        told = escape(words["peak_told"].format(time=shot.time, p=probability(logit)))
        address = data_address(shot.jpeg, "image/jpeg")
        figures.append(f'<figure><img src="{address}" alt="{told}"><figcaption>{told}</figcaption></figure>')
    return f'<h3>{words["peaks"]}</h3><div class="row">{"".join(figures)}</div>'


def _faces(image: ImagePrediction, language: Language) -> str:
    words = LABELS[language]
    person = image.shown
    scale = heat_scale(person.faces)
    figures = []
    for face in top_faces(image):
        p = probability(face.logits[person.view.approach])
        told = escape(words["face_told"].format(time=face.time))
        pictures = [_picture(face.crop, told)]
        if face.heat is not None:
            pictures.append(_picture(draw_heat(face, scale), escape(words["heat_told"])))
        caption = f"{told}, {words['p_fake']} {p:.2f}"
        figures.append(f'<figure class="pair">{"".join(pictures)}<figcaption>{caption}</figcaption></figure>')
    has_heat = any(face.heat is not None for face in person.faces)
    note = words["heat"] if has_heat else words["no_heat"]
    return f'<h3>{words["faces"]}</h3><div class="row">{"".join(figures)}</div><p class="note">{escape(note)}</p>'


def _clip(exhibits: Exhibits, language: Language) -> str:
    words = LABELS[language]
    if not exhibits.clip:
        told = escape(words["no_clip"]).format(problem=english(exhibits.problem, language))
        return f'<p class="note">{told}</p>' if exhibits.problem else ""
    if exhibits.is_image:
        told = escape(words["picture_told"])
        return f'<img class="clip" src="{data_address(exhibits.clip, "image/jpeg")}" alt="{told}">'
    told = escape(words["clip_told"])
    address = data_address(exhibits.clip, "video/mp4")
    return (
        f'<h3>{words["clip"]}</h3><video class="clip" controls loop muted playsinline preload="metadata" '
        f'src="{address}" aria-label="{told}"></video><p class="note">{told}</p>'
    )


def _views(views: Mapping[str, View], models: Models, language: Language) -> str:
    words = LABELS[language]
    rows = []
    for place, (name, view) in enumerate(views.items()):
        decides = words["decides"] if not place else ""
        figures = [f"{view.p_fake:.2f}", interval_of(view), f"{probability(view.threshold):.2f}", decides]
        rows.append([models.trained[name].title, *figures])
    heads = [words["approach"], words["p_fake"], words[_INTERVALS[models.modality.name]], words["threshold"], ""]
    return _table(heads, rows, words["views"])


def _people(image: ImagePrediction, language: Language) -> str:
    words = LABELS[language]
    rows = [
        [
            str(person.number),
            str(len(person.faces)),
            f"{person.view.p_fake:.2f}",
            interval_of(person.view),
            words["yes" if person.is_supported else "no"],
        ]
        for person in image.people
    ]
    heads = [words["person"], words["faces_count"], words["p_fake"], words["interval"], words["supported"]]
    return f"<h3>{words['people']}</h3>" + _table(heads, rows, words["people"])


def _neighbours(neighbours: Sequence[Neighbour], language: Language) -> str:
    words = LABELS[language]
    heads = [words["person"], words["distance"], words["real_videos"], words["fake_videos"]]
    rows = [[each.person, f"{each.distance:.2f}", str(each.real), str(each.fake)] for each in neighbours]
    table = _table(heads, rows, words["nearest"])
    return f'<h3>{words["nearest"]}</h3>{table}<p class="note">{escape(words["nearest_told"])}</p>'


def _limits(prediction: Prediction, models: ModelSet, language: Language) -> str:
    words, lines = LABELS[language], []
    if prediction.image:
        lines += _model(models.image, language)
    if prediction.sound:
        lines += _model(models.sound, language)
    lines.append(words["limits"])
    if models.image is None or models.sound is None:
        lines[-1] += " " + words["limits_no_image" if models.image is None else "limits_no_sound"]
    elif prediction.image and prediction.sound:
        lines.append(words["limits_both"])
    told = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<section class="limits"><h3>{words["model"]}</h3>{told}</section>'


def _model(models: Models, language: Language) -> tuple[str, str]:
    """What gave the verdict on a part, and what it was trained on."""
    words, decisive, data = LABELS[language], models.decisive, models.trained_on()
    told = words["model_told" if models.modality.name == "image" else "model_sound_told"]
    error = data["equal_error_rate"]
    return told.format(title=decisive.title, approach=decisive.approach, sha256=decisive.sha256[:16]), words[
        "trained_told"
    ].format(
        layout=data["layout"],
        protocol=data["protocol"],
        **data["unseen_videos"],
        error=words["none"] if error is None else f"{100 * error:.0f} %",
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], told: str) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return _scrolled(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>", told)


def _scrolled(content: str, told: str) -> str:
    """A box of its own for what is wider than a telephone; who can't see it hears what is in it."""
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(told)}">{content}</div>'
