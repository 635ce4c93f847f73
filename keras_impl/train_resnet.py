"""Step 4: approach 2, a ResNet50 fine-tuned on the crops."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import cli

APPROACH = "resnet"


def main(
    faces: Annotated[Path, typer.Option(help="Folder that extract_faces wrote.")] = Path("data/faces"),
    embeddings: Annotated[
        Path, typer.Option(help="Folder that extract_embeddings wrote, for its people and its split.")
    ] = Path("embeddings"),
    split: Annotated[Path | None, typer.Option(help="A split of make_split; by default that of --embeddings.")] = None,
    out: Annotated[Path, typer.Option(help="Results folder; resnet/ in it is written.")] = Path("results"),
    backbone_weights: Annotated[
        str,
        typer.Option(
            metavar="imagenet|none|FILE", help="Start from Keras's download, from random weights, or from a file."
        ),
    ] = "imagenet",
    max_folds: Annotated[int | None, typer.Option(min=1, help="Train only so many of the split's folds.")] = None,
    max_training_faces: Annotated[
        int | None, typer.Option(min=10, help="Learn from so many faces only, drawn in whole groups.")
    ] = None,
    seed: Annotated[int, cli.seed_option("Seed of the start, the batches and what is held out.")] = 0,
) -> None:
    """Fine-tune a ResNet50 on the training part's crops and score both parts."""
    from keras_impl.approaches.run import load_run

    run = load_run(embeddings, split)

    from tempfile import TemporaryDirectory

    import numpy as np
    import pandas as pd

    from keras_impl.approaches import resnet, trunk_maps
    from keras_impl.approaches.run import save_run
    from keras_impl.evaluation.scores import make_scores
    from keras_impl.faces.index import PROBLEMS_NAME, write_problems
    from keras_impl.media.records import Problem
    from keras_impl.splits.rules import draw_groups, hold_out
    from keras_impl.storage import sha256_of_file, write_text

    resnet.seed_everything(seed)
    model = resnet.build_model(backbone_weights)  # before the crops, so that missing weights show at once
    start = model.get_weights()
    divisions = list(run.split.parts(run.index))[:max_folds]
    groups = run.index[run.split.inner_group].to_numpy(str)
    for parts in divisions:
        trains = (parts == "train").to_numpy(copy=True)
        if max_training_faces is not None and trains.sum() > max_training_faces:
            trains[trains] = draw_groups(groups[trains], max_training_faces, seed)
            parts[(parts == "train").to_numpy() & ~trains] = "unused"
    in_use = pd.concat(divisions, axis=1).ne("unused").any(axis=1).to_numpy() & run.index["crop"].notna().to_numpy()
    used = run.index[in_use]
    crops = [faces / crop for crop in used["crop"]]
    folder = out / APPROACH
    folder.mkdir(parents=True, exist_ok=True)
    scores, histories, fits = [], [], []
    with TemporaryDirectory(prefix=".maps-", dir=folder) as temporary:
        for fold, parts in enumerate(divisions):
            part = parts[in_use].to_numpy()
            model.set_weights(start)
            if backbone_weights == "none":
                training_crops = [crop for crop, where in zip(crops, part, strict=True) if where == "train"]
                resnet.adapt_batch_statistics(model, trunk_maps.read_faces(training_crops[: resnet.ADAPTATION_FACES]))
            if not fold or backbone_weights == "none":
                chunks = trunk_maps.compute_maps(model, crops, Path(temporary, "maps.npy"))
                *_, maps = cli.track(chunks, "Frozen stages", total=-(-len(crops) // trunk_maps.CHUNK))
                readable = trunk_maps.readable(maps)
            rows = np.flatnonzero((part == "train") & readable)
            held_out = hold_out(used.iloc[rows], run.split.inner_group, seed)
            with cli.working("Training ResNet50") as status:
                labels = used["label"].to_numpy()
                history = resnet.train(model, maps, rows, labels, held_out, seed, report=status.update)
            scored = np.flatnonzero((part != "unused") & readable)
            p_fake = pd.Series(resnet.predict_from_maps(model, maps, scored), index=used["sample"].iloc[scored])
            scores.append(make_scores(run.index, parts, p_fake, missing="crop unreadable", fold=fold))
            histories.append(history.assign(fold=fold))
            fits.append({"training_faces": int((~held_out).sum()), "held_out_faces": int(held_out.sum())})
            if not fold:
                resnet.save_model(folder / resnet.MODEL_NAME, model)
    problems = [Problem(sample, "its crop can't be read") for sample in used["sample"][~readable]]
    write_problems(folder, problems)
    cli.report_problems(problems, folder / PROBLEMS_NAME)
    write_text(folder / "history.csv", pd.concat(histories).to_csv(index=False))

    from_file = backbone_weights not in ("imagenet", "none")
    settings = {
        "approach": "ResNet50 on the crops",
        "preprocessing": resnet.PREPROCESSING,
        "backbone_weights": Path(backbone_weights).name,
        "backbone_weights_sha256": sha256_of_file(Path(backbone_weights)) if from_file else None,
        "seed": seed,
        "fits": fits,
    }
    path = save_run(run, folder, scores, settings, "keras", "tensorflow", "numpy")
    cli.say(f"Wrote {path}; the model (of the first fold, if there are several) is {folder / resnet.MODEL_NAME}")


if __name__ == "__main__":
    cli.run(main, "train_resnet")
