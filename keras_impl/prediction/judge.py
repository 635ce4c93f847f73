"""The judge: one file in, one prediction out. What is slow to load is loaded once."""

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from keras_impl.core.guard import limited
from keras_impl.errors import MediaError
from keras_impl.media.facts import FileFacts, read_facts
from keras_impl.media.formats import SUFFIXES, ModalityName
from keras_impl.media.names import printable
from keras_impl.prediction.decision import choose_part
from keras_impl.prediction.faces import ImageJudge
from keras_impl.prediction.inputs import endings_of
from keras_impl.prediction.plain import plain_answer
from keras_impl.prediction.reasons import (
    Both,
    Caution,
    LearntLanguage,
    NoModel,
    NoModelForFile,
    NotJudged,
    Problem,
    Reason,
    UnsupportedType,
    Verbatim,
    Verdict,
    known_errors,
    problem_of,
)
from keras_impl.prediction.result import (
    ImagePrediction,
    JudgedFile,
    Prediction,
    SoundPrediction,
    UnjudgedFile,
    UnjudgedImage,
    UnjudgedSound,
)
from keras_impl.prediction.speech import SoundJudge
from keras_impl.prediction.trained import Models, ModelSet

PartT = TypeVar("PartT", ImagePrediction | UnjudgedImage, SoundPrediction | UnjudgedSound)

TIME_LIMIT = 120.0
"""Seconds that looking at a file may take, and as many listening to it, unless said otherwise."""


PARTS: tuple[ModalityName, ...] = ("image", "sound")
"""What can be judged of a file."""


def parts_in(paths: Iterable[Path]) -> tuple[ModalityName, ...]:
    """What there can be to judge in files, by the endings of their names."""
    suffixes = {path.suffix.lower() for path in paths}
    return tuple(part for part in PARTS if suffixes & SUFFIXES[part])


class Judge:
    """Judges files, one after the other.

    Parameters
    ----------
    models : ModelSet
    max_fpr : float, optional
        Share of real files, above 0 and below 1, whose image may be called fake, and likewise their sound; by
        default the threshold is each model's own.
    threads : int or None, default None
        Processor threads to use; None takes all.
    time_limit : float, default `TIME_LIMIT`
        Seconds that reading a file's image may take, and reading its sound again as many.
    longest : float, optional
        Seconds that a video or a recording may last.
    parts : collection of {"image", "sound"}, optional
        What is judged; models of the other part aren't loaded, and it isn't looked for.
    allow_demo : bool, default False
        Whether models that have learnt from made-up fakes give verdicts. By default they say "can't tell".

    Raises
    ------
    DataError
        If a model can't be loaded, or can't promise ``max_fpr``.
    WeightsError
        If FaceNet's weights can't be had.
    """

    def __init__(
        self,
        models: ModelSet,
        max_fpr: float | None = None,
        threads: int | None = None,
        time_limit: float = TIME_LIMIT,
        longest: float = math.inf,
        parts: Collection[ModalityName] = PARTS,
        allow_demo: bool = False,
    ) -> None:
        self._models, self._time_limit, self._max_fpr, self._allow_demo = models, time_limit, max_fpr, allow_demo
        settings = max_fpr, threads, time_limit, longest
        self._image = ImageJudge(models.image, *settings) if models.image and "image" in parts else None
        self._sound = SoundJudge(models.sound, *settings) if models.sound and "sound" in parts else None

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
            return UnjudgedFile(shown, problems=(UnsupportedType(supported=endings_of(self._models.suffixes)),))
        facts = self._facts_of(path)
        image = self._look(self._image, path, report) if has_image and self._image else None
        sound = self._listen(self._sound, path, report) if has_sound and self._sound else None
        part = choose_part([image, sound])
        if part is None:
            return UnjudgedFile(shown, image, sound, facts=facts, problems=self._problems(image, sound, has_image))
        folder = self._models.label
        notes: list[Reason] = []
        if isinstance(image, ImagePrediction) and isinstance(sound, SoundPrediction):
            notes.append(Both(image=image.verdict, sound=sound.verdict))
        if has_image and has_sound and not (self._image and self._sound):
            notes.append(NoModel(part="sound" if self._image else "image", folder=folder))
        verdicts: dict[ModalityName, Verdict] = {}
        judged_by: dict[ModalityName, Models] = {}
        for each, models in ((image, self._models.image), (sound, self._models.sound)):
            if isinstance(each, ImagePrediction | SoundPrediction) and models:
                name = models.modality.name
                verdicts[name], judged_by[name] = each.verdict, models
                notes += known_of(models, self._max_fpr is None)
        if self._models.caution:
            notes.append(Caution(text=Verbatim(self._models.caution)))
        rests_on: ModalityName = "image" if part is image else "sound"
        answer = plain_answer(verdicts, rests_on, judged_by, self._max_fpr, self._allow_demo)
        return JudgedFile(
            shown, image, sound, tuple(notes), facts, verdict=part.verdict, rests_on=rests_on, answer=answer
        )

    def _facts_of(self, path: Path) -> FileFacts | None:
        try:
            with limited(self._time_limit):
                return read_facts(path, self._time_limit)
        except MemoryError:
            return None

    def _look(self, judge: ImageJudge, path: Path, report: Callable[[str], object]) -> ImagePrediction | UnjudgedImage:
        try:
            with limited(self._time_limit):
                return self._held_back(judge.judge(path, report), self._models.image)
        except (MediaError, MemoryError) as error:
            return UnjudgedImage(NotJudged(part="image", problem=problem_of(error)))

    def _listen(
        self, judge: SoundJudge, path: Path, report: Callable[[str], object]
    ) -> SoundPrediction | UnjudgedSound:
        try:
            with limited(self._time_limit):
                return self._held_back(judge.judge(path, report), self._models.sound)
        except (MediaError, MemoryError) as error:
            return UnjudgedSound(NotJudged(part="sound", problem=problem_of(error)))

    def _held_back(self, part: PartT, models: Models | None) -> PartT:
        """What was found, without a verdict if models of the demo found it and nobody wants theirs."""
        if isinstance(part, ImagePrediction | SoundPrediction) and models and models.is_demo and not self._allow_demo:
            return replace(part, verdict="can't tell")
        return part

    def _problems(
        self,
        image: ImagePrediction | UnjudgedImage | None,
        sound: SoundPrediction | UnjudgedSound | None,
        has_image: bool,
    ) -> tuple[Problem, ...]:
        """Why a file could not be judged, whose parts are unjudged or not there."""
        unjudged = [part for part in (image, sound) if isinstance(part, UnjudgedImage | UnjudgedSound)]
        if not unjudged:
            part: ModalityName = "image" if has_image else "sound"
            return (NoModelForFile(part=part, folder=self._models.label),)
        problems = tuple(part.reason.problem for part in unjudged)
        # Where nothing of the file can be read, the first says it all.
        is_unreadable = image is not None and not image.frames_read and problems[-1].status == "unreadable"
        return problems[:1] if is_unreadable else problems


def known_of(models: Models, has_own_threshold: bool) -> list[Reason]:
    """What has to be known of the model that decides about a part: how often it errs, and what it has learnt from.

    Its error rates are those of its own threshold.
    """
    part, decisive = models.modality.name, models.decisive
    told: list[Reason] = [known_errors(part, rates) for rates in decisive.known.rates] if has_own_threshold else []
    return [*told, LearntLanguage(language=decisive.known.language)] if decisive.known.language else told
