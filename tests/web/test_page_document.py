"""The page's document: what is in it without a browser."""

import json
import re
from typing import get_args

import pytest

pytest.importorskip("starlette", reason="the extra web is not installed")

from keras_impl.prediction.reasons import Verdict
from keras_impl.prediction.render.page import KINDS
from keras_impl.prediction.render.words import LANGUAGES, catalogue, verdict_in
from keras_impl.web import app as app_module
from keras_impl.web.page import Limits, Site, render_page
from tests.web.conftest import STAGES

SCRIPT = (app_module.HERE / "page.js").read_text()


def texts_of(page):
    """The texts of both languages that the script is given."""
    return json.loads(re.search(r'id="data">(.*?)</script>', page).group(1))["texts"]


def test_the_demos_caution_is_told_in_the_language_that_is_chosen(tmp_path):
    site = Site(tmp_path, (), "x", catalogue("en").cautions["demo"], frozenset({".mp4"}))
    page = render_page("ko", Limits(1, 60, 20), site)
    assert '<span data-text="caution_text"></span>' in page
    assert texts_of(page)["ko"]["caution_text"] == catalogue("ko").cautions["demo"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_a_line_can_say_has_a_text(tmp_path, language):
    texts = texts_of(render_page("en", Limits(1, 60, 20), Site(tmp_path, (), "x", "", frozenset())))[language]
    template = (app_module.HERE / "templates/page.html").read_text()
    named = set(re.findall(r'(?:text|tell|fail)\((?:[^()"]*\? )?"(\w+)"', SCRIPT))
    named |= set(re.findall(r'data-(?:text|label)="(\w+)"', template))
    refused = set(re.findall(r'_refusal\("(\w+)"', (app_module.HERE / "app.py").read_text()))
    refused |= {"size", "cut", "disk", "empty", "no_model", "kind"}
    assert len(named) > 30
    assert named | refused | set(STAGES) | {"remove", "cancel", "fold", "unfold"} <= set(texts)
    for verdict in get_args(Verdict):
        assert texts[KINDS[verdict]] == verdict_in(verdict, language)


def test_texts_of_the_page_that_nothing_tells_are_gone():
    sources = [path.read_text() for path in app_module.HERE.rglob("*") if path.suffix in (".py", ".js", ".html")]
    everything = "\n".join(sources)
    composed = {*STAGES, *(f"quality_{part}" for part in ("image", "sound", "set_both", "set_real", "set_fake"))}
    composed |= {f"quality_{name}" for name in ("called_fake", "unsure", "called_real")}
    composed |= {f"quality_{name}_or_unsure" for name in ("fake", "real")}
    named = [name for name in catalogue("en").page if name not in composed]
    assert [name for name in named if not re.search(rf"\b{name}\b", everything)] == []


def test_without_clips_of_fakes_it_says_how_to_get_some(tmp_path):
    page = render_page("en", Limits(1, 60, 20), Site(tmp_path, (), "x", "", frozenset({".mp4"})))
    assert 'data-text="examples_more"' in page
    assert 'data-text="examples"' not in page
