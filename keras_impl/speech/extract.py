"""From one file to segments of sound, in two passes, so that a long file needs no more memory than a short one."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np

from keras_impl.core.storage import atomic_path
from keras_impl.datasets.record import MediaRecord
from keras_impl.errors import MediaError, SoundError
from keras_impl.media.audio import FULL_SCALE, SAMPLE_RATE, SoundFormat, SoundReader
from keras_impl.media.names import file_stem
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.cues import file_cues, sound_hash
from keras_impl.speech.modality import SEGMENTS_NAME
from keras_impl.speech.segments import Segment, cut_segments, plan_segments
from keras_impl.speech.survey import Survey, survey
from keras_impl.speech.voice_activity import SpeechDetector


@dataclass(frozen=True)
class Options:
    """What determines the segments of a file.

    Attributes
    ----------
    segments_per_file : int
        Most segments of a file, spread over it.
    config : SoundConfig
        How files become samples.
    """

    segments_per_file: int = 4
    config: SoundConfig = field(default_factory=SoundConfig)


def find_in_tracks(
    path: Path, seconds: float, wanted: int, detector: SpeechDetector, config: SoundConfig, longest: float = math.inf
) -> tuple[SoundFormat, Survey, list[Segment]]:
    """Search a file's sound tracks for speech, the default one first, and cut segments out of the first that has it.

    Parameters
    ----------
    path : Path
    seconds : float
        Time limit for reading each track.
    wanted, detector, config, longest
        As in `find_segments`.

    Raises
    ------
    SoundError
        If no track can be judged, with the first one's reason.
    MediaError
        If the file can't be read or is too long, or reading takes too long.
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
    """Cut segments with speech out of a track, the same for training and prediction.

    Parameters
    ----------
    reader : SoundReader
    wanted : int
        Most segments to return.
    detector : SpeechDetector
    config : SoundConfig
    longest : float, optional
        Most seconds that the file may last.

    Raises
    ------
    SoundError
        If there is nothing to judge; its status and message say why.
    MediaError
        If the file is too long, or reading it takes too long.
    """
    heard = survey(_up_to(reader.blocks(), longest), config.trimming)
    pieces = plan_segments(heard, wanted, config)
    if not pieces:
        least = config.least_seconds
        reason = f"has less than {least:g} s of sound at a stretch"
        raise SoundError("too short", reason, code="too_short", least=least)
    segments = [
        segment
        for segment in cut_segments(reader.blocks(), pieces, config)
        if segment.seconds >= config.least_seconds and detector.hears_speech(segment.samples)
    ]
    if not segments:
        reason = f"has sound, but nobody speaks in it (segments checked: {len(pieces)})"
        raise SoundError("no speech", reason, code="no_speech", segments=len(pieces))
    return heard, segments


def extract_sound(
    record: MediaRecord, folder: Path, options: Options, detector: SpeechDetector, seconds: float
) -> list[tuple[dict[str, Any], np.ndarray]]:
    """Write the segments of a file into a sound folder.

    Parameters
    ----------
    record : MediaRecord
    folder : Path
    options : Options
    detector : SpeechDetector
    seconds : float
        Time limit for reading the file.

    Returns
    -------
    list of (dict, ndarray)
        For each segment, its columns of the index that the data set doesn't give, and its samples.

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
    """Pass the blocks of a file on; raise a `MediaError` once they exceed ``longest`` seconds."""
    samples = 0
    for block in blocks:
        samples += len(block)
        if samples > longest * SAMPLE_RATE:
            raise MediaError(f"lasts more than {longest:g} seconds: cut it", code="too_long", limit=longest)
        yield block


def write_clip(path: Path, samples: np.ndarray) -> None:
    """Write samples, -1 to 1 at 16 kHz, as 16-bit FLAC, atomically."""
    whole = np.clip(np.round(samples * FULL_SCALE), -FULL_SCALE, FULL_SCALE).astype(np.int16)
    with atomic_path(path) as temporary, av.open(str(temporary), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(whole[None], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        container.mux([*stream.encode(frame), *stream.encode(None)])
