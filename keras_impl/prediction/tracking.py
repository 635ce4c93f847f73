"""Which faces of a video's frames are the same person's.

Frames that are looked at lie up to seconds apart, so the place of a face alone doesn't tell who it is, and
FaceNet alone can be wrong about a face that is turned away. A face goes on a person's track if FaceNet finds
it near the track's mean, or less near but in the same place as in the track's last frame. Of all ways to
pair a frame's faces with tracks the one with the least sum of distances is taken (the assignment problem).
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from keras_impl.faces.face import Box
from keras_impl.faces.mtcnn_boxes import overlap

SAME_FACE = 0.45
"""Cosine distance to a track's mean up to which a face is on it, wherever it is. Pictures of one person in one
video are mostly nearer than 0.3 (`keras_impl.splits.people`), and fakes flicker."""

SAME_PLACE_FACE = 0.7
"""The same where the face's box overlaps that of the track's last frame by `SAME_PLACE` or more."""

SAME_PLACE = 0.3

NEVER = 1e3
"""Distance of what must not be paired."""


def link_faces(frames: Sequence[tuple[Sequence[Box], np.ndarray]]) -> list[list[tuple[int, int]]]:
    """Link the faces of successive frames to tracks.

    Parameters
    ----------
    frames : sequence of (boxes, embeddings)
        Of each frame, in the order of time: boxes (x, y, width, height), and embeddings (faces, 128) of unit length.

    Returns
    -------
    list of list of (int, int)
        Per person, in the order of appearance, the places of the faces: frame, and face in it.
    """
    tracks: list[list[tuple[int, int]]] = []
    sums: list[np.ndarray] = []
    for place, (boxes, embeddings) in enumerate(frames):
        partner = _pair(frames, tracks, sums, boxes, embeddings)
        for face, embedding in enumerate(embeddings):
            if face in partner:
                track = partner[face]
                tracks[track].append((place, face))
                sums[track] = sums[track] + embedding
            else:
                tracks.append([(place, face)])
                sums.append(embedding.copy())
    return tracks


def _pair(
    frames: Sequence[tuple[Sequence[Box], np.ndarray]],
    tracks: list[list[tuple[int, int]]],
    sums: list[np.ndarray],
    boxes: Sequence[Box],
    embeddings: np.ndarray,
) -> dict[int, int]:
    """The track of each face of a frame that belongs to one."""
    if not tracks or not len(boxes):
        return {}
    means = np.stack([total / np.linalg.norm(total) for total in sums])
    distances = 1 - embeddings @ means.T
    last = _corners([frames[place][0][face] for place, face in (track[-1] for track in tracks)])
    in_place = overlap(_corners(boxes), last) >= SAME_PLACE
    allowed = distances <= np.where(in_place, SAME_PLACE_FACE, SAME_FACE)
    faces, chosen = linear_sum_assignment(np.where(allowed, distances, NEVER))
    return {int(face): int(track) for face, track in zip(faces, chosen, strict=True) if allowed[face, track]}


def _corners(boxes: Sequence[Box]) -> np.ndarray:
    corners = np.array(boxes, float)
    corners[:, 2:] += corners[:, :2]
    return corners
