"""Step 3: approach 1, an SVM on the embeddings."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from keras_impl import cli

APPROACH = "svm"


class Kernel(str, Enum):
    """Kernels on offer; the tutorial's is linear."""

    linear = "linear"
    rbf = "rbf"


def main(
    embeddings: Annotated[Path, typer.Option(help="Folder that extract_embeddings wrote.")] = Path("embeddings"),
    out: Annotated[Path, typer.Option(help="Results folder; this approach writes to svm/ in it.")] = Path("results"),
    kernel: Annotated[Kernel, typer.Option(help="The SVM's kernel.")] = Kernel.linear,
) -> None:
    """Train an SVM on the training part's embeddings and score both parts."""
    import pandas as pd

    from keras_impl.approaches.embeddings import read_embeddings
    from keras_impl.approaches.svm import MODEL_NAME, fit_svm, save_svm
    from keras_impl.evaluation.scores import make_scores, write_scores
    from keras_impl.faces.index import SETTINGS_NAME, SPLIT_NAME, read_index
    from keras_impl.splits import Split, assert_source_disjoint
    from keras_impl.storage import read_json, write_json
    from keras_impl.versions import versions

    made_by = "python -m keras_impl.extract_embeddings"
    vectors = read_embeddings(embeddings)
    index = read_index(embeddings, made_by)
    split = Split.load(embeddings / SPLIT_NAME)
    assert_source_disjoint(split, index)
    trains = index[(split.part_of(index["video"]) == "train") & index["sample"].isin(vectors.index)]

    model, calibrated = fit_svm(
        vectors.loc[trains["sample"]].to_numpy(), trains["label"].to_numpy(), trains["source"].to_numpy(), kernel.value
    )
    if not calibrated:
        cli.warn("Too few videos to calibrate P(fake): its values are too certain.")
    p_fake = pd.Series(model.predict_proba(vectors.to_numpy())[:, 1], index=vectors.index)
    parts = split.part_of(index.set_index("sample")["video"])
    scores = make_scores(index, parts, p_fake, missing="crop unreadable")

    folder = out / APPROACH
    save_svm(folder / MODEL_NAME, model)
    settings = {
        "approach": "FaceNet embeddings + SVM",
        "kernel": kernel.value,
        "calibrated": calibrated,
        "split": {"protocol": split.protocol, "seed": split.seed, "content_hash": split.content_hash},
        "training_faces": len(trains),
        "embeddings": read_json(embeddings / SETTINGS_NAME, made_by=f"run {made_by} again"),
        "versions": versions("scikit-learn", "skops", "numpy"),
    }
    write_json(folder / "model.json", settings)
    path = write_scores(folder, scores)
    cli.say(f"Wrote {path}: P(fake) of {len(scores)} faces; the model is {folder / MODEL_NAME}")


if __name__ == "__main__":
    cli.run(main, "train_svm")
