"""Step 4: approach 2, a ResNet50 fine-tuned on the crops, or on spectrograms of sound."""

from pathlib import Path
from typing import Annotated

import typer
from typer.models import OptionInfo

from keras_impl import console
from keras_impl.media.formats import ModalityName


def _share_option(explained: str) -> OptionInfo:
    return typer.Option(min=0, max=1, help=explained, show_default=False)


def main(
    modality: Annotated[ModalityName, console.modality_option()] = "image",
    faces: Annotated[Path, typer.Option(help="Folder that extract_faces wrote; not for sound.")] = Path("data/faces"),
    samples: Annotated[Path | None, console.samples_option()] = None,
    split: Annotated[Path | None, console.split_option()] = None,
    out: Annotated[Path | None, console.results_option("resnet/")] = None,
    backbone_weights: Annotated[
        str | None,
        typer.Option(
            metavar="imagenet|pretrained|none|FILE",
            help="Start from Keras's download, from the package's own detector, from random weights, or from a file. "
            "[default: imagenet; for faces, pretrained where the download is out of reach]",
            show_default=False,
        ),
    ] = None,
    max_folds: Annotated[int | None, typer.Option(min=1, help="Train only so many of the split's folds.")] = None,
    max_training_faces: Annotated[
        int | None, typer.Option(min=10, help="Learn from so many samples only, drawn in whole groups.")
    ] = None,
    self_blended: Annotated[
        float | None, _share_option("Share of pairs whose fake is the real face blended with itself. [default: 0]")
    ] = None,
    degraded: Annotated[
        float | None, _share_option("Share of pairs that get worse: compressed, small, blurred, noisy. [default: 0.5]")
    ] = None,
    mixed: Annotated[
        float | None, _share_option("Share of pairs, of one picture, that are laid over each other. [default: 0.3]")
    ] = None,
    hidden: Annotated[
        float | None, _share_option("Share of pairs with a part of the face hidden. [default: 0.25]")
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(min=1, help="Train so long. [default: 8; for sound 10]", show_default=False),
    ] = None,
    everything: Annotated[
        bool,
        typer.Option("--everything", help="Learn from the validation part too: a model to pass on, not measured here."),
    ] = False,
    keep_folds: Annotated[
        bool, typer.Option("--keep-folds", help="Keep the model of every fold, for stress to measure.")
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only draw a contact sheet of what training would see.")
    ] = False,
    seed: Annotated[int, console.seed_option("Seed of the start, the pairs and the tuning part.")] = 0,
) -> None:
    """Fine-tune a ResNet50 on the training part's crops or sounds and score both parts."""
    given = {"self_blended": self_blended, "degraded": degraded, "mixed": mixed, "hidden": hidden}
    chosen_shares = {name: share for name, share in given.items() if share is not None}
    if modality == "sound" and (chosen_shares or preview):
        raise typer.BadParameter("--self-blended, --degraded, --mixed, --hidden and --preview are for faces")
    from keras_impl.modalities import MODALITIES
    from keras_impl.models.run import check_run

    chosen = MODALITIES[modality]
    folder, results = samples or chosen.samples_folder, out or chosen.results_folder
    own_files = faces if modality == "image" else None
    check_run(folder, split, chosen, own_files)

    from keras_impl.models.resnet import train
    from keras_impl.models.resnet.recipe import Shares
    from keras_impl.reporting.learning_curves import draw_learning_curves

    options = train.Options(
        backbone_weights,
        max_folds,
        max_training_faces,
        Shares(**chosen_shares),
        epochs,
        everything=everything,
        keep_folds=keep_folds,
        seed=seed,
    )
    if preview:
        path = train.preview(folder, results, chosen, own_files, split, options, console)
        console.say(f"Wrote {path}: real and fake faces in turn, as training would see them")
        return
    path, history = train.train(folder, results, chosen, own_files, split, options, console)
    draw_learning_curves(results / "learning_curves.png", history)
    console.say(f"Wrote {path}; the model (of the first fold, if there are several) is beside it")


if __name__ == "__main__":
    console.run(main, "train_resnet")
