"""Frames that are worked on together."""

from collections.abc import Iterable, Iterator

from keras_impl.faces.mtcnn import BATCH_PIXELS
from keras_impl.media.video import Frame


def chunks(frames: Iterable[Frame]) -> Iterator[list[Frame]]:
    """Collect frames up to as many as the detector takes at once."""
    chunk: list[Frame] = []
    for frame in frames:
        chunk.append(frame)
        if len(chunk) * frame.image[..., 0].size >= BATCH_PIXELS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
