"""Clips with sound, for tests."""

import av
import numpy as np

from tests.speech.speech import RATE


def add_sound(clip, samples, out):
    """Write a clip with samples, (n,), -1 to 1, 16 kHz, as its sound track; return the new file's path."""
    with av.open(str(clip)) as source, av.open(str(out), "w") as container:
        pictures = container.add_stream_from_template(source.streams.video[0])
        sound = container.add_stream("aac", rate=RATE, layout="mono")
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = pictures
                container.mux(packet)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None], np.float32), "fltp", "mono")
        frame.sample_rate = RATE
        resampler = av.AudioResampler("fltp", "mono", RATE, frame_size=sound.frame_size)
        for each in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(sound.encode(each))
        container.mux(sound.encode(None))
    return out
