"""Nobody is told that somebody judges files."""

import os
import subprocess
import sys


def test_openvino_has_nothing_to_report_its_imports_with(tmp_path):
    code = """
import sys
import keras_impl.core.openvino
assert "openvino" in sys.modules
assert not [name for name in sys.modules if name.startswith("openvino_telemetry.")]
"""
    subprocess.run([sys.executable, "-c", code], env=os.environ | {"HOME": str(tmp_path)}, check=True)
    assert list(tmp_path.iterdir()) == []
