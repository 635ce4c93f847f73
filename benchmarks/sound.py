"""How fast sound is extracted, and how much memory that takes: ``python benchmarks/sound.py``.

Speech is synthesised, and extracted by ``python -m keras_impl.extract_sound``, timed from its start to its end,
imports included:

- an hour of it in 900 files of 4 s, as data sets have it;
- an hour in one file, of which all 900 segments are taken;
- files of 10 minutes and of 3 hours, of which 4 segments are taken: the highest resident memory that any worker
  had, read twice a second. It should be the same for both.

Beside the seconds stand those that processors worked for it, and how busy the machine was already (its load
average), since other work slows this down.
``--profile`` shows instead where the time of one process goes, per segment of 4 s.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import av
import numpy as np
import psutil
import typer
from joblib import cpu_count
from scipy.signal import lfilter

from keras_impl import console
from keras_impl.media.audio import SAMPLE_RATE, SoundReader
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.cues import sound_hash
from keras_impl.speech.extract import write_clip
from keras_impl.speech.lfcc import pooled_lfcc
from keras_impl.speech.segments import cut_segments, plan_segments
from keras_impl.speech.survey import survey
from keras_impl.speech.voice_activity import SpeechDetector

CONFIG = SoundConfig()

FILES, SECONDS = 900, 4
"""An hour."""

INTERVAL = 0.5

FORMANTS = ((730, 1090), (270, 2290), (300, 870), (530, 1840))
"""Resonances of four vowels, hertz."""

BANDWIDTH = 90.0
"""Of a resonance, hertz."""


def babble(seconds: int, seed: int) -> np.ndarray:
    """Vowels with hisses between them, five a second, that a detector of speech takes for speech: int16."""
    generator = np.random.default_rng(seed)
    length, parts = SAMPLE_RATE // 5, []
    for _ in range(5 * seconds):
        pitch = generator.uniform(100, 220) * np.linspace(1.05, 0.95, length)
        sound = np.diff(np.floor(np.cumsum(pitch / SAMPLE_RATE)), prepend=0) + generator.normal(0, 0.002, length)
        for formant in FORMANTS[generator.integers(len(FORMANTS))]:
            radius = np.exp(-np.pi * BANDWIDTH / SAMPLE_RATE)
            angle = 2 * np.pi * formant / SAMPLE_RATE
            sound = lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], sound)
        sound /= np.abs(sound).max()
        hiss = generator.normal(0, 0.05, length)
        hiss[length // 4 :] = 0
        parts.append(np.hanning(length) ** 0.3 * sound + hiss)
    return (8000 * np.concatenate(parts)).round().astype(np.int16)


def write_speech(path: Path, seconds: int, seed: int) -> None:
    """Write a WAV file; what is longer than a minute repeats it, so that it is never held as a whole."""
    minute = babble(min(seconds, 60), seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="mono")
        for _ in range(seconds * SAMPLE_RATE // len(minute)):
            frame = av.AudioFrame.from_ndarray(minute[None], format="s16", layout="mono")
            frame.sample_rate = SAMPLE_RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_data(folder: Path, files: int, seconds: int) -> None:
    """Fill a folder with recordings, half of them called fake."""
    for number in range(files):
        write_speech(folder / ("fake" if number % 2 else "real") / f"{number:04}.wav", seconds, number)
    (folder / "real").mkdir(exist_ok=True)
    (folder / "fake").mkdir(exist_ok=True)


def measure(files: int, seconds: int, segments: int, jobs: int) -> tuple[float, float, float, int]:
    """Extract so many files; return seconds, those of processors, the largest process's MB, and how many segments."""
    with TemporaryDirectory() as temporary:
        data, out = Path(temporary, "data"), Path(temporary, "sound")
        write_data(data, files, seconds)
        command = [sys.executable, "-m", "keras_impl.extract_sound", "--data", data, "--out", out, "--jobs", jobs]
        command += ["--segments-per-file", segments]
        begin, worked = time.perf_counter(), processor_seconds()
        running = psutil.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        most = 0.0
        while running.poll() is None:
            for process in [running, *running.children(recursive=True)]:
                try:
                    most = max(most, process.memory_info().rss / 2**20)
                except psutil.Error:
                    continue  # it has just ended
            time.sleep(INTERVAL if time.perf_counter() - begin > INTERVAL else 0.01)
        took = time.perf_counter() - begin
        if running.returncode:
            sys.exit(f"{' '.join(map(str, command))} failed")
        return took, processor_seconds() - worked, most, sum(1 for _ in (out / "segments").iterdir())


def processor_seconds() -> float:
    """What processes that were started from here, and have ended, worked altogether."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def rows_of(jobs: int) -> Iterator[list[str]]:
    """Measure everything; a row of the table for each."""
    inputs = [
        ("900 files of 4 s", FILES, SECONDS, 1),
        ("1 file of 1 h, 900 segments", 1, FILES * SECONDS, FILES),
        ("1 file of 10 min, 4 segments", 1, 600, 4),
        ("1 file of 3 h, 4 segments", 1, 3 * 3600, 4),
    ]
    for name, *sizes in console.track(inputs, "Extracting", len(inputs)):
        load = os.getloadavg()[0]
        took, worked, most, found = measure(*sizes, jobs)
        yield [name, f"{took:.1f}", f"{worked:.1f}", f"{most:.0f}", str(found), f"{load:.1f}"]


def show_profile() -> None:
    """Print milliseconds per segment of each step, in one process, the best of five runs."""
    with TemporaryDirectory() as temporary:
        path = Path(temporary, "minute.wav")
        write_speech(path, 60, 0)
        heard, detector = survey(SoundReader(path).blocks(), CONFIG.trimming), SpeechDetector(CONFIG.voice)
        pieces = plan_segments(heard, FILES, CONFIG)
        segments = [segment.samples for segment in cut_segments(SoundReader(path).blocks(), pieces, CONFIG)]

        def each(function: Callable[[np.ndarray], Any]) -> None:
            for samples in segments:
                function(samples)

        steps = {
            "reading": lambda: list(SoundReader(path).blocks()),
            "reading and survey": lambda: survey(SoundReader(path).blocks(), CONFIG.trimming),
            "reading and cutting": lambda: list(cut_segments(SoundReader(path).blocks(), pieces, CONFIG)),
            "speech detector": partial(each, detector.hears_speech),
            "LFCC": partial(each, partial(pooled_lfcc, config=CONFIG.lfcc)),
            "hash": partial(each, sound_hash),
            "FLAC": partial(each, partial(write_clip, Path(temporary, "clip.flac"))),
        }
        rows = [[name, f"{1000 * min(map(timed, [step] * 5)) / len(segments):.1f}"] for name, step in steps.items()]
    console.table(["step", "ms per segment"], rows)


def timed(step: Callable[[], Any]) -> float:
    """Seconds that it takes."""
    begin = time.perf_counter()
    step()
    return time.perf_counter() - begin


def main(
    jobs: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 2,
    profile: Annotated[bool, typer.Option("--profile", help="Only show where the time goes.")] = False,
) -> None:
    """Print how long an hour takes and how much memory."""
    if profile:
        show_profile()
        return
    console.say(f"{cpu_count()} cores, {jobs} workers")
    console.table(["input", "seconds", "of processors", "MB", "segments", "load"], list(rows_of(jobs)))


if __name__ == "__main__":
    typer.run(main)
