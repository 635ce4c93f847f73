"""From one file to segments of sound: heard twice, so that a file of any length needs the memory of a short one."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np

from keras_impl.core.storage import atomic_path
from keras_impl.datasets.record import MediaRecord
from keras_impl.errors import MediaError, SoundError
from keras_impl.media.audio import SAMPLE_RATE, SoundFormat, SoundReader
from keras_impl.media.names import file_stem
from keras_impl.speech.config import FULL_SCALE, SoundConfig
from keras_impl.speech.cues import file_cues, sound_hash
from keras_impl.speech.modality import SEGMENTS_NAME
from keras_impl.speech.segments import Segment, cut_segments, plan_segments
from keras_impl.speech.survey import Survey, survey
from keras_impl.speech.voice_activity import SpeechDetector


@dataclass(frozen=True)
class Options:
    """What decides which segments a file gives.

    Attributes
    ----------
    segments_per_file : int
        How many at most, spread over the file.
    config : SoundConfig
        How files become samples.
    """

    segments_per_file: int = 4
    config: SoundConfig = field(default_factory=SoundConfig)


def find_in_tracks(
    path: Path, seconds: float, wanted: int, detector: SpeechDetector, config: SoundConfig, longest: float = math.inf
) -> tuple[SoundFormat, Survey, list[Segment]]:
    """Hear a file's sound tracks, the default one first, until one has speech, and cut segments out of that.

    Parameters
    ----------
    path : Path
    seconds : float
        How long reading each track may take.
    wanted, detector, config, longest
        As of `find_segments`.

    Raises
    ------
    SoundError
        If no track has anything to judge, with the first one's reason.
    MediaError
        If the file can't be read, reading takes too long, or it lasts too long.
    """
    track, first = 0, None
    while True:
        with SoundReader(path, seconds, track) as reader:
            try:
                return reader.format, *find_segments(reader, wanted, detector, config, longest)
            except SoundError as error:
                first, track = first or error, track + 1
                if track >= reader.tracks:
                    raise first from None


def find_segments(
    reader: SoundReader, wanted: int, detector: SpeechDetector, config: SoundConfig, longest: float = math.inf
) -> tuple[Survey, list[Segment]]:
    """Hear a track and cut out segments in which somebody speaks; for training and for verdicts alike.

    Parameters
    ----------
    reader : SoundReader
    wanted : int
        How many at most.
    detector : SpeechDetector
    config : SoundConfig
    longest : float, optional
        Seconds that the file may last.

    Raises
    ------
    SoundError
        If there is nothing to judge, with the reason.
    MediaError
        If reading takes too long, or the file lasts too long.
    """
    heard = survey(_up_to(reader.blocks(), longest), config.trimming)
    pieces = plan_segments(heard, wanted, config)
    if not pieces:
        least = config.least_seconds
        raise SoundError("too short", f"has less than {least:g} s of sound at a stretch", least=least)
    segments = [
        segment
        for segment in cut_segments(reader.blocks(), pieces, config)
        if segment.seconds >= config.least_seconds and detector.hears_speech(segment.samples)
    ]
    if not segments:
        reason = f"has sound, but nobody speaks in {len(pieces)} segments of it"
        raise SoundError("no speech", reason, segments=len(pieces))
    return heard, segments


def extract_sound(
    record: MediaRecord, folder: Path, options: Options, detector: SpeechDetector, seconds: float
) -> list[tuple[dict, np.ndarray]]:
    """Write the segments of a file into a sound folder.

    Parameters
    ----------
    record : MediaRecord
    folder : Path
    options : Options
    detector : SpeechDetector
    seconds : float
        How long reading the file may take.

    Returns
    -------
    list of (dict, ndarray)
        For each segment, what is known of it but for what the data set says, and its samples.

    Raises
    ------
    SoundError, MediaError
        As `find_segments`.
    """
    wanted, config = options.segments_per_file, options.config
    format_, heard, segments = find_in_tracks(record.path, seconds, wanted, detector, config)
    cues = file_cues(heard, format_, record.path.stat().st_size)
    rows = []
    for number, segment in enumerate(segments):
        clip = f"{SEGMENTS_NAME}/{file_stem(record.video)}_{number}.flac"
        write_clip(folder / clip, segment.samples)
        row = {
            "sample": f"{record.video}#{number}",
            "segment": number,
            "start": segment.start,
            "seconds": segment.seconds,
            **cues,
            "perceptual_hash": sound_hash(segment.samples),
            "clip": clip,
        }
        rows.append((row, segment.samples))
    return rows


def _up_to(blocks: Iterable[np.ndarray], longest: float) -> Iterator[np.ndarray]:
    """The blocks of a file, unless they go on for longer than it may last, in seconds."""
    samples = 0
    for block in blocks:
        samples += len(block)
        if samples > longest * SAMPLE_RATE:
            raise MediaError(f"lasts more than {longest:g} seconds: cut it")
        yield block


def write_clip(path: Path, samples: np.ndarray) -> None:
    """Write samples, -1 to 1, at 16 kHz as FLAC of 16 bits, atomically."""
    whole = np.clip(np.round(samples * FULL_SCALE), -FULL_SCALE, FULL_SCALE).astype(np.int16)
    with atomic_path(path) as temporary, av.open(str(temporary), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(whole[None], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        container.mux([*stream.encode(frame), *stream.encode(None)])
