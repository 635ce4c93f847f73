"""How good the detectors are, in plain words."""

import re
from dataclasses import replace
from html import unescape

import pytest

from keras_impl.models.published import LEAST_FILES, ErrorRates, Known, Rate
from keras_impl.prediction.render.words import LANGUAGES, catalogue, term_in
from keras_impl.prediction.trained import find_models
from keras_impl.web.quality import Card, cards_of, tell_quality
from tests.prediction.models import add_model

SETS = (
    ErrorRates(
        "<b>strangers",
        100,
        300,
        Rate(0.9, 0.85, 0.95),
        Rate(0.05, 0.02, 0.09),
        Rate(0.2),
        Rate(0.25, 0.2, 0.3),
        Rate(0.6, 0.5, 0.7),
    ),
    ErrorRates("talking heads", 59, 0, None, Rate(0.0, 0.0, 0.06), None, Rate(0.3, 0.2, 0.4)),
)


def text_of(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_mistakes_are_told_of_a_hundred_set_by_set_with_what_is_not_known_left_out():
    told = text_of(tell_quality([Card("image", "network", Known(SETS))], has_comparison=False, language="en"))
    assert "Faces: network" in told
    genuine = "called fake 5 (2\N{EN DASH}9) can't tell 40 called real 55"
    fakes = "called fake 60 (50\N{EN DASH}70) can't tell 20 called real 20"
    assert f"strangers (100 genuine, 300 fake) Of 100 genuine files it calls about 5 fake. {genuine} " in told
    assert f" Of 100 fakes it finds about 60. {fakes} " in told
    only = "called fake 0 (0\N{EN DASH}6) can't tell 30 (20\N{EN DASH}40) called real 70"
    assert f"(59 genuine) Of 100 genuine files it calls about 0 fake. {only} " in told
    assert "Of 100 fakes it finds" not in told.split("(59 genuine)")[1]
    assert told.count("90 (85\N{EN DASH}95)") == 1
    assert catalogue("en").page["quality_unknown"] not in told


def test_charts_are_drawn_to_scale_and_names_of_sets_are_escaped():
    page = tell_quality([Card("sound", "network", Known(SETS))], has_comparison=False, language="en")
    parts = re.findall(r'<rect class="(fake|open|real)" x="([\d.]+)" width="([\d.]+)"', page)
    assert parts[3:6] == [("fake", "0.0", "60.0"), ("open", "60.0", "20.0"), ("real", "80.0", "20.0")]
    assert '<line class="span" x1="50.0" x2="70.0" y1="3" y2="3"/>' in page
    assert '<line class="span" x1="85.0" x2="95.0" y1="5" y2="5"/>' in page
    assert "<b>" not in page
    assert page.count("<svg") == 2 + 1 + 1


def test_what_a_card_of_before_does_not_tell_apart_is_one_part():
    rates = replace(SETS[0], tpr=None)
    told = text_of(tell_quality([Card("image", "network", Known((rates,)))], has_comparison=False, language="en"))
    assert "it calls about 5 fake. called fake 5 (2\N{EN DASH}9) called real or can't tell 95 " in told
    assert "Of 100 fakes it calls about 20 real. called fake or can't tell 80 called real 20 " in told
    assert "It misses most fakes" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_sets_in_which_it_finds_fewer_than_half_of_the_fakes_are_named(language):
    rates = (SETS[0], replace(SETS[0], name="other fakes", tpr=Rate(0.49)), SETS[1])
    told = text_of(tell_quality([Card("image", "network", Known(rates))], has_comparison=False, language=language))
    assert catalogue(language).page["quality_misses"].format(sets="other fakes") in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_model_that_nobody_has_measured_it_says_that_nothing_is_known(tmp_path, language):
    (card,) = cards_of(find_models(add_model(tmp_path, "svm")), has_own_threshold=True)
    page = tell_quality([card], has_comparison=False, language=language)
    assert catalogue(language).page["quality_unknown"] in text_of(page)
    assert catalogue(language).page["quality_lead"] not in text_of(page)
    assert "<svg" not in page
    assert "href" not in page


def test_the_package_has_cards_of_both_detectors_with_all_their_sets_in_both_languages():
    cards = cards_of(find_models(), has_own_threshold=True)
    assert [card.part for card in cards] == ["image", "sound"]
    for language in LANGUAGES:
        page = tell_quality(cards, has_comparison=True, language=language)
        assert page.count('<a href="/cards/') == 2
        assert page.count(catalogue(language).page["quality_more"].format(least=LEAST_FILES)) == 2
        assert 'href="/comparison"' in page
        for card in cards:
            assert card.page is not None
            assert card.page.read_text().startswith("# Model card: ")
            for each in card.known.rates:
                assert str(term_in(each.name, language)) in page
    assert not re.search(r"talking heads|DFD frames|VASA-1, faces", page)


def test_figures_of_another_threshold_are_told_as_such():
    cards = [Card("image", "network", Known(SETS), has_own_threshold=False)]
    for language in LANGUAGES:
        told = text_of(tell_quality(cards, has_comparison=False, language=language))
        assert "--max-fpr" in told
