"""Channels between a mouth and a user: what training sends segments through, so that how it was sent says nothing.

Which channel it is is drawn without a look at labels. Whoever learns from clean studio recordings of people and clean
output of synthesisers learns how clean a recording is; a room, a telephone and a messenger then all sound forged.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from keras_impl.errors import SoundError
from keras_impl.media import sound_degradation
from keras_impl.media.audio import FULL_SCALE, SAMPLE_RATE
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.segments import condition

Change = Callable[[np.ndarray], np.ndarray]
"""From sound, float32 (n,), -1 to 1, to as much of it."""

HIGH_RATES: dict[sound_degradation.Codec, int] = {"mp3": 44_100, "aac": 44_100, "opus": 48_000}
"""Hertz at which codecs for music mostly run; at low bit rates they refuse to."""


@dataclass(frozen=True)
class Channels:
    """How segments get worse. Each kind is drawn for itself, so that some go through none and many through two.

    Attributes
    ----------
    room, noise, clipping, band, resampling, codec : float
        Shares of segments, 0 to 1, in the order in which they are done.
    second_codec : float
        Share of coded ones that are coded once more.
    reverberation : tuple of (float, float)
        Seconds in which sound in a room decays by 60 dB, drawn evenly by its logarithm.
    bare : float
        Share of rooms that are decaying noise and nothing else, without any direct sound.
    ratio : tuple of (float, float)
        Decibels that noise is below the sound.
    babble, talkers : float, tuple of (int, int)
        Share of noises that are other people talking, and how many of them.
    clipped : tuple of (float, float)
        Share of samples.
    low, high : tuple of (float, float)
        Hertz below and above which a band ends; every second band has no lower end.
    sample_rates : tuple of int
        Hertz.
    poor : float
        Share of those resampled without a filter.
    high_rate : float
        Share of codecs for music that run at 44.1 or 48 kHz.
    """

    room: float = 0.35
    noise: float = 0.4
    clipping: float = 0.07
    band: float = 0.15
    resampling: float = 0.1
    codec: float = 0.4
    second_codec: float = 0.15
    reverberation: tuple[float, float] = (0.1, 1.0)
    bare: float = 0.3
    ratio: tuple[float, float] = (0.0, 30.0)
    babble: float = 0.25
    talkers: tuple[int, int] = (3, 6)
    clipped: tuple[float, float] = (0.002, 0.05)
    low: tuple[float, float] = (80.0, 400.0)
    high: tuple[float, float] = (3000.0, 7000.0)
    sample_rates: tuple[int, ...] = (8000, 11_025, 12_000)
    poor: float = 0.3
    high_rate: float = 0.3


def draw_channel(generator: np.random.Generator, config: Channels, others: Sequence[np.ndarray]) -> list[Change]:
    """Draw what happens to a segment, or to both of a pair, one after the other; maybe nothing.

    Parameters
    ----------
    generator : Generator
    config : Channels
    others : sequence of ndarray of float32
        Segments that people can be heard in, for babble.
    """
    changes: list[Change] = []
    if generator.random() < config.room:
        changes.append(_room(generator, config))
    if generator.random() < config.noise:
        changes.append(_noise(generator, config, others))
    if generator.random() < config.clipping:
        share = float(generator.uniform(*config.clipped))
        changes.append(lambda sound: sound_degradation.clipped(sound, share))
    if generator.random() < config.band:
        low, high = generator.uniform(*config.low) * generator.integers(2), generator.uniform(*config.high)
        changes.append(lambda sound: sound_degradation.band_limited(sound, low, high))
    if generator.random() < config.resampling:
        rate, is_poor = int(generator.choice(config.sample_rates)), generator.random() < config.poor
        changes.append(lambda sound: sound_degradation.resampled(sound, rate, is_poor))
    if generator.random() < config.codec:
        changes.append(_codec(generator, config))
        if generator.random() < config.second_codec:
            changes.append(_codec(generator, config))
    return changes


def draw_some_channel(generator: np.random.Generator, config: Channels, others: Sequence[np.ndarray]) -> list[Change]:
    """As `draw_channel`, of those that change something."""
    while not (changes := draw_channel(generator, config, others)):
        pass
    return changes


def send(samples: np.ndarray, changes: Sequence[Change], config: SoundConfig) -> np.ndarray:
    """A segment as it is cut at the other end of a channel: trimmed and brought to its level again.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        As `keras_impl.speech.segments.condition` leaves them.
    changes : sequence of Change
    config : SoundConfig

    Returns
    -------
    ndarray of float32, shape (m,)
        m is n at most; the segment itself if nothing is to be heard of it any more, or nothing is done to it.
    """
    if not changes:
        return samples
    sent = samples
    for change in changes:
        sent = change(sent)
    try:
        return condition(_as_loud(sent, config), config)[0]
    except SoundError:
        return samples


def as_float(samples: np.ndarray) -> np.ndarray:
    """Samples of 16 bits as float32, -1 to 1."""
    return samples.astype(np.float32) / FULL_SCALE


def _as_loud(samples: np.ndarray, config: SoundConfig) -> np.ndarray:
    """Sound at about the config's level, so that what a channel did to its loudness doesn't make it silence."""
    level = samples.std()
    return samples * np.float32(10 ** (config.level / 20) / level) if level else samples


def _room(generator: np.random.Generator, config: Channels) -> Change:
    reverberation = float(np.exp(generator.uniform(*np.log(config.reverberation))))
    if generator.random() < config.bare:
        response = sound_degradation.decaying_noise(reverberation / 6.9, generator)
    else:
        response = sound_degradation.room_response(reverberation, generator)
    return lambda sound: sound_degradation.in_room(sound, response)


def _noise(generator: np.random.Generator, config: Channels, others: Sequence[np.ndarray]) -> Change:
    ratio = float(generator.uniform(*config.ratio))
    if len(others) and generator.random() < config.babble:
        noise = babble(others, int(generator.integers(config.talkers[0], config.talkers[1] + 1)), generator)
    else:
        colours = list(sound_degradation.EXPONENTS)
        colour = colours[generator.integers(len(colours))]
        noise = sound_degradation.coloured_noise(4 * SAMPLE_RATE, colour, generator)
    return lambda sound: sound_degradation.with_noise(sound, noise, ratio)


def babble(others: Sequence[np.ndarray], talkers: int, generator: np.random.Generator) -> np.ndarray:
    """Several people talking at once: float32 (n,), as long as the longest of them."""
    chosen = [others[place] for place in generator.integers(len(others), size=talkers)]
    longest = max(len(each) for each in chosen)
    return np.sum([np.roll(np.resize(each, longest), generator.integers(longest)) for each in chosen], axis=0)


def _codec(generator: np.random.Generator, config: Channels) -> Change:
    codec = list(sound_degradation.CODERS)[generator.integers(len(sound_degradation.CODERS))]
    bit_rate = int(np.exp(generator.uniform(*np.log(sound_degradation.CODERS[codec].bit_rates))))
    rate = None
    if codec in HIGH_RATES and generator.random() < config.high_rate:
        rate, bit_rate = HIGH_RATES[codec], max(bit_rate, 32_000)
    return lambda sound: sound_degradation.coded(sound, codec, bit_rate, rate)
