"""The fusion: whether FaceNet's embedding knows anything that ResNet50 doesn't."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import console
from keras_impl.models.kernel import Kernel


def main(
    samples: Annotated[
        Path, typer.Option("--samples", "--embeddings", help="Folder that extract_embeddings wrote.")
    ] = Path("embeddings"),
    split: Annotated[Path | None, console.split_option()] = None,
    out: Annotated[
        Path, typer.Option(help="Results folder, with resnet/ of train_resnet; fusion/ in it is written.")
    ] = Path("results"),
    kernel: Annotated[Kernel, typer.Option(help="The SVM's kernel.")] = "rbf",
    seed: Annotated[int, console.seed_option("Seed of the folds inside the training part.")] = 0,
) -> None:
    """Fuse ResNet50 with an SVM on the embeddings, by the training faces that both were kept from."""
    from keras_impl.models import fusion

    path, weights = fusion.train(samples, out, split, kernel, seed, console)
    told = ", ".join(f"{name} {weight:.2f}" for name, weight in weights.items())
    console.say(f"Wrote {path}; weights of the logits: {told}")


if __name__ == "__main__":
    console.run(main, "train_fusion")
