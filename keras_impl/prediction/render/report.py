"""The report of one file: a page that opens offline, by itself."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

import cv2
import numpy as np

from keras_impl.core.guard import limited
from keras_impl.core.storage import write_text
from keras_impl.errors import MediaError, told
from keras_impl.media.formats import IMAGE_SUFFIXES
from keras_impl.media.image import read_image
from keras_impl.media.names import file_stem, printable
from keras_impl.prediction.render.film import SMALL, SMALL_FRAMES, film_boxes
from keras_impl.prediction.render.nearest import nearest_people
from keras_impl.prediction.render.page import STYLE, Exhibits, render, told_caution
from keras_impl.prediction.render.pictures import draw_boxes, jpeg
from keras_impl.prediction.render.words import LABELS, Language
from keras_impl.prediction.result import Person, Prediction, Reason
from keras_impl.prediction.trained import ModelSet

PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{caution}
{body}
</main>
</body>
</html>
"""

ANNOTATED_SUFFIX = ".boxes.mp4"


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
    language : {"en", "ko"}
    """

    models: ModelSet
    folder: Path | None
    annotated: Path | None
    time_limit: float
    language: Language = "en"

    def __call__(self, path: Path, prediction: Prediction) -> Prediction:
        """Write the report and the video of a file; return its prediction, with a note of what could not be written."""
        people = prediction.image.people if prediction.image else ()
        if self.annotated and people and path.suffix.lower() not in IMAGE_SUFFIXES:
            prediction = self._noting("no_film", self._film, path, prediction)
        if self.folder:
            prediction = self._noting("no_report", self._report, path, prediction)
        return prediction

    def _noting(
        self, code: str, write: Callable[[Path, Prediction], None], path: Path, prediction: Prediction
    ) -> Prediction:
        """Write something; if that fails, the verdict is kept and the failure is noted."""
        try:
            with limited(self.time_limit):
                write(path, prediction)
        except (MediaError, OSError) as error:
            problem = told(error) if isinstance(error, OSError) else str(error)
            note = Reason(code, {"problem": printable(problem)}, "image")
            return replace(prediction, notes=(*prediction.notes, note))
        return prediction

    def _film(self, path: Path, prediction: Prediction) -> None:
        out = self.annotated / f"{file_stem(prediction.name)}{ANNOTATED_SUFFIX}"
        film_boxes(path, prediction.image.people, out, self.time_limit)

    def _report(self, path: Path, prediction: Prediction) -> None:
        exhibits = gather_exhibits(path, prediction, self.models, self.time_limit)
        title = escape(f"{LABELS[self.language]['report']}: {prediction.name}")
        caution = told_caution(self.models.caution, self.language)
        body = render(prediction, self.models, exhibits, self.language)
        page = PAGE.format(language=self.language, title=title, style=STYLE, caution=caution, body=body)
        write_text(self.folder / f"{file_stem(prediction.name)}.html", page)


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
    is_image = path.suffix.lower() in IMAGE_SUFFIXES
    image = prediction.image
    clip, problem = b"", ""
    if image and image.verdict is not None:
        try:
            clip = _picture(path, image.people) if is_image else _clip(path, image.people, time_limit)
        except MediaError as error:
            problem = str(error)
    neighbours = nearest_people(image.person, models.image) if image and image.person else []
    return Exhibits(clip, is_image, problem, neighbours)


def _picture(path: Path, people: Sequence[Person]) -> bytes:
    image = read_image(path).copy()
    faces = [(person, person.faces[0]) for person in people]
    draw_boxes(image, [(person, face.box, face.logits[person.view.approach]) for person, face in faces])
    return jpeg(_smaller(image))


def _smaller(image: np.ndarray) -> np.ndarray:
    scale = min(1.0, SMALL / max(image.shape[:2]))
    size = [max(1, round(side * scale)) for side in image.shape[1::-1]]
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def _clip(path: Path, people: Sequence[Person], time_limit: float) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "clip.mp4")
        film_boxes(path, people, out, time_limit, SMALL, SMALL_FRAMES)
        return out.read_bytes()
