"""The detectors that come with the package: a folder as `keras_impl.publish` writes it, and no code."""

from pathlib import Path

FOLDER = Path(__file__).parent

TITLE = "the package"
"""What verdicts call the folder."""
