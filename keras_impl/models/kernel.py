"""The kernels of an SVM."""

from typing import Literal

Kernel = Literal["linear", "rbf"]
"""Those on offer; the tutorial's is linear."""
