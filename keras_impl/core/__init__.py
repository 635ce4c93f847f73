"""The foundation of all other packages, which knows nothing of faces or sound: files, processes, libraries."""

import sys

# OpenVINO reports each of its imports to Google Analytics, through this module, and does without if there is none.
# What is judged here is nobody's business, and without a connection the report costs up to three seconds.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
