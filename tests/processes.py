"""Steps as processes of their own, to be stopped halfway."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial

from keras_impl.core.journal import JOURNAL_NAME
from tests.conftest import ROOT


def start_step(step, *arguments):
    """Start a step in a session of its own, so that its workers can be stopped with it."""
    return subprocess.Popen(
        [sys.executable, "-m", f"keras_impl.{step}", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # background jobs ignore it
    )


def stop_after(finished, process, out, how=signal.SIGKILL):
    """Stop a process and its workers once so many files are finished; return its status and what it complained of."""
    journal = out / JOURNAL_NAME
    while process.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < finished):
        time.sleep(0.002)
    with suppress(ProcessLookupError):  # it was done
        os.killpg(process.pid, how)
    return process.wait(), process.communicate()[1]
