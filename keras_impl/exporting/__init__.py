"""Detectors for other programs: a file that needs nothing of this package, and a card that says what it takes."""
