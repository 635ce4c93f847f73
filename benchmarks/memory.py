"""Whether memory stays flat over many videos: ``python benchmarks/memory.py VIDEO_FOLDER... --videos 500``.

The videos of the folders are linked under as many names as asked for, in random order, and extracted by
``python -m keras_impl.extract_faces``. Each process's resident memory is read twice a second; printed are
its highest value while the first 50 videos were done, and its highest value after that.
"""

import json
import random
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import psutil
import typer

from keras_impl import cli

FIRST = 50
INTERVAL = 0.5


def link_videos(folders: list[Path], videos: int, target: Path) -> None:
    """Fill ``target/real`` and ``target/fake`` with links to the folders' videos, each as often as needed."""
    found = sorted(path for folder in folders for path in folder.rglob("*.mp4"))
    draw = random.Random(0)
    for number in range(videos):
        link = target / ("fake" if number % 2 else "real") / f"{number:04}.mp4"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(draw.choice(found).absolute())


def watch(command: list[str], log: Path) -> dict[int, tuple[float, float]]:
    """Run a command; return each process's highest memory in MB during the first videos and later."""
    peaks: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    running = psutil.Popen(command, stderr=subprocess.DEVNULL)
    while running.poll() is None:
        done = len(log.read_text().splitlines()) if log.exists() else 0
        for process in [running, *running.children(recursive=True)]:
            try:
                megabytes = process.memory_info().rss / 2**20
            except psutil.Error:
                continue  # it has just ended
            late = done > FIRST
            peaks[process.pid][late] = max(peaks[process.pid][late], megabytes)
        time.sleep(INTERVAL)
    return {pid: (early, late) for pid, (early, late) in peaks.items()}


def main(
    folders: Annotated[list[Path], typer.Argument(help="Where videos are, at any depth.")],
    videos: Annotated[int, typer.Option(min=FIRST + 1, help="How many to extract.")] = 500,
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
        peaks = watch(command + [str(part) for option in options.items() for part in option], log)
        statuses = [json.loads(line)["status"] for line in log.read_text().splitlines()]
    cli.say(
        f"{len(statuses)} videos, {statuses.count('ok')} with faces, {frames_per_video} frames each, {jobs} workers"
    )
    rows = [
        (str(place), f"{early:.0f}", f"{late:.0f}", f"{late / early - 1:+.1%}")
        for place, (early, late) in enumerate(peaks.values(), start=1)
        if early and late
    ]
    cli.show_table(["process", f"MB, first {FIRST}", "MB, later", "growth"], rows)


if __name__ == "__main__":
    typer.run(main)
