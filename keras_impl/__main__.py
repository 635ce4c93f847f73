"""``python -m keras_impl``: the steps in the order in which they are run; ``python -m keras_impl STEP`` runs one."""

import runpy
import sys
from difflib import get_close_matches

from rich.table import Table

from keras_impl import __version__, console

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
    ("stress", "faces that got worse, and other sets"),
    ("publish", "a detector to pass on, with its card"),
    ("predict", "a verdict on your own videos"),
    ("serve", "the same as a web page"),
)


def main() -> None:
    """List the steps, one line each, or run the one that is named."""
    step, *arguments = sys.argv[1:] or ["--help"]
    names = [name for name, _ in STEPS]
    if step == "--version":
        console.say(__version__)
    elif step in ("--help", "-h"):
        _list_steps()
    elif step in names:
        sys.argv = [step, *arguments]
        runpy.run_module(f"keras_impl.{step}", run_name="__main__", alter_sys=True)
    else:
        near = get_close_matches(step, names, 1)
        console.warn(
            f"Error: {step} is not a step: {f'did you mean {near[0]}?' if near else 'python -m keras_impl lists them'}"
        )
        sys.exit(2)


def _list_steps() -> None:
    table = Table.grid(padding=(0, 2))
    for name, purpose in STEPS:
        table.add_row(f"python -m keras_impl.{name}", purpose)
    console.console.print(table)
    console.say("Each step explains its options with --help.")


if __name__ == "__main__":
    main()
