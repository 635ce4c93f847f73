"""The drawing of image and sound over time, on one axis."""

import re

import numpy as np

from keras_impl.faces.cropping import Square
from keras_impl.faces.face import Box
from keras_impl.prediction.reasons import NoFace, NotJudged
from keras_impl.prediction.render.timeline import draw_timeline, length_of
from keras_impl.prediction.result import (
    ApproachScore,
    FoundFace,
    ImagePrediction,
    Person,
    Snapshot,
    SoundPrediction,
    SoundSegment,
    UnjudgedImage,
)

SCORE = ApproachScore("svm", 0.0, None, None, 0.0)


def shots(count):
    """Frames, one a second."""
    return tuple(Snapshot(25 * number, float(number), 64, 48, b"") for number in range(count))


def person(number, times):
    """Somebody seen at some seconds."""
    nothing = Box(0, 0, 9, 9), 1.0, {"svm": 1.0}, np.zeros((9, 9, 3), np.uint8), Square(0, 0, 9), None, None, None
    return Person(number, tuple(FoundFace(25 * time, float(time), *nothing) for time in times), {"svm": SCORE}, True)


def sound(logits, starts=(), seconds=1.0, duration=0.0):
    grey = np.zeros((128, 98), np.uint8)
    pairs = zip(starts or range(len(logits)), logits, strict=True)
    segments = tuple(SoundSegment(start, seconds, {"svm": logit}, grey, None) for start, logit in pairs)
    return SoundPrediction("can't tell", {"svm": SCORE}, segments=segments, duration=duration or len(logits))


def places(drawing, kind):
    """Where elements of a class lie, as their attributes."""
    return [dict(re.findall(r'(\w+)="([^"]*)"', found)) for found in re.findall(rf'<\w+ class="{kind}"[^>]*>', drawing)]


def test_the_threshold_is_dashed_and_named_above_the_drawing():
    drawing = str(draw_timeline(None, sound([1.0])))
    (line,), (bar,) = places(drawing, "threshold"), places(drawing, "bar")
    assert float(line["y1"]) == 50  # of 100 pixels, P(fake) of 0.5
    assert float(bar["y1"]) < 50
    assert "dashed: threshold 0.50" in drawing


def test_a_line_ends_where_somebody_is_not_seen():
    people = (person(1, [0, 1, 3, 4]),)
    image = ImagePrediction("can't tell", people=people, decisive=1, duration=4.0, snapshots=shots(5))
    assert re.findall(r'<line x1="([\d.]+)%" y1="[\d.]+" x2="([\d.]+)%"', str(draw_timeline(image, None))) == [
        ("0.00", "25.00"),
        ("75.00", "100.00"),
    ]


def test_image_and_sound_lie_on_one_axis_as_long_as_the_longer_one():
    image = ImagePrediction("can't tell", people=(person(1, range(9)),), decisive=1, duration=8.0, snapshots=shots(9))
    heard = sound([1.0, 2.0], starts=(4, 14), seconds=2.0, duration=16.0)
    drawing = str(draw_timeline(image, heard))
    assert length_of(image, heard) == 16
    assert 'data-length="16.0"' in drawing
    assert [place["x1"] for place in places(drawing, "searched")] == [f"{6.25 * second:.2f}%" for second in range(9)]
    assert re.findall(r'class="marker" x="([\d.]+%)"', drawing)[-1] == "50.00%"
    assert [(place["x1"], place["x2"]) for place in places(drawing, "bar")] == [
        ("25.00%", "37.50%"),
        ("87.50%", "100.00%"),
    ]
    assert re.findall(r'<image x="([\d.]+%)" y="0" width="([\d.]+%)"', drawing) == [
        ("25.00%", "12.50%"),
        ("87.50%", "12.50%"),
    ]


def test_each_person_has_a_line_and_only_that_of_the_decisive_one_is_strong():
    people = person(1, range(4)), person(2, range(4))
    image = ImagePrediction("can't tell", people=people, decisive=2, duration=3.0, snapshots=shots(4))
    drawing = str(draw_timeline(image, None))
    assert re.findall(r'<g class="(person-\d \w+)">', drawing) == ["person-1 strong", "person-0 weak"]
    outlines = re.findall(r'<path d="([^"]+)"', drawing)
    assert len(outlines) == 8
    assert len(set(outlines)) == 2


def test_frames_without_any_face_are_told_as_searched():
    reason = NotJudged(part="image", problem=NoFace(smallest=20, frames=3))
    drawing = str(draw_timeline(UnjudgedImage(reason, 3, 2.0, shots(3)), None))
    assert "3 frames were searched; none has a face" in drawing
    assert len(places(drawing, "searched")) == 3
    assert "marker" not in drawing


def test_a_picture_has_no_timeline():
    assert not draw_timeline(ImagePrediction("can't tell", people=(person(1, [0]),), snapshots=shots(1)), None)
