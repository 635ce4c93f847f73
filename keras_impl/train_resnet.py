"""Step 4: approach 2, a ResNet50 fine-tuned on the crops."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import cli
from keras_impl.errors import DataError, MediaError

APPROACH = "resnet"


def main(
    faces: Annotated[Path, typer.Option(help="Folder that extract_faces wrote.")] = Path("data/faces"),
    out: Annotated[Path, typer.Option(help="Results folder; this approach writes to resnet/ in it.")] = Path("results"),
    backbone_weights: Annotated[
        str,
        typer.Option(
            metavar="imagenet|none|FILE", help="Start from Keras's download, from random weights, or from a file."
        ),
    ] = "imagenet",
    seed: Annotated[int, typer.Option(help="Seed of the head's start, the batches and what is held out.")] = 0,
) -> None:
    """Fine-tune a ResNet50 on the training part's crops and score both parts."""
    from keras_impl.faces.index import PROBLEMS_NAME, SETTINGS_NAME, SPLIT_NAME, read_index, write_problems
    from keras_impl.splits import Split, assert_source_disjoint, hold_out_sources

    index = read_index(faces)
    split = Split.load(faces / SPLIT_NAME)
    assert_source_disjoint(split, index)
    index["part"] = split.part_of(index["video"])
    used = index[index["part"] != "unused"]

    import numpy as np
    import pandas as pd

    from keras_impl.approaches import resnet
    from keras_impl.evaluation.scores import make_scores, write_scores
    from keras_impl.faces.cropping import resize
    from keras_impl.media.image import read_image
    from keras_impl.media.records import Problem
    from keras_impl.storage import read_json, sha256_of_file, write_json
    from keras_impl.versions import versions

    model = resnet.build_model(backbone_weights)  # before the crops, so that missing weights show at once
    crops, problems = {}, []
    for sample, crop in cli.track(zip(used["sample"], used["crop"], strict=True), "Reading crops", total=len(used)):
        try:
            crops[sample] = resize(read_image(faces / crop), resnet.INPUT_SIZE)
        except MediaError as error:
            problems.append(Problem(sample, f"its crop {crop} {error}"))
    folder = out / APPROACH
    write_problems(folder, problems)
    cli.report_problems(problems, folder / PROBLEMS_NAME)
    if not crops:
        raise DataError(f"none of the {len(used)} crops in {faces} can be read: run extract_faces again")
    scored = used[used["sample"].isin(crops)]
    pixels = np.stack([crops[sample] for sample in scored["sample"]])
    trains = (scored["part"] == "train").to_numpy()

    training = scored[trains]
    held_out = hold_out_sources(training, seed).to_numpy()
    if backbone_weights == "none":
        resnet.adapt_batch_statistics(model, pixels[trains])
    with cli.working("Training ResNet50") as status:
        labels = training["label"].to_numpy()
        history = resnet.train(model, pixels[trains], labels, held_out, seed, report=status.update)
    p_fake = pd.Series(resnet.predict(model, pixels), index=scored["sample"])
    scores = make_scores(index, index.set_index("sample")["part"], p_fake, missing="crop unreadable")

    resnet.save_model(folder / resnet.MODEL_NAME, model)
    history.to_csv(folder / "history.csv", index=False)
    from_file = backbone_weights not in ("imagenet", "none")
    settings = {
        "approach": "ResNet50 on the crops",
        "backbone_weights": Path(backbone_weights).name,
        "backbone_weights_sha256": sha256_of_file(Path(backbone_weights)) if from_file else None,
        "seed": seed,
        "split": {"protocol": split.protocol, "seed": split.seed, "content_hash": split.content_hash},
        "training_faces": int((~held_out).sum()),
        "held_out_faces": int(held_out.sum()),
        "epochs": history.groupby("phase", sort=False)["epoch"].max().to_dict(),
        "faces": read_json(faces / SETTINGS_NAME, made_by="run python -m keras_impl.extract_faces again"),
        "versions": versions("keras", "tensorflow", "numpy"),
    }
    write_json(folder / "model.json", settings)
    path = write_scores(folder, scores)
    cli.say(f"Wrote {path}: P(fake) of {len(scores)} faces; the model is {folder / resnet.MODEL_NAME}")


if __name__ == "__main__":
    cli.run(main, "train_resnet")
