"""The index of a sound folder: what is known of each segment.

A sound folder also holds ``segments/`` (FLAC: lossless), the pooled features in ``embeddings.npz``, and the split.
"""

from keras_impl.samples.index import FROM_DATA, Kind
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.cues import CUES

SEGMENTS_NAME = "segments"

COLUMNS = {
    "sample": "string",  # unique: file#segment
    **FROM_DATA,
    "system": "string",  # what made a fake's voice; of a real one "human" and who speaks, or else the source
    "corpus": "string",  # corpus or repository, where the data set tells
    "segment": "int64",  # place among the file's segments, from 0
    "start": "float64",  # seconds
    "seconds": "float64",
    **CUES,
    "clip": "string",  # path relative to the sound folder
}

SEGMENTS = Kind(
    modality="sound",
    noun="sound",
    columns=COLUMNS,
    file_column="clip",
    groups=("system", "corpus"),
    order=("video", "segment"),
    missing_name="soundless.csv",
    made_by="python -m keras_impl.extract_sound",
    config=SoundConfig,
)
