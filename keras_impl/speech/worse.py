"""Features of segments that went through channels, for approaches that learn from features."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from keras_impl.errors import MediaError
from keras_impl.media.audio import SoundReader
from keras_impl.speech.channels import Channels, draw_some_channel, send
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.lfcc import pooled_lfcc

NEIGHBOURS = 16
"""Segments at a time, of whose people babble is made."""


def worse_features(clips: Sequence[Path], config: SoundConfig, seed: int) -> np.ndarray:
    """Pooled LFCC of segments after each went through a channel of its own.

    Parameters
    ----------
    clips : sequence of Path
        Files of segments.
    config : SoundConfig
    seed : int

    Returns
    -------
    ndarray of float32, shape (len(clips), dimensions)
        nan where a file can't be read.
    """
    features = np.full((len(clips), config.feature_dimensions), np.nan, np.float32)
    for rows, sounds in _read(clips):
        for row, sound in zip(rows, sounds, strict=True):
            changes = draw_some_channel(np.random.default_rng([seed, row]), Channels(), sounds)
            features[row] = pooled_lfcc(send(sound, changes, config), config.lfcc)
    return features


def _read(clips: Sequence[Path]) -> Iterator[tuple[list[int], list[np.ndarray]]]:
    """Numbers and sounds of clips that can be read, `NEIGHBOURS` at a time."""
    for start in range(0, len(clips), NEIGHBOURS):
        rows, sounds = [], []
        for row in range(start, min(start + NEIGHBOURS, len(clips))):
            try:
                with SoundReader(clips[row]) as reader:
                    sounds.append(np.concatenate(list(reader.blocks())))
            except (MediaError, ValueError):  # ValueError: there are no blocks
                continue
            rows.append(row)
        yield rows, sounds
