"""The baseline: how far file size, brightness and sharpness alone go."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import cli

APPROACH = "baseline"


def main(
    embeddings: Annotated[Path, typer.Option(help="Folder that extract_embeddings wrote.")] = Path("embeddings"),
    split: Annotated[Path | None, typer.Option(help="A split of make_split; by default the folder's own.")] = None,
    out: Annotated[Path, typer.Option(help="Results folder; baseline/ in it is written.")] = Path("results"),
) -> None:
    """Score all faces by a logistic regression on cues that have nothing to do with faces."""
    import pandas as pd

    from keras_impl.approaches.baseline import LINEAR, LOGARITHMIC, cues, fit_baseline
    from keras_impl.approaches.run import load_run, save_run
    from keras_impl.evaluation.scores import OK, make_scores

    run = load_run(embeddings, split)
    faces = run.index[run.index["status"] == OK]
    scores = []
    for fold, parts in enumerate(run.split.parts(run.index)):
        model = fit_baseline(faces[(parts[faces["sample"]] == "train").to_numpy()])
        p_fake = pd.Series(model.predict_proba(cues(faces))[:, 1], index=faces["sample"])
        scores.append(make_scores(run.index, parts, p_fake, missing="no cues", fold=fold))
    settings = {
        "approach": "Logistic regression on file size, brightness and sharpness",
        "cues": [*LOGARITHMIC, *LINEAR],
    }
    path = save_run(run, out / APPROACH, scores, settings, "scikit-learn", "numpy")
    cli.say(f"Wrote {path}")


if __name__ == "__main__":
    cli.run(main, "train_baseline")
