"""Versions of the software, recorded with every result so that it can be reproduced."""

import platform
from importlib.metadata import version

__version__ = "0.1.0"
"""Of this package."""


def versions(*packages: str) -> dict[str, str]:
    """Versions of Python, this package and the named distributions."""
    return {"python": platform.python_version(), "keras_impl": __version__} | {name: version(name) for name in packages}
