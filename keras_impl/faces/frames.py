"""How many faces to take from each video where nobody says."""

from collections.abc import Sequence

from keras_impl.datasets.record import MediaRecord

ENOUGH_FACES = 2000
"""With so many videos, further frames of each cost time and bring little: more videos say more than more frames."""

MOST_FRAMES = 8
"""Of a video. With few videos, the mean over frames is what steadies a video's score: in eleven videos, one frame was
.51 (logits) from the mean over 32, two were .43, four .27, eight .16, sixteen .13 (``benchmarks/video_level.py``)."""


def default_frames(records: Sequence[MediaRecord]) -> int:
    """Faces to take from each video of a data set: 8 of few videos, half as many of twice as many, down to 1.

    It goes down in steps, so that a few videos more seldom change it: a folder of faces whose number changes is
    extracted anew. Images and crops give one face each anyhow.
    """
    videos = sum(not record.is_image for record in records)
    frames = MOST_FRAMES if videos else 1
    while frames > 1 and frames * videos > ENOUGH_FACES:
        frames //= 2
    return frames
