"""In which numbers ResNet50 is trained on this machine; known without TensorFlow."""

from pathlib import Path

BFLOAT16_FLAGS = {"avx512_bf16", "amx_bf16"}
"""What Linux calls processors that compute in bfloat16; others only pretend to, and are slower at it."""


def compute_dtype(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """``"mixed_bfloat16"`` where the processor has it, else ``"float32"``."""
    flags = set(cpuinfo.read_text().split()) if cpuinfo.is_file() else set()
    return "mixed_bfloat16" if flags & BFLOAT16_FLAGS else "float32"
