"""TensorFlow and Keras, imported once, without their start-up chatter.

Importing TensorFlow takes seconds and writes to the error stream from C++, which no logging
setting silences. Modules that need either import it from here; all others stay fast to import.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Hold back what is written to file descriptor 2, and print it only if the block fails."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as held:
        original = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(original, held.read())
            raise
        finally:
            os.dup2(original, 2)
            os.close(original)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["KERAS_BACKEND"] = "tensorflow"  # the code uses TensorFlow itself too
with quiet_stderr():
    import keras
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")  # advice on retracing is for developers
    tf.constant(0)  # the device scan, which logs too, happens at the first tensor

__all__ = ["keras", "quiet_stderr", "tf"]
