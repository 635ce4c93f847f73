"""All figures together: intervals of differences, folds, order, and plain sentences."""

import numpy as np
import pytest

from keras_impl.evaluation.coverage import count_statuses, describe_coverage
from keras_impl.evaluation.evaluate import evaluate
from keras_impl.evaluation.folds import describe_folds, measure_folds
from keras_impl.faces.modality import FACES
from keras_impl.reporting.sentences import caution_of, sentence_of
from keras_impl.speech.modality import SPEECH
from tests.evaluation.tables import score_table, skilled


def test_a_clear_winner_is_named():
    found = evaluate({"poor": skilled(0.0, 1), "good": skilled(1.5, 0)}, FACES)
    assert found.approaches == ["good", "poor"]
    assert sentence_of(found).startswith("On 200 validation videos of 100 sources, good is ahead of poor by ")
    assert "more than chance explains (paired permutation test over sources, p = " in sentence_of(found)
    (pair,) = found.pairs
    assert 0 < pair.accuracy.low < pair.accuracy.value < pair.accuracy.high
    assert 0 < pair.auc.low < pair.auc.value < pair.auc.high
    assert max(pair.p_groups, pair.p_mcnemar, pair.p_delong) < 1e-3
    assert pair.adjusted == {name: getattr(pair, name) for name in pair.adjusted}  # one pair: nothing to correct


def test_equal_skill_is_within_chance_and_equal_scores_are_equal():
    assert "within what chance alone" in sentence_of(evaluate({"a": skilled(0.5, 0), "b": skilled(0.5, 2)}, FACES))
    found = evaluate({"a": skilled(0.5, 0), "b": skilled(0.5, 0)}, FACES)
    assert sentence_of(found).endswith("a and b are equally accurate.")
    assert (found.pairs[0].accuracy.low, found.pairs[0].p_groups, found.pairs[0].p_delong) == (None, 1, 1)
    assert sentence_of(evaluate({"a": skilled(0.5, 0)}, FACES)).endswith("there is nothing to compare it with.")


def test_three_approaches_are_compared_in_pairs_with_holms_correction():
    found = evaluate(
        {name: skilled(skill, seed) for seed, (name, skill) in enumerate({"a": 0, "b": 2, "c": 1}.items())}, FACES
    )
    assert [(pair.first, pair.second) for pair in found.pairs] == [("b", "c"), ("b", "a"), ("c", "a")]
    assert all(pair.adjusted["p_groups"] >= pair.p_groups for pair in found.pairs)
    assert "Holm-corrected for 3 pairs" in sentence_of(found)


def test_copies_of_a_video_do_not_narrow_intervals():
    once = skilled(0.7, 0, samples=80, source=[f"s{n}" for n in range(80)])
    copies = once.loc[np.repeat(once.index, 9)].reset_index(drop=True)
    copies["sample"] = copies["video"] = [f"w{n}" for n in range(len(copies))]
    narrow, wide = (evaluate({"a": table}, FACES).at("video")[0].figures for table in (copies, once))
    for metric in wide:
        assert narrow[metric].high - narrow[metric].low == pytest.approx(wide[metric].high - wide[metric].low, rel=0.1)


def test_one_class_is_undefined_and_all_right_shows_no_spread():
    figures = evaluate({"a": skilled(0.5, 0, labels=(1, 1))}, FACES).summaries[0].figures
    assert {name for name, one in figures.items() if one.value is None} == {
        "balanced_accuracy", "auc", "average_precision", "eer"
    }  # fmt: skip
    figures = evaluate({"a": score_table([0, 1] * 10, [0.1, 0.9] * 10)}, FACES).summaries[0].figures
    assert (figures["auc"].value, figures["auc"].low) == (1, None)
    assert figures["accuracy"].low == pytest.approx(0.025 ** (1 / 20))


def test_few_groups_are_warned_of():
    found = evaluate({"a": skilled(0.5, 0, samples=24, person=[f"p{n}" for n in range(6) for _ in range(4)])}, FACES)
    assert "only 6 people" in caution_of(found)
    assert caution_of(evaluate({"a": skilled(0.5, 0)}, FACES)) is None


@pytest.mark.parametrize(("people", "is_too_little"), [(1, True), (4, True), (5, False)])
def test_too_few_people_of_a_class_compare_nothing(people, is_too_little):
    names = [f"p{n}" for n in range(people) for _ in range(4)]
    tables = {name: skilled(skill, 0, samples=len(names), person=names) for name, skill in (("a", 9), ("b", 0))}
    found = evaluate(tables, FACES)
    assert found.groups_per_class == (people, people)
    assert ("nothing can be compared: with fewer than 5 of each" in sentence_of(found)) == is_too_little
    assert ("it takes about 39 people of each" in sentence_of(found)) == is_too_little
    assert (" is ahead of " in sentence_of(found)) != is_too_little
    if is_too_little:
        assert caution_of(found) is None


def test_one_real_video_is_too_little_however_many_fakes_there_are():
    table = skilled(0.5, 0, samples=40, labels=(1, 1))
    table.loc[0, "label"] = 0
    assert evaluate({"a": table}, FACES).groups_per_class[0] == 1
    assert "nothing can be compared" in sentence_of(evaluate({"a": table}, FACES))


def test_of_sound_the_sentence_speaks_of_files_and_of_what_was_redrawn():
    tables = {
        name: skilled(skill, 0, system=[f"y{n // 2}" for n in range(200)]) for name, skill in (("a", 2), ("b", 0))
    }
    found = evaluate(tables, SPEECH)
    assert sentence_of(found).startswith("On 200 validation files of 100 systems and speakers, a is ahead of b by ")
    assert "(paired permutation test over systems and speakers, p = " in sentence_of(found)
    alone = evaluate({"a": skilled(0.5, 0, samples=2, video="v", corpus="c", labels=(1, 1))}, SPEECH)
    assert sentence_of(alone).startswith("On 1 validation file of 1 corpus (0 with real and 1 with fake ones) nothing")


def repeated(skill, seed):
    """Twenty people with two videos each, all validated in each of three folds."""
    videos = np.tile(np.arange(40), 3)
    names = [f"v{n}" for n in videos]
    people = [f"p{n // 2}" for n in videos]
    table = skilled(skill, seed, samples=120, video=names, sample=names, source=names, person=people)
    return table.assign(fold=np.repeat([0, 1, 2], 40))


def test_rows_of_one_person_move_together_over_folds():
    found = evaluate({"a": repeated(1, 0), "b": repeated(0.5, 1)}, FACES)
    assert (found.folds, found.videos, found.group_count, found.group_kind) == (3, 40, 20, "people")
    assert sentence_of(found).startswith("On 40 validation videos of 20 people over 3 folds, a is ahead")
    pair = found.pairs[0]
    assert pair.p_groups is not None
    assert (pair.p_mcnemar, pair.p_delong) == (None, None)  # they take each row for another video


def test_the_distribution_over_folds():
    table = score_table([0, 1, 0, 1, 1, 1], [0.1, 0.9, 0.9, 0.1, 0.9, 0.1], fold=[0, 0, 1, 1, 2, 2])
    folds = measure_folds(evaluate({"a": table}, FACES))
    video = folds[folds["level"] == "video"]
    assert video["accuracy"].tolist() == [1, 0, 0.5]
    assert video["auc"].tolist()[:2] == [1, 0]
    assert np.isnan(video["auc"].tolist()[2])
    described = describe_folds(video).set_index("metric")
    assert described.loc["accuracy", ["folds", "mean", "min", "max"]].tolist() == [3, 0.5, 0, 1]
    assert described.loc["accuracy", ["low", "high"]].tolist() == pytest.approx([0.025, 0.975])
    assert described.loc["AUC", "folds"] == 2


def test_coverage_counts_samples_and_videos_and_says_what_became_of_them():
    table = score_table([1, 1, 0], [np.nan, 0.4, np.nan], video=["a", "a", "b"])
    table["status"] = ["no face", "ok", "video unreadable"]
    counts = count_statuses({"x": table})
    assert counts["x"].to_dict() == {"ok": 1, "no face": 1, "video unreadable": 1}
    assert counts.index[0] == "ok"
    text = describe_coverage({"x": table}, "half", FACES)
    assert text.startswith("2 of 3 validation samples could not be scored, among them all of 1 videos.")
    assert "P(fake) = 0.5" in text
    assert "left out" in describe_coverage({"x": table}, "leave-out", FACES)
    assert "among them all of 1 files." in describe_coverage({"x": table}, "half", SPEECH)
    assert describe_coverage({"x": table[1:2]}, "half", FACES) == "All 1 validation samples were scored."
