"""The catalogues: the same in all languages, and a sentence for all that can be said."""

import json
from dataclasses import fields
from string import Formatter
from typing import get_args, get_type_hints

import pytest

from keras_impl.demo.__main__ import MADE_UP
from keras_impl.media.content import PICTURES
from keras_impl.prediction import reasons
from keras_impl.prediction.reasons import (
    Above,
    Caution,
    Close,
    NotDecoded,
    NotJudged,
    OfHundred,
    Problem,
    Reason,
    Scored,
    Unreadable,
    Verbatim,
    Verdict,
)
from keras_impl.prediction.render.words import LANGUAGES, LOCALES, catalogue, caution_in, sentence, term_in, verdict_in
from keras_impl.web.examples import CLIP_KINDS, PORTRAIT_KIND


def kinds(base):
    """All types that can be said, of a base."""
    below = [kind for each in base.__subclasses__() for kind in kinds(each)]
    return below + [base] * hasattr(base, "name")


def gaps(text):
    """The placeholders of a sentence."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def flat(words, path=()):
    """All texts of a catalogue by their path."""
    if isinstance(words, str):
        return {path: words}
    return {place: text for name, inner in words.items() for place, text in flat(inner, (*path, name)).items()}


def texts(language):
    return flat(json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_have_the_same_texts_with_the_same_gaps(language):
    one, other = texts("en"), texts(language)
    assert one.keys() == other.keys()
    assert all(other.values())
    assert {place: gaps(text) for place, text in one.items()} == {place: gaps(text) for place, text in other.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("base", "section"), [(Reason, "reasons"), (Problem, "problems")])
def test_each_type_has_its_sentences_and_these_name_only_fields_that_it_has(language, base, section):
    known = getattr(catalogue(language), section)
    assert {kind.name for kind in kinds(base)} == set(known)
    for kind in kinds(base):
        told = known[kind.name]
        assert set(kind.variants) == (set() if isinstance(told, str) else set(told)), kind
        has = {field.name for field in fields(kind)} | ({"interval"} if issubclass(kind, Scored | OfHundred) else set())
        for text in [told] if isinstance(told, str) else told.values():
            assert gaps(text) <= has, kind


def test_codes_are_those_that_programs_have_known():
    codes = {kind.name for kind in kinds(Reason)} - {"not_judged"}
    codes |= {"unreadable", "no_face", "no_sound_track", "silent", "too_short", "no_speech"}
    assert codes == {
        *(
            "above",
            "below",
            "close",
            "between",
            "straddles",
            "close_to_equal",
            "straddles_equal",
            "out_of_range",
            "unlike",
            "known_errors",
        ),
        *("unlike_sound", "learnt_language"),
        *("too_small", "too_few", "faint", "by_place"),
        *("missing_frames", "one_face", "people", "left_out", "no_film", "no_report", "both", "one_segment"),
        *("no_face", "no_sound_track", "silent", "too_short", "no_speech", "unreadable", "no_model"),
        *("uncalibrated", "caution", "demo_model"),
        *("without", "says", "how_often", "elsewhere", "asked_rate", "unknown_errors"),
    }


def test_terms_and_verdicts_are_there():
    for language in LANGUAGES:
        assert set(get_args(Verdict)) | {"not judged"} == set(catalogue(language).verdicts)
        for kind in [*PICTURES, "a PDF document", "a GIF image", "a video", "sound", "unknown"]:
            assert not isinstance(term_in(kind, language), Verbatim)
        assert {*CLIP_KINDS.values(), PORTRAIT_KIND} <= set(catalogue(language).page)
    assert isinstance(term_in("a new kind", "ko"), Verbatim)
    assert verdict_in(None) == "not judged"


def test_all_kinds_of_files_that_content_knows_are_terms():
    from keras_impl.media import content

    kinds_known = {kind for _, kind in content._BEGINNINGS} | set(content._OF_RIFF.values()) | {content.HEIC}
    kinds_known |= {"an AVIF image", "an MP4 video or recording"}
    assert kinds_known <= set(catalogue("en").terms)


def test_an_interval_is_told_where_there_is_one():
    one = Above(part="image", p=0.88, low=0.7, high=0.95, threshold=0.5)
    assert sentence(one) == "P(fake) of the image is 0.88 (0.70\N{EN DASH}0.95), above the threshold of 0.50."
    assert sentence(one, "ko").startswith("화면의 P(가짜)는 0.88(0.70\N{EN DASH}0.95)이며")
    assert "(0." not in sentence(Close(part="sound", p=0.5, low=0.5, high=0.5, threshold=0.5))


def test_what_a_library_says_is_handed_over_apart_and_braces_in_it_are_text():
    problem = NotDecoded(expected="a video", detail=Verbatim("{p} <x>"))
    told = sentence(NotJudged(part="sound", problem=problem), "ko", foreign=lambda text: f"[{text}]")
    assert told == "소리는 판정하지 못했습니다. 영상 파일로 열 수 없습니다([{p} <x>])."


def test_the_demos_caution_is_known_in_all_languages_and_any_other_stays():
    assert catalogue("en").cautions["demo"] == MADE_UP
    assert sentence(Caution(text=Verbatim(MADE_UP)), "ko") == catalogue("ko").cautions["demo"]
    assert caution_in("Made {up}.", "ko") == sentence(Caution(text=Verbatim("Made {up}.")), "ko") == "Made {up}."


def test_details_are_marked_as_what_somebody_else_says():
    for kind in kinds(Problem):
        hints = get_type_hints(kind, vars(reasons))
        assert hints.get("detail", Verbatim) is Verbatim
    assert NotJudged(part="image", problem=Unreadable(detail=Verbatim("x"))).code == "unreadable"
