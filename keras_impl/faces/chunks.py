"""Frames that are worked on together."""

from collections.abc import Iterable, Iterator

from keras_impl.media.video import Frame

BATCH_PIXELS = 2 * 1920 * 1080
"""Images are worked on together up to this size: twice as many gain little and cost 75 MB."""


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
