"""Looking at a file: frames, faces, people, and the verdict on the person who is most likely fake."""

import math
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from joblib import cpu_count

from keras_impl.core.ahead import ahead
from keras_impl.faces.chunks import chunks
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.cropping import Crop, Square, cut_crop, cut_square, square_of
from keras_impl.faces.detectors import make_detector
from keras_impl.faces.face import Face, FaceDetector
from keras_impl.faces.quality import MEASURES, measure_crop
from keras_impl.media.still import StillReader, open_frames
from keras_impl.media.video import Frame, VideoReader
from keras_impl.models.facenet.embedder import FaceNetEmbedder
from keras_impl.prediction.decision import (
    LEAST_CERTAINTY,
    choose_person,
    decide,
    has_rate,
    is_seen_enough,
    is_surely_a_face,
    score_of,
    thresholds_of,
)
from keras_impl.prediction.reasons import (
    ByPlace,
    Faint,
    LeftOut,
    MissingFrames,
    NoFace,
    NoFrames,
    NotJudged,
    OneFace,
    People,
    Reason,
    TooFew,
    TooLong,
    TooSmall,
    Uncalibrated,
    Verdict,
    Without,
)
from keras_impl.prediction.result import FoundFace, ImagePrediction, Person, Snapshot, UnjudgedImage
from keras_impl.prediction.scoring import FaceSamples, Scorers, load_embedder, take_features
from keras_impl.prediction.tracking import is_plainly_one, link_by_place, link_faces
from keras_impl.prediction.trained import Models
from keras_impl.samples.quality import typical

FRAMES = 16
"""Frames that are looked at, spread over the whole video. Twice as many take twice as long, and the interval
over frames becomes a third narrower at most."""

ATTEMPTS = 3
"""How often other frames are tried while fewer than `ENOUGH` show a face."""

ENOUGH = 3

SMALLEST_NAMED = 20
"""Where there is none, faces from this size on are looked for, only to be able to say that they are too small."""

DECODED_AHEAD = 2
"""Frames that are decoded while faces are looked for in those before."""

MOST_FACES = 6
"""Faces of a frame that are judged, the largest first."""

SNAPSHOT_SIDE, PICTURE_SIDE = 480, 960
"""Longer side in pixels of the frames that are kept to be looked at: of a video's, and of a picture, which is one."""

SNAPSHOT_QUALITY = 75
"""JPEG's, of 100."""

FEW_PIXELS = (32, 18)
"""Width and height in which frames are compared."""

SHOWN_SIZE = 224
"""Side in pixels of the pictures of faces that are shown to people."""


class ImageJudge:
    """Judges what is to be seen in files, one after the other.

    Parameters
    ----------
    models : Models
        Of the image.
    max_fpr : float or None
    threads : int or None
    time_limit, longest : float
        As of `keras_impl.prediction.judge.Judge`.

    Raises
    ------
    DataError
        If a model can't be loaded, or can't promise ``max_fpr``.
    WeightsError
        If FaceNet's weights can't be had.
    """

    def __init__(
        self,
        models: Models,
        max_fpr: float | None,
        threads: int | None,
        time_limit: float,
        longest: float = math.inf,
    ) -> None:
        self._models, self._time_limit, self._longest = models, time_limit, longest
        self._is_rate_chosen = has_rate(models.decisive.points, max_fpr)
        self._threads = threads or cpu_count()
        self._thresholds = thresholds_of(models, max_fpr)
        self._takes_features = take_features(models.trained)
        if self._takes_features:
            self._embedder  # noqa: B018 - loaded now, so that what is wrong with it is told before any file is read
        self._scorers = Scorers(models, threads)
        self._sample: FaceConfig = models.sample
        self._detector = make_detector(
            self._sample.detector, self._sample.smallest_face, threads, self._sample.settling
        )

    def judge(self, path: Path, report: Callable[[str], object]) -> ImagePrediction | UnjudgedImage:
        """Judge the image of a video or a picture.

        Parameters
        ----------
        path : Path
        report : callable
            Told "reading", then "scoring".

        Raises
        ------
        MediaError
            If it can't be read.
        """
        report("reading")
        with open_frames(path, self._threads, self._time_limit) as reader:
            if reader.duration > self._longest:
                return UnjudgedImage(NotJudged(part="image", problem=TooLong(limit=self._longest)))
            looked = _Looked(PICTURE_SIDE if len(reader) == 1 else SNAPSHOT_SIDE)
            for attempt in range(ATTEMPTS):
                wanted = min(FRAMES, len(reader))
                numbers = set(reader.spread(wanted, attempt)) - looked.numbers
                self._look(reader.read(numbers), looked)
                if sum(bool(faces) for _, faces in looked.frames) >= min(ENOUGH, wanted):
                    break
            if not looked.frames:
                return UnjudgedImage(NotJudged(part="image", problem=NoFrames()))
            looked.missing = len(reader.missing)
            if not any(faces for _, faces in looked.frames):
                return self._without_faces(reader, looked)
        report("scoring")
        return self._weigh(looked)

    @cached_property
    def _embedder(self) -> FaceNetEmbedder | None:
        """FaceNet, loaded where it is first needed; None if it isn't on this machine and no model takes features."""
        return load_embedder(self._models.trained, self._threads)

    @cached_property
    def _keen_detector(self) -> FaceDetector:
        """The detector that finds faces too small to judge; hardly ever needed."""
        return make_detector(self._sample.detector, SMALLEST_NAMED, self._threads)

    def _look(self, frames: Iterable[Frame], looked: "_Looked") -> None:
        """Find the faces of frames and cut them out."""
        for chunk in chunks(ahead(frames, DECODED_AHEAD)):
            for frame, found in zip(chunk, self._detector.detect([frame.image for frame in chunk]), strict=True):
                faces = sorted(found, key=lambda face: -face.box[2] * face.box[3])
                looked.left_out += max(0, len(faces) - MOST_FACES)
                looked.add(frame, [(face, self._cut(frame, face)) for face in faces[:MOST_FACES]])

    def _cut(self, frame: Frame, face: Face) -> "_Cut":
        framing = self._sample.framing
        crop = cut_crop(frame.image, face.landmarks, framing).crop
        whole = square_of(crop.landmarks, framing.crop_share)
        shown = cut_square(crop.pixels, whole, SHOWN_SIZE)
        scale = SHOWN_SIZE / whole.side
        left, top, side = square_of(crop.landmarks, framing.resnet.share)
        return _Cut(crop, shown, Square((left - whole.left) * scale, (top - whole.top) * scale, side * scale))

    def _without_faces(self, reader: VideoReader | StillReader, looked: "_Looked") -> ImagePrediction | UnjudgedImage:
        """Tell faces that are too small from none at all."""
        largest = 0.0
        for frame in reader.read(looked.numbers):
            for faces in self._keen_detector.detect([frame.image]):
                largest = max([largest, *(max(face.box[2:]) for face in faces)])
        if largest:
            reason = TooSmall(size=round(largest), smallest=round(self._sample.smallest_face))
            return ImagePrediction("can't tell", reasons=(reason, *self._cautions()), **looked.described())
        nobody = NoFace(smallest=SMALLEST_NAMED, frames=len(looked.frames))
        return UnjudgedImage(NotJudged(part="image", problem=nobody), **looked.described())

    def _weigh(self, looked: "_Looked") -> ImagePrediction:
        """Score all faces, put them to people, and decide."""
        frames = sorted(looked.frames, key=lambda pair: pair[0].number)
        crops = [cut.crop for _, faces in frames for _, cut in faces]
        framing = self._sample.framing
        embedder = self._embedder if self._takes_features or not looked.shows_plainly_one else None
        samples = FaceSamples(crops, framing, embedder)
        logits, maps = self._scorers.score(samples)
        embeddings = None if embedder is None else samples.features
        found: list[list[FoundFace]] = []
        place = 0
        for snapshot, faces in frames:
            found.append([])
            for face, cut in faces:
                of_face = {approach: float(values[place]) for approach, values in logits.items()}
                heat = None if maps is None else maps.shares[place]
                where = snapshot.number, snapshot.time, face.box, face.certainty
                embedding = None if embeddings is None else embeddings[place]
                quality = measure_crop(cut.crop, framing.resnet)
                found[-1].append(FoundFace(*where, of_face, cut.shown, cut.window, heat, embedding, quality))
                place += 1
        people = self._people_of(found, embeddings is not None)
        chosen = choose_person(people)
        verdict: Verdict = "can't tell"
        reasons: list[Reason] = []
        if chosen is None:
            reasons.append(self._why_nobody(people, frames))
        else:
            verdict, reason = self._decide(chosen)
            reasons.append(reason)
            if chosen.score.low is None:
                reasons.append(OneFace())
        if len(people) > 1:
            supported = sum(person.is_supported for person in people)
            reasons.append(People(people=len(people), supported=supported, chosen=chosen.number if chosen else 0))
            other = choose_person([person for person in people if person is not chosen])
            if chosen and other and (otherwise := self._decide(other)[0]) != verdict:
                reasons.append(Without(chosen=chosen.number, verdict=otherwise))
        if embeddings is None and any(len(faces) > 1 for _, faces in frames):
            reasons.append(ByPlace())
        if looked.missing:
            reasons.append(MissingFrames(frames=looked.missing))
        if looked.left_out:
            reasons.append(LeftOut(faces=looked.left_out, most=MOST_FACES))
        return ImagePrediction(
            verdict,
            reasons=(*reasons, *self._cautions()),
            people=tuple(people),
            decisive=chosen.number if chosen else None,
            explained=None if maps is None else maps.approach,
            **looked.described(),
        )

    def _decide(self, person: Person) -> tuple[Verdict, Reason]:
        """The verdict if it were this person's, and what it rests on."""
        seen = typical((face.quality for face in person.faces), MEASURES)
        return decide(person.score, self._models.decisive.points, "image", self._is_rate_chosen, seen)

    def _why_nobody(self, people: list[Person], frames: list[Any]) -> Reason:
        """Why no person counts: all are seen too seldom, or what is seen often may be no face."""
        with_faces = sum(bool(faces) for _, faces in frames)
        seen = [person for person in people if is_seen_enough(len(person.faces), with_faces, len(frames))]
        if not seen:
            return TooFew(faces=max(len(person.faces) for person in people), frames=len(frames))
        surest = max(float(np.median([face.certainty for face in person.faces])) for person in seen)
        return Faint(certainty=surest, least=LEAST_CERTAINTY)

    def _people_of(self, frames: list[list[FoundFace]], have_embeddings: bool) -> list[Person]:
        boxes = [[face.box for face in faces] for faces in frames]
        embeddings = [np.array([face.embedding for face in faces]) for faces in frames]
        linked = link_faces(boxes, embeddings) if have_embeddings else link_by_place(boxes)
        with_faces = sum(bool(faces) for faces in frames)
        people = []
        for number, places in enumerate(linked, start=1):
            faces = tuple(frames[frame][face] for frame, face in places)
            scores = {
                approach: score_of(approach, [face.logits[approach] for face in faces], threshold)
                for approach, threshold in self._thresholds.items()
            }
            is_enough = is_seen_enough(len(faces), with_faces, len(frames))
            is_supported = is_enough and is_surely_a_face([face.certainty for face in faces])
            people.append(Person(number, faces, scores, is_supported))
        return people

    def _cautions(self) -> list[Reason]:
        return [] if self._models.decisive.points.is_known else [Uncalibrated(part="image")]


class _Cut(NamedTuple):
    """A face cut out: for the networks, and to show, with what ResNet50 sees of it marked."""

    crop: Crop
    shown: np.ndarray
    window: Square


class _Looked:
    """What was seen of a file so far; ``side`` is the longer one of the frames that are kept, in pixels."""

    def __init__(self, side: int) -> None:
        self._side = side
        self.frames: list[tuple[Snapshot, list[tuple[Face, _Cut]]]] = []
        self.numbers: set[int] = set()
        self.pictures: dict[int, np.ndarray] = {}
        self.left_out = 0
        self.missing = 0

    def add(self, frame: Frame, faces: list[tuple[Face, _Cut]]) -> None:
        """Keep a frame, small, and the crops of its faces."""
        height, width = frame.image.shape[:2]
        scale = min(1.0, self._side / max(height, width))
        small = cv2.resize(
            frame.image, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA
        )
        few = cv2.resize(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), FEW_PIXELS, interpolation=cv2.INTER_AREA)
        self.pictures[frame.number] = few.ravel().astype(float)
        quality = [cv2.IMWRITE_JPEG_QUALITY, SNAPSHOT_QUALITY]
        encoded, content = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), quality)
        assert encoded
        self.frames.append((Snapshot(frame.number, frame.time, width, height, content.tobytes()), faces))
        self.numbers.add(frame.number)

    @property
    def shows_plainly_one(self) -> bool:
        """As of `keras_impl.prediction.tracking.is_plainly_one`."""
        frames = sorted(self.frames, key=lambda pair: pair[0].number)
        boxes = [[face.box for face, _ in faces] for _, faces in frames]
        times = [snapshot.time for snapshot, _ in frames]
        return is_plainly_one(boxes, times, [self.pictures[snapshot.number] for snapshot, _ in frames])

    def described(self) -> dict[str, Any]:
        """What a prediction says of the frames."""
        snapshots = tuple(sorted((shot for shot, _ in self.frames), key=lambda shot: shot.number))
        return {
            "frames_read": len(snapshots),
            "duration": max((shot.time for shot in snapshots), default=0.0),
            "snapshots": snapshots,
        }
