"""The picture of a sound lies as ResNet50's does."""

import numpy as np
import pytest

from keras_impl.models.resnet.config import SpectrogramPicture
from keras_impl.prediction.render.pictures import FAKE_COLOUR, REAL_COLOUR
from keras_impl.prediction.render.spectrogram import HEIGHT, WIDTH, draw_spectrogram, grey_spectrogram
from tests.speech.speech import RATE

PICTURE = SpectrogramPicture()
BANDS = PICTURE.bands


def tone(hertz, seconds=2.0):
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)).astype(np.float32)


@pytest.mark.parametrize(("hertz", "row"), [(7900, 0), (2000, 59), (300, 109)])
def test_a_tone_is_a_bright_line_high_ones_above(hertz, row):
    grey = grey_spectrogram(tone(hertz), PICTURE)
    assert (grey.shape, grey.dtype) == ((BANDS, 198), np.uint8)
    assert grey[:, 100].argmax() == pytest.approx(row, abs=2)
    assert grey.max() == 255


def test_its_bands_are_those_of_the_network():
    from keras_impl.models.resnet.spectrogram import build_spectrogram

    samples = np.resize(tone(2000), 64000)
    for picture in (PICTURE, SpectrogramPicture(bands=96, lowest=100.0, hop=200)):
        seen = np.asarray(build_spectrogram(picture)(np.round(samples * 32767)[None]))[0, 200, :, 0]
        drawn = grey_spectrogram(samples, picture)[:, 200]
        assert drawn.argmax() == pytest.approx(picture.bands - 1 - seen.argmax(), abs=1)


def test_heat_is_orange_where_it_speaks_for_fake_and_blue_where_for_real():
    heat = np.zeros((32, 50), np.float32)
    heat[:8], heat[-8:] = 0.1, -0.1
    drawn = draw_spectrogram(np.full((BANDS, 198), 100, np.uint8), 2.0, heat, 0.1)
    assert drawn.shape == (HEIGHT, 2 * WIDTH, 3)
    assert drawn[HEIGHT // 2, 100].tolist() == [100, 100, 100]
    for row, towards in ((5, FAKE_COLOUR), (-5, REAL_COLOUR)):
        moved = drawn[row, 100].astype(int) - 100
        assert (np.sign(moved) == np.sign(np.array(towards) - 100)).all()
