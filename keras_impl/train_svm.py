"""Step 3: approach 1, an SVM on fixed features: embeddings of faces, LFCC statistics of sound."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import console
from keras_impl.media.formats import ModalityName
from keras_impl.models.kernel import Kernel


def main(
    modality: Annotated[ModalityName, console.modality_option()] = "image",
    samples: Annotated[Path | None, console.samples_option()] = None,
    split: Annotated[Path | None, console.split_option()] = None,
    out: Annotated[Path | None, console.results_option("svm/ or svm_rbf/")] = None,
    kernel: Annotated[Kernel, typer.Option(help="The SVM's kernel.")] = "linear",
    as_they_are: Annotated[
        bool,
        typer.Option(
            "--as-they-are", help="Don't learn from copies of sound that went through channels; of faces, never."
        ),
    ] = False,
    keep_folds: Annotated[
        bool, typer.Option("--keep-folds", help="Keep the model of every fold, for stress to measure.")
    ] = False,
    seed: Annotated[int, console.seed_option("Seed of the folds inside the training part.")] = 0,
) -> None:
    """Tune and train an SVM on the training part's features and score both parts."""
    from keras_impl.modalities import MODALITIES
    from keras_impl.models import svm

    chosen = MODALITIES[modality]
    folder, results = samples or chosen.samples_folder, out or chosen.results_folder
    path = svm.train(folder, results, chosen, split, kernel, seed, console, not as_they_are, keep_folds)
    console.say(f"Wrote {path}; the model (of the first fold, if there are several) is beside it")


if __name__ == "__main__":
    console.run(main, "train_svm")
