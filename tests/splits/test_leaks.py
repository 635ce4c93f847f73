"""Each planted leak is found, with nothing else."""

import numpy as np
import pandas as pd
import pytest

from keras_impl.faces.modality import FACES
from keras_impl.speech.modality import SPEECH
from keras_impl.splits.leaks import (
    as_text,
    check_split,
    find_leaks,
    headings_of,
)
from keras_impl.splits.split import Fold, Split

COUNT = 40


def make_clean():
    """Forty faces of as many people, half of them in training; no leak."""
    generator = np.random.default_rng(0)
    names = [f"v{number}" for number in range(COUNT)]
    index = pd.DataFrame({"sample": [f"{name}#0" for name in names], "video": names, "source": names})
    index["person"] = [f"p{number}" for number in range(COUNT)]
    index["perceptual_hash"] = [f"{value:016x}" for value in generator.integers(0, 2**63, COUNT, dtype=np.uint64)]
    index["label"] = np.arange(COUNT) // 2 % 2
    vectors = generator.normal(size=(COUNT, 128))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    parts = pd.Series(["train", "validation"] * (COUNT // 2), index=index["sample"])
    return index, parts, pd.DataFrame(vectors, index=index["sample"])


def same(column):
    def plant(index, embeddings):
        index.loc[1, column] = index.loc[0, column]

    return plant


def near_duplicate(index, embeddings):
    index.loc[1, "perceptual_hash"] = f"{int(index.loc[0, 'perceptual_hash'], 16) ^ 0b10100001:016x}"


def not_quite_near_duplicate(index, embeddings):
    index.loc[1, "perceptual_hash"] = f"{int(index.loc[0, 'perceptual_hash'], 16) ^ 0b1111:016x}"


def neighbour(index, embeddings):
    index.loc[[0, 1], "video"] = ["real/walk_0001.jpg", "real/walk_0002.jpg"]
    index.loc[2, "video"] = "real/run_0001.jpg"  # else all pictures of the folder are called alike


def not_a_neighbour(index, embeddings):
    index.loc[[0, 1], "video"] = ["real/0001.jpg", "real/0002.jpg"]


def close(known, new):
    def plant(index, embeddings):
        embeddings.iloc[new] = 0.9 * embeddings.iloc[known] + np.sqrt(1 - 0.81) * embeddings.iloc[new]

    return plant


@pytest.mark.parametrize(
    ("plant", "expected"),
    [
        (neighbour, "neighbour"),
        (not_a_neighbour, None),
        (lambda index, embeddings: None, None),
        (same("video"), "video"),
        (same("source"), "source"),
        (same("person"), "person"),
        (near_duplicate, "near-duplicate"),
        (not_quite_near_duplicate, None),
        (close(0, 1), "close face"),
        (close(2, 1), "donor"),
    ],
)
def test_a_planted_leak_is_found_and_nothing_else(plant, expected):
    index, parts, embeddings = make_clean()
    plant(index, embeddings)
    leaks = {leak.check: leak for leak in find_leaks(index, parts, FACES, embeddings)}
    assert list(leaks) == [check.name for check in FACES.leak_checks]
    for check, leak in leaks.items():
        assert leak.validation == COUNT // 2
        assert leak.found == (check == expected), check
        assert leak.example == ("v1#0" if check == expected else "")


def make_clean_sound():
    """Forty segments as far apart as the faces, each of a corpus of its own and, if fake, of a system of its own."""
    index, parts, _ = make_clean()
    names = [f"{label} {number}" for number, label in enumerate(index["label"])]
    return index.assign(segment=0, system=names, corpus=names), parts


def same_system(training_label):
    """Give the validation fake in row 3 the system of a training row."""

    def plant(index, _):
        training = int(index.index[(index["label"] == training_label) & (index.index % 2 == 0)][0])
        index.loc[3, "system"] = index.loc[training, "system"]

    return plant


@pytest.mark.parametrize(
    ("plant", "expected", "row"),
    [
        (lambda index, _: None, None, None),
        (same("video"), "video", 1),
        (same("source"), "source", 1),
        (same("person"), "person", 1),
        (near_duplicate, "near-duplicate", 1),
        (not_quite_near_duplicate, None, None),
        (same("corpus"), "corpus", 1),
        (same_system(1), "system", 3),
        (same_system(0), None, None),
        (same("system"), None, None),  # of two real ones, who have none
    ],
)
def test_a_planted_leak_of_sound_is_found_and_nothing_else(plant, expected, row):
    index, parts = make_clean_sound()
    plant(index, None)
    leaks = {leak.check: leak for leak in find_leaks(index, parts, SPEECH)}
    assert list(leaks) == [check.name for check in SPEECH.leak_checks]
    for check, leak in leaks.items():
        assert leak.validation == COUNT // 2
        assert leak.found == (check == expected), check
        assert leak.example == (f"v{row}#0" if check == expected else "")


def test_what_is_not_known_of_sound_is_no_leak():
    index, parts = make_clean_sound()
    for column in ("person", "perceptual_hash", "system", "corpus"):
        index[column] = pd.NA
    assert not any(leak.found for leak in find_leaks(index, parts, SPEECH))


def test_what_strict_forbids_and_how_many_columns_there_are_depend_on_the_modality():
    faces, _, embeddings = make_clean()
    sound, _ = make_clean_sound()
    samples = tuple(sound["sample"])
    split = Split("random", "sample", 0, (Fold(samples[::2], samples[1::2]),))
    assert forbidden(FACES) == ["video", "source", "near-duplicate", "person"]
    assert forbidden(SPEECH) == ["video", "near-duplicate", "person"]  # all may say the same
    assert headings_of(FACES) == ("leak", "faces", "share", "nearest", "training has")
    assert headings_of(SPEECH) == ("leak", "segments", "share", "training has")
    for index, modality, vectors in ((faces, FACES, embeddings), (sound, SPEECH, None)):
        table = check_split(index, split, modality, vectors)
        assert {len(row) for row in as_text(table)} == {len(headings_of(modality))}
        assert set(forbidden(modality)) < set(table["check"])
        assert ("nearest" in table) == (index is faces)
    assert as_text(check_split(sound, split, SPEECH))[0] == ("video", "0/20", "0.0%", "the same file")


def forbidden(modality):
    return [check.name for check in modality.leak_checks if check.is_forbidden]


def test_unknown_people_and_hashes_are_no_leaks():
    index, parts, embeddings = make_clean()
    index["person"] = index["perceptual_hash"] = pd.NA
    assert not any(leak.found for leak in find_leaks(index, parts, FACES, embeddings))


def test_unused_samples_do_not_count():
    index, parts, embeddings = make_clean()
    same("video")(index, embeddings)
    parts.iloc[0] = "unused"
    assert not any(leak.found for leak in find_leaks(index, parts, FACES, embeddings))


def test_folds_are_summed():
    index, _, embeddings = make_clean()
    same("person")(index, embeddings)
    samples = list(index["sample"])
    folds = (Fold(tuple(samples[::2]), tuple(samples[1::2])), Fold(tuple(samples[1::2]), tuple(samples[::2])))
    table = check_split(index, Split("random", "sample", 0, folds), FACES, embeddings).set_index("check")
    assert table.loc["person", "found"] == 2
    assert table.loc["person", "validation"] == COUNT
    assert table.loc["person", "share"] == 0.05
    assert table.loc["person", "example"] == "v1#0"
    assert set(forbidden(FACES)) < set(table.index)


def test_distances_to_the_nearest_training_face_are_told():
    index, parts, embeddings = make_clean()
    is_real, trains = (index["label"] == 0).to_numpy(), (parts == "train").to_numpy()
    vectors = embeddings.to_numpy()
    nearest = (1 - vectors[is_real & ~trains] @ vectors[is_real & trains].T).min(axis=1)
    leaks = {leak.check: leak for leak in find_leaks(index, parts, FACES, embeddings)}
    assert leaks["close face"].nearest == pytest.approx(np.median(nearest))
    assert np.isnan(leaks["video"].nearest)
