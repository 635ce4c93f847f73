"""``python -m keras_impl``: the steps in the order in which they are run."""

from importlib.util import find_spec

from rich.table import Table

from keras_impl import cli

STEPS = (
    ("demo", "the whole comparison on a small made-up data set, in one command"),
    ("extract_faces", "videos -> data/faces: crops, one index, one split"),
    ("extract_embeddings", "data/faces -> embeddings: FaceNet's 128 numbers a face"),
    ("train_svm", "embeddings -> results/svm: approach 1, its scores"),
    ("train_resnet", "data/faces -> results/resnet: approach 2, its scores"),
    ("compare", "results/*/scores.csv -> results/comparison.*: the table"),
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
