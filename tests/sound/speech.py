"""Speech made on the spot: pulses through the resonances of vowels, with hisses and pauses in between."""

import av
import numpy as np
from scipy.signal import lfilter

RATE = 16_000

VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
WIDTHS = (80, 100, 140)


def speak(seconds: float, seed: int = 0, pitch: float = 120.0) -> np.ndarray:
    """Somebody babbling: float32, 16 kHz, that a detector of speech takes for speech."""
    generator = np.random.default_rng(seed)
    parts, size = [], 0
    while size < seconds * RATE:
        vowel = _vowel(generator, pitch)
        hiss = generator.normal(0, 0.05 * np.abs(vowel).max(), int(RATE * generator.uniform(0.03, 0.08)))
        pause = np.zeros(int(RATE * generator.uniform(0.0, 0.06)))
        parts += [lfilter([1, -0.9], [1], hiss), vowel, pause]
        size += sum(map(len, parts[-3:]))
    sound = np.concatenate(parts)[: int(seconds * RATE)]
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


def _vowel(generator: np.random.Generator, pitch: float) -> np.ndarray:
    length = int(RATE * generator.uniform(0.12, 0.25))
    melody = pitch * np.exp(0.1 * generator.normal() + 0.1 * np.sin(np.linspace(0, 3, length)))
    pulses = np.diff(np.floor(np.cumsum(melody / RATE)), prepend=0)
    sound = lfilter([1], [1, -0.95], pulses) + 0.002 * generator.normal(size=length)
    for centre, width in zip(VOWELS[generator.integers(len(VOWELS))], WIDTHS, strict=True):
        radius = np.exp(-np.pi * width / RATE)
        sound = lfilter([1 - radius], [1, -2 * radius * np.cos(2 * np.pi * centre / RATE), radius**2], sound)
    return sound * np.hanning(length) ** 0.3


def write_sound(path, samples, rate=RATE, codec=None, layout=None):
    """Write samples, (n,) or (channels, n), -1 to 1, in the format that the path's ending says."""
    samples = np.atleast_2d(samples)
    layout = layout or {1: "mono", 2: "stereo", 6: "5.1"}[len(samples)]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec or container.default_audio_codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples, np.float32), format="fltp", layout=layout)
        frame.sample_rate = rate
        resampler = av.AudioResampler(format=stream.format.name, layout=layout, rate=rate, frame_size=stream.frame_size)
        for each in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(each))
        container.mux(stream.encode(None))
    return path


def write_wav(path, samples, rate=RATE):
    """Write a WAV file of 16 bits."""
    return write_sound(path, samples, rate)
