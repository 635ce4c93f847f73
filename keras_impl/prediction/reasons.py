"""What a prediction says beside its figures: a type for each kind of reason and of problem.

Programs tell them apart by type or by ``code``; their sentences, in each language, are in
`keras_impl.prediction.render.words`, under their names.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, Literal

from keras_impl.core.guard import Ended
from keras_impl.core.parallel import WorkerDiedError
from keras_impl.errors import MediaError, Status
from keras_impl.faces.quality import MEASURES
from keras_impl.media.formats import ModalityName
from keras_impl.media.names import printable
from keras_impl.models.published import ErrorRates
from keras_impl.speech.quality import MEASURES as SOUND_MEASURES

Verdict = Literal["likely real", "likely fake", "can't tell"]

TERM = {"is_term": True}
"""Marks fields whose value is looked up among the terms of a language."""


class Verbatim(str):
    """What a library or somebody else says, word for word: it is there in one language only."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """Something to be told in a sentence.

    Attributes
    ----------
    name : str
        Of its sentence, in the catalogues.
    variants : tuple of str
        Where there are several sentences, which; else empty.
    """

    name: ClassVar[str]
    variants: ClassVar[tuple[str, ...]] = ()

    @property
    def code(self) -> str:
        """What programs tell it by; stable."""
        return self.name

    @property
    def variant(self) -> str:
        """Which of the sentences is to be told; empty where there is one."""
        return ""

    @property
    def values(self) -> dict[str, Any]:
        """What the sentence names, by field."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def terms(cls) -> frozenset[str]:
        """Fields whose value is looked up among the terms of a language."""
        return frozenset(each.name for each in fields(cls) if each.metadata.get("is_term"))


@dataclass(frozen=True, kw_only=True)
class Problem(Message):
    """Why a file, or a part of one, could not be judged, read or written; its sentence stands alone.

    Attributes
    ----------
    status : Status
        What there is instead of a verdict, in a word or two.
    """

    status: ClassVar[Status] = "unreadable"


@dataclass(frozen=True, kw_only=True)
class Missing(Problem):
    """There is no such file."""

    name = "missing"


@dataclass(frozen=True, kw_only=True)
class NotAFile(Problem):
    """A folder, a pipe or a device."""

    name = "not_a_file"


@dataclass(frozen=True, kw_only=True)
class NotOpened(Problem):
    """The system doesn't open the file.

    Attributes
    ----------
    detail : str
        The system's reason.
    """

    name = "not_opened"
    detail: Verbatim


@dataclass(frozen=True, kw_only=True)
class UnsupportedType(Problem):
    """The ending of the file's name is none of those known.

    Attributes
    ----------
    supported : str
        The endings that can be judged.
    """

    name = "unsupported_type"
    supported: str


@dataclass(frozen=True, kw_only=True)
class NoModelForFile(Problem):
    """Nothing that is in files of this type can be judged by the models that there are.

    Attributes
    ----------
    part : {"image", "sound"}
        Which model is missing.
    folder : str
        Where models were looked for.
    """

    name = "no_model_for_file"
    variants = ("image", "sound")
    part: ModalityName
    folder: str

    @property
    def variant(self) -> str:
        """The part."""
        return self.part


@dataclass(frozen=True, kw_only=True)
class CutOff(Problem):
    """The end of the file, with its index, is missing.

    Attributes
    ----------
    expected : {"a video", "sound"}
        What it was opened as.
    """

    name = "cut_off"
    expected: str = field(metadata=TERM)


@dataclass(frozen=True, kw_only=True)
class WrongKind(Problem):
    """By its content the file is something else.

    Attributes
    ----------
    expected : {"a video", "sound"}
        What it was opened as.
    kind : str
        What it is, with its article, such as "a GIF image".
    """

    name = "wrong_kind"
    expected: str = field(metadata=TERM)
    kind: str = field(metadata=TERM)


@dataclass(frozen=True, kw_only=True)
class NotDecoded(Problem):
    """FFmpeg can't open the file.

    Attributes
    ----------
    expected : {"a video", "sound"}
        What it was opened as.
    detail : str
        FFmpeg's reason.
    """

    name = "not_decoded"
    expected: str = field(metadata=TERM)
    detail: Verbatim


@dataclass(frozen=True, kw_only=True)
class UnsupportedImage(Problem):
    """By its content the file is no image that can be read.

    Attributes
    ----------
    kind : str
        What it is, with its article, such as "a GIF image".
    """

    name = "unsupported_image"
    kind: str = field(metadata=TERM)


@dataclass(frozen=True, kw_only=True)
class NotAnImage(Problem):
    """The file is none of the images that can be read, or is damaged."""

    name = "not_an_image"


@dataclass(frozen=True, kw_only=True)
class NeedsHeic(Problem):
    """A HEIC image, whose decoder is not installed."""

    name = "needs_heic"


@dataclass(frozen=True, kw_only=True)
class Unreadable(Problem):
    """A decoder gave up.

    Attributes
    ----------
    detail : str
        Its reason.
    """

    name = "unreadable"
    detail: Verbatim


@dataclass(frozen=True, kw_only=True)
class NoFrames(Problem):
    """No frame of a video can be decoded."""

    name = "no_frames"


@dataclass(frozen=True, kw_only=True)
class NoVideoTrack(Problem):
    """There is nothing to look at.

    Attributes
    ----------
    has_sound : bool
    """

    name = "no_video_track"
    variants = ("nothing", "sound_only")
    has_sound: bool

    @property
    def variant(self) -> str:
        """Whether there is sound at least."""
        return "sound_only" if self.has_sound else "nothing"


@dataclass(frozen=True, kw_only=True)
class NoDecoder(Problem):
    """FFmpeg was built without a decoder for it.

    Attributes
    ----------
    part : {"image", "sound"}
    """

    name = "no_decoder"
    variants = ("image", "sound")
    part: ModalityName

    @property
    def variant(self) -> str:
        """The part."""
        return self.part


@dataclass(frozen=True, kw_only=True)
class TooManyBytes(Problem):
    """An image file is too large.

    Attributes
    ----------
    megabytes, limit : int
        10^6 bytes.
    """

    name = "too_many_bytes"
    megabytes: int
    limit: int


@dataclass(frozen=True, kw_only=True)
class TooManyPixels(Problem):
    """A picture is too large.

    Attributes
    ----------
    width, height : int
        Pixels; 0 if they are not known.
    limit : int
        Million pixels.
    """

    name = "too_many_pixels"
    variants = ("known", "unknown")
    limit: int
    width: int = 0
    height: int = 0

    @property
    def variant(self) -> str:
        """Whether the size is known."""
        return "known" if self.width else "unknown"


@dataclass(frozen=True, kw_only=True)
class UnsupportedRate(Problem):
    """Sound of a sample rate that can't be converted.

    Attributes
    ----------
    rate, least, most : int
        Samples per second.
    """

    name = "unsupported_rate"
    rate: int
    least: int
    most: int


@dataclass(frozen=True, kw_only=True)
class TooManyChannels(Problem):
    """Sound of more channels than are mixed.

    Attributes
    ----------
    channels, most : int
    """

    name = "too_many_channels"
    channels: int
    most: int


@dataclass(frozen=True, kw_only=True)
class TooLong(Problem):
    """A video or a recording lasts too long.

    Attributes
    ----------
    limit : float
        Seconds.
    """

    name = "too_long"
    limit: float


@dataclass(frozen=True, kw_only=True)
class TooSlow(Problem):
    """A file took too long.

    Attributes
    ----------
    limit : float
        Seconds.
    """

    name = "too_slow"
    limit: float


@dataclass(frozen=True, kw_only=True)
class OutOfMemory(Problem):
    """A file needs too much memory.

    Attributes
    ----------
    limit : float or None
        Gigabytes, 10^9 bytes; None where the machine itself has no more.
    """

    name = "out_of_memory"
    variants = ("limited", "machine")
    limit: float | None = None

    @property
    def variant(self) -> str:
        """Whether a limit was set."""
        return "machine" if self.limit is None else "limited"


@dataclass(frozen=True, kw_only=True)
class Crashed(Problem):
    """The process that worked on the file died of it."""

    name = "crashed"


@dataclass(frozen=True, kw_only=True)
class NoFace(Problem):
    """What was looked at shows no face.

    Attributes
    ----------
    smallest : int
        Pixels from which on faces are looked for.
    frames : int
        How many were looked at; 1 of a picture.
    """

    name = "no_face"
    status = "no face"
    variants = ("picture", "video")
    smallest: int
    frames: int

    @property
    def variant(self) -> str:
        """What was looked at."""
        return "picture" if self.frames == 1 else "video"


@dataclass(frozen=True, kw_only=True)
class NoSoundTrack(Problem):
    """There is nothing to hear."""

    name = "no_sound_track"
    status = "no sound track"


@dataclass(frozen=True, kw_only=True)
class UndecodableSound(Problem):
    """There is a sound track, and nothing in it can be decoded."""

    name = "undecodable_sound"


@dataclass(frozen=True, kw_only=True)
class Silent(Problem):
    """Nothing can be heard.

    Attributes
    ----------
    silence : float
        Level that nothing is above, dB of full scale.
    """

    name = "silent"
    status = "silent"
    silence: float


@dataclass(frozen=True, kw_only=True)
class TooShort(Problem):
    """There is too little sound at a stretch.

    Attributes
    ----------
    least : float
        Seconds.
    """

    name = "too_short"
    status = "too short"
    least: float


@dataclass(frozen=True, kw_only=True)
class NoSpeech(Problem):
    """Nobody speaks.

    Attributes
    ----------
    segments : int
        How many were listened to.
    """

    name = "no_speech"
    status = "no speech"
    segments: int


@dataclass(frozen=True, kw_only=True)
class NotEncoded(Problem):
    """The video with boxes can't be encoded.

    Attributes
    ----------
    detail : str
        FFmpeg's reason.
    """

    name = "not_encoded"
    detail: Verbatim


@dataclass(frozen=True, kw_only=True)
class NoAccess(Problem):
    """The system can't read or write a file.

    Attributes
    ----------
    path : str
        Which; empty if the system doesn't say.
    detail : str
        The system's reason.
    """

    name = "no_access"
    variants = ("named", "unnamed")
    detail: Verbatim
    path: str = ""

    @property
    def variant(self) -> str:
        """Whether the file is known."""
        return "named" if self.path else "unnamed"


@dataclass(frozen=True, kw_only=True)
class ModelsNotLoaded(Problem):
    """The web page's models can't be loaded.

    Attributes
    ----------
    detail : str
        What is wrong with them.
    """

    name = "models_not_loaded"
    detail: Verbatim


@dataclass(frozen=True, kw_only=True)
class InternalError(Problem):
    """A bug, of which the web page's log has the traceback."""

    name = "internal_error"


@dataclass(frozen=True, kw_only=True)
class Reason(Message):
    """What a verdict rests on, or what else has to be known.

    Attributes
    ----------
    part : {"image", "sound"} or None
        What of the file it is about; None if about all of it.
    """

    part: ModalityName | None = field(default=None, init=False)

    @property
    def values(self) -> dict[str, Any]:
        """What the sentence names, by field, beside the part."""
        return {name: value for name, value in super().values.items() if name != "part"}


@dataclass(frozen=True, kw_only=True)
class PartReason(Reason):
    """A reason that there can be for the image and for the sound, with a sentence for each."""

    variants: ClassVar[tuple[str, ...]] = ("image", "sound")
    part: ModalityName

    @property
    def variant(self) -> str:
        """The part."""
        return self.part


@dataclass(frozen=True, kw_only=True)
class ImageReason(Reason):
    """A reason that there can be for the image only."""

    part: ModalityName = field(default="image", init=False)


@dataclass(frozen=True, kw_only=True)
class Scored(PartReason):
    """What was decided from a score.

    Attributes
    ----------
    p : float
        P(fake), 0 to 1, as the other attributes.
    low, high : float
        Its interval; both are ``p`` if there is none.
    threshold : float
    """

    p: float
    low: float
    high: float
    threshold: float


@dataclass(frozen=True, kw_only=True)
class Above(Scored):
    """The whole interval is above the threshold."""

    name = "above"


@dataclass(frozen=True, kw_only=True)
class Below(Scored):
    """The score is low enough to be called real, and so is the whole interval.

    Attributes
    ----------
    limit : float
        Up to which a score is.
    """

    name = "below"
    limit: float


@dataclass(frozen=True, kw_only=True)
class Close(Scored):
    """The score is so near to the threshold that "likely" would mean next to nothing."""

    name = "close"


@dataclass(frozen=True, kw_only=True)
class Between(Scored):
    """The score is above the threshold of equal error, and not above that of the rate that was asked for.

    Attributes
    ----------
    equal_error : float
        The threshold of equal error.
    """

    name = "between"
    equal_error: float


@dataclass(frozen=True, kw_only=True)
class Straddles(Scored):
    """The interval holds the threshold."""

    name = "straddles"


@dataclass(frozen=True, kw_only=True)
class CloseToEqual(Scored):
    """The score is so near to the point of equal error, below the threshold, that "likely real" would mean nothing.

    Attributes
    ----------
    limit : float
        Up to which a score is called real.
    """

    name = "close_to_equal"
    limit: float


@dataclass(frozen=True, kw_only=True)
class StraddlesEqual(Scored):
    """The interval is below the threshold, and holds the point of equal error."""

    name = "straddles_equal"


@dataclass(frozen=True, kw_only=True)
class OutOfRange(Scored):
    """Calibration has met no such score.

    Attributes
    ----------
    lowest, highest : float
        What it has met.
    """

    name = "out_of_range"
    lowest: float
    highest: float


@dataclass(frozen=True, kw_only=True)
class Unlike(ImageReason):
    """The faces are of a quality that calibration has not met.

    Attributes
    ----------
    measure : str
        One of `keras_impl.faces.quality.MEASURES`.
    value : float
        The median of the faces.
    lowest, highest : float
        What calibration has met.
    """

    name = "unlike"
    variants = (
        *(f"{measure}_low" for measure in MEASURES),
        *(f"{measure}_high" for measure in MEASURES if measure != "size"),
    )
    measure: str
    value: float
    lowest: float
    highest: float

    @property
    def variant(self) -> str:
        """The measure, and whether it is too low or too high."""
        return f"{self.measure}_{'low' if self.value < self.lowest else 'high'}"


@dataclass(frozen=True, kw_only=True)
class UnlikeSound(Reason):
    """The sound is of a quality that calibration has not met.

    Attributes
    ----------
    measure : str
        One of `keras_impl.speech.quality.MEASURES`.
    value : float
        The median of the segments.
    limit : float
        The worst that calibration has met.
    """

    name = "unlike_sound"
    variants = SOUND_MEASURES
    part: ModalityName = field(default="sound", init=False)
    measure: str
    value: float
    limit: float

    @property
    def variant(self) -> str:
        """The measure."""
        return self.measure


@dataclass(frozen=True, kw_only=True)
class TooSmall(ImageReason):
    """No face is large enough to be judged.

    Attributes
    ----------
    size : int
        Width of the largest face, pixels.
    smallest : int
        Pixels from which on faces are judged.
    """

    name = "too_small"
    size: int
    smallest: int


@dataclass(frozen=True, kw_only=True)
class TooFew(ImageReason):
    """No person is seen in enough frames.

    Attributes
    ----------
    faces : int
        Of the person seen most often.
    frames : int
        How many were looked at.
    """

    name = "too_few"
    faces: int
    frames: int


@dataclass(frozen=True, kw_only=True)
class Faint(ImageReason):
    """What was found may be no face.

    Attributes
    ----------
    certainty : float
        The detector's, 0 to 1.
    least : float
        What a verdict needs.
    """

    name = "faint"
    certainty: float
    least: float


@dataclass(frozen=True, kw_only=True)
class MissingFrames(ImageReason):
    """Frames that should have been looked at can't be decoded.

    Attributes
    ----------
    frames : int
    """

    name = "missing_frames"
    frames: int


@dataclass(frozen=True, kw_only=True)
class OneFace(ImageReason):
    """There is no interval, as there is only one face."""

    name = "one_face"


@dataclass(frozen=True, kw_only=True)
class People(ImageReason):
    """Several people are in the picture.

    Attributes
    ----------
    people : int
    supported : int
        How many of them are seen in enough frames.
    chosen : int
        Number of the one whose score is taken, from 1; 0 if nobody's is.
    """

    name = "people"
    variants = ("one", "nobody")
    people: int
    supported: int
    chosen: int

    @property
    def variant(self) -> str:
        """Whether anybody's score is taken."""
        return "one" if self.chosen else "nobody"


@dataclass(frozen=True, kw_only=True)
class Without(ImageReason):
    """The verdict on the image hangs on one person, who may be none: a picture on a wall, a pattern.

    Attributes
    ----------
    chosen : int
        Number of the one whose score is taken, from 1.
    verdict : {"likely real", "likely fake", "can't tell"}
        What it would be without.
    """

    name = "without"
    chosen: int
    verdict: Verdict = field(metadata=TERM)


@dataclass(frozen=True, kw_only=True)
class ByPlace(ImageReason):
    """FaceNet's weights are missing, so people are told apart by their place alone."""

    name = "by_place"


@dataclass(frozen=True, kw_only=True)
class LeftOut(ImageReason):
    """Frames show more faces than are judged.

    Attributes
    ----------
    faces : int
        How many were left out.
    most : int
        How many of a frame are judged.
    """

    name = "left_out"
    faces: int
    most: int


@dataclass(frozen=True, kw_only=True)
class OneSegment(Reason):
    """There is no interval, as there is only one segment of sound."""

    name = "one_segment"
    part: ModalityName = field(default="sound", init=False)


@dataclass(frozen=True, kw_only=True)
class Uncalibrated(PartReason):
    """There were too few files to fix a threshold by."""

    name = "uncalibrated"


@dataclass(frozen=True, kw_only=True)
class NotJudged(PartReason):
    """A part of the file could not be judged.

    Attributes
    ----------
    problem : Problem
    """

    name = "not_judged"
    problem: Problem

    @property
    def code(self) -> str:
        """What is wrong: "unreadable" whatever the cause, else the problem's own code."""
        return "unreadable" if self.problem.status == "unreadable" else self.problem.code


@dataclass(frozen=True, kw_only=True)
class NoModel(PartReason):
    """There is no model of a part of the file.

    Attributes
    ----------
    folder : str
        Where models were looked for.
    """

    name = "no_model"
    folder: str


@dataclass(frozen=True, kw_only=True)
class NoFilm(ImageReason):
    """The video with boxes could not be written.

    Attributes
    ----------
    problem : Problem
    """

    name = "no_film"
    problem: Problem


@dataclass(frozen=True, kw_only=True)
class NoReport(ImageReason):
    """The report could not be written.

    Attributes
    ----------
    problem : Problem
    """

    name = "no_report"
    problem: Problem


@dataclass(frozen=True, kw_only=True)
class Both(Reason):
    """Image and sound were both judged.

    Attributes
    ----------
    image, sound : {"likely real", "likely fake", "can't tell"}
    """

    name = "both"
    image: Verdict = field(metadata=TERM)
    sound: Verdict = field(metadata=TERM)


@dataclass(frozen=True, kw_only=True)
class KnownErrors(Reason):
    """How often the detector's verdict was wrong on a set of videos, or of recordings, that it had not met.

    Attributes
    ----------
    part : {"image", "sound"}
    title : str
        Its name.
    real, fake : int
        Files of each class.
    called_fake : float or None
        Percent of real ones; None where there are none.
    called_real : float or None
        Percent of fakes.
    unsure : float
        Percent of all without a verdict.
    """

    name = "known_errors"
    variants = tuple(f"{part}_{there}" for part in ("image", "sound") for there in ("both", "real", "fake"))
    part: ModalityName
    title: str = field(metadata=TERM)
    real: int
    fake: int
    called_fake: float | None
    called_real: float | None
    unsure: float

    @property
    def variant(self) -> str:
        """The part, and which classes there are."""
        return f"{self.part}_{'both' if self.real and self.fake else 'real' if self.real else 'fake'}"


def known_errors(part: ModalityName, rates: ErrorRates) -> KnownErrors:
    """What a model's card says of a set, as a reason for what it says of a part."""
    fake, real = (None if rate is None else round(100 * rate.value, 1) for rate in (rates.fpr, rates.fnr))
    unsure = round(100 * rates.unsure.value, 1)
    return KnownErrors(
        part=part, title=rates.name, real=rates.real, fake=rates.fake, called_fake=fake, called_real=real, unsure=unsure
    )


@dataclass(frozen=True, kw_only=True)
class LearntLanguage(Reason):
    """In which language people spoke, almost all of them, in what the detector of sound has learnt from.

    Attributes
    ----------
    language : str
        Its English name.
    """

    name = "learnt_language"
    part: ModalityName = field(default="sound", init=False)
    language: str = field(metadata=TERM)


@dataclass(frozen=True, kw_only=True)
class DemoModel(Reason):
    """What the models have learnt from is made up.

    Attributes
    ----------
    gives_verdicts : bool
        Whether somebody wants them all the same.
    """

    name = "demo_model"
    variants = ("abstains", "judges")
    gives_verdicts: bool

    @property
    def variant(self) -> str:
        """Whether there are verdicts."""
        return "judges" if self.gives_verdicts else "abstains"


@dataclass(frozen=True, kw_only=True)
class Says(Reason):
    """What the verdict is, for people who have never heard of a score.

    Attributes
    ----------
    image, sound : {"likely real", "likely fake", "can't tell"} or None
        The verdict on each part; None of what was not judged.
    """

    name = "says"
    variants = (
        *("fake_image", "fake_sound", "fake_both", "real_image", "real_sound", "real_both"),
        *("open_image", "open_sound", "open_both", "open_but_image", "open_but_sound"),
    )
    image: Verdict | None
    sound: Verdict | None

    @property
    def variant(self) -> str:
        """The verdict on the file, and the parts that it is of."""
        parts = {"image": self.image, "sound": self.sound}
        for verdict, word in (("likely fake", "fake"), ("can't tell", "open"), ("likely real", "real")):
            these = [part for part, said in parts.items() if said == verdict]
            if these:
                rest = [part for part, said in parts.items() if said == "likely real" and part not in these]
                if word == "open" and rest:
                    return f"open_but_{rest[0]}"
                return f"{word}_{'both' if len(these) == 2 else these[0]}"
        raise ValueError("nothing was judged")


@dataclass(frozen=True, kw_only=True)
class OfHundred(PartReason):
    """A share of files that got an answer.

    Attributes
    ----------
    share, low, high : float
        Percent, and its 95 % interval; ``low`` and ``high`` are ``share`` where none is known.
    """

    share: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class HowOften(OfHundred):
    """How often such an answer was given wrongly, or none was given, of files of strangers to the detector.

    Attributes
    ----------
    verdict : {"likely real", "likely fake", "can't tell"}
    """

    name = "how_often"
    variants = tuple(f"{part}_{verdict}" for part in ("image", "sound") for verdict in ("fake", "real", "open"))
    verdict: Verdict

    @property
    def variant(self) -> str:
        """The part and the verdict."""
        words = {"likely fake": "fake", "likely real": "real", "can't tell": "open"}
        return f"{self.part}_{words[self.verdict]}"


@dataclass(frozen=True, kw_only=True)
class Elsewhere(OfHundred):
    """How often such an answer was wrong on files of another data set.

    Attributes
    ----------
    title : str
        Its name.
    files : int
        How many of it were judged.
    """

    name = "elsewhere"
    title: str = field(metadata=TERM)
    files: int


@dataclass(frozen=True, kw_only=True)
class AskedRate(PartReason):
    """The threshold is not the model's own, so that what was measured of it doesn't hold.

    Attributes
    ----------
    rate : float
        The false-positive rate that was asked for, percent.
    """

    name = "asked_rate"
    rate: float


@dataclass(frozen=True, kw_only=True)
class UnknownErrors(PartReason):
    """Nobody has published how often the model errs."""

    name = "unknown_errors"


@dataclass(frozen=True, kw_only=True)
class Caution(Reason):
    """What must not be made of the models.

    Attributes
    ----------
    text : str
        What their folder says.
    """

    name = "caution"
    text: Verbatim


KINDS: Mapping[str, type[Problem]] = {kind.name: kind for kind in Problem.__subclasses__()}
"""What can be wrong, by name: the code that errors of files carry."""


def problem_of(error: Exception | Ended) -> Problem:
    """What is wrong, from what was raised for a file.

    Parameters
    ----------
    error : Exception or Ended
        A `MediaError`, an OSError, a MemoryError, or what is left of a process that died. Its text is told word for
        word where it has no code.
    """
    if isinstance(error, MemoryError):
        return OutOfMemory()
    if isinstance(error, OSError):
        detail = _quoted(error.strerror or str(error) or type(error).__name__)
        # the name alone: this may be passed on, and which folder it is in is nobody's business
        return NoAccess(detail=detail, path=printable(Path(os.fsdecode(error.filename or "")).name))
    if isinstance(error, MediaError | WorkerDiedError | Ended) and error.code:
        kind = KINDS[error.code]
        foreign = {each.name for each in fields(kind) if each.type is Verbatim}
        return kind(**{name: _quoted(str(value)) if name in foreign else value for name, value in error.values.items()})
    return Unreadable(detail=_quoted(str(error)))


def _quoted(text: str) -> Verbatim:
    """What somebody else says, fit to be shown."""
    return Verbatim(printable(text))
