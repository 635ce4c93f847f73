"""Step 3: approach 1, an SVM on fixed features: embeddings of faces, LFCC statistics of sound."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from keras_impl import console
from keras_impl.media.formats import ModalityName

Kernel = Literal["linear", "rbf"]
"""Kernels on offer; the tutorial's is linear."""

FEATURES = {"image": "FaceNet embeddings", "sound": "LFCC statistics"}

APPROACHES = {"linear": "svm", "rbf": "svm_rbf"}


def main(
    modality: Annotated[ModalityName, console.modality_option()] = "image",
    embeddings: Annotated[Path | None, console.samples_option()] = None,
    split: Annotated[Path | None, console.split_option()] = None,
    out: Annotated[Path | None, console.results_option("svm/ or svm_rbf/")] = None,
    kernel: Annotated[Kernel, typer.Option(help="The SVM's kernel.")] = "linear",
    seed: Annotated[int, console.seed_option("Seed of the folds inside the training part.")] = 0,
) -> None:
    """Tune and train an SVM on the training part's features and score both parts."""
    import pandas as pd

    from keras_impl.evaluation.scores import make_scores
    from keras_impl.models.calibration import operating_points, write_operating_points
    from keras_impl.models.run import load_run, save_run, withdraw
    from keras_impl.models.svm import MODEL_NAME, fit_svm, save_svm, score_out_of_fold
    from keras_impl.samples.embeddings import read_embeddings
    from keras_impl.splits.leaks import check_split, write_leaks

    samples, out = embeddings or console.FOLDERS[modality].samples, out or console.FOLDERS[modality].results
    run = load_run(samples, split, modality)
    vectors = read_embeddings(samples)
    index, folder = run.index, out / APPROACHES[kernel]
    scores, fits = [], []
    for fold, parts in enumerate(console.track(run.split.parts(index), "Training the SVM", total=len(run.split.folds))):
        trains = index[(parts.to_numpy() == "train") & index["sample"].isin(vectors.index)]
        known = vectors.loc[trains["sample"]].to_numpy()
        labels, groups = trains["label"].to_numpy(), trains[run.inner_group].to_numpy(str)
        fit = fit_svm(known, labels, groups, kernel, seed, standardise=modality == "sound")
        p_fake = pd.Series(fit.model.predict_proba(vectors.to_numpy())[:, 1], index=vectors.index)
        scores.append(make_scores(index, parts, p_fake, missing=run.unreadable, fold=fold, group=run.split.group))
        fits.append({"training_samples": len(trains), "calibrated": fit.calibrated} | fit.settings)
        if not fold:
            withdraw(folder)
            save_svm(folder / MODEL_NAME, fit.model)
            unseen = score_out_of_fold(fit, known, labels, groups, seed)
            there = len(unseen)  # none without folds
            points = operating_points(trains["video"].to_numpy(str)[:there], labels[:there], unseen)
            write_operating_points(folder, points)
    if not all(settings["calibrated"] for settings in fits):
        console.warn("Too few videos to calibrate P(fake): its values are too certain.")

    name = f"{FEATURES[modality]} + SVM ({kernel})"
    settings = {"approach": name, "seed": seed, "fits": fits}
    write_leaks(out, check_split(index, run.split, vectors))
    path = save_run(run, folder, scores, settings, "scikit-learn", "skops", "numpy", model=MODEL_NAME)
    console.say(f"Wrote {path}; the model (of the first fold, if there are several) is {folder / MODEL_NAME}")


if __name__ == "__main__":
    console.run(main, "train_svm")
