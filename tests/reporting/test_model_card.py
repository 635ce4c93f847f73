"""A detector is published with what was measured of it, and no other."""

import numpy as np
import pandas as pd
import pytest

from keras_impl.degradations import DEGRADATIONS
from keras_impl.errors import DataError
from keras_impl.evaluation.robustness import CALLED, UNSURE, measure_robustness
from keras_impl.evaluation.scores import write_scores
from keras_impl.faces.modality import FACES
from keras_impl.models.published import LEAST_FILES, STRANGERS
from keras_impl.prediction.trained import find_models
from keras_impl.reporting.model_card import publish
from keras_impl.reporting.robustness import write_robustness
from keras_impl.samples.degradations import conditions_of
from keras_impl.speech.modality import SPEECH
from tests.evaluation.tables import skilled
from tests.prediction.models import add_model


def measure(results, name, labels, sha256, fourth=True, modality=FACES):
    """What stress leaves of a set: a guessing approach that calls every fourth file fake, or none."""
    people = np.arange(len(labels)).astype(str)
    told = {"video": people, "source": people, "person": people, "label": labels}
    called = {
        "resnet": 0.0,
        "resnet" + CALLED: np.arange(len(labels)) // 2 % 4 == 0 if fourth else False,
        "resnet" + UNSURE: False,
    }
    parts = [
        pd.DataFrame(told | called).assign(degradation=kind, strength=at) for kind, at in CONDITIONS[modality.name]
    ]
    robustness = measure_robustness(pd.concat(parts), {"resnet": 0.0}, modality)
    write_robustness(results / "stress" / name, name, robustness, {"resnet": sha256}, modality)


CONDITIONS = {name: conditions_of(each) for name, each in DEGRADATIONS.items()}


@pytest.fixture
def results(tmp_path):
    add_model(tmp_path / "results", "resnet")
    write_scores(tmp_path / "results/resnet", skilled(1.0, 0).assign(split="train"))
    return tmp_path / "results"


@pytest.fixture
def sha256(results):
    return find_models(results).image.decisive.sha256


def test_small_sets_are_in_the_tables_and_no_verdict_quotes_them(results, sha256, tmp_path):
    measure(results, "validation", np.arange(80) % 2, sha256)
    measure(results, "talking heads", np.zeros(LEAST_FILES, int), sha256, fourth=False)
    measure(results, "a few", np.arange(2 * LEAST_FILES - 2) % 2, sha256)
    published = publish(results / "resnet", tmp_path / "out")
    assert published.sets == (STRANGERS["image"], "talking heads")
    models = find_models(tmp_path / "out").image
    strangers, heads = models.decisive.known.rates
    assert (strangers.real, strangers.fake, strangers.fpr.value, strangers.fnr.value) == (40, 40, 0.25, 0.75)
    assert (heads.fake, heads.auc, heads.fnr) == (0, None, None)
    assert (heads.fpr.value, heads.fpr.low) == (0, 0)
    assert heads.fpr.high == pytest.approx(1 - 0.025 ** (1 / LEAST_FILES))  # none of a few is not never
    card = (tmp_path / "out/resnet/card.md").read_text()
    assert "(40 genuine, 40 fake videos): of 100 genuine ones, **25 (" in card
    assert "| a few | 0.500 " in card
    assert card.count("| JPEG (quality) ") == 3
    assert sha256 in card
    assert str(tmp_path) not in card


def test_what_stress_has_not_measured_since_it_was_trained_is_not_published(results, tmp_path):
    with pytest.raises(DataError, match=r"has not been measured since .* run python -m keras_impl\.stress --model"):
        publish(results / "resnet", tmp_path / "out")
    measure(results, "validation", np.arange(80) % 2, "0" * 64)
    with pytest.raises(DataError, match="has not been measured since"):
        publish(results / "resnet", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_only_an_approach_that_judges_alone_can_be_published(results, tmp_path):
    for name in ("results", "fusion"):
        with pytest.raises(DataError, match="not the folder of an approach that judges alone"):
            publish(results / name, tmp_path / "out")


@pytest.fixture
def sounds(tmp_path):
    """A detector of sound that has learnt from everything, and two of its recipe that each left a fold out."""
    for name in ("all", "folds", "other"):
        add_model(tmp_path / name, "resnet", modality="sound", training={"epochs": 1 if name == "other" else 8})
        write_scores(tmp_path / name / "resnet", skilled(1.0, 0).assign(split="train"))
    return tmp_path


def test_a_detector_of_sound_is_published_with_what_its_recipe_reached_elsewhere(sounds):
    for name in ("folds", "other"):
        sha256 = find_models(sounds / name).sound.decisive.sha256
        measure(sounds / name, "validation", np.arange(80) % 2, sha256, modality=SPEECH)
    model, out = sounds / "all/resnet", sounds / "out/sound"
    with pytest.raises(DataError, match="has not been measured"):
        publish(model, out)
    with pytest.raises(DataError, match=r"was made otherwise than .* \(training\)"):
        publish(model, out, figures=sounds / "other")
    with pytest.raises(DataError, match="no words for the language Klingon"):
        publish(model, out, figures=sounds / "folds", language="Klingon")
    published = publish(model, out, sounds / "folds", "English")
    assert published.sets == (STRANGERS["sound"],)
    decisive = find_models(sounds / "out").sound.decisive
    known = decisive.known
    assert (known.language, known.rates[0].real, known.rates[0].fpr.value) == ("English", 40, 0.25)
    card = (published.folder / "card.md").read_text()
    assert "(40 genuine, 40 fake files): of 100 genuine ones, **25 (" in card
    assert card.count("| Opus (kbit/s) ") == 3
    assert decisive.sha256 in card
    assert str(sounds) not in card
