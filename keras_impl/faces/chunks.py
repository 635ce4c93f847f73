"""Frames that are worked on together."""

from collections.abc import Iterable, Iterator

from keras_impl.faces.detection import BATCH_PIXELS
from keras_impl.media.video import Frame


def chunks(frames: Iterable[Frame], step: int = 1) -> Iterator[list[Frame]]:
    """Collect frames up to as many as the detector takes at once, up to one that ends a step.

    Parameters
    ----------
    frames : iterable of Frame
    step : int, default 1
        Every so many frames, from the first on, one is searched, and those in between are followed: a chunk ends
        with one that is searched.
    """
    chunk: list[Frame] = []
    for frame in frames:
        chunk.append(frame)
        ends_step = (len(chunk) - 1) % step == 0 and len(chunk) >= min(step, 2)
        if ends_step and len(chunk) * frame.image[..., 0].size >= BATCH_PIXELS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
