"""Step 4: approach 2, a ResNet50 fine-tuned on the crops, or on spectrograms of sound."""

from pathlib import Path
from typing import Annotated, Any

import typer

from keras_impl import console
from keras_impl.media.formats import ModalityName

APPROACH = "resnet"

TITLES = {"image": "ResNet50 on the crops", "sound": "ResNet50 on spectrograms"}

PREVIEW_NAME = "preview.png"

FIT_NAME = "fit.json"
"""Written last in the folder of a fold: it is finished."""


def main(
    modality: Annotated[ModalityName, console.modality_option()] = "image",
    faces: Annotated[Path, typer.Option(help="Folder that extract_faces wrote; not for sound.")] = Path("data/faces"),
    embeddings: Annotated[Path | None, console.samples_option()] = None,
    split: Annotated[Path | None, console.split_option()] = None,
    out: Annotated[Path | None, console.results_option("resnet/")] = None,
    backbone_weights: Annotated[
        str,
        typer.Option(
            metavar="imagenet|none|FILE", help="Start from Keras's download, from random weights, or from a file."
        ),
    ] = "imagenet",
    max_folds: Annotated[int | None, typer.Option(min=1, help="Train only so many of the split's folds.")] = None,
    max_training_faces: Annotated[
        int | None, typer.Option(min=10, help="Learn from so many samples only, drawn in whole groups.")
    ] = None,
    self_blended: Annotated[
        float, typer.Option(min=0, max=1, help="Share of pairs whose fake is the real face blended with itself.")
    ] = 0.0,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only draw a contact sheet of what training would see.")
    ] = False,
    seed: Annotated[int, console.seed_option("Seed of the start, the pairs and what is held out.")] = 0,
) -> None:
    """Fine-tune a ResNet50 on the training part's crops or sounds and score both parts."""
    if modality == "sound" and (self_blended or preview):
        raise typer.BadParameter("--self-blended and --preview are for faces")
    samples, out = embeddings or console.FOLDERS[modality].samples, out or console.FOLDERS[modality].results
    from keras_impl.models.run import KINDS, load_run

    run = load_run(samples, split, modality)
    if modality == "image":
        refuse_other_faces(faces, samples, run.config)

    import shutil
    from itertools import islice

    import numpy as np
    import pandas as pd

    from keras_impl.core.configs import as_json
    from keras_impl.core.storage import read_json, sha256_of_file, write_json, write_text
    from keras_impl.core.tensorflow import keras
    from keras_impl.datasets.record import Problem
    from keras_impl.evaluation.scores import SCORES_NAME, make_scores, read_scores, write_scores
    from keras_impl.faces.modality import landmarks_of
    from keras_impl.models.calibration import operating_points, write_operating_points
    from keras_impl.models.resnet import network as resnet
    from keras_impl.models.resnet import training
    from keras_impl.models.resnet.config import network_config
    from keras_impl.models.resnet.feeding import Faces, Segments
    from keras_impl.models.resnet.fold import Rows, train_fold
    from keras_impl.models.resnet.heat_maps import explained_network
    from keras_impl.models.resnet.preview import draw_preview, rows_shown
    from keras_impl.models.resnet.recipe import training_config
    from keras_impl.models.resnet.store import STORE_NAME, StoreWriter, reach_of, read_face, read_segment
    from keras_impl.models.resnet.unfinished import remove_unfinished, unfinished_folder
    from keras_impl.models.run import save_run, withdraw
    from keras_impl.reporting.learning_curves import draw_learning_curves
    from keras_impl.samples.index import PROBLEMS_NAME, write_problems
    from keras_impl.splits.held_out import write_held_out
    from keras_impl.splits.roles import divide_roles

    keras.utils.set_random_seed(seed)
    network, recipe = network_config(modality), training_config(modality, self_blended)
    # before the samples, so that missing weights show at once
    backbone = None if preview else resnet.load_backbone(backbone_weights, network)
    from_file = backbone_weights not in ("imagenet", "none")
    dtype = training.compute_dtype()
    settings = {
        "approach": TITLES[modality],
        "backbone_weights": Path(backbone_weights).name,
        "backbone_weights_sha256": sha256_of_file(Path(backbone_weights)) if from_file else None,
        "seed": seed,
        "compute_dtype": dtype,
        "network": as_json(network),
        "training": as_json(recipe),
    }
    folder = out / APPROACH
    decisive = {
        "sample": as_json(run.config),
        "split": run.split.content_hash,
        "index": run.made_from["index_sha256"],
        "limit": max_training_faces,
    }
    unfinished = unfinished_folder(folder, settings | decisive)
    resumes = unfinished.is_dir()
    if resumes:
        console.say(f"Going on with the run in {unfinished}")

    roles = [
        divide_roles(run.index, parts, run.inner_group, seed, max_training_faces)
        for parts in islice(run.split.parts(run.index), max_folds)
    ]
    used = np.flatnonzero(np.any([role.learnt | role.scored for role in roles], axis=0))
    if preview:  # all that it shows are a few pairs
        used = rows_shown(run.index, roles[0].learnt, seed)
    index = run.index.iloc[used]
    kind, root = KINDS[modality], faces if modality == "image" else samples
    files = [root / file for file in index[kind.file_column]]
    if modality == "image":
        framing, reach = run.config.framing, reach_of(recipe.augmentation.scale, recipe.augmentation.place)
        store = StoreWriter(
            unfinished / STORE_NAME,
            list(zip(files, landmarks_of(index), strict=True)),
            lambda item: read_face(*item, framing, framing.resnet, reach),
        )
    else:
        store = StoreWriter(unfinished / STORE_NAME, files, lambda clip: read_segment(clip, run.config))
    readable = np.fromiter(console.track(store, f"Reading {kind.noun} samples", total=len(index)), bool)
    problems = [Problem(sample, f"its {kind.file_column} can't be read") for sample in index["sample"][~readable]]
    write_problems(folder, problems)
    console.report_problems(problems, folder / PROBLEMS_NAME)
    inputs = store.open()
    labels, sources = index["label"].to_numpy(), index["source"].to_numpy(str)
    known: Faces | Segments
    if modality == "image":
        known = Faces(
            inputs, labels, sources, inputs.landmarks, framing.resnet, recipe.augmentation, recipe.self_blending
        )
    else:
        known = Segments(inputs, labels, sources, run.config.sample_rate, recipe.augmentation)

    rows_of_folds = [
        Rows(*(np.flatnonzero(mask[used] & readable) for mask in (role.learnt, role.held_out, role.scored)))
        for role in roles
    ]
    if preview:
        draw_preview(out / PREVIEW_NAME, known, rows_of_folds[0].learnt, seed)
        if not resumes:
            remove_unfinished(unfinished)
        console.say(f"Wrote {out / PREVIEW_NAME}: real and fake faces in turn, as training would see them")
        return

    model = resnet.build_model(backbone, network, dtype)
    start = model.get_weights()
    scores, histories, fits = [], [], []
    for fold, (role, rows) in enumerate(zip(roles, rows_of_folds, strict=True)):
        here = unfinished / f"fold-{fold}"
        if not (here / FIT_NAME).is_file():
            if backbone_weights == "none":
                adapts_to = known.take(rows.learnt[: recipe.adaptation_samples])
                resnet.adapt_batch_statistics(backbone, adapts_to, network)
                start = resnet.build_model(backbone, network, dtype).get_weights()
            model.set_weights(start)
            with console.working("ResNet50: fitting the head") as report:
                p_fake, fit = train_fold(model, known, rows, seed, recipe, here, report)
            if not fold:
                withdraw(folder)
                resnet.save_model(folder / resnet.MODEL_NAME, resnet.in_float32(model, network))
            p_fake = pd.Series(p_fake, index=index["sample"].iloc[rows.scored])
            scored = make_scores(
                run.index, role.parts, p_fake, missing=run.unreadable, fold=fold, group=run.split.group
            )
            write_scores(here, scored)
            write_json(here / FIT_NAME, fit)
        fits.append(read_json(here / FIT_NAME, made_by="delete it, and run this again"))
        scores.append(read_scores(here / SCORES_NAME))
        history = pd.read_csv(here / training.HISTORY_NAME)
        histories.append(history.assign(fold=fold))
        logged = folder / training.TENSORBOARD_NAME / here.name
        shutil.rmtree(logged, ignore_errors=True)
        shutil.copytree(here / training.TENSORBOARD_NAME, logged)

    broken = [str(fold) for fold, fit in enumerate(fits) if fit["broke_down"]]
    if broken:
        console.warn(f"In fold {', '.join(broken)} the loss was no longer a number: the best epoch before is kept.")
    history = pd.concat(histories, ignore_index=True)
    write_text(folder / training.HISTORY_NAME, history.to_csv(index=False))
    write_held_out(folder, run.split, [index["sample"].iloc[rows.held_out] for rows in rows_of_folds])
    draw_learning_curves(out / "learning_curves.png", history)
    judged = scores[0].merge(index.iloc[rows_of_folds[0].held_out][["sample"]], on="sample")
    points = operating_points(*(judged[column].to_numpy() for column in ("video", "label", "p_fake")))
    write_operating_points(folder, points)
    versions = ("keras", "tensorflow", "numpy", "scikit-learn")
    path = save_run(
        run,
        folder,
        scores,
        settings | {"samples_sha256": store.sha256, "fits": fits},
        *versions,
        model=resnet.MODEL_NAME,
    )
    with console.working("Exporting the model, so that the first prediction needn't"):
        explained_network(folder / resnet.MODEL_NAME, network).exported()
    del known, inputs  # a mapped file can't be deleted everywhere
    remove_unfinished(unfinished)
    console.say(f"Wrote {path}; the model (of the first fold, if there are several) is {folder / resnet.MODEL_NAME}")


def refuse_other_faces(faces: Path, samples: Path, config: Any) -> None:
    """Refuse a faces folder whose faces are framed otherwise than those that the split was made of."""
    from keras_impl.core.configs import refuse_other
    from keras_impl.faces.modality import FACES
    from keras_impl.samples.index import read_settings

    _, of_faces = read_settings(faces, FACES)
    again = f"run python -m keras_impl.extract_embeddings --faces {faces} --out {samples} again"
    refuse_other(of_faces, config, (f"faces in {faces}", f"those of {samples}"), again)


if __name__ == "__main__":
    console.run(main, "train_resnet")
