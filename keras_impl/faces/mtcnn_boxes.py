"""Arithmetic of MTCNN's boxes, in numpy: rows of [x1, y1, x2, y2], in pixels.

The formulas are those of the mtcnn package, whose own module can't be imported without TensorFlow;
a test compares the detections of both.
"""

from typing import Literal

import numpy as np

STRIDE, WINDOW = 2, 12
"""PNet's output has a cell for every second pixel; a cell looks at a window of 12 x 12."""

BLOCK = 512
"""Rows of the matrix of overlaps that exist at a time, so that memory grows with n, not with n²."""


def boxes_of_cells(rows: np.ndarray, columns: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Boxes that cells of PNet's output propose, in pixels of the pyramid level.

    Parameters
    ----------
    rows, columns : ndarray of int, shape (n,)
        Which cells.
    offsets : ndarray of float, shape (n, 4)
        What PNet says of them: how far each side of the box is from that of the window, as a share
        of the window.
    """
    corners = np.stack([columns, rows, columns, rows], axis=1) * STRIDE
    windows = corners + np.array([1, 1, WINDOW, WINDOW])
    return windows + offsets * (WINDOW - 1)


def adjusted(boxes: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Boxes (n, 4) with each side moved by a share (n, 4) of the box's width or height."""
    return boxes + offsets * np.tile(_spans(boxes), 2)


def landmarks_in(boxes: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Points in pixels, (n, 5, 2), from ONet's shares of the box: five of its width, five of its height."""
    points = shares.reshape(-1, 2, 5).transpose(0, 2, 1)
    return points * _spans(boxes)[:, None] + boxes[:, None, :2] - 1


def squared(boxes: np.ndarray) -> np.ndarray:
    """The square around each box that has its centre and its longer side."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    reach = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, keepdims=True, initial=0) / 2
    return np.concatenate([centres - reach, centres + reach], axis=1)


def suppressed(
    boxes: np.ndarray, scores: np.ndarray, threshold: float, relative_to: Literal["union", "smaller"] = "union"
) -> np.ndarray:
    """Non-maximum suppression: drop each box that overlaps one with a higher score.

    As in the mtcnn package, and unlike greedy suppression, a box that is dropped itself still
    suppresses others.

    Parameters
    ----------
    boxes : ndarray of float, shape (n, 4)
    scores : ndarray of float, shape (n,)
    threshold : float
        Largest overlap that is tolerated, 0 to 1.
    relative_to : {"union", "smaller"}
        What the overlap is a share of: the area of both boxes together, or of the smaller one.

    Returns
    -------
    ndarray of int
        The boxes that are left, highest score first.
    """
    order = np.argsort(-scores, kind="stable")
    ranked = boxes[order]
    kept = np.ones(len(order), bool)
    for start in range(0, len(order), BLOCK):
        block = ranked[start : start + BLOCK]
        overlaps = overlap(block, ranked[: start + len(block)], relative_to)
        ranks_higher = np.arange(overlaps.shape[1]) < np.arange(start, start + len(block))[:, None]
        kept[start : start + len(block)] = ~((overlaps > threshold) & ranks_higher).any(axis=1)
    return order[kept]


def overlap(boxes: np.ndarray, others: np.ndarray, relative_to: Literal["union", "smaller"] = "union") -> np.ndarray:
    """Overlap of each box (n, 4) with each other one (m, 4), 0 to 1: shape (n, m)."""
    shared = np.ones((len(boxes), len(others)))
    for low, high in ((0, 2), (1, 3)):
        ends = np.minimum(boxes[:, None, high], others[None, :, high])
        shared *= np.maximum(ends - np.maximum(boxes[:, None, low], others[None, :, low]), 0)
    area, other_area = (np.prod(each[:, 2:] - each[:, :2], axis=1) for each in (boxes, others))
    whole = np.minimum(area[:, None], other_area) if relative_to == "smaller" else area[:, None] + other_area - shared
    return shared / np.maximum(whole, np.finfo(float).tiny)


def _spans(boxes: np.ndarray) -> np.ndarray:
    """Width and height, (n, 2), counting the last pixel."""
    return boxes[:, 2:] - boxes[:, :2] + 1
