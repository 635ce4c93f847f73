"""How fast faces are extracted: this project, the obvious way and facenet-pytorch, on the same videos.

``python benchmarks/extraction.py VIDEO_FOLDER... --runs 5`` measures on all processor cores, and prints
as tables, all of what follows; an option alone measures only its part:

- ``--detection``: MTCNN as the mtcnn package ships it, facenet-pytorch's if that is installed, and this
  project's, on the same decoded frames; and in which share of frames it finds mtcnn's main face;
- ``--decoding``: frames out of a video, which is the least that an extraction must do;
- ``--extraction``: videos to embeddings, without the imports;
- ``--processes``: the same with the imports, each command in a process of its own;
- ``--profile``: where this project's time goes.

The folders are data sets that ``python -m keras_impl.extract_faces`` accepts. The contenders take turns
at each input. A figure is the median of all runs, beside the fastest and the slowest run, and a column
"x rival" tells how many times as fast as the rival's median it is; of a rival that is timed with all
cores and with one thread, the faster counts.

Where there was a choice, the obvious way got the better of it: in ``--extraction`` its networks are
loaded and warm when the clock starts, while this project loads its own by that clock, and only this
project writes crops and an index. Against it, in ``--processes`` it also imports what this script
needs for the rest, which takes about a second.
"""

import platform
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial, wraps
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated, Any, TypeVar
from unittest.mock import patch

import cv2
import numpy as np
import typer
from joblib import cpu_count
from joblib.externals.loky import get_reusable_executor

from keras_impl import console
from keras_impl.core.journal import Journal
from keras_impl.core.openvino import Network
from keras_impl.core.parallel import Workers
from keras_impl.datasets import read_data
from keras_impl.datasets.record import MediaRecord
from keras_impl.faces import dataset as batch
from keras_impl.faces import extract as extraction
from keras_impl.faces import mtcnn as detection
from keras_impl.faces.face import LANDMARKS, Face, main_face
from keras_impl.faces.modality import FACES
from keras_impl.faces.mtcnn_boxes import overlap
from keras_impl.media.video import VideoReader, spread
from keras_impl.models.facenet import dataset as embedding
from keras_impl.models.facenet import embedder as facenet
from keras_impl.models.facenet.weights import find_weights
from keras_impl.samples.embeddings import write_embeddings
from keras_impl.samples.index import read_index

Input = TypeVar("Input")
Function = Callable[..., Any]

CORES = cpu_count()

PACKAGES = ("tensorflow", "mtcnn", "openvino", "av", "opencv-python-headless", "facenet-pytorch", "torch")
"""Distributions whose versions are printed."""

MIN_FACE_SIZE = extraction.Options().config.smallest_face
"""Side in pixels of the smallest face that this project looks for by default."""

DETECTION_FRAMES = 3
"""Frames per video that detection is timed on."""

DECODING_FRAMES = (1, 5, 20)
"""Frames per video that decoding and the profile are measured for."""

EXTRACTION_FRAMES, PROCESS_FRAMES = 5, 20
"""Frames per video of whole extractions, without and with the imports."""

MTCNN = "mtcnn"
FACENET_PYTORCH, FACENET_PYTORCH_ALONE = "facenet, all cores", "facenet, one thread"
OURS, OURS_ALONE = "ours, all cores", "ours, one thread"
SEEK, GRAB, READER, READER_ALONE = "seek by number", "grab in sequence", "ours, decoder's threads", "ours, one thread"
NAIVE, ONE_WORKER, TWO_WORKERS = "naive", "ours, one worker", "ours, two workers"
OURS_WITH_IMPORTS = "ours, a worker per core"

DECODING = "decoding"
PNET, RNET, ONET, DETECTING = "detection: PNet", "detection: RNet", "detection: ONet", "detection: rest"
CROPPING, DESCRIBING = "crop and PNG", "cues of the crop"
FACENET, EMBEDDING = "embedding: FaceNet", "embedding: rest"
LOADING, JOURNAL, REST = "loading networks", "journal", "rest"
PARTS = (DECODING, PNET, RNET, ONET, DETECTING, CROPPING, DESCRIBING, FACENET, EMBEDDING, LOADING, JOURNAL, REST)
"""What the profile tells apart, in its order."""

NETWORKS = {"pnet": PNET, "rnet": RNET, "onet": ONET, "facenet": FACENET}
"""Which part a network's time belongs to, by the network's name."""


@dataclass
class Timing:
    """How long a contender took.

    Attributes
    ----------
    seconds : list of float
        For all inputs together, per run.
    result : any
        What it returned last.
    """

    seconds: list[float]
    result: Any = None


def race(
    title: str,
    contenders: Mapping[str, Callable[[Input], Any]],
    inputs: Sequence[Input],
    runs: int,
    prepare: Callable[[], None] = lambda: None,
) -> dict[str, Timing]:
    """Time contenders, which take turns at each input.

    Parameters
    ----------
    title : str
        What the progress says.
    contenders : mapping of str to callable
    inputs : sequence
    runs : int
        How often each gets all inputs.
    prepare : callable, optional
        Called before each turn, off the clock.
    """
    timings = {name: Timing([0.0] * runs) for name in contenders}
    for run in console.track(range(runs), title, runs):
        for each in inputs:
            for name, contender in contenders.items():
                prepare()
                begin = time.perf_counter()
                timings[name].result = contender(each)
                timings[name].seconds[run] += time.perf_counter() - begin
    return timings


def figures(timings: Mapping[str, Timing], items: int, rivals: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Rows of a table: a contender's name, seconds per item, and how many times as fast as each rival it is.

    Parameters
    ----------
    timings : mapping of str to Timing
    items : int
        How many there were in a run.
    rivals : mapping of str to sequence of str
        Which contenders each is; the fastest of them counts.
    """
    medians = {name: median(timing.seconds) for name, timing in timings.items()}
    for name, timing in timings.items():
        seconds = [run / items for run in timing.seconds]
        ratios = [min(medians[rival] for rival in names) / medians[name] for names in rivals.values()]
        measured = [f"{each:.3f}" for each in (median(seconds), min(seconds), max(seconds))]
        yield [name, *measured, *(f"{ratio:.2f}" for ratio in ratios)]


def headings(first: str, rivals: Iterable[str]) -> list[str]:
    """Headings of the columns that `figures` fills."""
    return [first, "median", "fastest", "slowest", *(f"x {rival}" for rival in rivals)]


def measure_detection(folders: Sequence[Path], runs: int, agreement_frames: int) -> None:
    """Time the detectors on frames of each size, then compare what they find."""
    contenders = detectors()
    rivals = {"mtcnn": (MTCNN,)}
    if FACENET_PYTORCH in contenders:
        rivals["facenet"] = (FACENET_PYTORCH, FACENET_PYTORCH_ALONE)
    rows = []
    for (width, height), videos in sorted(frames_by_size(folders).items()):
        for detect in contenders.values():
            detect(videos[0])  # warm up
        size, frames = f"{width}x{height}", sum(map(len, videos))
        timings = race(f"Detecting at {size}", contenders, videos, runs)
        rows += [[size, *row] for row in figures(timings, frames, rivals)]
    console.say(f"\nDetection, seconds per frame, {DETECTION_FRAMES} frames per video; facenet is facenet-pytorch,")
    console.say(f"which like ours looks for faces from {MIN_FACE_SIZE:g} px; ours takes a video's frames at once")
    console.table(["size", *headings("detector", rivals)], rows)
    show_agreement(folders, agreement_frames)


def detectors() -> dict[str, Callable[[list[np.ndarray]], Any]]:
    """The detectors that there are, each taking the frames of a video."""
    mtcnn = stock_mtcnn()
    contenders = {MTCNN: lambda images: [mtcnn.detect_faces(image) for image in images]}
    try:
        contenders[FACENET_PYTORCH] = facenet_pytorch_detector(CORES)
        contenders[FACENET_PYTORCH_ALONE] = facenet_pytorch_detector(1)
    except (ImportError, RuntimeError) as error:  # the latter if its torch and torchvision don't fit each other
        console.warn(f"facenet-pytorch is left out: {error}")
    return contenders | {OURS: our_detector(CORES), OURS_ALONE: our_detector(1)}


def stock_mtcnn() -> Any:
    """The mtcnn package's detector, as it is without any settings."""
    import keras_impl.core.tensorflow  # noqa: F401  # isort: skip  (first, so that importing mtcnn is quiet)
    import mtcnn

    return mtcnn.MTCNN()


def facenet_pytorch_detector(threads: int) -> Callable[[list[np.ndarray]], Any]:
    """facenet-pytorch's detector, looking for faces of the same size as this project's."""
    import facenet_pytorch
    import torch

    detector = facenet_pytorch.MTCNN(min_face_size=MIN_FACE_SIZE, keep_all=True, post_process=False)

    def detect(images: list[np.ndarray]) -> list[Any]:
        torch.set_num_threads(threads)
        return [detector.detect([image]) for image in images]

    return detect


def our_detector(threads: int) -> Callable[[list[np.ndarray]], list[list[Face]]]:
    """The project's detector."""
    detector = detection.MTCNN(MIN_FACE_SIZE, threads)

    def detect(images: list[np.ndarray]) -> list[list[Face]]:
        cv2.setNumThreads(threads)
        return detector.detect(images)

    return detect


def frames_by_size(folders: Sequence[Path]) -> dict[tuple[int, int], list[list[np.ndarray]]]:
    """Some frames of each video, together with those of other videos of the same width and height."""
    sizes = defaultdict(list)
    for path in (path for folder in folders for path in videos_in(folder)):
        images = list(read_frames(path, DETECTION_FRAMES))
        height, width = images[0].shape[:2]
        sizes[width, height].append(images)
    return sizes


def show_agreement(folders: Sequence[Path], count: int) -> None:
    """Print in how many of the frames in which mtcnn finds a face this project finds the same main face."""
    mtcnn, ours, totals, rows = stock_mtcnn(), our_detector(CORES), Counter(), []
    for folder in folders:
        videos, found = videos_in(folder), Counter()
        for path in console.track(videos, f"Comparing faces in {folder.name}", len(videos)):
            images = list(read_frames(path, count))
            for image, faces in zip(images, ours(images), strict=True):
                found[agreement(faces_of(mtcnn.detect_faces(image), MIN_FACE_SIZE), faces)] += 1
        totals += found
        rows.append(as_agreement_row(folder.name, found))
    rows.append(as_agreement_row("all", totals))
    console.say(f"\nAgreement, frames by what ours finds where mtcnn finds a main face of {MIN_FACE_SIZE:g} px or more")
    console.table(["folder", "frames", "with a face", "same", "other", "none", "share"], rows)


def agreement(expected: Sequence[Face], found: Sequence[Face]) -> str:
    """What was found where a face is expected: the same main face, another one, or none."""
    if not expected:
        return "not expected"
    if not found:
        return "none"
    corners = [np.array([[x, y, x + width, y + height]]) for x, y, width, height in map(main_box, (expected, found))]
    return "same" if overlap(*corners)[0, 0] >= detection.SAME_FACE else "other"


def as_agreement_row(name: str, found: Counter[str]) -> list[str]:
    """Row of the table of agreement."""
    expected = found.total() - found["not expected"]
    counts = (found.total(), expected, found["same"], found["other"], found["none"])
    return [name, *map(str, counts), f"{found['same'] / max(expected, 1):.2%}"]


def main_box(faces: Sequence[Face]) -> tuple[float, float, float, float]:
    """Box of the main face."""
    return main_face(faces).box


def faces_of(results: Iterable[Mapping[str, Any]], min_face_size: float = 0) -> list[Face]:
    """What mtcnn found in an image, of this size or larger, as this project's faces."""
    return [
        Face(tuple(each["box"]), each["confidence"], np.array([each["keypoints"][name] for name in LANDMARKS]))
        for each in results
        if max(each["box"][2:]) >= min_face_size and min(each["box"][2:]) > 0
    ]


def measure_decoding(folders: Sequence[Path], runs: int) -> None:
    """Time how few and many frames are read out of each video."""
    ways = {
        SEEK: seek_frames,
        GRAB: grab_frames,
        READER: read_frames,
        READER_ALONE: partial(read_frames, threads=1),
    }
    rivals = {"seek": (SEEK,), "grab": (GRAB,)}
    videos = [path for folder in folders for path in videos_in(folder)]
    rows = []
    for count in DECODING_FRAMES:
        contenders = {name: partial(read_all, way, count) for name, way in ways.items()}
        read_all(grab_frames, count, videos[0])  # warm up
        timings = race(f"Decoding, frames per video {count}", contenders, videos, runs)
        rows += [[str(count), *row] for row in figures(timings, len(videos), rivals)]
    console.say("\nDecoding alone, seconds per video")
    console.table(["frames", *headings("way", rivals)], rows)


def read_all(way: Callable[[Path, int], Iterator[np.ndarray]], count: int, path: Path) -> int:
    """Read ``count`` frames, keep none, and return how many there were."""
    return sum(1 for _ in way(path, count))


def seek_frames(path: Path, count: int) -> Iterator[np.ndarray]:
    """Spread frames of a video as most programs get at them: one seek for each."""
    video = cv2.VideoCapture(str(path))
    for number in numbers_in(video, count):
        video.set(cv2.CAP_PROP_POS_FRAMES, number)
        success, image = video.read()
        if success:
            yield cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    video.release()


def grab_frames(path: Path, count: int) -> Iterator[np.ndarray]:
    """Spread frames of a video, which is decoded from its beginning."""
    video = cv2.VideoCapture(str(path))
    wanted = frozenset(numbers_in(video, count))
    for number in range(max(wanted, default=-1) + 1):
        if not video.grab():
            break
        if number in wanted:
            _, image = video.retrieve()
            yield cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    video.release()


def numbers_in(video: cv2.VideoCapture, count: int) -> list[int]:
    """Numbers of ``count`` frames spread over a video, or of all if it has fewer, going by its header."""
    length = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
    return spread(length, min(count, length))


def read_frames(path: Path, count: int, threads: int = 0) -> Iterator[np.ndarray]:
    """Spread frames of a video, read as this project does."""
    with VideoReader(path, threads) as reader:
        for frame in reader.read(spread(len(reader), min(count, len(reader)))):
            yield frame.image


def measure_extraction(folders: Sequence[Path], runs: int) -> None:
    """Time all videos to embeddings, imports excluded, this project from cold each time."""
    records = records_of(folders)
    contenders = {
        NAIVE: NaiveExtraction(EXTRACTION_FRAMES),
        ONE_WORKER: partial(extract, 1, EXTRACTION_FRAMES),
        TWO_WORKERS: partial(extract, 2, EXTRACTION_FRAMES),
    }
    contenders[NAIVE](records[:1])  # warm up
    rivals = {"naive": (NAIVE,), "one worker": (ONE_WORKER,)}
    timings = race("Extracting", contenders, [records], runs, prepare=start_cold)
    rows = [
        [*row, str(timing.result)] for row, timing in zip(figures(timings, 1, rivals), timings.values(), strict=True)
    ]
    console.say(f"\nExtraction with embeddings, imports excluded, seconds for {EXTRACTION_FRAMES} frames of each video")
    console.table([*headings("way", rivals), "faces"], rows)


class NaiveExtraction:
    """The obvious way: seek, detect and embed one frame after the other.

    Parameters
    ----------
    count : int
        Frames per video.
    """

    def __init__(self, count: int) -> None:
        from keras_facenet.inception_resnet_v1 import InceptionResNetV1

        self._count, self._detector = count, stock_mtcnn()
        self._network = InceptionResNetV1(classes=128)
        self._network.load_weights(str(find_weights()))

    def __call__(self, records: Iterable[MediaRecord]) -> int:
        """Return how many faces were embedded."""
        return sum(self._embed(image) for record in records for image in seek_frames(record.path, self._count))

    def _embed(self, image: np.ndarray) -> bool:
        """Whether the image shows a face; its embedding is not kept."""
        faces = faces_of(self._detector.detect_faces(image))
        if faces:
            x, y, width, height = main_box(faces)
            self._network.predict(facenet.standardise(image[y : y + height, x : x + width])[None], verbose=0)
        return bool(faces)


def extract(jobs: int, count: int, records: Sequence[MediaRecord]) -> int:
    """Run this project's two steps into a fresh folder; return how many faces were embedded."""
    workers, weights = Workers(jobs), find_weights()
    with TemporaryDirectory() as folder:
        faces, embeddings = Path(folder, "faces"), Path(folder, "embeddings")
        with batch.FaceExtraction(records, faces, extraction.Options(frames_per_video=count)) as extracting:
            for _ in extracting.run(workers):
                pass
            extracting.compile([])
        with embedding.Embedding(read_index(faces, FACES), faces, embeddings, weights, "float32") as embedding_all:
            for _ in embedding_all.run(workers):
                pass
            samples, vectors, _ = embedding_all.result()
        write_embeddings(embeddings, samples, vectors)
    return len(samples)


def start_cold() -> None:
    """End this project's workers and forget its networks, so that an extraction has to start anew."""
    get_reusable_executor().shutdown(wait=True)
    batch._detector.cache_clear()
    embedding._embedder.cache_clear()
    cv2.setNumThreads(CORES)  # an extraction in this process left it at one


def measure_processes(folders: Sequence[Path], runs: int) -> None:
    """Time all videos to embeddings, each folder in fresh processes, from their start to their end."""
    contenders = {NAIVE: run_naive, OURS_WITH_IMPORTS: run_steps}
    rivals = {"naive": (NAIVE,)}
    timings = race("Extracting in processes", contenders, folders, runs)
    console.say(f"\nExtraction with embeddings and imports, seconds for {PROCESS_FRAMES} frames of each video")
    console.table(headings("way", rivals), list(figures(timings, 1, rivals)))


def run_naive(folder: Path) -> None:
    """The obvious way in a process of its own."""
    run_python(__file__, folder, "--naive-process", PROCESS_FRAMES)


def run_steps(folder: Path) -> None:
    """Both of the project's commands, writing into an empty folder."""
    with TemporaryDirectory() as out:
        faces = Path(out, "faces")
        step = ("-m", "keras_impl.extract_faces", "--data", folder, "--out", faces)
        run_python(*step, "--frames-per-video", PROCESS_FRAMES)
        run_python("-m", "keras_impl.extract_embeddings", "--faces", faces, "--out", Path(out, "embeddings"))


def run_python(*arguments: object) -> None:
    """Run Python without showing what it prints, unless it fails."""
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")


def show_profile(folders: Sequence[Path], runs: int) -> None:
    """Print where the time of an extraction in one process goes, for few and for many frames."""
    records, columns = records_of(folders), []
    for count in DECODING_FRAMES:
        clock = Clock()
        for _ in console.track(range(runs), f"Profiling, frames per video {count}", runs):
            start_cold()
            with clock.watching(), clock.part(REST):
                extract(1, count, records)
        columns.append([clock.seconds[part] / runs / len(records) for part in PARTS])
    rows = [[part, *map(as_share, seconds, map(sum, columns))] for part, *seconds in zip(PARTS, *columns, strict=True)]
    rows.append(["all", *(as_share(sum(column), sum(column)) for column in columns)])
    console.say("\nProfile of one worker by frames per video, seconds per video and shares, mean of all runs")
    console.table(["part", *(f"frames: {count}" for count in DECODING_FRAMES)], rows)


def as_share(seconds: float, total: float) -> str:
    """Seconds, and what share of the total they are."""
    return f"{seconds:.3f} {seconds / total:6.1%}"


class Clock:
    """Seconds by part of the work. Of parts within parts only the innermost counts, so that they add up.

    Attributes
    ----------
    seconds : Counter
        By the parts' names.
    """

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._open: list[str] = []
        self._since = time.perf_counter()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the block's time as the part's."""
        self._charge()
        self._open.append(name)
        try:
            yield
        finally:
            self._charge()
            self._open.pop()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Time this project's functions while the block runs."""
        timed = {
            DECODING: [(VideoReader, "__init__")],
            DETECTING: [(detection.MTCNN, "detect")],
            CROPPING: [(extraction, "cut_crop"), (extraction, "write_png")],
            DESCRIBING: [(extraction, "crop_cues")],
            EMBEDDING: [(embedding, "read_crops"), (facenet.FaceNetEmbedder, "embed")],
            LOADING: [(detection.MTCNN, "__init__"), (facenet.FaceNetEmbedder, "__init__")],
            JOURNAL: [(Journal, "add")],
        }
        with ExitStack() as patches:
            for part, functions in timed.items():
                for owner, name in functions:
                    patches.enter_context(patch.object(owner, name, self._timed(part, getattr(owner, name))))
            patches.enter_context(patch.object(VideoReader, "read", self._timed_steps(DECODING, VideoReader.read)))
            for name, function in self._timed_networks().items():
                patches.enter_context(patch.object(Network, name, function))
            yield

    def _charge(self) -> None:
        """Give the time since the last change of parts to the innermost one."""
        now = time.perf_counter()
        if self._open:
            self.seconds[self._open[-1]] += now - self._since
        self._since = now

    def _timed(self, part: str, function: Function) -> Function:
        @wraps(function)
        def wrapper(*args: Any, **options: Any) -> Any:
            with self.part(part):
                return function(*args, **options)

        return wrapper

    def _timed_steps(self, part: str, function: Function) -> Function:
        """The same for a generator, whose time is what passes until it yields."""

        @wraps(function)
        def wrapper(*args: Any) -> Iterator[Any]:
            steps = iter(function(*args))
            while True:
                with self.part(part):
                    item = next(steps, None)
                if item is None:
                    return
                yield item

        return wrapper

    def _timed_networks(self) -> dict[str, Function]:
        """Methods of `Network` that give its time to the part which has its name."""
        make, call, parts = Network.__init__, Network.__call__, {}

        def make_named(network: Network, model: Any, *settings: Any) -> None:
            make(network, model, *settings)
            parts[id(network)] = NETWORKS[model.get_friendly_name()]

        def call_timed(network: Network, pixels: np.ndarray) -> list[np.ndarray]:
            with self.part(parts[id(network)]):
                return call(network, pixels)

        return {"__init__": make_named, "__call__": call_timed}


def videos_in(folder: Path) -> list[Path]:
    """The labelled videos of a data set."""
    return [record.path for record in read_data(folder)[0]]


def records_of(folders: Sequence[Path]) -> list[MediaRecord]:
    """The videos of all data sets as if they were one."""
    return [
        replace(record, video=f"{place}/{record.video}")
        for place, folder in enumerate(folders)
        for record in read_data(folder)[0]
    ]


def show_machine() -> None:
    """Print what the figures depend on."""
    console.say(f"{processor()}, {CORES} cores, Python {platform.python_version()}")
    console.say(", ".join(f"{name} {version_of(name)}" for name in PACKAGES))


def processor() -> str:
    """The processor's name."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def version_of(package: str) -> str:
    """Version of a distribution that may be missing."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def main(
    folders: Annotated[list[Path], typer.Argument(metavar="VIDEO_FOLDER...", exists=True, file_okay=False)],
    runs: Annotated[int, typer.Option(min=1, help="How often everything is timed.")] = 5,
    agreement_frames: Annotated[int, typer.Option(min=1, help="Frames per video in which faces are compared.")] = 20,
    with_detection: Annotated[bool, typer.Option("--detection", help="Time and compare detectors.")] = False,
    with_decoding: Annotated[bool, typer.Option("--decoding", help="Time decoding.")] = False,
    with_extraction: Annotated[bool, typer.Option("--extraction", help="Time extraction without imports.")] = False,
    with_processes: Annotated[bool, typer.Option("--processes", help="Time extraction with imports.")] = False,
    with_profile: Annotated[bool, typer.Option("--profile", help="Show where this project's time goes.")] = False,
    naive_process: Annotated[
        int | None,
        typer.Option(min=1, metavar="FRAMES", help="Only extract so many frames per video the obvious way, untimed."),
    ] = None,
) -> None:
    """Measure how fast faces are extracted from the videos of data sets: all parts, or those that are named."""
    folders = [folder.resolve() for folder in folders]
    if naive_process is not None:
        NaiveExtraction(naive_process)(records_of(folders))
        return
    show_machine()
    find_weights()  # fetched before anything is timed
    chosen = (with_detection, with_decoding, with_extraction, with_processes, with_profile)
    parts = (
        partial(measure_detection, agreement_frames=agreement_frames),
        measure_decoding,
        measure_extraction,
        measure_processes,
        show_profile,
    )
    for part, is_chosen in zip(parts, chosen, strict=True):
        if is_chosen or not any(chosen):
            part(folders, runs)


if __name__ == "__main__":
    typer.run(main)
