"""What is passed on beside a model comes back as it was, and belongs to that model alone."""

import json
import math

import numpy as np
import pytest

from keras_impl.errors import DataError
from keras_impl.models.published import (
    LANGUAGES,
    LEARNT_NAME,
    RATES_NAME,
    ErrorRates,
    Known,
    Rate,
    are_learnt,
    read_known,
    read_learnt,
    write_known,
    write_learnt,
)

RATES = (
    ErrorRates("strangers", 900, 1100, Rate(0.9, 0.85, 0.95), Rate(0.05, 0.02, 0.09), Rate(0.2, 0.1, 0.3), Rate(0.15)),
    ErrorRates("talking heads", 59, 0, None, Rate(0.02, 0.0, 0.06), None, Rate(0.3, 0.2, 0.4)),
)


def test_what_is_known_comes_back_as_it_was(tmp_path):
    assert read_known(tmp_path, "a" * 64) == Known()
    for known in (Known(RATES), *(Known(RATES, language, "faces of DFDC") for language in LANGUAGES)):
        write_known(tmp_path, "a" * 64, known)
        assert read_known(tmp_path, "a" * 64) == known
    with pytest.raises(DataError, match="has the error rates of another model"):
        read_known(tmp_path, "b" * 64)


@pytest.mark.parametrize(
    "damage",
    [
        {"real": "many"},
        {"real": math.inf},
        {"real": -1},
        {"fpr": {"value": 1.5, "low": None, "high": None}},
        {"fpr": {"value": 0.5}},
        {"unsure": None},
    ],
)
def test_rates_that_cannot_be_are_refused(damage, tmp_path):
    write_known(tmp_path, "a" * 64, Known(RATES))
    path = tmp_path / RATES_NAME
    content = json.loads(path.read_text())
    content["sets"][0] |= damage
    path.write_text(json.dumps(content))
    with pytest.raises(DataError, match="doesn't hold error rates"):
        read_known(tmp_path, "a" * 64)


def test_a_language_without_words_and_files_of_before_are_told_apart(tmp_path):
    write_known(tmp_path, "a" * 64, Known(RATES))
    path = tmp_path / RATES_NAME
    content = json.loads(path.read_text())
    for damage in ({"language": "<b>"}, {"data": ["DFDC"]}):
        path.write_text(json.dumps(content | damage))
        with pytest.raises(DataError, match="doesn't hold error rates"):
            read_known(tmp_path, "a" * 64)
    del content["language"], content["data"]
    path.write_text(json.dumps(content))
    assert read_known(tmp_path, "a" * 64) == Known(RATES)


def test_what_was_learnt_from_can_be_printed(tmp_path):
    write_known(tmp_path, "a" * 64, Known(data="faces\x1b[31m of nobody"))
    assert read_known(tmp_path, "a" * 64).data == "faces\\x1b[31m of nobody"


def test_what_was_learnt_from_is_known_again_and_not_told(tmp_path):
    assert read_learnt(tmp_path) is None
    write_learnt(tmp_path, ["b.mp4", "a.mp4", "b.mp4"])
    assert b"mp4" not in (tmp_path / LEARNT_NAME).read_bytes()
    learnt = read_learnt(tmp_path)
    assert learnt.shape == (2,)
    assert are_learnt(["a.mp4", "c.mp4", "b.mp4"], learnt).tolist() == [True, False, True]


def test_damaged_hashes_and_code_are_refused(tmp_path):
    path = tmp_path / LEARNT_NAME
    for content in (b"", b"\x93NUMPY", b"text"):
        path.write_bytes(content)
        with pytest.raises(DataError, match="doesn't hold hashes"):
            read_learnt(tmp_path)
    np.save(path, np.array([print], object), allow_pickle=True)
    with pytest.raises(DataError, match="doesn't hold hashes"):
        read_learnt(tmp_path)
