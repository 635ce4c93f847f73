"""People, found by clustering the embeddings of real faces.

FaceNet puts faces of one person close together, whatever else differs. Sources are merged step by
step, always the two groups whose faces are nearest on average, until no two are nearer than a
threshold (average linkage, UPGMA; Sokal and Michener 1958). Single linkage would be simpler, but
chains hundreds of strangers together through a few hard pictures.

A fake mixes two people's faces, so only real faces make people, and a fake belongs to the person
of its original. A source without a real face (the original is not in the set) is assigned to the
person that its fakes are nearest to, if they are near enough; otherwise it is a new person.
"""

import numpy as np
import pandas as pd

THRESHOLD = 0.7
"""Mean cosine distance up to which two groups of faces count as one person.

Pictures of one person from similar videos are mostly closer to each other than 0.3, photos of
one person over the years closer than 0.6, and nearly all pairs of two people farther apart than 0.7
(``people.png`` shows it for the data at hand). 0.7 includes a person's hardest pictures, and errs
towards merging two people: that only leaves a split less choice, while dividing one person leaks.
"""

SAME_PERSON_BELOW = 0.3
"""Cosine distance below which two single pictures hardly ever show two people."""

CHUNK_ROWS = 1024
"""Groups compared with all others at a time: memory grows with n, not with n x n."""


def find_people(index: pd.DataFrame, embeddings: pd.DataFrame, threshold: float = THRESHOLD) -> pd.Series:
    """Name the person of each source.

    Parameters
    ----------
    index : DataFrame
        The face index: columns ``sample``, ``source`` and ``label``.
    embeddings : DataFrame
        Indexed by sample; rows of unit length.
    threshold : float, default `THRESHOLD`
        In 0..2.

    Returns
    -------
    Series of str
        Person ("p0001" is the one with most sources, and so on), indexed by source. Sources without
        any embedded face are left out.
    """
    faces = index[index["sample"].isin(embeddings.index)]
    if faces.empty:
        return pd.Series(dtype=str, name="person")
    is_real = (faces["label"] == 0).to_numpy()
    has_real = faces["source"].isin(faces["source"][is_real]).to_numpy()
    vectors = embeddings.loc[faces["sample"]].to_numpy()
    clusters = _cluster_sources(faces["source"][is_real], vectors[is_real], threshold)
    orphans = _attach(clusters, faces["source"], vectors, is_real, ~has_real, threshold)
    people = pd.concat([clusters, orphans])
    alone = ~faces["source"].isin(people.index).to_numpy()
    rest = _cluster_sources(faces["source"][alone], vectors[alone], threshold)
    people = pd.concat([people, rest + people.max() + 1 if len(people) else rest]).sort_index()
    sizes = people.value_counts()
    # Largest first; ties in the order of their first source, so that names are reproducible.
    order = sorted(people.drop_duplicates(), key=lambda cluster: -sizes[cluster])
    names = {cluster: f"p{place:04d}" for place, cluster in enumerate(order, start=1)}
    return people.map(names).rename("person")


def _cluster_sources(sources: pd.Series, vectors: np.ndarray, threshold: float) -> pd.Series:
    """Cluster of each source: int, indexed by source."""
    names, group_of = np.unique(sources.to_numpy(str), return_inverse=True)
    clusters = np.empty(len(names), int)
    clusters[group_of] = cluster_by_average_linkage(vectors, threshold, start=group_of)
    return pd.Series(clusters, index=names)


def _attach(
    clusters: pd.Series,
    sources: pd.Series,
    vectors: np.ndarray,
    is_real: np.ndarray,
    is_orphan: np.ndarray,
    threshold: float,
) -> pd.Series:
    """The nearest cluster of each orphaned source, if it is near enough."""
    if not is_real.any() or not is_orphan.any():
        return pd.Series(dtype=int)
    sums, sizes = _grouped(vectors[is_real], np.ones(is_real.sum()), clusters[sources[is_real]].to_numpy())
    names, group_of = np.unique(sources[is_orphan].to_numpy(str), return_inverse=True)
    own_sums, own_sizes = _grouped(vectors[is_orphan], np.ones(is_orphan.sum()), group_of)
    distances = 1 - (own_sums / own_sizes[:, None]) @ (sums / sizes[:, None]).T
    nearest = pd.Series(distances.argmin(axis=1), index=names)
    return nearest[distances.min(axis=1) <= threshold]


def cluster_by_average_linkage(vectors: np.ndarray, threshold: float, start: np.ndarray | None = None) -> np.ndarray:
    """Agglomerative clustering of unit-length vectors by mean cosine distance.

    The mean cosine distance between the members of two clusters is one minus the product of their
    mean vectors, so clusters are fully described by mean and size, and no n x n matrix is needed.
    Average linkage is reducible: merging all pairs that are each other's nearest at once gives the
    same clusters as merging one pair at a time (Murtagh 1983).

    Parameters
    ----------
    vectors : ndarray of float, shape (n, d)
        Rows of length 1.
    threshold : float
        Largest mean cosine distance at which two clusters are merged.
    start : ndarray of int, shape (n,), optional
        Clusters to start from, 0 to k - 1; by default each vector is one.

    Returns
    -------
    ndarray of int, shape (n,)
        Cluster of each vector, 0 to k - 1.
    """
    clusters = np.arange(len(vectors)) if start is None else np.asarray(start)
    sums, sizes = _grouped(vectors.astype(np.float32), np.ones(len(vectors), np.float32), clusters)
    while len(sums) > 1:
        nearest, distance = _nearest(sums / sizes[:, None])
        own = np.arange(len(sums))
        pairs = (nearest[nearest] == own) & (own < nearest) & (distance <= threshold)
        if not pairs.any():
            break
        target = own.copy()
        target[nearest[pairs]] = own[pairs]
        merged = np.unique(target, return_inverse=True)[1]
        sums, sizes = _grouped(sums, sizes, merged)
        clusters = merged[clusters]
    return clusters


def _grouped(sums: np.ndarray, sizes: np.ndarray, clusters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    count = int(clusters.max()) + 1 if len(clusters) else 0
    grouped = np.zeros((count, sums.shape[1]), np.float32)
    np.add.at(grouped, clusters, sums)
    return grouped, np.bincount(clusters, weights=sizes, minlength=count).astype(np.float32)


def _nearest(means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest other cluster of each cluster, and the mean cosine distance to it."""
    nearest, distance = np.empty(len(means), int), np.empty(len(means), np.float32)
    for first in range(0, len(means), CHUNK_ROWS):
        products = means[first : first + CHUNK_ROWS] @ means.T
        rows = np.arange(len(products))
        products[rows, first + rows] = -np.inf
        nearest[first + rows] = products.argmax(axis=1)
        distance[first + rows] = 1 - products[rows, nearest[first + rows]]
    return nearest, distance
