"""``python -m keras_impl``: the steps in the order in which they are run."""

from rich.table import Table

from keras_impl import cli

STEPS = (
    ("demo", "all of it on a small made-up data set"),
    ("extract_faces", "videos to face crops"),
    ("extract_embeddings", "crops to embeddings, people, a split"),
    ("extract_sound", "recordings to segments and a split"),
    ("find_people", "people at another threshold, to look at"),
    ("make_split", "a split by another rule, with folds"),
    ("train_svm", "approach 1: an SVM"),
    ("train_resnet", "approach 2: ResNet50"),
    ("train_fusion", "both approaches in one"),
    ("train_baseline", "what shortcuts alone tell"),
    ("compare", "the approaches side by side"),
    ("predict", "a verdict on your own videos"),
    ("serve", "the same as a web page"),
)


def main() -> None:
    """List the steps, one line each."""
    table = Table.grid(padding=(0, 2))
    for name, purpose in STEPS:
        table.add_row(f"python -m keras_impl.{name}", purpose)
    cli.console.print(table)
    cli.say("Each step explains its options with --help.")


if __name__ == "__main__":
    main()
