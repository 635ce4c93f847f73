"""Which faces of a video's frames are the same person's.

Frames that are looked at lie up to seconds apart, so the place of a face alone doesn't tell who it is, and
FaceNet alone can be wrong about a face that is turned away. A face goes on a person's track if FaceNet finds
it near the track's mean, or less near but in the same place as in the track's last frame. Of all ways to
pair a frame's faces with tracks the one with the least sum of distances is taken (the assignment problem).
Where there is plainly one person FaceNet needn't be asked, nor loaded.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from keras_impl.faces.face import Box
from keras_impl.faces.mtcnn_boxes import overlap

SAME_FACE = 0.45
"""Cosine distance to a track's mean up to which a face is on it, wherever it is. Pictures of one person in one
video are mostly nearer than 0.3 (`keras_impl.splits.people`), and fakes flicker."""

SAME_PLACE_FACE = 0.7
"""The same where the face's box overlaps that of the track's last frame by `SAME_PLACE` or more."""

SAME_PLACE = 0.3

MOST_MOVED, MOST_GROWN = 2.5, 2.0
"""By how many of its sizes a face may have moved since the last frame, and by which factor it may have grown, where
nothing but its place is known."""

STILL, STILL_PLACE, STILL_SECONDS = 0.95, 0.5, 2.0
"""How alike two frames must be (correlation), how much of a face's place shared, and how many seconds at most between
them, for the only face in each to be plainly the same person's. Of 11 real videos, 16 frames each, 2 are so throughout,
and FaceNet finds one person in both; at the cuts in others frames correlated by 0.4 to 0.8."""

NEVER = 1e3
"""Distance of what must not be paired."""

Tracks = Sequence[Sequence[tuple[int, int]]]
"""The faces of each person so far: frame, and face in it."""


def link_faces(boxes: Sequence[Sequence[Box]], embeddings: Sequence[np.ndarray]) -> list[list[tuple[int, int]]]:
    """Link the faces of successive frames to tracks.

    Parameters
    ----------
    boxes : sequence of sequence of (x, y, width, height)
        Of each frame, in the order of time.
    embeddings : sequence of ndarray, shape (faces, 128)
        Of each frame; of unit length.

    Returns
    -------
    list of list of (int, int)
        Per person, in the order of appearance, the places of the faces: frame, and face in it.
    """

    def distances(frame: int, tracks: Tracks) -> tuple[np.ndarray, np.ndarray]:
        totals = np.stack([np.sum([embeddings[place][face] for place, face in track], axis=0) for track in tracks])
        apart = 1 - embeddings[frame] @ (totals / np.linalg.norm(totals, axis=1, keepdims=True)).T
        last = _corners([boxes[place][face] for place, face in (track[-1] for track in tracks)])
        in_place = overlap(_corners(boxes[frame]), last) >= SAME_PLACE
        return apart, np.where(in_place, SAME_PLACE_FACE, SAME_FACE)

    return _link(boxes, distances)


def link_by_place(boxes: Sequence[Sequence[Box]]) -> list[list[tuple[int, int]]]:
    """Link faces by nothing but their boxes; as `link_faces`.

    A face goes on the nearest track whose last face was near, in its own sizes, and not of quite another size.
    """

    def distances(frame: int, tracks: Tracks) -> tuple[np.ndarray, np.ndarray]:
        last = np.array([boxes[place][face] for place, face in (track[-1] for track in tracks)], float)[None]
        own = np.array(boxes[frame], float)[:, None]
        sizes, sizes_last = own[..., 2:].mean(axis=-1), last[..., 2:].mean(axis=-1)
        moved = np.linalg.norm(own[..., :2] + own[..., 2:] / 2 - last[..., :2] - last[..., 2:] / 2, axis=-1)
        apart = moved / np.maximum(sizes, sizes_last)
        is_alike = np.maximum(sizes, sizes_last) <= MOST_GROWN * np.minimum(sizes, sizes_last)
        return apart, np.where(is_alike, MOST_MOVED, -1.0)

    return _link(boxes, distances)


def is_plainly_one(boxes: Sequence[Sequence[Box]], times: Sequence[float], pictures: Sequence[np.ndarray]) -> bool:
    """Whether all faces are one person's, who sits before a camera that stands still: FaceNet needn't be asked.

    Parameters
    ----------
    boxes
        As of `link_faces`; frames without a face don't count.
    times : sequence of float
        Of each frame, seconds.
    pictures : sequence of ndarray of float, shape (n,)
        Each frame's pixels, few and grey.
    """
    seen = [frame for frame, faces in enumerate(boxes) if faces]
    if any(len(boxes[frame]) > 1 for frame in seen):
        return False
    return all(
        times[after] - times[before] <= STILL_SECONDS
        and overlap(_corners(boxes[after]), _corners(boxes[before]))[0, 0] >= STILL_PLACE
        and _correlation(pictures[before], pictures[after]) >= STILL
        for before, after in pairwise(seen)
    )


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Of two pictures, -1 to 1; 0 where one is of a single colour."""
    one, other = one - one.mean(), other - other.mean()
    lengths = np.linalg.norm(one) * np.linalg.norm(other)
    return float(one @ other / lengths) if lengths else 0.0


def _link(
    boxes: Sequence[Sequence[Box]], distances: Callable[[int, Tracks], tuple[np.ndarray, np.ndarray]]
) -> list[list[tuple[int, int]]]:
    """Link faces, by distances of a frame's faces to all tracks and the most that they may be, (faces, tracks) each."""
    tracks: list[list[tuple[int, int]]] = []
    for frame, of_frame in enumerate(boxes):
        partner: dict[int, int] = {}
        if tracks and of_frame:
            apart, most = distances(frame, tracks)
            allowed = apart <= most
            pairs = _least_sum(np.where(allowed, apart, NEVER))
            partner = {face: track for face, track in pairs if allowed[face, track]}
        for face in range(len(of_frame)):
            if face in partner:
                tracks[partner[face]].append((frame, face))
            else:
                tracks.append([(frame, face)])
    return tracks


def _least_sum(distances: np.ndarray) -> list[tuple[int, int]]:
    """Of all ways to pair rows with columns, the one with the least sum."""
    if 1 in distances.shape:
        row, column = np.unravel_index(distances.argmin(), distances.shape)
        return [(int(row), int(column))]
    from scipy.optimize import linear_sum_assignment  # it takes a third of a second to import

    rows, columns = linear_sum_assignment(distances)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _corners(boxes: Sequence[Box]) -> np.ndarray:
    corners = np.array(boxes, float)
    corners[:, 2:] += corners[:, :2]
    return corners
