"""Which faces an epoch shows: every real one, each beside a fake that was made from it.

Two faces of one person in one light, of which one is forged, leave nothing to tell them apart but
the forgery. Where a real face has several fakes, each epoch takes another; where it has none, it
takes any fake, so that both classes are equally many in any case.
"""

import numpy as np


def draw_pairs(rows: np.ndarray, labels: np.ndarray, sources: np.ndarray, seed: int, epoch: int) -> np.ndarray:
    """Draw the pairs of one epoch; equal seeds and epochs give equal pairs.

    Parameters
    ----------
    rows : ndarray of int, shape (m,)
        The faces to learn from, of both classes.
    labels : ndarray of int, shape (n,)
        Of all faces; 1 = fake.
    sources : ndarray of str, shape (n,)
        Shared by a video and the fakes made from it.
    seed, epoch : int

    Returns
    -------
    ndarray of int, shape (number of real faces, 2)
        A real face and a fake, in random order of pairs.
    """
    generator = np.random.default_rng((seed, epoch))
    reals = generator.permutation(rows[labels[rows] == 0])
    fakes = generator.permutation(rows[labels[rows] == 1])
    # Fakes in the order of their sources: those of one source are one stretch.
    fakes = fakes[np.argsort(sources[fakes], kind="stable")]
    first, after = (np.searchsorted(sources[fakes], sources[reals], side) for side in ("left", "right"))
    alone = first == after
    first[alone], after[alone] = 0, len(fakes)
    return np.stack([reals, fakes[generator.integers(first, after)]], axis=1)
