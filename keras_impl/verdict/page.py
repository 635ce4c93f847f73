"""A prediction as a piece of HTML that needs nothing else: no network, no script, no second file.

Whatever comes from outside (names of files, reasons that a decoder gave, a results folder's caution) is escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from keras_impl.verdict.models import Models
from keras_impl.verdict.nearest import Neighbour
from keras_impl.verdict.pictures import data_address, draw_heat, heat_scale, jpeg
from keras_impl.verdict.prediction import FoundFace, Prediction, Snapshot, probability
from keras_impl.verdict.timeline import draw_timeline
from keras_impl.verdict.words import LABELS, Language, interval_of, sentence, verdict_in

STYLE = Path(__file__).with_name("verdict.css").read_text(encoding="utf-8")

SHOWN_FACES, SHOWN_PEAKS = 4, 3

KINDS = {"likely real": "real", "likely fake": "fake", "can't tell": "open", None: "none"}
"""Classes of the style sheet, by verdict."""


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


def top_faces(prediction: Prediction) -> list[FoundFace]:
    """The faces that counted most: of a likely real file those with the lowest scores, else those with the highest."""
    person = prediction.person or (prediction.people[0] if prediction.people else None)
    if person is None:
        return []
    sign = 1 if prediction.verdict == "likely real" else -1
    return sorted(person.faces, key=lambda face: sign * face.logits[person.view.approach])[:SHOWN_FACES]


def peaks(prediction: Prediction) -> list[tuple[Snapshot, float]]:
    """The frames in which P(fake) of the decisive person is highest, in the order of time, with that logit."""
    person = prediction.person or (prediction.people[0] if prediction.people else None)
    if person is None or len(prediction.snapshots) < 2:
        return []
    shots = {shot.number: shot for shot in prediction.snapshots}
    highest = sorted(person.faces, key=lambda face: -face.logits[person.view.approach])[:SHOWN_PEAKS]
    ordered = sorted(highest, key=lambda face: face.frame)
    return [(shots[face.frame], face.logits[person.view.approach]) for face in ordered]


def render(prediction: Prediction, models: Models, exhibits: Exhibits, language: Language = "en") -> str:
    """A prediction with its reasons, as HTML to be put into a page with the style sheet `STYLE`."""
    words = LABELS[language]
    kind = KINDS[prediction.verdict]
    parts = [f'<section class="verdict {kind}"><h2>{escape(verdict_in(prediction, language))}</h2>']
    if prediction.verdict is None:
        problem = escape(words["unjudged"].format(problem=prediction.problem))
        return f"{parts[0]}<p>{problem}</p></section>"
    parts.append(f'<p class="file">{escape(prediction.name)}</p>')
    if prediction.view:
        parts.append(_gauge(prediction, language))
    facts = words["facts"].format(faces=prediction.faces_used, frames=prediction.frames_read)
    parts.append(f"<p>{escape(facts)}</p></section>")
    if models.caution:
        parts.append(f'<p class="caution" role="note"><strong>{words["caution"]}</strong> {escape(models.caution)}</p>')
    told = [reason for reason in prediction.reasons if reason.code != "caution"]
    items = "".join(f"<li>{escape(sentence(reason, language))}</li>" for reason in told)
    parts.append(f"<h3>{words['why']}</h3><ul>{items}</ul>")
    if prediction.people:
        if len(prediction.snapshots) > 1:
            parts.append(f"<h3>{words['timeline']}</h3>{_scrolled(draw_timeline(prediction, language))}")
            parts.append(_peaks(prediction, language))
        parts.append(_faces(prediction, language))
    parts.append(_clip(exhibits, language))
    if prediction.people:
        parts.append(_views(prediction, models, language))
        if len(prediction.people) > 1:
            parts.append(_people(prediction, language))
    if exhibits.neighbours:
        parts.append(_neighbours(exhibits.neighbours, language))
    return "".join([*parts, _model(models, language)])


def _gauge(prediction: Prediction, language: Language) -> str:
    """P(fake), its interval and the threshold, as a bar and as words."""
    words, view = LABELS[language], prediction.view
    low, high = (view.logit if bound is None else bound for bound in (view.low, view.high))
    start, end, at = (100 * probability(logit) for logit in (low, high, view.threshold))
    bar = (
        f'<span class="span" style="left:{start:.1f}%;width:{max(end - start, 0.5):.1f}%"></span>'
        f'<span class="mark" style="left:{100 * view.p_fake:.1f}%"></span>'
        f'<span class="limit" style="left:{at:.1f}%"></span>'
    )
    interval = interval_of(view) if view.low is not None else words["none"]
    return (
        f'<p class="score">{words["p_fake"]} <strong>{view.p_fake:.2f}</strong></p>'
        f'<div class="gauge" aria-hidden="true">{bar}</div>'
        f"<p>{words['interval']}: {interval}; {words['threshold']}: {probability(view.threshold):.2f}</p>"
    )


def _peaks(prediction: Prediction, language: Language) -> str:
    words = LABELS[language]
    figures = []
    for shot, logit in peaks(prediction):
        told = escape(words["peak_told"].format(time=shot.time, p=probability(logit)))
        address = data_address(shot.jpeg, "image/jpeg")
        figures.append(f'<figure><img src="{address}" alt="{told}"><figcaption>{told}</figcaption></figure>')
    return f'<h3>{words["peaks"]}</h3><div class="row">{"".join(figures)}</div>'


def _faces(prediction: Prediction, language: Language) -> str:
    words = LABELS[language]
    person = prediction.person or prediction.people[0]
    scale = heat_scale(person.faces)
    figures = []
    for face in top_faces(prediction):
        p = probability(face.logits[person.view.approach])
        told = escape(words["face_told"].format(time=face.time))
        pictures = [f'<img src="{data_address(jpeg(face.crop), "image/jpeg")}" alt="{told}">']
        if face.heat is not None:
            address = data_address(jpeg(draw_heat(face, scale)), "image/jpeg")
            pictures.append(f'<img src="{address}" alt="{escape(words["heat_told"])}">')
        caption = f"{told}, {words['p_fake']} {p:.2f}"
        figures.append(f'<figure class="pair">{"".join(pictures)}<figcaption>{caption}</figcaption></figure>')
    has_heat = any(face.heat is not None for face in person.faces)
    note = words["heat"] if has_heat else words["no_heat"]
    return f'<h3>{words["faces"]}</h3><div class="row">{"".join(figures)}</div><p class="note">{escape(note)}</p>'


def _clip(exhibits: Exhibits, language: Language) -> str:
    words = LABELS[language]
    if not exhibits.clip:
        return (
            f'<p class="note">{escape(words["no_clip"].format(problem=exhibits.problem))}</p>'
            if exhibits.problem
            else ""
        )
    if exhibits.is_image:
        told = escape(words["picture_told"])
        return f'<img class="clip" src="{data_address(exhibits.clip, "image/jpeg")}" alt="{told}">'
    told = escape(words["clip_told"])
    address = data_address(exhibits.clip, "video/mp4")
    return (
        f'<h3>{words["clip"]}</h3><video class="clip" controls loop muted playsinline preload="metadata" '
        f'src="{address}" aria-label="{told}"></video><p class="note">{told}</p>'
    )


def _views(prediction: Prediction, models: Models, language: Language) -> str:
    words = LABELS[language]
    person = prediction.person or prediction.people[0]
    rows = []
    for place, (name, view) in enumerate(person.views.items()):
        decides = words["decides"] if not place else ""
        figures = [f"{view.p_fake:.2f}", interval_of(view), f"{probability(view.threshold):.2f}", decides]
        rows.append([models.trained[name].title, *figures])
    return f"<h3>{words['views']}</h3>" + _table(
        [words["approach"], words["p_fake"], words["interval"], words["threshold"], ""], rows
    )


def _people(prediction: Prediction, language: Language) -> str:
    words = LABELS[language]
    rows = [
        [
            str(person.number),
            str(len(person.faces)),
            f"{person.view.p_fake:.2f}",
            interval_of(person.view),
            words["yes" if person.is_supported else "no"],
        ]
        for person in prediction.people
    ]
    heads = [words["person"], words["faces_count"], words["p_fake"], words["interval"], words["supported"]]
    return f"<h3>{words['people']}</h3>" + _table(heads, rows)


def _neighbours(neighbours: Sequence[Neighbour], language: Language) -> str:
    words = LABELS[language]
    heads = [words["person"], words["distance"], words["real_videos"], words["fake_videos"]]
    rows = [[each.person, f"{each.distance:.2f}", str(each.real), str(each.fake)] for each in neighbours]
    return f'<h3>{words["nearest"]}</h3>{_table(heads, rows)}<p class="note">{escape(words["nearest_told"])}</p>'


def _model(models: Models, language: Language) -> str:
    words, decisive, data = LABELS[language], models.decisive, models.trained_on()
    told = words["model_told"].format(title=decisive.title, approach=decisive.approach, sha256=decisive.sha256[:16])
    error = data["equal_error_rate"]
    trained = words["trained_told"].format(
        layout=data["layout"],
        protocol=data["protocol"],
        **data["unseen_videos"],
        error=words["none"] if error is None else f"{100 * error:.0f} %",
    )
    lines = "".join(f"<p>{escape(line)}</p>" for line in (told, trained, words["limits"]))
    return f'<section class="limits"><h3>{words["model"]}</h3>{lines}</section>'


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return _scrolled(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")


def _scrolled(content: str) -> str:
    """A box of its own for what is wider than a telephone."""
    return f'<div class="scroll" tabindex="0">{content}</div>'
