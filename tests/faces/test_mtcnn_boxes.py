"""The arithmetic of boxes equals the mtcnn package's."""

import numpy as np
import pytest

import keras_impl.core.tensorflow  # noqa: F401  (quiet)
from keras_impl.faces import mtcnn_boxes as boxes


@pytest.fixture
def rows():
    """Candidates as the package has them: image, x1, y1, x2, y2, confidence."""
    generator = np.random.default_rng(0)
    corners = generator.uniform(0, 300, (1500, 2))
    sizes = generator.uniform(5, 120, (1500, 2))
    scores = generator.uniform(0.6, 1, (1500, 1))
    return np.concatenate([np.zeros((1500, 1)), corners, corners + sizes, scores], axis=1)


@pytest.mark.parametrize(("threshold", "relative_to", "method"), [(0.5, "union", "union"), (0.7, "smaller", "min")])
def test_suppression(rows, threshold, relative_to, method):
    from mtcnn.utils.bboxes import smart_nms_from_bboxes

    expected = smart_nms_from_bboxes(rows, threshold, method=method, initial_sort=True)
    kept = boxes.suppressed(rows[:, 1:5], rows[:, 5], threshold, relative_to)
    assert 10 < len(kept) < 1400
    assert np.array_equal(rows[kept], expected)


def test_suppression_of_nothing():
    assert len(boxes.suppressed(np.empty((0, 4)), np.empty(0), 0.5)) == 0


def test_cells_offsets_and_squares(rows):
    import tensorflow as tf
    from mtcnn.utils.bboxes import adjust_bboxes, generate_bounding_box, resize_to_square

    generator = np.random.default_rng(1)
    offsets, scores = generator.normal(0, 0.2, (1, 9, 7, 4)), generator.uniform(0, 1, (1, 9, 7, 2))
    expected = generate_bounding_box(tf.constant(offsets), tf.constant(scores), 0.6)
    cells = np.nonzero(scores[..., 1] > 0.6)
    found = boxes.boxes_of_cells(cells[1], cells[2], offsets[cells])
    best_first = np.argsort(-scores[..., 1][cells])
    assert found[best_first] == pytest.approx(expected[:, 1:5])

    shares = generator.normal(0, 0.2, (len(rows), 4))
    assert boxes.adjusted(rows[:, 1:5], shares) == pytest.approx(adjust_bboxes(rows, shares)[:, 1:5])
    assert boxes.squared(rows[:, 1:5]) == pytest.approx(resize_to_square(rows)[:, 1:5])


def test_landmarks(rows):
    import tensorflow as tf
    from mtcnn.utils.landmarks import adjust_landmarks

    shares = np.random.default_rng(2).uniform(0, 1, (len(rows), 10)).astype(np.float32)
    expected = adjust_landmarks(tf.constant(shares), rows.astype(np.float32))
    found = boxes.landmarks_in(rows[:, 1:5], shares)
    assert found[:, :, 0] == pytest.approx(expected[:, :5], abs=1e-3)
    assert found[:, :, 1] == pytest.approx(expected[:, 5:], abs=1e-3)


def test_overlap_of_known_boxes():
    square, half, apart = [0, 0, 10, 10], [0, 0, 10, 5], [20, 20, 30, 30]
    table = boxes.overlap(np.array([square], float), np.array([square, half, apart], float))
    assert table.tolist() == [[1, 0.5, 0]]
    assert boxes.overlap(np.array([square], float), np.array([half], float), "smaller").tolist() == [[1]]
