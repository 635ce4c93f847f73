"""Which files can hold which modality, by their suffixes."""

from collections.abc import Mapping
from typing import Literal

ModalityName = Literal["image", "sound"]
"""What is judged in a file: what it shows, or what is heard in it."""

VIDEO_SUFFIXES = frozenset({".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v"})
HEIC_SUFFIXES = frozenset({".heic", ".heif"})
IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"}) | HEIC_SUFFIXES
AUDIO_SUFFIXES = frozenset({".wav", ".flac", ".mp3", ".m4a", ".aac", ".ogg", ".opus"})

SUFFIXES: Mapping[ModalityName, frozenset[str]] = {
    "image": VIDEO_SUFFIXES | IMAGE_SUFFIXES,
    "sound": VIDEO_SUFFIXES | AUDIO_SUFFIXES,
}
"""Suffixes of the files that can hold each modality."""

KNOWN_SUFFIXES = frozenset().union(*SUFFIXES.values())
