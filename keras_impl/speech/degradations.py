"""What a detector of sound has to cope with: recordings as users have them, each kind in three strengths.

Codecs at bit rates of music files, video, messengers and mobile telephones; noise and other people at so many decibels
below the speech; rooms by the time in which sound decays by 60 dB, made up or as noise that decays and nothing else;
narrower bands, and clipping.
"""

from collections.abc import Callable

import numpy as np

from keras_impl.media import sound_degradation
from keras_impl.media.sound_degradation import Codec, Colour
from keras_impl.samples.degradations import Degradation

Change = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


def _codec(codec: Codec) -> Change:
    return lambda sound, rate, _: sound_degradation.coded(sound, codec, int(1000 * rate))


def _noise(colour: Colour) -> Change:
    def change(sound: np.ndarray, ratio: float, generator: np.random.Generator) -> np.ndarray:
        return sound_degradation.with_noise(
            sound, sound_degradation.coloured_noise(len(sound), colour, generator), ratio
        )

    return change


def _room(sound: np.ndarray, reverberation: float, generator: np.random.Generator) -> np.ndarray:
    return sound_degradation.in_room(sound, sound_degradation.room_response(reverberation, generator))


def _decay(sound: np.ndarray, reverberation: float, generator: np.random.Generator) -> np.ndarray:
    return sound_degradation.in_room(sound, sound_degradation.decaying_noise(reverberation / 6.9, generator))


def _telephone(sound: np.ndarray, high: float, _: np.random.Generator) -> np.ndarray:
    return sound_degradation.coded(sound_degradation.band_limited(sound, 300.0, high), "mulaw", 64_000)


def _clipping(sound: np.ndarray, share: float, _: np.random.Generator) -> np.ndarray:
    return sound_degradation.clipped(sound, share)


DEGRADATIONS: tuple[Degradation[np.ndarray], ...] = (
    Degradation("mp3", "MP3 (kbit/s)", (64, 32, 16), _codec("mp3")),
    Degradation("aac", "AAC (kbit/s)", (48, 32, 16), _codec("aac")),
    Degradation("opus", "Opus (kbit/s)", (24, 12, 8), _codec("opus")),
    Degradation("amr", "AMR, mobile telephone (kbit/s)", (12.2, 7.4, 4.75), _codec("amr")),
    Degradation("telephone", "G.711, band from 300 Hz (to Hz)", (3800, 3400, 2700), _telephone),
    Degradation("pink", "pink noise (dB below)", (25, 15, 5), _noise("pink")),
    Degradation("white", "white noise (dB below)", (25, 15, 5), _noise("white")),
    Degradation("room", "room (T60, s)", (0.25, 0.55, 1.0), _room),
    Degradation("decay", "decaying noise (T60, s)", (0.25, 0.55, 1.0), _decay),
    Degradation("clipping", "clipped (share)", (0.003, 0.01, 0.05), _clipping),
)
