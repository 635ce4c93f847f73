"""How long finding people takes among 20,000 faces.

``python benchmarks/people_20k.py`` prints the seconds for 20,000 unit vectors of 128 numbers, 20 faces
each of 1,000 made-up people as far apart as FaceNet puts real ones. The aim is 60 seconds on two
cores.
"""

import time

import numpy as np

from keras_impl.splits.people import THRESHOLD, cluster_by_average_linkage

PEOPLE, FACES_EACH, SPREAD = 1000, 20, 0.6


def main() -> None:
    """Time three runs."""
    generator = np.random.default_rng(0)
    centres = generator.normal(size=(PEOPLE, 128))
    vectors = np.repeat(centres, FACES_EACH, axis=0)
    vectors += SPREAD * generator.normal(size=vectors.shape)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    for _ in range(3):
        start = time.perf_counter()
        clusters = cluster_by_average_linkage(vectors, THRESHOLD)
        print(f"{len(vectors)} faces: {time.perf_counter() - start:.1f} s, {clusters.max() + 1} people")


if __name__ == "__main__":
    main()
