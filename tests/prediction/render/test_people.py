"""Colours and markers of people: the same everywhere, and told apart by those who see few colours."""

import re
from itertools import combinations

import cv2
import numpy as np
import pytest

from keras_impl.prediction.render.page import STYLE
from keras_impl.prediction.render.people import COLOURS, MARKERS, colour_of, shown_as
from keras_impl.prediction.result import Person

SEEN = {
    "all colours": np.eye(3),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""What becomes of linear RGB, by Machado, Oliveira and Fernandes 2009."""


def linear(colour):
    shares = np.array(colour) / 255
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def lightness(colour):
    return linear(colour) @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("sight", SEEN)
def test_people_who_see_few_colours_tell_them_apart(sight):
    seen = np.clip([np.array(SEEN[sight]) @ linear(colour) for colour in COLOURS], 0, 1).astype(np.float32)
    labs = cv2.cvtColor(np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055)[None], 45)[0]
    assert min(np.linalg.norm(one - other) for one, other in combinations(labs, 2)) > 20


def test_they_stand_out_on_white_and_on_black():
    for colour in COLOURS:
        assert 1.05 / (lightness(colour) + 0.05) >= 3
        assert (lightness(colour) + 0.05) / 0.05 >= 3


def test_the_style_sheet_and_films_have_the_same():
    styled = re.findall(r"--person-(\d): #(\w{6});", STYLE)
    assert styled == [(str(place), bytes(colour).hex()) for place, colour in enumerate(COLOURS)]


def test_twenty_people_differ_in_colour_or_marker():
    people = [Person(number, (), {}, True) for number in range(1, 21)]
    assert len({(shown_as(each)["kind"], shown_as(each)["marker"]) for each in people}) == 20
    assert len(MARKERS) == len(COLOURS) + 1
    assert colour_of(people[4]) == colour_of(people[0])
