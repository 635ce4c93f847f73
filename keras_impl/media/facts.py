"""What stands in a file beside its pictures and its sound, for whoever has to say which file was examined.

Nothing of it is judged, and anybody can write into a file what he likes: it is told as it stands there.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av

from keras_impl.core.storage import sha256_of_file
from keras_impl.errors import MediaError
from keras_impl.media import audio, video
from keras_impl.media.container import Patience, as_media_error, open_container
from keras_impl.media.content import kind_of_file
from keras_impl.media.formats import IMAGE_SUFFIXES
from keras_impl.media.image import read_header
from keras_impl.media.names import printable

FORMATS = ",".join(dict.fromkeys((*video.FORMATS.split(","), *audio.FORMATS.split(","))))
"""FFmpeg's names of the containers that are looked into."""

LONGEST = 120
"""Letters of a text in a file that are told."""

MOST_TRACKS, MOST_TAGS = 12, 24

TOLD = (
    *("date", "_time", "datetime", "datetimeoriginal"),
    *("encoder", "encoded_by", "software", "tool", "make", "model", "brand"),
)
"""Ends of the names of what is told: dates, and what wrote the file. Names of people and titles are left out."""

PLACES = ("location", "gps")
"""Parts of the names of what tells where somebody was: that it is there is told, and no more."""

EXIF = {0x0132: "DateTime", 0x9003: "DateTimeOriginal", 0x0131: "Software", 0x010F: "Make", 0x0110: "Model"}
"""The same of Exif, by tag."""


@dataclass(frozen=True)
class Track:
    """One stream of a video or a recording.

    Attributes
    ----------
    kind : str
        "video", "audio", "subtitle", ...
    codec : str
        FFmpeg's name; empty if it knows none.
    width, height : int
        Pixels; 0 of what is no video.
    rate : float
        Frames a second of video, hertz of sound; 0 if it isn't told.
    channels : int
        Of sound; else 0.
    """

    kind: str
    codec: str
    width: int = 0
    height: int = 0
    rate: float = 0.0
    channels: int = 0


@dataclass(frozen=True)
class FileFacts:
    """Which file it is.

    Attributes
    ----------
    sha256 : str
        Of its bytes, 64 hexadecimal digits.
    size : int
        Bytes.
    format : str
        The container or the picture's format; empty if it can't be told.
    duration : float or None
        Seconds, as the container says.
    width, height : int
        Of a picture, pixels; else 0.
    tracks : tuple of Track
    tags : tuple of (str, str)
        Dates, and what wrote the file: name and text as they stand in it.
    has_place : bool
        Whether it says where it was recorded; this isn't kept, so that it isn't passed on unnoticed.
    """

    sha256: str
    size: int
    format: str = ""
    duration: float | None = None
    width: int = 0
    height: int = 0
    tracks: tuple[Track, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    has_place: bool = False


def read_facts(path: Path, seconds: float = float("inf")) -> FileFacts | None:
    """Read what stands in a file; of one that can't be opened as what its name says, only its size and hash.

    Parameters
    ----------
    path : Path
    seconds : float, optional
        How long opening it may take.

    Returns
    -------
    FileFacts or None
        None if it isn't there, or can't be read at all.
    """
    try:
        if not path.is_file():
            return None
        bare = FileFacts(sha256_of_file(path), path.stat().st_size)
    except OSError:
        return None
    try:
        with as_media_error():
            inner = _of_picture(path) if path.suffix.lower() in IMAGE_SUFFIXES else _of_container(path, seconds)
    except MediaError:
        inner = {"format": kind_of_file(path) or ""}
    return replace(bare, **inner)


def _of_container(path: Path, seconds: float) -> dict[str, Any]:
    with open_container(path, FORMATS, "a video or a recording", Patience(seconds)) as container:
        streams = list(container.streams)[:MOST_TRACKS]
        tags = list(container.metadata.items())
        for stream in streams:
            tags += [(name, text) for name, text in stream.metadata.items() if (name, text) not in tags]
        return {
            "format": container.format.long_name or container.format.name,
            "duration": None if container.duration is None else container.duration / av.time_base,
            "tracks": tuple(map(_track, streams)),
            **_told(tags),
        }


def _track(stream: Any) -> Track:
    context, kind = stream.codec_context, printable(str(stream.type))
    if context is None:  # of data, or of a codec that FFmpeg doesn't know
        return Track(kind, "")
    if kind == "video":
        return Track(kind, context.name, context.width, context.height, float(stream.average_rate or 0))
    if kind == "audio":
        return Track(kind, context.name, rate=float(context.sample_rate), channels=context.channels)
    return Track(kind, context.name)


def _of_picture(path: Path) -> dict[str, Any]:
    header = read_header(path)
    tags = [*header.texts.items(), *((EXIF[tag], text) for tag, text in header.exif.items() if tag in EXIF)]
    told = _told(tags)
    told["has_place"] |= header.has_place
    return {"format": header.format, "width": header.width, "height": header.height, **told}


def _told(tags: Collection[tuple[str, Any]]) -> dict[str, Any]:
    return {
        "tags": tuple(dict.fromkeys(_wanted(tags)))[:MOST_TAGS],
        "has_place": any(place in name.lower() for name, _ in tags for place in PLACES),
    }


def _wanted(tags: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    for name, text in tags:
        shown = printable(" ".join(str(text).split()))
        if shown and name.lower().replace(" ", "_").endswith(TOLD):
            yield printable(name)[:LONGEST], shown[:LONGEST]
