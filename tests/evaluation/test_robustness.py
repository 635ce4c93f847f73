"""Figures under degradations, and their differences to undegraded faces."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from keras_impl.evaluation.robustness import CALLED, FIGURES, UNSURE, measure_robustness, robustness_table
from keras_impl.faces.modality import FACES

PEOPLE, VIDEOS = 30, 120


def make_videos(skills, threshold=0.7):
    """Videos, and an approach that gets worse from condition to condition, with no verdict on every tenth."""
    generator = np.random.default_rng(0)
    noise = generator.normal(size=VIDEOS)
    labels = np.arange(VIDEOS) % 2
    rows = [
        {
            "video": str(video),
            "source": str(video // 2),
            "person": f"p{video // 2 % PEOPLE}",
            "label": labels[video],
            "degradation": name,
            "strength": strength,
            "resnet": (logit := skill * labels[video] + noise[video]),
            "resnet" + CALLED: logit > threshold and video % 10 > 0,
            "resnet" + UNSURE: video % 10 == 0,
        }
        for (name, strength), skill in skills.items()
        for video in range(VIDEOS)
    ]
    return pd.DataFrame(rows), labels, noise


def test_figures_are_those_of_whole_videos_and_of_their_verdicts():
    videos, labels, noise = make_videos({("clean", 0.0): 2.0, ("jpeg", 20.0): 0.5})
    measured = measure_robustness(videos, {"resnet": 0.7}, FACES)
    assert (measured.real, measured.fake, measured.group_kind, measured.group_count) == (60, 60, "people", PEOPLE)
    for standing, skill in zip(measured.standings, (2.0, 0.5), strict=True):
        logits = skill * labels + noise
        assert standing.figures["auc"].value == pytest.approx(roc_auc_score(labels, logits))
        called = (logits > 0.7) & (np.arange(VIDEOS) % 10 > 0)
        assert standing.figures["tpr"].value == pytest.approx(called[labels == 1].mean())
        assert standing.figures["fpr"].value == pytest.approx(called[labels == 0].mean())
        missed = (logits <= 0.7) & (np.arange(VIDEOS) % 10 > 0)
        assert standing.figures["fnr"].value == pytest.approx(missed[labels == 1].mean())
        assert standing.figures["unsure"].value == pytest.approx(0.1)


def test_a_change_is_told_from_chance_by_pairs():
    videos, *_ = make_videos({("clean", 0.0): 2.0, ("jpeg", 20.0): 1.2, ("blur", 1.0): 2.0})
    clean, worse, same = measure_robustness(videos, {"resnet": 0.0}, FACES).standings
    assert worse.changes["auc"].value == pytest.approx(worse.figures["auc"].value - clean.figures["auc"].value)
    assert worse.changes["auc"].high < 0
    assert worse.figures["auc"].high > clean.figures["auc"].low  # which intervals of their own don't tell
    assert [same.changes[each].value for each in FIGURES] == [0] * len(FIGURES)


def test_the_table_has_all_figures_and_nothing_for_what_is_undefined():
    videos, *_ = make_videos({("clean", 0.0): 2.0})
    table = robustness_table(measure_robustness(videos[videos["label"] == 0], {"resnet": 0.0}, FACES))
    assert table["figure"].tolist() == list(FIGURES)
    known = table.set_index("figure")["value"].astype(float)
    assert known.isna().to_dict() == {"auc": True, "eer": True, "tpr": True, "fpr": False, "fnr": True, "unsure": False}


def test_what_models_of_several_folds_rank_is_ranked_within_each():
    videos, labels, noise = make_videos({("clean", 0.0): 2.0, ("jpeg", 20.0): 0.5})
    fold = (videos["video"].astype(int) // 2 % 3).to_numpy()
    moved = videos.assign(fold=fold, resnet=videos["resnet"] + 5 * fold)  # each model on a scale of its own
    measured = measure_robustness(moved, {"resnet": 0.7}, FACES)
    logits = 2.0 * labels + noise
    within = [roc_auc_score(labels[rows], logits[rows]) for rows in (np.arange(VIDEOS) // 2 % 3 == k for k in range(3))]
    figures = measured.standings[0].figures
    assert figures["auc"].value == pytest.approx(np.mean(within))
    assert figures["auc"].low < figures["auc"].value < figures["auc"].high
    assert figures["tpr"].value == measure_robustness(videos, {"resnet": 0.7}, FACES).standings[0].figures["tpr"].value
