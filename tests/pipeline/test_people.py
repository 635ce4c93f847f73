"""Whether a data set can say anything: known before the work."""

from pathlib import Path

import pandas as pd
import pytest

from keras_impl.datasets.record import MediaRecord
from keras_impl.errors import DataError
from keras_impl.faces.modality import FACES
from keras_impl.pipeline.people import count_validated, refuse_too_few, table_of
from keras_impl.speech.modality import SPEECH


def records(real, fake, **told):
    """So many real and fake videos, each of somebody else."""
    return [
        MediaRecord(f"{label}/{n}.mp4", Path(f"{n}.mp4"), label, **told)
        for label, count in ((0, real), (1, fake))
        for n in range(count)
    ]


def test_sources_are_counted_where_people_are_not_known_and_people_where_they_are():
    assert count_validated(table_of(records(10, 20)), FACES, 5) == ("sources", 10, 20)
    assert count_validated(table_of(records(10, 20, person="p")), FACES, 5) == ("people", 1, 1)
    assert count_validated(table_of(records(10, 20, person="p")), SPEECH, 5)[0] == "speakers"


def test_a_fake_is_of_its_original_s_source():
    table = table_of([*records(6, 0), *records(0, 9, original="0/0.mp4")])
    assert count_validated(table, FACES, 5) == ("sources", 6, 1)


def test_with_one_fold_a_fifth_validates_and_a_split_of_the_set_s_own_decides():
    assert count_validated(table_of(records(50, 100)), FACES, 1) == ("sources", 10, 20)
    own = [*records(50, 50, part="train"), *records(7, 6, part="validation")]
    assert count_validated(table_of(own), FACES, 1) == ("sources", 7, 6)
    assert count_validated(table_of(own), FACES, 5) == ("sources", 7, 6)


@pytest.mark.parametrize(
    ("made", "folds", "words"),
    [
        (records(9, 0), 5, r"all 9 videos are real: add fake ones, in a form that docs/layouts.md describes"),
        (records(0, 9), 5, "all 9 videos are fake: add real ones"),
        (records(4, 9), 5, "on 4 sources with real and 9 with fake videos, fewer than 5 of a class: do this"),
        (records(20, 90), 1, "on 4 sources with real and 18 .*: validate all, with --folds 5, or do this"),
    ],
)
def test_what_nothing_can_be_said_about_is_refused_in_a_line(made, folds, words):
    with pytest.raises(DataError, match=words):
        refuse_too_few(table_of(made), FACES, folds, "do this")


def test_enough_is_enough():
    refuse_too_few(table_of(records(5, 5)), FACES, 5, "")
    refuse_too_few(pd.concat([table_of(records(25, 25))] * 2), FACES, 1, "")
