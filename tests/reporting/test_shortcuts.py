"""Whether approaches beat the baseline: said plainly, and only where intervals don't touch."""

from types import SimpleNamespace

import pytest

from keras_impl.evaluation.bootstrap import Estimate
from keras_impl.reporting.report import compare
from keras_impl.reporting.shortcuts import describe_gain
from tests.evaluation.tables import skilled, write_approach, write_sound

METRICS = ("accuracy", "auc", "eer")
BASELINE = {"accuracy": (0.5, 0.6), "auc": (0.55, 0.65), "eer": (0.4, 0.5)}


def summary(name="svm", **intervals):
    figures = {metric: Estimate(0.5, *(BASELINE | intervals)[metric]) for metric in METRICS}
    return SimpleNamespace(approach=name, figures=figures)


@pytest.mark.parametrize(
    ("intervals", "words"),
    [
        (
            {"accuracy": (0.7, 0.8), "auc": (0.7, 0.8), "eer": (0.2, 0.3)},
            "**svm** beats the baseline in accuracy, AUC and equal error rate, with intervals that don't touch.",
        ),
        (
            {"auc": (0.7, 0.8), "eer": (0.2, 0.3)},
            "**svm** beats the baseline in AUC and equal error rate, with intervals that don't touch, but not in "
            "accuracy.",
        ),
        (
            {"auc": (0.7, 0.8), "eer": (0.6, 0.7)},
            "**svm** beats the baseline in AUC, with intervals that don't touch, but not in accuracy and equal error "
            "rate.",
        ),
        (
            {"accuracy": (0.6, 0.8)},  # touching is not apart
            "**svm** doesn't beat the baseline: in none of accuracy, AUC and equal error rate is its interval wholly "
            "better.",
        ),
        (
            {"eer": (0.6, 0.7), "auc": (None, None)},
            "**svm** doesn't beat the baseline: in none of accuracy and equal error rate is its interval wholly "
            "better. It is behind in equal error rate. Of AUC, there is no interval.",
        ),
        (
            {"accuracy": (0.7, 0.8), "auc": (None, None), "eer": (None, None)},  # as where it makes no error
            "**svm** beats the baseline in accuracy, with intervals that don't touch. Of AUC and equal error rate, "
            "there is no interval.",
        ),
        (
            dict.fromkeys(METRICS, (None, None)),
            "**svm** can't be told from the baseline by intervals. Of accuracy, AUC and equal error rate, there is no "
            "interval.",
        ),
    ],
)
def test_only_intervals_that_do_not_touch_count(intervals, words):
    assert describe_gain(summary(**intervals), summary("baseline"), METRICS) == words


def section(folder):
    report = (folder / "comparison.md").read_text()
    return report.split("## Is it more than shortcuts?")[1].split("\n## ")[0]


def test_approaches_to_sound_are_put_beside_the_baseline(tmp_path):
    write_sound(tmp_path, svm=1, weak=0, baseline=0)
    compare(tmp_path)
    text = section(tmp_path)
    assert "| approach | accuracy | AUC | equal error rate |" in text
    assert text.count("\n| ") == 5  # headings, the rule, three approaches
    assert "- **svm** beats the baseline in accuracy, AUC and equal error rate" in text
    assert "- **weak** doesn't beat the baseline" in text
    assert "**baseline** " not in text


def test_without_a_baseline_that_is_said(tmp_path):
    write_sound(tmp_path, svm=3)
    compare(tmp_path)
    assert "There is no shortcut baseline beside these results" in section(tmp_path)


def test_reports_on_faces_have_no_such_section(tmp_path):
    write_approach(tmp_path / "svm", skilled(1, 0), "image")
    write_approach(tmp_path / "baseline", skilled(0, 1), "image")
    compare(tmp_path)
    assert "short cuts" not in (tmp_path / "comparison.md").read_text()
