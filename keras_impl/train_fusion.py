"""The fusion: whether FaceNet's embedding knows anything that ResNet50 doesn't."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import console
from keras_impl.train_resnet import APPROACH as RESNET
from keras_impl.train_svm import Kernel

APPROACH = "fusion"


def main(
    embeddings: Annotated[Path, typer.Option(help="Folder that extract_embeddings wrote.")] = Path("embeddings"),
    split: Annotated[Path | None, typer.Option(help="A split of make_split; by default the folder's own.")] = None,
    out: Annotated[
        Path, typer.Option(help="Results folder, with resnet/ of train_resnet; fusion/ in it is written.")
    ] = Path("results"),
    kernel: Annotated[Kernel, typer.Option(help="The SVM's kernel.")] = "rbf",
    seed: Annotated[int, console.seed_option("Seed of the folds inside the training part.")] = 0,
) -> None:
    """Fuse ResNet50 with an SVM on the embeddings, by the training faces that both were kept from."""
    from keras_impl.core.configs import refuse_other
    from keras_impl.core.storage import sha256_of_file
    from keras_impl.evaluation.scores import OK, SCORES_NAME, make_scores, read_scores
    from keras_impl.faces.modality import FACES
    from keras_impl.models.run import load_run, read_sample_config, save_run, withdraw
    from keras_impl.samples.embeddings import read_embeddings
    from keras_impl.splits.held_out import read_held_out

    run = load_run(embeddings, split)
    held_out = read_held_out(out / RESNET, run.split)

    import pandas as pd

    from keras_impl.models import svm
    from keras_impl.models.calibration import operating_points, write_operating_points
    from keras_impl.models.fusion import fit_fusion, logits_of, score_out_of_fold
    from keras_impl.models.resnet import network as resnet

    refuse_other(
        read_sample_config(out / RESNET, FACES),
        run.config,
        (f"the model in {out / RESNET}", f"faces of {embeddings}"),
        f"run python -m keras_impl.train_resnet --embeddings {embeddings} again",
    )
    resnet_scores = read_scores(out / RESNET / SCORES_NAME)
    vectors = read_embeddings(embeddings)
    groups_of = pd.Series(run.index[run.inner_group].to_numpy(str), index=run.index["sample"])
    scores, fits = [], []
    for fold, kept_from in enumerate(console.track(held_out, "Fusing", total=len(held_out))):
        seen = resnet_scores[resnet_scores["fold"] == fold]
        rows = seen[(seen["status"] == OK) & seen["sample"].isin(vectors.index)]
        samples, labels = rows["sample"], rows["label"].to_numpy()
        fitted_to = samples.isin(kept_from).to_numpy()
        learnt = (rows["split"] == "train").to_numpy() & ~fitted_to
        known, groups = vectors.loc[samples].to_numpy(), groups_of[samples].to_numpy()
        fitted_svm = svm.fit_svm(known[learnt], labels[learnt], groups[learnt], kernel, seed).model
        logits = logits_of(rows["p_fake"].to_numpy(), fitted_svm.predict_proba(known)[:, 1])
        fusion = fit_fusion(logits[fitted_to], labels[fitted_to])
        if not fold:
            withdraw(out / APPROACH)
            svm.save_svm(out / APPROACH / svm.MODEL_NAME, fitted_svm)
            unseen = score_out_of_fold(logits[fitted_to], labels[fitted_to], groups[fitted_to])
            videos = rows["video"].to_numpy(str)[fitted_to][: len(unseen)]
            write_operating_points(out / APPROACH, operating_points(videos, labels[fitted_to][: len(unseen)], unseen))
        p_fake = pd.Series(fusion.predict_proba(logits)[:, 1], index=samples)
        parts = seen.set_index("sample")["split"].reindex(run.index["sample"]).fillna("unused")
        scores.append(make_scores(run.index, parts, p_fake, missing="crop unreadable", fold=fold))
        weights = {"resnet": float(fusion.coef_[0, 0]), "svm": float(fusion.coef_[0, 1])}
        fits.append({"fitted_to": int(fitted_to.sum()), "weights": weights, "offset": float(fusion.intercept_[0])})

    partner = out / RESNET / resnet.MODEL_NAME
    settings = {
        "approach": f"ResNet50 and FaceNet + SVM ({kernel}), fused",
        "seed": seed,
        "fits": fits,
        "resnet_sha256": sha256_of_file(partner) if partner.is_file() else None,
    }
    path = save_run(run, out / APPROACH, scores, settings, "scikit-learn", "numpy", model=svm.MODEL_NAME)
    console.say(f"Wrote {path}: ResNet50's logit counts {weights['resnet']:.2f}, the SVM's {weights['svm']:.2f}")


if __name__ == "__main__":
    console.run(main, "train_fusion")
