"""``python -m keras_impl``: the steps in the order in which they are run."""

from importlib.util import find_spec

from rich.table import Table

from keras_impl import cli

STEPS = (
    ("demo", "all of it on a small made-up data set"),
    ("extract_faces", "videos to face crops and a split"),
    ("extract_embeddings", "crops to FaceNet embeddings"),
    ("train_svm", "approach 1: an SVM on the embeddings"),
    ("train_resnet", "approach 2: ResNet50 on the crops"),
    ("compare", "the approaches side by side"),
)


def main() -> None:
    """List the steps, one line each."""
    assert all(find_spec(f"keras_impl.{name}") for name, _ in STEPS)
    table = Table.grid(padding=(0, 2))
    for name, purpose in STEPS:
        table.add_row(f"python -m keras_impl.{name}", purpose)
    cli.console.print(table)
    cli.say("Each step explains its options with --help.")


if __name__ == "__main__":
    main()
