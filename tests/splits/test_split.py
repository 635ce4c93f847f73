"""Split rules: groups stay whole, classes are equal, and nothing is silent."""

import json

import numpy as np
import pandas as pd
import pytest

from keras_impl.errors import DataError
from keras_impl.faces.modality import FACES
from keras_impl.speech.modality import SPEECH
from keras_impl.splits.protocols import PROTOCOLS, default_protocol, hold_out, inner_group, make_split
from keras_impl.splits.split import Fold, Split


def make_index(reals=50, fakes_each=2, frames=1, reals_per_person=2):
    """Faces of real videos and the fakes made from each; a person has several real videos.

    So that all rules can be tried, there are also systems that made the fakes of two real videos each, and corpora
    that have two real videos each with all that was made from them, of other people than the next.
    """
    rows = []
    for real in range(reals):
        names = [f"r{real}", *(f"f{real}_{fake}" for fake in range(fakes_each))]
        for name in names:
            for frame in range(frames):
                person, label = f"p{real // reals_per_person}", int(name.startswith("f"))
                system = f"s{real % 25}" if label else f"human {person}"
                corpus = f"c{real % 25}"
                rows.append((f"{name}#{frame}", name, f"r{real}", person, label, pd.NA, system, corpus))
    return pd.DataFrame(rows, columns=["sample", "video", "source", "person", "label", "part", "system", "corpus"])


def make_sound(files_of_groups, group="corpus", segments=2):
    """Segments of sound files: for each group, how many real and fake files it has."""
    rows = []
    for number, (reals, fakes) in enumerate(files_of_groups):
        for place, label in enumerate([0] * reals + [1] * fakes):
            name = f"g{number}_{place}.wav"
            rows += [(f"{name}#{segment}", name, name, label, f"g{number}", segment) for segment in range(segments)]
    index = pd.DataFrame(rows, columns=["sample", "video", "source", "label", group, "segment"])
    return index.assign(part=pd.NA)


def count(split, index, fold=0):
    parts = list(split.parts(index))[fold].to_numpy()
    return {part: index["label"][parts == part].value_counts().to_dict() for part in ("train", "validation")}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("seed", range(3))
def test_groups_stay_whole_and_classes_are_drawn_equal(protocol, seed):
    index = make_index(frames=3)
    split = make_split(index, protocol, FACES, seed)
    counts = count(split, index)
    frames = 1 if protocol == "seed" else 3
    assert counts["train"] == {0: 40 * frames, 1: 40 * frames}
    assert counts["validation"] == {0: 10 * frames, 1: 10 * frames}
    assert split.first_shared_group(index) is None
    assert inner_group(split, index) == split.group
    assert split.notes == ()


def test_rules_differ_in_what_they_let_through():
    """Each rule keeps its own group whole and, by luck of the draw, not the larger ones."""
    index = make_index(frames=2)
    shared = {}
    for protocol in PROTOCOLS:
        parts = next(make_split(index, protocol, FACES).parts(index)).to_numpy()
        shared[protocol] = [
            group
            for group in ("video", "source", "person")
            if set(index[group][parts == "train"]) & set(index[group][parts == "validation"])
        ]
    assert shared == {
        "random": ["video", "source", "person"],
        "video": ["source", "person"],
        "seed": ["source", "person"],
        "source": ["person"],
        "person": [],
        "system": ["source", "person"],
        "corpus": ["person"],
    }


def test_the_original_projects_sizes_come_out():
    """67 real and 278 fake faces of unknown originals: 54 and 13 per class, as 8 : 2 gives."""
    index = pd.DataFrame({"sample": [f"v{n}#0" for n in range(345)], "label": [0] * 67 + [1] * 278})
    index["video"] = index["source"] = index["sample"].str.removesuffix("#0")
    index["person"] = index["part"] = pd.NA
    counts = count(make_split(index, "seed", FACES), index)
    assert counts["train"] in ({0: 53, 1: 53}, {0: 54, 1: 54})
    assert counts["validation"] in ({0: 14, 1: 14}, {0: 13, 1: 13})


def test_seed_takes_one_face_per_video():
    index = make_index(frames=3)
    parts = next(make_split(index, "seed", FACES).parts(index)).to_numpy()
    assert index[parts != "unused"]["video"].is_unique


def test_folds_validate_each_sample_of_the_scarcer_class_once():
    index = make_index()
    split = make_split(index, "person", FACES, folds=5)
    assert len(split.folds) == 5
    validated = [sample for fold in split.folds for sample in fold.validation if sample.startswith("r")]
    assert sorted(validated) == sorted(index["sample"][index["label"] == 0])
    assert split.first_shared_group(index) is None


def test_repeats_are_different_draws():
    split = make_split(make_index(), "seed", FACES, repeats=4)
    assert len({fold.validation for fold in split.folds}) == 4


def test_same_seed_same_split_whatever_the_order_of_rows():
    index = make_index()
    split = make_split(index, "person", FACES, seed=3)
    assert make_split(index.sample(frac=1, random_state=0), "person", FACES, seed=3).content_hash == split.content_hash
    assert make_split(index, "person", FACES, seed=4).content_hash != split.content_hash


def test_a_group_on_both_sides_is_found():
    index = make_index(reals=2, fakes_each=1)
    split = Split("source", "source", 0, (Fold(("r0#0", "r1#0"), ("f0_0#0",)),))
    assert split.first_shared_group(index) == "r0"


def test_default_is_person_only_if_there_are_enough_people():
    assert default_protocol(make_index()) == "person"
    assert default_protocol(make_index(reals=12)) == "source"  # six people
    assert default_protocol(make_index(reals=100, reals_per_person=50)) == "source"
    assert default_protocol(make_index().assign(person=pd.NA)) == "source"
    assert default_protocol(make_index().assign(part="train")) == "given"


def test_inside_a_given_split_people_are_kept_whole_if_there_are_enough_to_learn_from():
    index = make_index(reals=100)
    index["part"] = np.where(index["person"].isin(index["person"].unique()[:10]), "validation", "train")
    assert inner_group(make_split(index, "given", FACES), index) == "person"
    index.loc[index["part"] == "validation", "person"] = pd.NA
    assert inner_group(make_split(index, "given", FACES), index) == "person"
    index.loc[index.index[-1], ["person", "part"]] = [pd.NA, "train"]
    assert inner_group(make_split(index, "given", FACES), index) == "source"


def test_a_given_split_is_taken_as_it_is():
    index = make_index(reals=3)
    index["part"] = np.where(index["source"] == "r2", "validation", "train")
    split = make_split(index, "given", FACES)
    assert inner_group(split, index) == "source"
    counts = count(split, index)
    assert counts == {"train": {1: 4, 0: 2}, "validation": {1: 2, 0: 1}}


@pytest.mark.parametrize(
    ("index", "arguments", "words"),
    [
        (make_index(fakes_each=0), {"protocol": "source"}, "all 50 faces are real"),
        (make_index().assign(person=pd.NA), {"protocol": "person"}, "person of some faces is not known"),
        (make_index().assign(person=pd.NA), {"protocol": "person"}, "run python -m keras_impl.extract_embeddings"),
        (make_index().drop(columns="system"), {"protocol": "system"}, "system of some faces .* another protocol"),
        (make_sound([(2, 2)]).assign(person=pd.NA), {"protocol": "person"}, "person of some segments .* doesn't tell"),
        (make_sound([(2, 2)]).assign(corpus=pd.NA), {"protocol": "corpus"}, "choose another protocol"),
        (make_sound([(2, 0)]), {"protocol": "corpus"}, "all 4 segments are real"),
        (make_index(), {"protocol": "given"}, "without a split of its own"),
        (make_index(reals=3), {"protocol": "source", "folds": 5}, "5 folds need as many groups"),
    ],
)
def test_what_cannot_be_divided_is_an_error(index, arguments, words):
    with pytest.raises(DataError, match=words):
        make_split(index, **arguments, modality=SPEECH if "segment" in words else FACES)


def test_a_single_real_video_goes_to_training_and_that_is_said():
    index = pd.DataFrame({"video": ["r", "a", "b", "c"], "source": ["r", "x", "y", "z"], "label": [0, 1, 1, 1]})
    index = index.assign(sample=index["video"], person=pd.NA, part=pd.NA)
    split = make_split(index, "source", FACES)
    assert count(split, index) == {"train": {0: 1, 1: 1}, "validation": {1: 1}}
    assert "r" in split.folds[0].train
    assert split.notes == ("validation has only fake faces: there are too few videos to divide",)
    pair = make_split(make_index(reals=1, fakes_each=1), "source", FACES)
    assert pair.notes == ("validation is empty: there are too few videos to divide",)


def test_both_classes_are_on_both_sides_wherever_that_is_possible():
    generator = np.random.default_rng(0)
    for seed in range(60):
        index = make_index(reals=int(generator.integers(2, 7)), fakes_each=1)
        index = index[(index["label"] == 1) | (generator.random(len(index)) < 0.6)]
        if index.groupby("label")["source"].nunique().reindex([0, 1], fill_value=0).min() >= 2:
            counts = count(make_split(index, "source", FACES, seed), index)
            assert all(set(classes) == {0, 1} for classes in counts.values()), index


# Files of 28 corpora, real and fake: sizes from 2 to 70, many with one class only, and one that has most of the real.
CORPORA = [(70, 0), (0, 70), (0, 61), (0, 60), (30, 24), (0, 48), (0, 45), (12, 30), (0, 40), (38, 0), (9, 25), (0, 30)]
CORPORA += [(0, 28), (5, 20), (20, 0), (0, 18), (3, 12), (0, 12), (0, 10), (8, 0), (2, 6), (0, 6), (4, 0), (0, 4)]
CORPORA += [(0, 3), (1, 2), (2, 0), (0, 2)]


@pytest.mark.parametrize("seed", range(5))
def test_folds_of_few_large_groups_have_both_classes_equally_many_on_both_sides(seed):
    index = make_sound(CORPORA)
    split = make_split(index, "corpus", SPEECH, seed, folds=5)
    assert split.notes == ()
    for fold in range(5):
        for classes in count(split, index, fold).values():
            assert classes[0] == classes[1]
    used = {sample for fold in split.folds for sample in fold.validation}
    assert len(used) > 0.8 * 2 * (index["label"] == 0).sum()  # twice the scarcer class is all that can be used


def test_folds_have_both_classes_wherever_each_class_has_enough_groups():
    """Stratified folds alone leave one of these without a class."""
    for groups in ([(7, 0), (2, 0), (0, 102), (0, 2), (11, 10), (0, 6), (0, 6), (8, 0), (3, 0)],
                   [(1, 50)] + [(1, 0)] * 4 + [(0, 1)] * 4,
                   [(165, 0)] + [(1, 0)] * 4 + [(0, 40)] * 5):  # fmt: skip
        index = make_sound(groups)
        split = make_split(index, "corpus", SPEECH, folds=5)
        assert split.notes == ()
        assert split.first_shared_group(index) is None
        for fold in range(5):
            assert all(classes[0] == classes[1] for classes in count(split, index, fold).values()), groups
        assert len({sample for fold in split.folds for sample in fold.validation}) == sum(
            len(fold.validation) for fold in split.folds
        )


def test_sound_without_known_speakers_is_divided_by_what_is_said():
    index = make_sound([(3, 3)] * 12, group="person")
    assert default_protocol(index) == "person"
    index.loc[0, "person"] = None
    assert default_protocol(index) == "source"
    only_fake = make_split(make_sound([(1, 0), (0, 2), (0, 2)]), "corpus", SPEECH)
    assert only_fake.notes == ("validation has only fake segments: there are too few files to divide",)


def test_held_out_rows_are_whole_groups():
    index = make_index(reals=10, fakes_each=3)
    held_out = pd.Series(hold_out(index, "source", seed=1), index=index.index)
    assert held_out.groupby(index["source"]).nunique().max() == 1
    assert 0.15 < held_out.mean() < 0.25
    assert not hold_out(make_index(reals=1, fakes_each=1), "source", seed=1).any()


def test_round_trip_and_tampering(tmp_path):
    split = make_split(make_index(reals=10), "source", FACES, folds=2)
    path = tmp_path / "split.json"
    split.save(path)
    assert Split.load(path) == split
    content = json.loads(path.read_text())
    content["folds"][0]["validation"].append(content["folds"][0]["train"].pop())
    path.write_text(json.dumps(content))
    with pytest.raises(DataError, match="not an intact split"):
        Split.load(path)
    path.write_text("[1]")
    with pytest.raises(DataError, match="not an intact split"):
        Split.load(path)
    with pytest.raises(DataError, match="missing"):
        Split.load(tmp_path / "nowhere.json")
    with pytest.raises(DataError, match="run the_step_of_sound, or "):
        Split.load(tmp_path / "nowhere.json", "the_step_of_sound")


def test_a_split_of_other_faces_is_an_error():
    split = make_split(make_index(), "source", FACES)
    with pytest.raises(DataError, match="which the samples lack"):
        next(split.parts(make_index(reals=3)))
