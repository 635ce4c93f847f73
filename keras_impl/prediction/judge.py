"""The judge: one file in, one prediction out. What is slow to load is loaded once."""

import math
from collections.abc import Callable
from pathlib import Path

from keras_impl.core.guard import limited
from keras_impl.errors import MediaError, SoundError
from keras_impl.media.formats import SUFFIXES
from keras_impl.media.names import printable
from keras_impl.prediction.decision import choose_part
from keras_impl.prediction.faces import ImageJudge
from keras_impl.prediction.result import ImagePrediction, Prediction, Reason, SoundPrediction
from keras_impl.prediction.speech import SoundJudge
from keras_impl.prediction.trained import ModelSet

TIME_LIMIT = 120.0
"""Seconds that looking at a file may take, and as many listening to it, unless said otherwise."""

NO_MEMORY = "needs more memory than there is"


class Judge:
    """Judges files, one after the other.

    Parameters
    ----------
    models : ModelSet
    most_false_alarms : float, optional
        Share of real files, above 0 and below 1, whose image may be called fake, and likewise their sound; by
        default the threshold is that of equal error.
    threads : int or None, default None
        Processor threads to use; None takes all.
    time_limit : float, default `TIME_LIMIT`
        Seconds that reading a file's image may take, and reading its sound again as many.
    longest : float, optional
        Seconds that a video or a recording may last.

    Raises
    ------
    DataError
        If a model can't be loaded, or can't promise ``most_false_alarms``.
    WeightsError
        If FaceNet's weights can't be had.
    """

    def __init__(
        self,
        models: ModelSet,
        most_false_alarms: float | None = None,
        threads: int | None = None,
        time_limit: float = TIME_LIMIT,
        longest: float = math.inf,
    ) -> None:
        self._models, self._time_limit = models, time_limit
        settings = most_false_alarms, threads, time_limit, longest
        self._image = ImageJudge(models.image, *settings) if models.image else None
        self._sound = SoundJudge(models.sound, *settings) if models.sound else None

    def judge(
        self, path: Path, name: str | None = None, report: Callable[[str], object] = lambda _: None
    ) -> Prediction:
        """Judge a file. What is wrong with it is in the prediction, not raised.

        Parameters
        ----------
        path : Path
        name : str, optional
            What it is called in the prediction; by default its path.
        report : callable, optional
            Told "reading" and "scoring" of the image, "listening" of the sound.
        """
        shown = printable(str(path) if name is None else name)
        suffix = path.suffix.lower()
        has_image, has_sound = suffix in SUFFIXES["image"], suffix in SUFFIXES["sound"]
        if not has_image and not has_sound:
            return Prediction(shown, problem="is neither a video, an image nor a recording by the ending of its name")
        image = self._look(path, report) if has_image and self._image else None
        sound = self._listen(path, report) if has_sound and self._sound else None
        part = choose_part([image, sound])
        if part is None:
            return Prediction(shown, None, self._problem(image, sound, has_image), image, sound)
        notes = []
        if image and sound and image.verdict and sound.verdict:
            notes.append(Reason("both", {"image": image.verdict, "sound": sound.verdict}))
        if has_image and has_sound and not (self._image and self._sound):
            missing = "sound" if self._image else "image"
            notes.append(Reason("no_model", {"folder": printable(str(self._models.folder))}, missing))
        if self._models.caution:
            notes.append(Reason("caution", {"text": self._models.caution}))
        rests_on = "image" if part is image else "sound"
        return Prediction(shown, part.verdict, "", image, sound, rests_on, tuple(notes))

    def _look(self, path: Path, report: Callable[[str], object]) -> ImagePrediction:
        try:
            with limited(self._time_limit):
                return self._image.judge(path, report)
        except (MediaError, MemoryError) as error:
            problem = NO_MEMORY if isinstance(error, MemoryError) else str(error)
            return ImagePrediction(problem=problem, reasons=(Reason("unreadable", {"problem": problem}, "image"),))

    def _listen(self, path: Path, report: Callable[[str], object]) -> SoundPrediction:
        try:
            with limited(self._time_limit):
                return self._sound.judge(path, report)
        except (MediaError, MemoryError) as error:
            problem = NO_MEMORY if isinstance(error, MemoryError) else str(error)
            status = error.status if isinstance(error, SoundError) else "unreadable"
            reason = Reason(status.replace(" ", "_"), {"problem": problem}, "sound")
            return SoundPrediction(problem=problem, status=status, reasons=(reason,))

    def _problem(self, image: ImagePrediction | None, sound: SoundPrediction | None, has_image: bool) -> str:
        """Why a file could not be judged."""
        if image is None and sound is None:
            what, model = ("a picture", "the image") if has_image else ("a recording", "sound")
            return f"is {what}, and there is no model of {model} in {printable(str(self._models.folder))}"
        if image is None or sound is None:
            return (image or sound).problem
        if sound.status == "unreadable" and not image.frames_read:  # nothing of the file can: one reason says it
            return image.problem
        return f"{image.problem}, and {sound.problem}"
