"""The command ``keras-impl``, or ``python -m keras_impl``: lists the steps, in the order in which they are run.

``keras-impl STEP`` runs one, the same as ``python -m keras_impl STEP`` and ``python -m keras_impl.STEP``.
"""

import runpy
import sys
from difflib import get_close_matches
from pathlib import Path

try:
    from keras_impl import __version__, console
except ImportError as error:  # not even the doctor could tell
    sys.exit(f"Error: {error}: install the package again, with pip's --force-reinstall")

COMMAND = "keras-impl"
"""As which the package is installed."""

GROUPS = {
    "A verdict on a file": (
        ("predict", "a verdict on your own videos"),
        ("serve", "the same as a web page"),
        ("doctor", "whether all that is needed is here"),
    ),
    "A comparison of the approaches": (
        ("demo", "all of it on a small made-up data set"),
        ("run", "all of it on your own videos, with a plan"),
    ),
    "Its steps, one by one": (
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
    ),
    "A detector of your own": (
        ("stress", "faces that got worse, and other sets"),
        ("publish", "a detector to pass on, with its card"),
        ("export", "a detector for other programs: ONNX, ..."),
    ),
}

STEPS = tuple(step for steps in GROUPS.values() for step in steps)


def main() -> None:
    """List the steps, one line each, or run the one that is named."""
    command = COMMAND if Path(sys.argv[0]).stem == COMMAND else "python -m keras_impl"
    given, *arguments = sys.argv[1:] or ["--help"]
    step, names = given.replace("-", "_"), [name for name, _ in STEPS]
    if given == "--version":
        console.say(__version__)
    elif given in ("--help", "-h"):
        _list_steps(command)
    elif step in names:
        sys.argv = [f"{command} {step}", *arguments]
        runpy.run_module(f"keras_impl.{step}", run_name="__main__")
    else:
        near = get_close_matches(step, names, 1)
        console.warn(
            f"Error: {given} is not a step: {f'did you mean {near[0]}?' if near else f'{command} --help lists them'}"
        )
        sys.exit(2)


def _list_steps(command: str) -> None:
    console.say(f"{command} STEP runs one of these:")
    width = max(len(name) for name, _ in STEPS)
    for title, steps in GROUPS.items():
        console.say(f"\n{title}")
        for name, purpose in steps:
            console.say(f"  {name:{width}}  {purpose}")
    console.say("")
    console.say("Each step explains its options with --help; --version tells the version.")


if __name__ == "__main__":
    main()
