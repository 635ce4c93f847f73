"""What templates do with all that they show."""

import pytest
from markupsafe import Markup

from keras_impl.prediction.render.html import fill, told_caution

UNBROKEN = "0.70\N{WORD JOINER}\N{EN DASH}\N{WORD JOINER}0.87"


def test_an_interval_stays_on_one_line_as_text_and_as_html():
    assert fill("foreign.html", text="<b>0.70\N{EN DASH}0.87", language="en") == f"&lt;b&gt;{UNBROKEN}"
    html = fill("foreign.html", text=Markup("<b>0.70\N{EN DASH}0.87</b>"), language="en")
    assert html == f"<b>{UNBROKEN}</b>"
    assert fill("foreign.html", text=html, language="en") == html


def test_a_dash_between_words_may_end_a_line():
    assert fill("foreign.html", text="one \N{EN DASH} two", language="en") == "one \N{EN DASH} two"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_models_without_a_caution_are_not_said_to_have_one(language):
    assert not told_caution("", language)
    assert "Only a game." in told_caution("Only a game.", language)
