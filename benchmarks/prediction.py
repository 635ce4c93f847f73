"""How long a verdict takes: `predict` as a process of its own, and a judge that is loaded already.

Give videos or recordings; each is judged several times. The models are found as `predict` finds them, or named with
--model. Memory is the highest that one more cold verdict took.
Processor seconds are those of all threads: on two cores that do nothing else a verdict takes between half of them
and all of them, whatever other programs were doing when this was measured.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Annotated

import typer

MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], capture_output=True, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Run by a small process, as what a process has when it starts another one would count with it."""


def main(
    files: Annotated[list[Path], typer.Argument(help="Videos or recordings to judge.")],
    model: Annotated[Path | None, typer.Option(help="As of predict.")] = None,
    runs: Annotated[int, typer.Option(min=1, help="How often each is judged.")] = 5,
) -> None:
    """Print seconds of a cold and of a warm verdict on each file: median, fastest and slowest run."""
    from keras_impl.prediction.judge import Judge
    from keras_impl.prediction.trained import find_models

    models = find_models(model)
    named = ["--model", str(model)] if model else []
    judge = Judge(models)
    names = [f"{part.modality.name} {name}" for part in models.parts for name in part.trained]
    for file in files:
        print(f"{file.name}: {_described(file)}; models {', '.join(names)}")
        command = [sys.executable, "-m", "keras_impl.predict", str(file), *named]
        _show("cold", runs, lambda command=command: subprocess.run(command, capture_output=True, check=True))
        told = subprocess.run([sys.executable, "-c", MEASURE, *command], capture_output=True, check=True, text=True)
        print(f"  memory: {int(told.stdout) / 1000:.0f} MB")
        _show("warm", runs, lambda file=file: judge.judge(file))


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
