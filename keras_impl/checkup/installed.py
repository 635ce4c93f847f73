"""What is installed: Python, libraries and extras, told by their metadata, without importing any of them."""

import base64
import csv
import hashlib
import platform
import shlex
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from keras_impl.checkup.finding import REINSTALL, Finding

PACKAGE = "keras_impl"

EXTRAS = {
    "web": "the page, serve",
    "heic": "photos of telephones",
    "dask": "clusters",
    "export": "models for other programs, export",
}
"""Extra to what it is for; those of developers are left out."""


def check_python(running: str | None = None, supported: str | None = None) -> Iterator[Finding]:
    """Whether this Python is among those that the package was tested with.

    Parameters
    ----------
    running : str, optional
        A version; by default of the Python that runs.
    supported : str, optional
        A range such as ``>=3.10,<3.14``; by default the package's own.
    """
    running = running or platform.python_version()
    if supported is None:
        supported = str(metadata.metadata(PACKAGE)["Requires-Python"])
    found = f"{running} at {sys.executable}"
    if SpecifierSet(supported).contains(running, prereleases=True):
        yield Finding("Python", "ok", found)
    else:
        yield Finding("Python", "note", found, f"It was tested with {supported} only: make an environment of one.")


def check_files(subject: str, distribution: str) -> Iterator[Finding]:
    """Whether the files of a distribution, among them weights, are as they were installed."""
    try:
        found = f"{distribution} {metadata.version(distribution)}"
    except metadata.PackageNotFoundError:
        yield Finding(subject, "verdicts", f"{distribution} is not installed", REINSTALL)
        return
    changed, known = changed_files(distribution)
    if changed:
        shown = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
        yield Finding(subject, "verdicts", f"{found}; missing or changed: {shown}", REINSTALL)
    else:
        yield Finding(subject, "ok", f"{found}, {known} files as they were installed")


def check_libraries(requirements: Iterable[str] | None = None) -> Iterator[Finding]:
    """Whether all libraries are there that the package needs, in versions that it can use; then the extras.

    Parameters
    ----------
    requirements : iterable of str, optional
        As in the metadata of a distribution; by default the package's own.
    """
    needed: list[Requirement] = []
    by_extra: dict[str, list[Requirement]] = {}
    for requirement in map(Requirement, metadata.requires(PACKAGE) or [] if requirements is None else requirements):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            needed.append(requirement)
        for extra in EXTRAS:
            if requirement.marker is not None and requirement.marker.evaluate({"extra": extra}):
                by_extra.setdefault(extra, []).append(requirement)
    missing = {str(each.name): wrong for each in needed if (wrong := _wrong(each))}
    if missing:
        wrong = "; ".join(f"{name} {what}" for name, what in missing.items())
        yield Finding(
            "libraries", "limited", wrong, "Install:", pip_install(each for each in needed if each.name in missing)
        )
    else:
        yield Finding("libraries", "ok", f"all {len(needed)} that are needed, in versions that fit")
    lacking = {extra: [each for each in parts if _wrong(each)] for extra, parts in by_extra.items()}
    there = [extra for extra, parts in lacking.items() if not parts]
    if there:
        yield Finding("extras", "ok", f"with {', '.join(there)}")
    for extra, parts in lacking.items():
        if parts:
            yield Finding("extras", "note", f"without {extra} ({EXTRAS[extra]})", "If you need it:", pip_install(parts))


def changed_files(distribution: str) -> tuple[list[str], int]:
    """Files of a distribution that are missing or changed, and of how many files the installed content is known.

    It isn't of compiled modules, and hardly of an editable installation.
    """
    installed = metadata.distribution(distribution)
    changed, known = [], 0
    for name, told, *_ in csv.reader((installed.read_text("RECORD") or "").splitlines()):
        kind, _, expected = told.partition("=")
        if kind != "sha256":
            continue
        known += 1
        try:
            digest = hashlib.sha256(Path(str(installed.locate_file(name))).read_bytes()).digest()
        except OSError:
            digest = b""
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != expected:
            changed.append(name)
    return changed, known


def pip_install(requirements: Iterable[Requirement]) -> str:
    """The command that installs libraries into the environment that runs."""
    named = [f"{each.name}{each.specifier}" for each in requirements]
    return shlex.join([sys.executable, "-m", "pip", "install", *named])


def _wrong(requirement: Requirement) -> str:
    """What is wrong with a required library, to follow its name; empty if nothing."""
    try:
        installed = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return "is missing"
    if requirement.specifier.contains(installed, prereleases=True):
        return ""
    return f"is {installed}, not {requirement.specifier}"
