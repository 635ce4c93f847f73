"""The rules by which samples are divided, from the most flattering to the most honest."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupShuffleSplit, StratifiedGroupKFold, StratifiedKFold

from keras_impl.errors import DataError
from keras_impl.samples.modality import Modality
from keras_impl.splits.split import Fold, Split

FOLDS = 5
"""One fold in five validates: the original project's 8 : 2."""

PROTOCOLS = {
    "random": "sample",
    "video": "video",
    "seed": "video",
    "source": "source",
    "person": "person",
    "system": "system",
    "corpus": "corpus",
}
"""Protocol to the index column whose groups it keeps whole.

``random``: faces are divided one by one, as many student projects do. ``video``: all faces of a
video on one side. ``seed``: the original project's, one face per video. ``source``: a video and the
fakes made from it on one side. ``person``: all videos of a person, and the fakes made from them,
on one side. A split that comes with a data set is called ``given``.

Of sound, ``video`` is a file, ``source`` what is said, ``person`` who speaks, and there are two more.
``system``: whole synthesis systems are held out, which tells what a detector is worth on tomorrow's
generator; real files have no system and are kept together by who speaks, as the index's column says.
``corpus``: whole repositories or corpora.
"""

MIN_PEOPLE = 10
"""How many people each class needs before ``person`` is the default: two for each fold."""


def default_protocol(index: pd.DataFrame) -> str:
    """``given`` if the data set has a split, else ``person`` if there are enough people, else ``source``.

    There are enough if each class shows at least `MIN_PEOPLE` and no single one makes up more than
    a fold, which no division could keep whole.
    """
    if index["part"].notna().any():
        return "given"
    return "person" if _has_enough_people(index) else "source"


def inner_group(split: Split, index: pd.DataFrame) -> str:
    """The index column that divisions inside the training part keep whole.

    The split's own, so that what is chosen there is chosen by the same rule. A split that came with a data
    set names no rule; people are kept whole then if there are enough in its training part, else sources.
    """
    if split.protocol != "given":
        return split.group
    trains = index[index["sample"].isin(split.folds[0].train)]
    return "person" if _has_enough_people(trains) else "source"


def make_split(
    index: pd.DataFrame, protocol: str, modality: Modality, seed: int = 0, folds: int = 1, repeats: int = 1
) -> Split:
    """Divide samples 8 : 2, or into k folds, by a named rule, with both classes drawn to equal size.

    Parameters
    ----------
    index : DataFrame
        The index of faces or of sound, with the rule's column filled in, and ``part`` if the rule is
        ``given``.
    protocol : str
        A key of `PROTOCOLS`, or ``"given"``.
    modality : Modality
        Of the index.
    seed : int, default 0
    folds : int, default 1
        1 for a single division 8 : 2, else the k of k-fold cross-validation.
    repeats : int, default 1
        How often to divide anew, with seeds that follow each other.

    Returns
    -------
    Split
        With ``folds * repeats`` folds. Samples beyond the size of the smaller class are unused in
        each part of each fold, so that guessing gives an accuracy of 0.5; a draw takes whole videos,
        except under ``random``.

    Raises
    ------
    DataError
        If one class is missing, the rule's groups are not known, or there are too few of them for
        the folds.
    """
    index = index.sort_values("sample", ignore_index=True)
    if index["label"].nunique() < 2:
        only = "fake" if len(index) and index["label"].iloc[0] else "real"
        raise DataError(f"all {len(index)} {modality.nouns.samples} are {only}: a split needs real and fake ones")
    if protocol == "given":
        return _given(index)
    group = PROTOCOLS[protocol]
    if group not in index or index[group].isna().any():
        way_out = "the data set doesn't tell it, so choose another protocol"
        if group == "person" and modality.made_ready_by != modality.extracted_by:
            way_out = f"run {modality.made_ready_by} first"
        raise DataError(f"the {group} of some {modality.nouns.samples} is not known: {way_out}")
    if protocol == "seed":
        index = index.drop_duplicates("video", ignore_index=True)
    notes: list[str] = []
    made = []
    for repeat in range(repeats):
        generator = np.random.default_rng((seed, repeat))
        for validates in _divide(index, group, seed + repeat, folds):
            unit = "sample" if protocol == "random" else "video"
            train = _draw_equal(index[~validates], unit, generator)
            validation = _draw_equal(index[validates], unit, generator)
            made.append(Fold(tuple(train["sample"]), tuple(validation["sample"])))
            notes += _describe_gaps(train, "training", modality) + _describe_gaps(validation, "validation", modality)
    split = Split(protocol, group, seed, tuple(made), tuple(dict.fromkeys(notes)))
    assert split.first_shared_group(index) is None
    return split


def hold_out(index: pd.DataFrame, group: str, seed: int) -> np.ndarray:
    """Mark about a fifth of the rows, with groups kept whole and classes in proportion.

    A class with a single group is never marked, since what is left could not be learnt from; if
    nothing can be marked, nothing is.

    Parameters
    ----------
    index : DataFrame
        Columns ``label`` and the one that ``group`` names.
    group : str
    seed : int

    Returns
    -------
    ndarray of bool, shape (len(index),)
    """
    groups_per_class = index.groupby("label")[group].nunique()
    marked = np.zeros(len(index), bool)
    if len(groups_per_class) < 2:
        return marked
    if groups_per_class.min() >= 2:
        labels = index["label"].to_numpy()
        folds = list(_folds_of(index, group, seed, min(FOLDS, groups_per_class.min())))
        best = min(folds, key=lambda rows: _unevenness(labels, rows))
        marked[best] = _unevenness(labels, best) < np.inf
        return marked
    scarce = set(index[group][index["label"] == groups_per_class.idxmin()])
    others = np.flatnonzero(~index[group].isin(scarce))
    if index[group].iloc[others].nunique() >= 2:
        shuffle = GroupShuffleSplit(1, test_size=1 / FOLDS, random_state=seed)
        chosen = next(shuffle.split(others, groups=index[group].iloc[others]))[1]
        marked[others[chosen]] = True
    return marked


def draw_groups(groups: np.ndarray, limit: int, seed: int) -> np.ndarray:
    """Mark whole groups drawn at random until they have ``limit`` rows: bool, shape (len(groups),)."""
    names, sizes = np.unique(groups, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(names))
    enough = np.searchsorted(np.cumsum(sizes[order]), limit) + 1
    return np.isin(groups, names[order[:enough]])


def _has_enough_people(index: pd.DataFrame) -> bool:
    """Whether all are known, and could be divided by person."""
    if index["person"].isna().any():
        return False
    people = index.groupby("label")["person"].nunique().reindex([0, 1], fill_value=0)
    largest = index["person"].value_counts(normalize=True).max()
    return bool(people.min() >= MIN_PEOPLE and largest <= 1 / FOLDS)


def _unevenness(labels: np.ndarray, validation: np.ndarray) -> float:
    """How far a fold is from a fifth of each class: over 1 if it lacks one, endless if the rest does."""
    shares = [np.mean(np.isin(np.flatnonzero(labels == label), validation)) for label in (0, 1)]
    if 1.0 in shares:
        return np.inf
    return max(abs(share - 1 / FOLDS) for share in shares) + (0.0 in shares)


def _divide(index: pd.DataFrame, group: str, seed: int, folds: int) -> list[np.ndarray]:
    """Masks of the validation rows, one for each fold; of several, each has both classes."""
    if folds == 1:
        return [hold_out(index, group, seed)]
    available = index.groupby("label")[group].nunique().min()
    if available < folds:
        raise DataError(f"{folds} folds need as many groups ({group}) of each class, not {available}: ask for fewer")
    labels = index["label"].to_numpy()
    fold_of = np.empty(len(index), int)
    for fold, chosen in enumerate(_folds_of(index, group, seed, folds)):
        fold_of[chosen] = fold
    if any(len(np.unique(labels[fold_of == fold])) < 2 for fold in range(folds)):
        fold_of = _deal(index, group, seed, folds)
    return [fold_of == fold for fold in range(folds)]


def _deal(index: pd.DataFrame, group: str, seed: int, folds: int) -> np.ndarray:
    """Fold of each row, with both classes in each fold, where each class has as many groups as there are folds.

    Stratified folds don't promise that where groups are few and large. Groups are dealt, the largest first, to
    the fold that has least of what they hold: those with both classes, then those with one only. A fold that
    still lacks the class has none of it, so its turn comes before any other fold's.
    """
    sizes = pd.crosstab(index[group], index["label"]).sample(frac=1, random_state=seed)
    sizes = sizes.iloc[np.lexsort((-sizes.sum(axis=1), (sizes == 0).any(axis=1)))]
    held = np.zeros((folds, 2), int)
    fold_of_group = {}
    for name, size in zip(sizes.index, sizes.to_numpy(), strict=True):
        fold = int(held[:, size > 0].sum(axis=1).argmin())
        held[fold] += size
        fold_of_group[name] = fold
    return index[group].map(fold_of_group).to_numpy()


def _folds_of(index: pd.DataFrame, group: str, seed: int, folds: int) -> Iterator[np.ndarray]:
    """Row numbers of each stratified fold. Without real groups the much faster splitter serves."""
    if index[group].is_unique:
        splitter = StratifiedKFold(folds, shuffle=True, random_state=seed).split(index, index["label"])
    else:
        splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(
            index, index["label"], index[group]
        )
    return (validation for _, validation in splitter)


def _draw_equal(rows: pd.DataFrame, unit: str, generator: np.random.Generator) -> pd.DataFrame:
    """Rows kept when each class is drawn down to as many units as the smaller one has; all if one is missing."""
    units = rows.drop_duplicates(unit)
    counts = Counter(units["label"])
    if len(counts) < 2:
        return rows
    size = min(counts.values())
    classes = [units[unit][units["label"] == label].to_numpy(object) for label in (0, 1)]
    kept = [generator.choice(names, size, replace=False) for names in classes]
    return rows[rows[unit].isin(np.concatenate(kept))]


def _describe_gaps(rows: pd.DataFrame, part: str, modality: Modality) -> list[str]:
    """What one part of a fold lacks, for people to read."""
    labels = set(rows["label"])
    if len(labels) == 2:
        return []
    what = "is empty" if not labels else f"has only {'fake' if 1 in labels else 'real'} {modality.nouns.samples}"
    return [f"{part} {what}: there are too few {modality.nouns.files} to divide"]


def _given(index: pd.DataFrame) -> Split:
    """The data set's own split, classes as they are."""
    parts = {part: tuple(index["sample"][index["part"] == part]) for part in ("train", "validation")}
    if not parts["train"] or not parts["validation"]:
        raise DataError("the data set comes without a split of its own: choose another protocol")
    return Split("given", "sample", 0, (Fold(parts["train"], parts["validation"]),))
