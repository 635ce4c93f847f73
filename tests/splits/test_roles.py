"""Who learns, who is held out, who is scored."""

import numpy as np
import pandas as pd
import pytest

from keras_impl.splits.roles import divide_roles


@pytest.fixture
def index():
    """20 people with 2 real faces and 4 fakes each; the last has no crop."""
    person = np.repeat([f"p{number}" for number in range(20)], 6)
    table = pd.DataFrame({"person": person, "label": np.tile([0, 0, 1, 1, 1, 1], 20)})
    table["sample"] = [f"s{row}" for row in table.index]
    table["status"] = "ok"
    table.loc[table.index[-1], "status"] = "no face"
    return table


@pytest.fixture
def parts(index):
    """16 people train, 4 validate, and two fakes of each person are drawn out."""
    names = np.where(index["person"].isin(["p16", "p17", "p18", "p19"]), "validation", "train")
    names[np.arange(len(index)) % 6 > 3] = "unused"
    return pd.Series(names, index=index["sample"])


def test_no_person_is_both_learnt_from_and_held_out_or_validated(index, parts):
    roles = divide_roles(index, parts, "person", 0, None)
    learnt, held_out = set(index["person"][roles.learnt]), set(index["person"][roles.held_out])
    validated = set(index["person"][(parts == "validation").to_numpy()])
    assert learnt | held_out | validated == set(index["person"])
    assert not learnt & held_out
    assert not (learnt | held_out) & validated


def test_spare_fakes_are_those_of_people_to_learn_from_and_are_not_scored(index, parts):
    roles = divide_roles(index, parts, "person", 0, None)
    spare = roles.learnt & (parts == "unused").to_numpy()
    assert index["label"][spare].eq(1).all()
    assert spare.sum() == 2 * index["person"][roles.learnt].nunique()
    assert (roles.scored == ((parts != "unused").to_numpy() & (index["status"] == "ok"))).all()


def test_where_nothing_is_kept_together_there_are_no_spare_fakes(index, parts):
    roles = divide_roles(index, parts, "sample", 0, None)
    assert not (roles.learnt & (parts == "unused").to_numpy()).any()


def test_a_limit_draws_whole_people(index, parts):
    roles = divide_roles(index, parts, "person", 0, 20)
    train = index["person"][(roles.parts == "train").to_numpy()]
    assert 20 <= len(train) < 30
    assert (train.value_counts() == 4).all()
    assert (roles.parts == "validation").sum() == (parts == "validation").sum()
    assert set(index["person"][roles.learnt]) <= set(train)
