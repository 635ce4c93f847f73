"""What happens to sound on its way from a mouth to a user: a room, noise, a telephone, a messenger, a bad cable.

Each function takes sound and gives as much of it: float32 (n,), 16 kHz, -1 to 1. It may come out louder or less loud,
as it does in life; whoever judges it brings it to its level again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import av
import numpy as np
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq
from scipy.signal import butter, fftconvolve, resample_poly, sosfilt, sosfiltfilt

from keras_impl.media.audio import SAMPLE_RATE

Codec = Literal["mp3", "aac", "opus", "amr", "mulaw", "alaw", "g722", "sbc"]

Colour = Literal["white", "pink", "brown"]

EXPONENTS: Mapping[Colour, float] = {"white": 0.0, "pink": 1.0, "brown": 2.0}
"""Power falls with so many powers of the frequency."""

LOWEST = 40.0
"""Hertz below which coloured noise falls no further, and microphones hear nothing."""

SPEED = 343.0
"""Of sound, in metres a second."""

RUMBLE = 80.0
"""Hertz below which a room's response is cut off: there, echoes that are all positive add up as in no real room."""

EARLY = 0.04
"""Seconds after the direct sound in which echoes are computed one by one; later ones are too many to be told apart."""


@dataclass(frozen=True)
class Coder:
    """How FFmpeg is asked for a codec.

    Attributes
    ----------
    encoder, decoder : str
        FFmpeg's names.
    sample_rate : int
        Hertz at which it runs, unless another is asked for.
    bit_rates : tuple of (int, int)
        Lowest and highest that are in use, in bits a second; equal where it has but one.
    delay : int
        Samples that come out before the sound, at its own rate; a few don't matter.
    """

    encoder: str
    decoder: str
    sample_rate: int
    bit_rates: tuple[int, int]
    delay: int = 0


CODERS: Mapping[Codec, Coder] = {
    "mp3": Coder("libmp3lame", "mp3float", 16_000, (16_000, 64_000)),
    "aac": Coder("aac", "aac", 16_000, (16_000, 64_000), delay=1024),
    "opus": Coder("libopus", "libopus", 16_000, (8_000, 64_000)),
    "amr": Coder("libopencore_amrnb", "amrnb", 8_000, (4_750, 12_200)),
    "mulaw": Coder("pcm_mulaw", "pcm_mulaw", 8_000, (64_000, 64_000)),
    "alaw": Coder("pcm_alaw", "pcm_alaw", 8_000, (64_000, 64_000)),
    "g722": Coder("g722", "g722", 16_000, (64_000, 64_000)),
    "sbc": Coder("sbc", "sbc", 16_000, (32_000, 64_000)),
}
"""What sound is sent or kept in: music files, messengers and video, mobile and fixed telephones, and headsets."""

AMR_RATES = (4_750, 5_150, 5_900, 6_700, 7_400, 7_950, 10_200, 12_200)
"""Bits a second that AMR knows; others are refused."""


def coded(samples: np.ndarray, codec: Codec, bit_rate: int, sample_rate: int | None = None) -> np.ndarray:
    """Compress and decode again.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
    codec : str
        One of `CODERS`.
    bit_rate : int
        Bits a second; codecs that know certain ones only take the nearest.
    sample_rate : int, optional
        Hertz at which it is compressed.
    """
    coder = CODERS[codec]
    rate = sample_rate or coder.sample_rate
    encoder = av.CodecContext.create(coder.encoder, "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.sample_rate, encoder.layout = rate, "mono"
    formats = encoder.codec.audio_formats
    encoder.format = formats[0].name if formats else "s16"
    encoder.bit_rate = min(AMR_RATES, key=lambda known: abs(known - bit_rate)) if codec == "amr" else bit_rate
    encoder.thread_count = 1
    encoder.open()
    to_coder = av.AudioResampler(encoder.format, "mono", rate, encoder.frame_size)
    frame = av.AudioFrame.from_ndarray(samples[None].astype(np.float32), "flt", "mono")
    frame.sample_rate = SAMPLE_RATE
    pieces = [*to_coder.resample(frame), *to_coder.resample(None)]
    packets = [packet for piece in (*pieces, None) for packet in encoder.encode(piece)]
    decoder = av.CodecContext.create(coder.decoder, "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate, decoder.layout, decoder.extradata = rate, "mono", encoder.extradata
    from_coder = av.AudioResampler("flt", "mono", SAMPLE_RATE)
    decoded = []
    for packet in (*packets, None):
        for piece in decoder.decode(packet):
            piece.pts = None
            decoded += from_coder.resample(piece)
    decoded += from_coder.resample(None)
    delay = round(coder.delay * SAMPLE_RATE / rate)
    joined = np.concatenate([piece.to_ndarray().ravel() for piece in decoded])[delay : delay + len(samples)]
    return np.pad(joined, (0, len(samples) - len(joined)))


def coloured_noise(count: int, colour: Colour, generator: np.random.Generator) -> np.ndarray:
    """Noise of unit deviation: float32 (count,)."""
    size = next_fast_len(count, real=True)
    spectrum = rfft(generator.standard_normal(size, np.float32))
    frequencies = np.maximum(rfftfreq(size, 1 / SAMPLE_RATE), LOWEST)
    noise = irfft(spectrum * frequencies ** (-EXPONENTS[colour] / 2), size)[:count]
    return (noise / max(noise.std(), 1e-9)).astype(np.float32)


def with_noise(samples: np.ndarray, noise: np.ndarray, ratio: float) -> np.ndarray:
    """Add noise, repeated or cut to the same length, so many decibels below the sound, both as root mean square."""
    added = np.resize(noise, len(samples))
    factor = samples.std() / max(float(added.std()), 1e-9) * 10 ** (-ratio / 20)
    return (samples + np.float32(factor) * added).astype(np.float32)


def with_floor_of(samples: np.ndarray, other: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Add noise as strong, at each frequency, as another recording's background is."""
    return samples + shaped_noise(len(samples), noise_floor(other), generator)


def noise_floor(samples: np.ndarray, frame: int = 512, quantile: float = 0.1) -> np.ndarray:
    """The magnitude of a recording's background by frequency, as what is there in its least loud frames.

    Parameters
    ----------
    samples : ndarray of float, shape (n,)
        At least a frame.
    frame : int
        Samples.
    quantile : float
        Share of the frames, by each frequency's own order, that count as background.

    Returns
    -------
    ndarray of float64, shape (frame // 2 + 1,)
        Root of the mean squared magnitude of such frames' transforms under a Hann window.
    """
    frames = np.lib.stride_tricks.sliding_window_view(samples, frame)[:: frame // 2] * np.hanning(frame)
    powers = np.sort(np.square(np.abs(np.fft.rfft(frames, axis=1))), axis=0)
    least = powers[: max(1, int(quantile * len(powers)))].mean(axis=0)
    # of steady noise, whose powers are distributed exponentially, the least ones are so much below the mean
    bias = (quantile + (1 - quantile) * np.log1p(-quantile)) / quantile
    return np.sqrt(least / bias)


def shaped_noise(count: int, floor: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Noise whose magnitude by frequency is that of a `noise_floor`: float32 (count,)."""
    frame = 2 * (len(floor) - 1)
    size = next_fast_len(max(count, frame), real=True)
    spectrum = rfft(generator.standard_normal(size))
    wanted = np.interp(rfftfreq(size), rfftfreq(frame), floor) / np.sqrt(np.square(np.hanning(frame)).sum())
    return irfft(spectrum * wanted, size)[:count].astype(np.float32)


def room_response(reverberation: float, generator: np.random.Generator) -> np.ndarray:
    """The impulse response of a made-up room from somebody's mouth to a microphone.

    Early echoes are computed by the image method (Allen and Berkley 1979, "Image method for efficiently simulating
    small-room acoustics"), in a room, at places and a distance that are drawn; late ones are noise that decays.

    Parameters
    ----------
    reverberation : float
        Seconds in which sound decays by 60 dB (T60), above 0.
    generator : Generator

    Returns
    -------
    ndarray of float32, shape (n,)
        The direct sound is its first sample.
    """
    room = generator.uniform((2.5, 2.5, 2.2), (10.0, 8.0, 4.0))
    mouth, microphone = (generator.uniform(0.2, 0.8, 3) * room for _ in range(2))
    distances, walls = _images(room, mouth, microphone)
    direct = distances.min()
    delays = (distances - direct) / SPEED
    # an echo fades with its way, and at each wall, as much as gives the room its decay (Eyring 1930)
    free_path = 4 * room.prod() / (2 * (room[0] * room[1] + room[1] * room[2] + room[2] * room[0]))
    kept = 10 ** (-3 * free_path / (SPEED * reverberation))
    gains = kept**walls * direct / distances
    count = int(max(reverberation, EARLY) * SAMPLE_RATE) + 1
    response = np.zeros(count)
    is_early = delays < EARLY
    np.add.at(response, (delays[is_early] * SAMPLE_RATE).astype(int), gains[is_early])
    times = np.arange(count) / SAMPLE_RATE
    edge = int(EARLY * SAMPLE_RATE)
    # late echoes go on as strong as the last of the early ones are, in the mean square
    last = np.square(response[edge // 2 : edge]).mean()
    decay = 10 ** (-3 * (times - 0.75 * EARLY) / reverberation)
    late = generator.standard_normal(count) * np.sqrt(last) * decay
    late *= np.clip(times / EARLY * 2 - 1, 0, 1)
    rumble = butter(2, RUMBLE, "high", fs=SAMPLE_RATE, output="sos")
    return sosfilt(rumble, response + late).astype(np.float32)


def _images(room: np.ndarray, mouth: np.ndarray, microphone: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distances of a mouth's mirror images from a microphone in metres, and how many walls each is behind."""
    reach = np.ceil((np.linalg.norm(room) + SPEED * EARLY) / (2 * room)).astype(int)
    axes, behind = [], []
    for side, at, ear, most in zip(room, mouth, microphone, reach, strict=True):
        numbers = np.arange(-most, most + 1)
        places = np.concatenate([2 * numbers * side + at, 2 * numbers * side - at])
        axes.append(places - ear)
        behind.append(np.concatenate([np.abs(2 * numbers), np.abs(2 * numbers - 1)]))
    squares = [np.square(axis) for axis in axes]
    distances = np.sqrt(squares[0][:, None, None] + squares[1][:, None] + squares[2])
    walls = behind[0][:, None, None] + behind[1][:, None] + behind[2]
    return distances.ravel(), walls.ravel()


def in_room(samples: np.ndarray, response: np.ndarray) -> np.ndarray:
    """Sound as it is heard through an impulse response."""
    return fftconvolve(samples, response)[: len(samples)].astype(np.float32)


def decaying_noise(decay: float, generator: np.random.Generator) -> np.ndarray:
    """The simplest of all impulse responses: noise that falls to 1/e within ``decay`` seconds; T60 is 6.9 times it."""
    times = np.arange(int(6.9 * decay * SAMPLE_RATE) + 1) / SAMPLE_RATE
    return (generator.standard_normal(len(times)) * np.exp(-times / decay)).astype(np.float32)


def band_limited(samples: np.ndarray, low: float, high: float, order: int = 4) -> np.ndarray:
    """Keep what is between two frequencies, in hertz; from 0, and up to half the sample rate, nothing is cut."""
    if low > 0:
        samples = sosfiltfilt(butter(order, low, "high", fs=SAMPLE_RATE, output="sos"), samples)
    if high < SAMPLE_RATE / 2:
        samples = sosfiltfilt(butter(order, high, "low", fs=SAMPLE_RATE, output="sos"), samples)
    return np.asarray(samples, np.float32)


def clipped(samples: np.ndarray, share: float) -> np.ndarray:
    """Cut off the loudest share of samples, 0 to 1, as a microphone that is turned up too far does."""
    limit = np.quantile(np.abs(samples), 1 - share)
    return np.clip(samples, -limit, limit).astype(np.float32)


def resampled(samples: np.ndarray, sample_rate: int, is_poor: bool = False) -> np.ndarray:
    """Bring to another sample rate, in hertz, and back; poorly, without a filter, as bad programs do."""
    if not is_poor:
        there = resample_poly(samples, sample_rate, SAMPLE_RATE)
        back = resample_poly(there, SAMPLE_RATE, sample_rate)
    else:
        places = np.arange(len(samples))
        there_at = np.arange(0, len(samples) - 1, SAMPLE_RATE / sample_rate)
        back = np.interp(places, there_at, np.interp(there_at, places, samples))
    return np.asarray(back[: len(samples)], np.float32)
