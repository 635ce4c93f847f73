"""Which files hold what, by the endings of their names."""

from collections.abc import Mapping
from typing import Literal

ModalityName = Literal["image", "sound"]
"""What is looked at, or listened to, in a file."""

VIDEO_SUFFIXES = frozenset({".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v"})
HEIC_SUFFIXES = frozenset({".heic", ".heif"})
IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"}) | HEIC_SUFFIXES
AUDIO_SUFFIXES = frozenset({".wav", ".flac", ".mp3", ".m4a", ".aac", ".ogg", ".opus"})

SUFFIXES: Mapping[ModalityName, frozenset[str]] = {
    "image": VIDEO_SUFFIXES | IMAGE_SUFFIXES,
    "sound": VIDEO_SUFFIXES | AUDIO_SUFFIXES,
}
"""Endings of files that can have a picture, and of those that can have sound."""

KNOWN_SUFFIXES = frozenset().union(*SUFFIXES.values())
