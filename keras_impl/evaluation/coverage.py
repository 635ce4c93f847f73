"""How much of the validation part was scored at all, and why not the rest."""

from collections.abc import Mapping

import pandas as pd

from keras_impl.evaluation.cases import Missing
from keras_impl.evaluation.scores import OK
from keras_impl.samples.modality import Modality

HANDLING = {
    "leave-out": "Samples that could not be scored are left out of all figures",
    "half": "Samples that could not be scored count with P(fake) = 0.5, which is called fake",
}


def count_statuses(approaches: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Count validation samples by status.

    Returns
    -------
    DataFrame of int
        Statuses as index, "ok" first; a column per approach.
    """
    counts = pd.DataFrame({name: scores["status"].value_counts() for name, scores in approaches.items()})
    counts = counts.fillna(0).astype(int).rename_axis("status")
    return counts.sort_index(key=lambda statuses: statuses != OK, kind="stable")


def describe_coverage(approaches: Mapping[str, pd.DataFrame], missing: Missing, modality: Modality) -> str:
    """Say how many samples were not scored, of how many, and what became of them."""
    scores = next(iter(approaches.values()))
    lost = scores["status"] != OK
    if not lost.any():
        return f"All {len(scores)} validation samples were scored."
    scored_videos = set(scores["video"][~lost])
    videos = len(set(scores["video"]) - scored_videos)
    return (
        f"{lost.sum()} of {len(scores)} validation samples could not be scored, among them all of {videos} "
        f"{modality.nouns.files}. {HANDLING[missing]}."
    )
