"""The drawing of P(fake) over time."""

import re

import pytest

from keras_impl.prediction.render.timeline import draw_sound_timeline
from keras_impl.prediction.result import ApproachScore, SoundPrediction, SoundSegment


def places(logits):
    """Height of the threshold's line, and of its name, from the top."""
    segments = tuple(SoundSegment(number, 1.0, {"svm": logit}, None, None) for number, logit in enumerate(logits))
    sound = SoundPrediction("can't tell", {"svm": ApproachScore("svm", 0.0, None, None, 0.0)}, segments=segments)
    drawing = str(draw_sound_timeline(sound))
    line = re.search(r'class="threshold"[^>]* y1="([\d.]+)"', drawing)
    name = re.search(r'<text x="[\d.]+" y="([\d.]+)" text-anchor="end">threshold<', drawing)
    return float(line[1]), float(name[1])


@pytest.mark.parametrize(("logits", "is_below"), [([-1.0, 0.3], True), ([1.0, -0.3], False)])
def test_the_name_of_the_threshold_is_not_written_over_the_score(logits, is_below):
    line, name = places(logits)
    assert (name > line) == is_below
