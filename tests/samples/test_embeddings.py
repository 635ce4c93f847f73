"""The embeddings file: round trip, and nothing pickled is ever loaded."""

import numpy as np
import pytest

from keras_impl.errors import DataError
from keras_impl.samples.embeddings import EMBEDDINGS_NAME, read_embeddings, write_embeddings


def test_round_trip(tmp_path):
    vectors = np.random.default_rng(0).normal(size=(3, 128)).astype(np.float32)
    write_embeddings(tmp_path, ["b#1", "a#0", "ä#2"], vectors)
    table = read_embeddings(tmp_path)
    assert list(table.index) == ["b#1", "a#0", "ä#2"]
    assert np.array_equal(table.to_numpy(), vectors)


def test_a_missing_file_names_the_step(tmp_path):
    with pytest.raises(DataError, match="run python -m keras_impl.extract_embeddings, or extract_sound, first"):
        read_embeddings(tmp_path)


def test_damaged_and_pickled_files_are_refused(tmp_path):
    path = tmp_path / EMBEDDINGS_NAME
    for content in (b"", b"PK\x03\x04 broken", b"text"):
        path.write_bytes(content)
        with pytest.raises(DataError, match="can't be read"):
            read_embeddings(tmp_path)
    np.savez(path, sample=np.array(["a"], dtype=object), embedding=np.zeros((1, 128)))
    with pytest.raises(DataError, match="can't be read"):
        read_embeddings(tmp_path)
