"""Faces of several frames are put to the people whose they are."""

import numpy as np
import pytest

from keras_impl.prediction.tracking import STILL_SECONDS, is_plainly_one, link_by_place
from keras_impl.prediction.tracking import link_faces as link

LEFT, RIGHT = (0.0, 0.0, 50.0, 50.0), (200.0, 0.0, 50.0, 50.0)
NONE = ([], np.empty((0, 128)))


def face(person, angle=0.0):
    """An embedding at an angle (radians) from that of a person; people are at right angles."""
    vector = np.zeros(128)
    vector[person], vector[100 + person] = np.cos(angle), np.sin(angle)
    return vector


def frame(*faces):
    return [box for box, _ in faces], np.array([embedding for _, embedding in faces])


def link_faces(frames):
    return link([boxes for boxes, _ in frames], [embeddings for _, embeddings in frames])


def test_two_people_are_kept_apart_even_when_they_change_places():
    first = frame((LEFT, face(0)), (RIGHT, face(1)))
    second = frame((RIGHT, face(0, 0.3)), (LEFT, face(1, 0.3)))
    assert link_faces([first, second]) == [[(0, 0), (1, 0)], [(0, 1), (1, 1)]]


def test_who_is_away_for_a_while_is_known_again():
    assert link_faces([frame((LEFT, face(0))), NONE, frame((RIGHT, face(0, 0.5)))]) == [[(0, 0), (2, 0)]]


def test_a_face_that_changes_counts_as_the_same_only_in_the_same_place():
    changed = face(0, 1.2)  # cosine distance 0.64
    assert len(link_faces([frame((LEFT, face(0))), frame((LEFT, changed))])) == 1
    assert len(link_faces([frame((LEFT, face(0))), frame((RIGHT, changed))])) == 2


def test_two_faces_of_one_frame_are_never_one_person():
    assert len(link_faces([frame((LEFT, face(0)), (RIGHT, face(0)))])) == 2


def test_of_two_candidates_the_pairing_with_the_least_distances_is_taken():
    first = frame((LEFT, face(0)), (LEFT, face(0, 0.6)))
    second = frame((LEFT, face(0, 0.55)), (LEFT, face(0, 0.05)))
    assert link_faces([first, second]) == [[(0, 0), (1, 1)], [(0, 1), (1, 0)]]


def test_no_faces_no_people():
    assert link_faces([NONE, NONE]) == []


def test_by_place_alone_the_nearest_of_like_size_is_the_same_person():
    moved_left, moved_right = (30.0, 5.0, 52.0, 52.0), (190.0, 10.0, 45.0, 45.0)
    assert link_by_place([[LEFT, RIGHT], [moved_right, moved_left]]) == [[(0, 0), (1, 1)], [(0, 1), (1, 0)]]
    assert link_by_place([[LEFT], [], [moved_left]]) == [[(0, 0), (2, 0)]]
    assert len(link_by_place([[LEFT], [RIGHT]])) == 2  # four sizes away
    assert len(link_by_place([[LEFT], [(0.0, 0.0, 150.0, 150.0)]])) == 2
    assert link_by_place([[], []]) == []


def scene(seed):
    return np.random.default_rng(seed).uniform(0, 255, 500)


NEAR = (5.0, 5.0, 50.0, 50.0)
"""Where most of `LEFT` is."""


@pytest.mark.parametrize(
    ("boxes", "times", "pictures", "expected"),
    [
        pytest.param([[LEFT], [NEAR], [LEFT]], [0, 1, 2], [scene(0), scene(0) + 9, scene(0)], True, id="sits still"),
        pytest.param([[LEFT], [], [NEAR]], [0, 1, 2], [scene(0), scene(1), scene(0)], True, id="away for a frame"),
        pytest.param([[LEFT]], [0], [scene(0)], True, id="a photo"),
        pytest.param([[LEFT, RIGHT]], [0], [scene(0)], False, id="two in a frame"),
        pytest.param([[LEFT], [RIGHT]], [0, 1], [scene(0), scene(0)], False, id="elsewhere"),
        pytest.param([[LEFT], [NEAR]], [0, 1], [scene(0), scene(1)], False, id="a cut"),
        pytest.param([[LEFT], [NEAR]], [0, STILL_SECONDS + 1], [scene(0), scene(0)], False, id="much later"),
        pytest.param([[LEFT], [NEAR]], [0, 1], [np.zeros(500), scene(0)], False, id="from black"),
    ],
)
def test_only_who_stays_where_the_picture_stays_the_same_is_plainly_one(boxes, times, pictures, expected):
    assert is_plainly_one(boxes, times, pictures) is expected
