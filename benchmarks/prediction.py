"""How long a verdict takes, and which part of it: `predict` as a process of its own, and a judge that is loaded.

Give videos or recordings; each is judged several times. The models are found as `predict` finds them, or named with
--model. Memory is the highest that one more cold verdict took. Then ten copies of the file are judged by one command,
and by ten.
Processor seconds are those of all threads: on two cores that do nothing else a verdict takes between half of them
and all of them, whatever other programs were doing when this was measured.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from statistics import median
from typing import Annotated, Any

STARTED, USED = time.perf_counter(), time.process_time()

import typer  # noqa: E402 - its import counts as the command's

MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], capture_output=True, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Run by a small process, as what a process has when it starts another one would count with it."""

TOGETHER = 10
"""Files that are judged by one command, and by as many."""

IMPORTS, MODELS, ALL = "imports", "loading models", "the whole file"
DECODING, FACES, FACENET, IMAGE, SOUND = (
    "decoding frames, meanwhile",
    "finding faces",
    "FaceNet, loaded and asked",
    "scoring faces",
    "listening and scoring speech",
)

Function = Callable[..., Any]

Taken = dict[str, tuple[float, float]]
"""Seconds by the clock and of the processors, by part. Frames are decoded while faces are looked for: of either the
processors' seconds are those of both."""


def main(
    files: Annotated[list[Path], typer.Argument(help="Videos or recordings to judge.")],
    model: Annotated[Path | None, typer.Option(help="As of predict.")] = None,
    runs: Annotated[int, typer.Option(min=1, help="How often each is judged.")] = 5,
    parts: Annotated[bool, typer.Option("--parts", hidden=True)] = False,
) -> None:
    """Print seconds of a cold and of a warm verdict on each file: median, fastest and slowest run."""
    if parts:
        print(json.dumps(list(measured_parts(files[0], model))))
        return
    from keras_impl.prediction.judge import Judge
    from keras_impl.prediction.trained import find_models

    models = find_models(model)
    named = ["--model", str(model)] if model else []
    judge = Judge(models)
    names = [f"{part.modality.name} {name}" for part in models.parts for name in part.trained]
    command = [sys.executable, "-m", "keras_impl.predict"]
    for file in files:
        print(f"{file.name}: {_described(file)}; models {', '.join(names)}")
        alone = [*command, str(file), *named]
        _show("cold", runs, lambda alone=alone: _run(alone))
        told = subprocess.run([sys.executable, "-c", MEASURE, *alone], capture_output=True, check=True, text=True)
        print(f"  memory: {int(told.stdout) / 1000:.0f} MB")
        _show("warm", runs, lambda file=file: judge.judge(file))
        _show_parts(file, named, runs)
        with tempfile.TemporaryDirectory() as folder:
            copies = [Path(folder, f"{number}{file.suffix}") for number in range(TOGETHER)]
            for copy in copies:
                copy.symlink_to(file.absolute())
            _show(f"{TOGETHER} in one call", runs, lambda copies=copies: _run([*command, *map(str, copies), *named]))
            _show(
                f"{TOGETHER} in {TOGETHER} calls",
                runs,
                lambda copies=copies: [_run([*command, str(copy), *named]) for copy in copies],
            )


def _run(command: list[str]) -> None:
    subprocess.run(command, capture_output=True, check=True)


def _show_parts(file: Path, named: list[str], runs: int) -> None:
    """Print what each part takes of a cold verdict, and of the next one of the same process."""
    run = [sys.executable, __file__, str(file), *named, "--parts"]
    told = [json.loads(subprocess.check_output(run, text=True)) for _ in range(runs)]
    for title, place in (("cold, by parts", 0), ("warm, by parts", 1)):
        print(f"  {title}: by the clock, of the processors")
        for part in told[0][place]:
            clock, processor = ([each[place][part][which] for each in told] for which in (0, 1))
            print(f"    {part}: {_summary(clock)}, {_summary(processor)}")


def measured_parts(file: Path, model: Path | None) -> Iterator[Taken]:
    """Judge a file in this process, twice; yield what each part took, each time."""
    import keras_impl.models.resnet.scorer
    import keras_impl.predict  # noqa: F401 - with what it imports later, all that the command imports
    from keras_impl.media.video import VideoReader
    from keras_impl.models.facenet.embedder import FaceNetEmbedder
    from keras_impl.prediction import faces
    from keras_impl.prediction.many import Settings
    from keras_impl.prediction.trained import find_models

    taken: Taken = {IMPORTS: (time.perf_counter() - STARTED, time.process_time() - USED)}
    with _timed(taken, MODELS):
        judge = Settings(find_models(model)).make_judge(None)
    functions: list[tuple[Any, str, str]] = [(faces, "load_embedder", FACENET), (FaceNetEmbedder, "embed", FACENET)]
    if judge._image:
        functions += [(judge._image._detector, "detect", FACES), (judge._image._scorers, "score", IMAGE)]
    if judge._sound:
        functions.append((judge._sound, "judge", SOUND))
    for owner, name, part in functions:
        setattr(owner, name, _timing(getattr(owner, name), taken, part))
    VideoReader.read = _timing_steps(VideoReader.read, taken, DECODING)
    for _ in range(2):
        with _timed(taken, ALL):
            judge.judge(file)
        yield dict(taken)
        taken.clear()


@contextmanager
def _timed(taken: Taken, part: str) -> Iterator[None]:
    clock, processor = time.perf_counter(), time.process_time()
    try:
        yield
    finally:
        before = taken.get(part, (0.0, 0.0))
        taken[part] = before[0] + time.perf_counter() - clock, before[1] + time.process_time() - processor


def _timing(function: Function, taken: Taken, part: str) -> Function:
    @wraps(function)
    def wrapper(*args: Any, **options: Any) -> Any:
        with _timed(taken, part):
            return function(*args, **options)

    return wrapper


def _timing_steps(function: Function, taken: Taken, part: str) -> Function:
    """The same for a generator, whose time is what passes until it yields."""

    @wraps(function)
    def wrapper(*args: Any) -> Iterator[Any]:
        steps = iter(function(*args))
        while True:
            with _timed(taken, part):
                item = next(steps, None)
            if item is None:
                return
            yield item

    return wrapper


def _described(file: Path) -> str:
    from keras_impl.media.audio import SAMPLE_RATE, SoundReader
    from keras_impl.media.formats import SUFFIXES
    from keras_impl.media.video import VideoReader

    if file.suffix.lower() not in SUFFIXES["image"]:
        with SoundReader(file) as sound:
            seconds = sum(map(len, sound.blocks())) / SAMPLE_RATE
            return f"{sound.format.codec}, {seconds:.1f} s"
    with VideoReader(file) as reader:
        (frame,) = reader.read([0])
        height, width = frame.image.shape[:2]
        return f"{width} x {height}, {reader.duration:.1f} s"


def _show(what: str, runs: int, action: Callable[[], object]) -> None:
    """Run something several times and print how long it took."""
    clock, processor = [], []
    for _ in range(runs):
        started, used = time.perf_counter(), _processor_seconds()
        action()
        clock.append(time.perf_counter() - started)
        processor.append(_processor_seconds() - used)
    print(f"  {what}: {_summary(clock)} by the clock, {_summary(processor)} of the processors")


def _processor_seconds() -> float:
    """Of this process and of all that it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _summary(seconds: list[float]) -> str:
    return f"{median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"


if __name__ == "__main__":
    typer.run(main)
