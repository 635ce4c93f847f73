"""Whether memory stays flat over many videos: ``python benchmarks/memory.py VIDEO_FOLDER... --videos 500``.

The videos of the folders are linked under as many names as asked for, in random order, and extracted by
``python -m keras_impl.extract_faces``. Each process's resident memory is read twice a second, while it works;
printed are the median and the highest reading during the 100 videos that follow the first 50, and during
the last 100.
"""

import json
import random
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import psutil
import typer

from keras_impl import console

FIRST, WINDOW = 50, 100
INTERVAL = 0.5


def link_videos(folders: list[Path], videos: int, target: Path) -> None:
    """Fill ``target/real`` and ``target/fake`` with links to the folders' videos, each as often as needed."""
    found = sorted(path for folder in folders for path in folder.rglob("*.mp4"))
    draw = random.Random(0)
    for number in range(videos):
        link = target / ("fake" if number % 2 else "real") / f"{number:04}.mp4"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(draw.choice(found).absolute())


def watch(command: list[str], log: Path) -> dict[int, list[tuple[int, float]]]:
    """Run a command; return each process's readings: how many videos were done, and its memory in MB."""
    readings = defaultdict(list)
    running = psutil.Popen(command, stderr=subprocess.DEVNULL)
    while running.poll() is None:
        done = len(log.read_text().splitlines()) if log.exists() else 0
        for process in [running, *running.children(recursive=True)]:
            try:
                readings[process.pid].append((done, process.memory_info().rss / 2**20))
            except psutil.Error:
                continue  # it has just ended
        time.sleep(INTERVAL)
    return readings


def main(
    folders: Annotated[list[Path], typer.Argument(help="Where videos are, at any depth.")],
    videos: Annotated[int, typer.Option(min=FIRST + 2 * WINDOW, help="How many to extract.")] = 500,
    frames_per_video: Annotated[int, typer.Option(min=1)] = 5,
    jobs: Annotated[int, typer.Option(min=1)] = 2,
) -> None:
    """Print the memory of each process."""
    with TemporaryDirectory() as temporary:
        work = Path(temporary)
        link_videos(folders, videos, work / "videos")
        log = work / "log.jsonl"
        options = {"--data": work / "videos", "--out": work / "faces", "--log": log}
        options |= {"--frames-per-video": frames_per_video, "--jobs": jobs}
        command = [sys.executable, "-m", "keras_impl.extract_faces"]
        readings = watch(command + [str(part) for option in options.items() for part in option], log)
        statuses = [json.loads(line)["status"] for line in log.read_text().splitlines()]
    console.say(
        f"{len(statuses)} videos, {statuses.count('ok')} with faces, {frames_per_video} frames each, {jobs} workers"
    )
    rows = []
    for place, of_process in enumerate(readings.values(), start=1):
        early = [megabytes for done, megabytes in of_process if FIRST <= done < FIRST + WINDOW]
        late = [megabytes for done, megabytes in of_process if done >= videos - WINDOW]
        if early and late:
            growth = f"{median(late) / median(early) - 1:+.1%}"
            figures = (median(early), max(early), median(late), max(late))
            rows.append((str(place), *(f"{figure:.0f}" for figure in figures), growth))
    console.table(["process", "MB, early", "highest", "MB, late", "highest", "growth"], rows)


if __name__ == "__main__":
    typer.run(main)
