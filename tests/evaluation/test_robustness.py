"""Figures under degradations, and their differences to undegraded faces."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from keras_impl.evaluation.robustness import FIGURES, measure_robustness, robustness_table
from keras_impl.faces.modality import FACES

PEOPLE, VIDEOS = 30, 120


def make_scores(skills, frames=2):
    """Logits of an approach that gets worse from condition to condition."""
    generator = np.random.default_rng(0)
    noise = generator.normal(size=VIDEOS)
    labels = np.arange(VIDEOS) % 2
    rows = [
        {
            "sample": f"{video}#{frame}",
            "video": str(video),
            "source": str(video // 2),
            "person": f"p{video // 2 % PEOPLE}",
            "label": labels[video],
            "degradation": name,
            "strength": strength,
            "resnet": skill * labels[video] + noise[video] + (-1) ** frame,
        }
        for (name, strength), skill in skills.items()
        for video in range(VIDEOS)
        for frame in range(frames)
    ]
    return pd.DataFrame(rows), labels, noise


def test_figures_are_those_of_whole_videos_at_the_approachs_own_threshold():
    scores, labels, noise = make_scores({("clean", 0.0): 2.0, ("jpeg", 20.0): 0.5})
    measured = measure_robustness(scores, {"resnet": 0.7}, FACES)
    assert (measured.real, measured.fake, measured.group_kind, measured.group_count) == (60, 60, "people", PEOPLE)
    for standing, skill in zip(measured.standings, (2.0, 0.5), strict=True):
        logits = skill * labels + noise
        assert standing.figures["auc"].value == pytest.approx(roc_auc_score(labels, logits))
        assert standing.figures["tpr"].value == pytest.approx((logits[labels == 1] > 0.7).mean())
        assert standing.figures["fpr"].value == pytest.approx((logits[labels == 0] > 0.7).mean())


def test_a_change_is_told_from_chance_by_pairs():
    scores, *_ = make_scores({("clean", 0.0): 2.0, ("jpeg", 20.0): 1.2, ("blur", 1.0): 2.0})
    clean, worse, same = measure_robustness(scores, {"resnet": 0.0}, FACES).standings
    assert worse.changes["auc"].value == pytest.approx(worse.figures["auc"].value - clean.figures["auc"].value)
    assert worse.changes["auc"].high < 0
    assert worse.figures["auc"].high > clean.figures["auc"].low  # which intervals of their own don't tell
    assert [same.changes[each].value for each in FIGURES] == [0, 0, 0, 0]


def test_the_table_has_all_figures_and_nothing_for_what_is_undefined():
    scores, *_ = make_scores({("clean", 0.0): 2.0})
    table = robustness_table(measure_robustness(scores[scores["label"] == 0], {"resnet": 0.0}, FACES))
    assert table["figure"].tolist() == list(FIGURES)
    known = table.set_index("figure")["value"].astype(float)
    assert known.isna().to_dict() == {"auc": True, "eer": True, "tpr": True, "fpr": False}
