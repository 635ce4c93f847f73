"""Reports to pass on: a page per file that opens offline, by itself, and a list of them."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from keras_impl.core.guard import limited
from keras_impl.core.storage import write_text
from keras_impl.core.versions import __version__
from keras_impl.errors import MediaError
from keras_impl.media.formats import IMAGE_SUFFIXES
from keras_impl.prediction.reasons import NoFilm, NoReport, problem_of
from keras_impl.prediction.render.exhibits import Exhibits
from keras_impl.prediction.render.film import SMALL, SMALL_FRAMES, film_boxes
from keras_impl.prediction.render.html import fill, told, told_caution
from keras_impl.prediction.render.look import SCRIPT
from keras_impl.prediction.render.nearest import nearest_people
from keras_impl.prediction.render.page import KINDS, STYLE, render
from keras_impl.prediction.render.words import Language, catalogue, interval_in, verdict_in
from keras_impl.prediction.result import ApproachScore, ImagePrediction, Person, Prediction
from keras_impl.prediction.trained import ModelSet

ANNOTATED_SUFFIX = ".boxes.mp4"

INDEX_NAME = "index.html"
"""Of the list of reports: no report has that name, since theirs hold the whole name of a file."""

SORTING = Path(__file__).with_name("index.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Reporter:
    """Writes what is wanted of each judged file; workers take it along.

    Attributes
    ----------
    models : ModelSet
    folder : Path or None
        Where reports go; None writes none.
    annotated : Path or None
        Where videos with boxes go, in their own size; None writes none.
    time_limit : float
        Seconds that reading one file may take.
    stems : dict of str to str
        By the prediction's name, what its report and film are called (`keras_impl.media.names.unique_stems`).
    language : {"en", "ko"}
    """

    models: ModelSet
    folder: Path | None
    annotated: Path | None
    time_limit: float
    stems: Mapping[str, str]
    language: Language = "en"

    def __call__(self, path: Path, prediction: Prediction) -> Prediction:
        """Write the report and the video of a file; return its prediction, with a note of what could not be written."""
        people = prediction.image.people if prediction.image else ()
        if self.annotated and people and path.suffix.lower() not in IMAGE_SUFFIXES:
            out = self.annotated / f"{self.stems[prediction.name]}{ANNOTATED_SUFFIX}"
            film = partial(film_boxes, path, people, out, self.time_limit)
            prediction = self._noting(NoFilm, film, prediction)
        if self.folder:
            report = partial(self._report, path, prediction, self.folder)
            prediction = self._noting(NoReport, report, prediction)
        return prediction

    def _noting(self, kind: type[NoFilm | NoReport], write: Callable[[], None], prediction: Prediction) -> Prediction:
        """Write something; if that fails, the verdict is kept and the failure is noted."""
        try:
            with limited(self.time_limit):
                write()
        except (MediaError, OSError) as error:
            return replace(prediction, notes=(*prediction.notes, kind(problem=problem_of(error))))
        return prediction

    def _report(self, path: Path, prediction: Prediction, folder: Path) -> None:
        exhibits = gather_exhibits(path, prediction, self.models, self.time_limit)
        body = render(prediction, self.models, exhibits, self.language)
        page = report_page(body, prediction.name, self.language, self.models.caution)
        write_text(folder / report_name(self.stems[prediction.name]), page)


def report_name(stem: str) -> str:
    """What the report of a file is called, by its stem."""
    return f"{stem}.html"


def write_index(
    folder: Path,
    predictions: Sequence[Prediction],
    stems: Mapping[str, str],
    models: ModelSet,
    language: Language = "en",
) -> Path:
    """Write the list of the reports of several files, which can be sorted; return its path.

    Parameters
    ----------
    folder : Path
        Where the reports are.
    predictions : sequence of Prediction
    stems : dict of str to str
        As of `Reporter`.
    models : ModelSet
    language : {"en", "ko"}
    """
    words = catalogue(language).labels
    page = fill(
        "index.html",
        language=language,
        words=words,
        style=Markup(STYLE),
        script=Markup(SORTING),
        caution=told_caution(models.caution, language),
        told=words["index_told"].format(count=len(predictions), date=now(), version=__version__),
        rows=[_row(each, folder / report_name(stems[each.name]), language) for each in predictions],
    )
    write_text(folder / INDEX_NAME, page)
    return folder / INDEX_NAME


def _row(prediction: Prediction, report: Path, language: Language) -> dict[str, Any]:
    image, sound = prediction.image, prediction.sound
    return {
        "name": PurePath(prediction.name).name,
        "address": quote(report.name) if report.is_file() else "",
        "kind": KINDS[prediction.verdict],
        "verdict": verdict_in(prediction.verdict, language),
        "stamp": catalogue(language).labels["stamp"] if prediction.stamp else "",
        "image": _score(image.score if image else None),
        "faces": f"{image.faces_used} / {image.frames_read}" if image else "",
        "sound": _score(sound.score if sound else None),
        "problem": Markup(" ").join(told(problem, language) for problem in getattr(prediction, "problems", ())),
        "sha256": prediction.facts.sha256 if prediction.facts else "",
    }


def _score(score: ApproachScore | None) -> str:
    if score is None:
        return ""
    return f"{score.p_fake:.2f} ({interval_in(score.interval)})" if score.interval else f"{score.p_fake:.2f}"


def now() -> str:
    """The time, as reports tell it: of no time zone that would tell where somebody is."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def report_page(body: Markup, name: str, language: Language, caution: str = "") -> str:
    """A rendered prediction as a page of its own, which needs no other file and no network.

    Parameters
    ----------
    body : Markup
        From `keras_impl.prediction.render.page.render`.
    name : str
        What the file is called.
    language : {"en", "ko"}
    caution : str
        What the models' folder says must not be made of them; empty if nothing.
    """
    return fill(
        "report.html",
        language=language,
        title=f"{catalogue(language).labels['report']}: {PurePath(name).name}",
        style=Markup(STYLE),
        script=Markup(SCRIPT),
        caution=told_caution(caution, language),
        body=body,
    )


def gather_exhibits(path: Path, prediction: Prediction, models: ModelSet, time_limit: float) -> Exhibits:
    """What a report shows beside the prediction's own values.

    Parameters
    ----------
    path : Path
        The judged file.
    prediction : Prediction
    models : ModelSet
    time_limit : float
        Seconds that reading the file once more may take.
    """
    image = prediction.image
    clip, problem = b"", None
    if isinstance(image, ImagePrediction) and image.people and path.suffix.lower() not in IMAGE_SUFFIXES:
        try:
            clip = _clip(path, image.people, time_limit)
        except MediaError as error:
            problem = problem_of(error)
    neighbours = nearest_people(image.person, models.image) if image and image.person and models.image else []
    return Exhibits(now(), clip, problem, neighbours)


def _clip(path: Path, people: Sequence[Person], time_limit: float) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "clip.mp4")
        film_boxes(path, people, out, time_limit, SMALL, SMALL_FRAMES)
        return out.read_bytes()
