"""How long a verdict takes: `predict` as a process of its own, and a judge that is loaded already.

Give videos; each is judged several times. The models are found as `predict` finds them, or named with --model.
"""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Annotated

import typer


def main(
    videos: Annotated[list[Path], typer.Argument(help="Videos to judge.")],
    model: Annotated[Path | None, typer.Option(help="As of predict.")] = None,
    runs: Annotated[int, typer.Option(min=1, help="How often each is judged.")] = 5,
) -> None:
    """Print seconds of a cold and of a warm verdict on each video: median, fastest and slowest run."""
    from keras_impl.media.video import VideoReader
    from keras_impl.verdict.judge import Judge
    from keras_impl.verdict.models import find_models

    models = find_models(model)
    named = ["--model", str(model)] if model else []
    judge = Judge(models)
    for video in videos:
        with VideoReader(video) as reader:
            (frame,) = reader.read([0])
            height, width = frame.image.shape[:2]
            print(f"{video.name}: {width} x {height}, {reader.duration:.1f} s; models {', '.join(models.trained)}")
        command = [sys.executable, "-m", "keras_impl.predict", str(video), *named]
        _show(
            "cold", [_timed(lambda command=command: subprocess.run(command, capture_output=True)) for _ in range(runs)]
        )
        _show("warm", [_timed(lambda video=video: judge.judge(video)) for _ in range(runs)])


def _timed(action) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _show(what: str, seconds: list[float]) -> None:
    print(f"  {what}: {median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})")


if __name__ == "__main__":
    typer.run(main)
