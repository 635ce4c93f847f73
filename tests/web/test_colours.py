"""Text can be read on all grounds that it stands on, in light and in dark."""

import re

import pytest

from keras_impl.prediction.render.page import STYLE
from keras_impl.prediction.render.people import COLOURS
from keras_impl.web.app import HERE

PAGE = (HERE / "page.css").read_text()

TEXTS = {
    "ink": ("ground", "tint", "warning", "low", "middle", "high"),
    "soft": ("ground", "tint"),
    "fake": ("ground", "tint"),
    "real": ("ground", "tint", "warning"),
    "open": ("ground", "tint"),
    "wrong": ("ground", "tint"),
    "ground": ("ink",),
}
"""Colours of text, and the grounds that it stands on: 4.5 or more."""

SHAPES = {
    "edge": ("ground", "tint"),
    "fake": ("tint",),
    "real": ("ground", "tint", "low"),
    "open": ("tint",),
    "warning-edge": ("warning", "ground"),
    **{f"person-{number}": ("ground",) for number in range(len(COLOURS))},
}
"""Lines and areas that mean something: 3 or more."""


DARK = "@media screen and (prefers-color-scheme: dark) {"


def scheme(dark):
    """The colours of one scheme, by name."""
    light_rules, dark_rules = STYLE.split(DARK)
    dark_rules, more = dark_rules.split("\n}\n", 1)
    blocks = re.findall(r":root \{(.*?)\}", light_rules + more, re.DOTALL)
    blocks += re.findall(r":root \{(.*?)\}", dark_rules, re.DOTALL) if dark else []
    return dict(re.findall(r"--([\w-]+): #([0-9a-f]{6})\b", " ".join(blocks)))


def luminance(colour):
    """Relative luminance, as WCAG 2 defines it."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """Contrast of two colours, 1 to 21, likewise."""
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("pairs", "least"), [(TEXTS, 4.5), (SHAPES, 3.0)])
def test_colours_stand_out_from_their_grounds(dark, pairs, least):
    colours = scheme(dark)
    told = {
        (colour, ground): round(contrast(colours[colour], colours[ground]), 2)
        for colour, grounds in pairs.items()
        for ground in grounds
    }
    assert {pair: value for pair, value in told.items() if value < least} == {}


def test_colours_are_named_once_and_all_are_used():
    rules = re.sub(r":root \{.*?\}|/\*.*?\*/", "", STYLE + PAGE, flags=re.DOTALL)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsl|:\s*(white|black)\b", rules)
    of_pages = {"person", "ratio"}  # the markup sets them
    assert set(re.findall(r"var\(--([\w-]+)\)", rules)) - of_pages == {*scheme(dark=False), "veil"}
    assert scheme(dark=True).keys() == scheme(dark=False).keys()
