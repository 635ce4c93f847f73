"""People: the clustering is average linkage, and finds people who are known."""

import numpy as np
import pandas as pd
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import adjusted_rand_score

from keras_impl.faces.cropping import Framing, cut_crop, cut_window
from keras_impl.faces.face import main_face
from keras_impl.media.image import read_image
from keras_impl.splits.people import cluster_by_average_linkage, find_people


def make_people(people=30, faces=8, spread=0.3, seed=0):
    generator = np.random.default_rng(seed)
    centres = generator.normal(size=(people, 128))
    vectors = np.repeat(centres, faces, axis=0) + spread * generator.normal(size=(people * faces, 128))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.repeat(np.arange(people), faces)


@pytest.mark.parametrize("threshold", [0.05, 0.15, 0.3, 0.6, 0.9])
def test_equals_scipys_average_linkage(threshold):
    vectors, _ = make_people(spread=1.0)
    expected = fcluster(linkage(vectors, "average", "cosine"), threshold, "distance")
    assert adjusted_rand_score(expected, cluster_by_average_linkage(vectors, threshold)) == pytest.approx(1)


def test_known_people_are_found():
    vectors, people = make_people()
    assert adjusted_rand_score(people, cluster_by_average_linkage(vectors, 0.7)) == pytest.approx(1)


def test_the_five_celebrities_are_found(photos, detector, embedder):
    """Adjusted Rand index above 0.9 at the default threshold."""
    paths = sorted(photos.glob("*/*/*.jpg"))
    images = [read_image(path) for path in paths]
    found = detector.detect(images)
    framing = Framing()
    crops = [
        cut_window(cut_crop(image, main_face(faces).landmarks, framing).crop, framing.facenet)
        for image, faces in zip(images, found, strict=True)
        if faces
    ]
    names = [path.parent.name for path, faces in zip(paths, found, strict=True) if faces]
    samples = [f"s{number}" for number in range(len(crops))]
    index = pd.DataFrame({"sample": samples, "source": samples, "label": 0})
    people = find_people(index, pd.DataFrame(embedder.embed(crops), index=samples))
    assert adjusted_rand_score(names, people[samples]) > 0.9


def test_fakes_follow_their_original_whatever_they_look_like():
    vectors, _ = make_people(people=3, faces=2)
    index = pd.DataFrame(
        {
            "sample": ["a#0", "a#1", "fake_of_a#0", "b#0", "c#0", "orphan#0"],
            "source": ["a", "a", "a", "b", "c", "unknown"],
            "label": [0, 0, 1, 0, 0, 1],
        }
    )
    #  a: person 0; the fake shows person 1; b: person 1; c: person 2; the orphan shows person 2
    embeddings = pd.DataFrame(vectors[[0, 1, 2, 3, 4, 5]], index=index["sample"])
    people = find_people(index, embeddings)
    assert people["a"] != people["b"]
    assert people["c"] == people["unknown"]
    assert people.nunique() == 3


def test_names_go_by_size_and_do_not_depend_on_the_order_of_rows():
    vectors, _ = make_people(people=4, faces=3)
    keep = np.r_[0, 3:12]  # person 0 has one face
    samples = [f"s{number:02d}" for number in keep]
    index = pd.DataFrame({"sample": samples, "source": samples, "label": 0})
    embeddings = pd.DataFrame(vectors[keep], index=samples)
    found = find_people(index, embeddings)
    assert found["s00"] == "p0004"
    assert found["s03"] == "p0001"
    assert find_people(index[::-1], embeddings[::-1]).to_dict() == found.to_dict()


def test_no_embeddings_no_people():
    index = pd.DataFrame({"sample": ["a"], "source": ["a"], "label": [0]})
    assert find_people(index, pd.DataFrame(np.empty((0, 128)))).empty
