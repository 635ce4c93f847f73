"""The baseline: how far what has nothing to do with forgeries goes."""

from pathlib import Path
from typing import Annotated

from keras_impl import console
from keras_impl.media.formats import ModalityName

APPROACH = "baseline"


def main(
    modality: Annotated[ModalityName, console.modality_option()] = "image",
    embeddings: Annotated[Path | None, console.samples_option()] = None,
    split: Annotated[Path | None, console.split_option()] = None,
    out: Annotated[Path | None, console.results_option("baseline/")] = None,
) -> None:
    """Score all samples by a logistic regression on cues that have nothing to do with forgeries."""
    import pandas as pd

    from keras_impl.evaluation.scores import OK, make_scores
    from keras_impl.models.run import load_run, save_run
    from keras_impl.models.shortcuts import CUES, fit_baseline

    samples, out = embeddings or console.FOLDERS[modality].samples, out or console.FOLDERS[modality].results
    run, cues = load_run(samples, split, modality), CUES[modality]
    there = run.index[run.index["status"] == OK]
    scores = []
    for fold, parts in enumerate(run.split.parts(run.index)):
        model = fit_baseline(there[(parts[there["sample"]] == "train").to_numpy()], cues)
        p_fake = pd.Series(model.predict_proba(there)[:, 1], index=there["sample"])
        scores.append(make_scores(run.index, parts, p_fake, missing="no cues", fold=fold, group=run.split.group))
    settings = {"approach": cues.title, "cues": cues.names}
    path = save_run(run, out / APPROACH, scores, settings, "scikit-learn", "numpy")
    console.say(f"Wrote {path}")


if __name__ == "__main__":
    console.run(main, "train_baseline")
