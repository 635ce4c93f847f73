"""Speech made on the spot: pulses through the resonances of vowels, with hisses and pauses in between."""

import av
import numpy as np
from scipy.signal import correlate, lfilter, resample_poly

from keras_impl.media.audio import SoundReader

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
        packed = np.ascontiguousarray(samples.T, np.float32).reshape(1, -1)  # planar ones crash from 8 channels on
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=layout)
        frame.sample_rate = rate
        resampler = av.AudioResampler(format=stream.format.name, layout=layout, rate=rate, frame_size=stream.frame_size)
        for each in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(each))
        container.mux(stream.encode(None))
    return path


def write_wav(path, samples, rate=RATE):
    """Write a WAV file of 16 bits."""
    return write_sound(path, samples, rate)


def write_film(path, samples, rate=RATE):
    """Write a video with sound: a grey picture, 10 of them a second, for as long as the sound, (n,)."""
    with av.open(str(path), "w") as container:
        picture = container.add_stream("libx264", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        track = container.add_stream("aac", rate=rate, layout="mono")
        for number in range(len(samples) * 10 // rate):
            grey = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 60 + number % 100, np.uint8), format="rgb24")
            container.mux(picture.encode(grey))
        container.mux(picture.encode())
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples[None], np.float32), format="fltp", layout="mono"
        )
        frame.sample_rate = rate
        container.mux([*track.encode(frame), *track.encode(None)])
    return path


def hear(path, seconds=float("inf")):
    """All of a file's sound: float32, 16 kHz."""
    with SoundReader(path, seconds) as reader:
        return np.concatenate([np.empty(0, np.float32), *reader.blocks()])


def likeness(one, other):
    """The highest correlation of two sounds over all shifts: 1 if they are the same but for level and delay."""
    return correlate(one, other, method="fft").max() / np.sqrt(np.square(one).sum() * np.square(other).sum())


def at_rate(samples, rate):
    """Sound of 16 kHz at another rate."""
    return resample_poly(samples, rate // 100, RATE // 100).astype(np.float32)


def metallic(samples):
    """Speech with an echo after a millisecond, as of a bad vocoder."""
    made = lfilter([1] + [0] * 15 + [0.9], [1], samples)
    return (0.3 * made / np.abs(made).max()).astype(np.float32)


def record_people(folder, each, seconds=2.5, make=metallic):
    """Lay out so many real recordings, by different voices, and as many fakes of other sentences."""
    for number in range(2 * each):
        is_fake = number % 2
        path = folder / ("fake" if is_fake else "real") / f"{number:03}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        sound = speak(seconds, seed=number, pitch=100 + 9 * (number // 2 % 12))
        write_wav(path, make(sound) if is_fake else sound)
    return folder
