"""Shortcut cues: numbers that describe a file's sound but no forgery, and a perceptual hash of its segments.

The shortcut baseline sees nothing else. If these alone tell real from fake, then so can any model that learns
from such files, without hearing a forgery.
"""

import numpy as np

from keras_impl.media.audio import SoundFormat
from keras_impl.media.perceptual_hash import perceptual_hash
from keras_impl.speech.spectrum import power_spectrum
from keras_impl.speech.survey import Survey

CUES = {
    "file_seconds": "float64",
    "silence": "float64",  # share of the file, 0 to 1
    "lead": "float64",  # seconds of silence before the first sound
    "trail": "float64",  # and after the last
    "level": "float64",  # of its loud parts, decibels of full scale
    "bandwidth": "float64",  # hertz
    "noise_floor": "float64",  # level of the background, decibels of full scale
    "snr": "float64",  # from there to the loud parts, decibels
    "reverberation": "float64",  # seconds in which sound decays by 60 dB
    "holes": "float64",  # share of time and frequency, 0 to 1, that compression left nothing in
    "cutoff": "float64",  # how sharply the band ends, decibels
    "file_bytes": "int64",
    "codec": "string",
    "sample_rate": "int64",  # hertz
    "channels": "int64",
    "perceptual_hash": "string",  # 16 hexadecimal digits, of the segment
}
"""Columns of the sound index that `file_cues` and `sound_hash` fill, with their types."""

FRAME, HOP, FFT = 320, 160, 512
"""Samples of a frame of the hashed spectrogram, from one frame to the next, and of the transform."""

LEAST_POWER = 1e-10
"""Added to powers before the logarithm, so that silence stays finite."""

RANGE = 60.0
"""Decibels below a spectrogram's loudest point that its picture covers."""


def file_cues(heard: Survey, format_: SoundFormat, file_bytes: int) -> dict[str, float | int | str]:
    """Describe a file by the `CUES` that all of its segments share.

    Parameters
    ----------
    heard : Survey
        With sound in it.
    format_ : SoundFormat
    file_bytes : int
        Size of the file.

    Returns
    -------
    dict
        All of `CUES` except the hash, by name.
    """
    sounding = np.flatnonzero(heard.is_active)
    frames = len(heard.levels)
    return {
        "file_seconds": heard.seconds,
        "silence": heard.silence,
        "lead": heard.seconds * float(sounding[0]) / frames,
        "trail": heard.seconds * float(frames - 1 - sounding[-1]) / frames,
        "level": heard.level,
        "bandwidth": heard.bandwidth,
        "noise_floor": heard.noise_floor,
        "snr": heard.snr,
        "reverberation": heard.reverberation,
        "holes": heard.holes,
        "cutoff": heard.cutoff,
        "file_bytes": file_bytes,
        "codec": format_.codec,
        "sample_rate": format_.sample_rate,
        "channels": format_.channels,
    }


def sound_hash(samples: np.ndarray) -> str:
    """Perceptual hash of a segment's spectrogram: copies of the same recording differ in few bits.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        16 kHz; at least one frame.

    Returns
    -------
    str
        64 bits as 16 hexadecimal digits.
    """
    decibels = 10 * np.log10(power_spectrum(samples, np.hanning(FRAME), HOP, FFT) + LEAST_POWER)
    picture = np.clip((decibels - decibels.max()) / RANGE + 1, 0, 1) * 255
    return perceptual_hash(picture.round().astype(np.uint8))
