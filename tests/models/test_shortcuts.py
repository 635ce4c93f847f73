"""The baseline: it finds what files give away, and nothing else."""

import numpy as np
import pandas as pd
import pytest

from keras_impl.errors import TrainingError
from keras_impl.modalities import MODALITIES
from keras_impl.models.shortcuts import fit_baseline
from keras_impl.speech.modality import SPEECH


def table_of(modality, count=80):
    """Rows whose cues say nothing about their labels."""
    generator = np.random.default_rng(0)
    cues = MODALITIES[modality].cues
    table = pd.DataFrame({name: generator.lognormal(3, 0.5, count) for name in (*cues.logarithmic, *cues.linear)})
    for name in cues.named:
        table[name] = generator.choice(["flac", "pcm_s16le"], count)
    return table.assign(label=np.arange(count) % 2)


def separation(model, table):
    """How much higher P(fake) of fakes is than that of real ones, on average."""
    p_fake = model.predict_proba(table)[:, 1]
    return p_fake[table["label"] == 1].mean() - p_fake[table["label"] == 0].mean()


@pytest.mark.parametrize("modality", MODALITIES)
def test_all_its_cues_are_in_the_index_and_none_is_of_what_is_seen_or_heard(modality):
    columns, cues = MODALITIES[modality].columns, MODALITIES[modality].cues
    assert set(cues.names) <= set(columns)
    assert len(set(cues.names)) == len(cues.names)
    assert not {"perceptual_hash", "person", "source", "system", "corpus", "original"} & set(cues.names)
    assert all(columns[name] == "string" for name in cues.named)
    assert all(columns[name] != "string" for name in (*cues.logarithmic, *cues.linear))


@pytest.mark.parametrize(
    ("modality", "name"), [(modality, name) for modality, each in MODALITIES.items() for name in each.cues.names]
)
def test_each_cue_alone_can_give_fakes_away(modality, name):
    table = table_of(modality)
    assert separation(fit_baseline(table, MODALITIES[modality].cues), table) < 0.4
    if name in MODALITIES[modality].cues.named:
        table[name] = np.where(table["label"] == 1, "mp3float", "flac")
    else:
        table[name] *= np.where(table["label"] == 1, 8, 1)
    assert separation(fit_baseline(table, MODALITIES[modality].cues), table) > 0.7


def test_a_format_that_was_never_met_and_figures_that_are_not_known_are_no_obstacle():
    table = table_of("sound")
    model = fit_baseline(table, SPEECH.cues)
    strange = table.assign(codec="amrnb", level=np.nan, bandwidth=np.nan)
    assert np.isfinite(model.predict_proba(strange)).all()


def test_a_cue_that_nobody_knows_is_no_obstacle():
    table = table_of("sound").assign(level=np.nan)
    assert np.isfinite(fit_baseline(table, SPEECH.cues).predict_proba(table)).all()


def test_the_unit_of_a_cue_does_not_matter():
    table = table_of("sound")
    table["silence"] *= np.where(table["label"] == 1, 2, 1)
    scaled = table.assign(silence=1000 * table["silence"])
    one, other = (fit_baseline(each, SPEECH.cues).predict_proba(each)[:, 1] for each in (table, scaled))
    assert one == pytest.approx(other, abs=1e-6)


def test_one_class_is_refused():
    with pytest.raises(TrainingError, match="only one class"):
        fit_baseline(table_of("sound").assign(label=0), SPEECH.cues)
