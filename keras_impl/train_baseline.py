"""The shortcut baseline: how far what has nothing to do with forgeries goes."""

from pathlib import Path
from typing import Annotated

from keras_impl import console
from keras_impl.media.formats import ModalityName


def main(
    modality: Annotated[ModalityName, console.modality_option()] = "image",
    samples: Annotated[Path | None, console.samples_option()] = None,
    split: Annotated[Path | None, console.split_option()] = None,
    out: Annotated[Path | None, console.results_option("baseline/")] = None,
) -> None:
    """Score all samples by a logistic regression on cues that have nothing to do with forgeries."""
    from keras_impl.modalities import MODALITIES
    from keras_impl.models import shortcuts

    chosen = MODALITIES[modality]
    folder, results = samples or chosen.samples_folder, out or chosen.results_folder
    console.say(f"Wrote {shortcuts.train(folder, results, chosen, split, console)}")


if __name__ == "__main__":
    console.run(main, "train_baseline")
