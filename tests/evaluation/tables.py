"""Score tables that the tests of this folder share."""

import json

import numpy as np
import pandas as pd

from keras_impl.evaluation.scores import write_scores


def score_table(labels, p_fake, **columns):
    """Lay out validation scores; a sample is a video, source and group of its own unless told otherwise."""
    labels, p_fake = np.asarray(labels), np.asarray(p_fake, float)
    names = np.array([f"v{n:05}" for n in range(len(labels))])
    table = {
        "sample": np.char.add(names, "#0"),
        "video": names,
        "source": names,
        "person": "",
        "fold": 0,
        "split": "validation",
        "label": labels,
        "p_fake": p_fake,
        "status": np.where(np.isnan(p_fake), "crop unreadable", "ok"),
    }
    text = dict.fromkeys(("sample", "video", "source", "person", "split", "status"), "string")
    return pd.DataFrame(table | columns).astype(text | {"fold": "int64", "label": "int64"})


def skilled(skill, seed, samples=200, labels=(0, 1), **columns):
    """Scores of ``samples`` faces, two a source; ``skill`` 0 is guessing."""
    generator = np.random.default_rng(seed)
    truth = np.resize(labels, samples)
    p_fake = 1 / (1 + np.exp(-skill * (2 * truth - 1) - generator.normal(size=samples)))
    sources = [f"s{n // 2}" for n in range(samples)]
    return score_table(truth, p_fake, **({"source": sources} | columns))


def write_approach(folder, scores, modality="sound", protocol="system"):
    """Write an approach's scores and the card that says what it judges."""
    write_scores(folder, scores)
    card = {"approach": "An approach", "modality": modality, "split": {"protocol": protocol}}
    (folder / "model.json").write_text(json.dumps(card))


def write_sound(folder, samples=120, **skills):
    """Write approaches to sound, by name and skill: two segments a file, four files a system."""
    videos = [f"f{n // 2:03}.wav" for n in range(samples)]
    shared = {
        "labels": (0, 0, 1, 1),
        "video": videos,
        "source": videos,
        "system": [f"y{n // 8}" for n in range(samples)],
    }
    for seed, (name, skill) in enumerate(skills.items()):
        write_approach(folder / name, skilled(skill, seed, samples, **shared))
