"""Where uploads are for as long as they are needed, and how they go, whatever happens.

Each run of the page has a folder of its own in the user's cache, locked while it runs, with a folder in it for
each upload. An upload's folder goes when its answer is out; the run's folder when the run ends; and what a run
left behind that was killed together with its worker, at the next start.
"""

import secrets
import shutil
from pathlib import Path

from filelock import FileLock, Timeout

from keras_impl.core.storage import cache_folder

FOLDER_NAME, LOCK_NAME = "uploads", "lock"


class Uploads:
    """The folder of one run; use it as a context manager.

    Attributes
    ----------
    folder : Path
        Only its owner can read it.
    """

    def __enter__(self) -> "Uploads":
        parent = cache_folder() / FOLDER_NAME
        parent.mkdir(parents=True, exist_ok=True)
        _sweep(parent)
        self.folder = parent / secrets.token_hex(8)
        self.folder.mkdir(mode=0o700)
        self._lock = FileLock(self.folder / LOCK_NAME)
        self._lock.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()
        shutil.rmtree(self.folder, ignore_errors=True)

    def make(self, suffix: str) -> Path:
        """The path for one upload, in a new folder, with nothing in its name that the sender chose but the ending.

        Parameters
        ----------
        suffix : str
            One of the known endings, with its dot.
        """
        folder = self.folder / secrets.token_hex(8)
        folder.mkdir(mode=0o700)
        return folder / f"upload{suffix}"

    @staticmethod
    def remove(path: Path) -> None:
        """Delete an upload with all that was made of it."""
        shutil.rmtree(path.parent, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Delete the folders of runs that are over."""
    for folder in parent.iterdir():
        lock = FileLock(folder / LOCK_NAME)
        if not (folder / LOCK_NAME).exists():
            continue  # just being made, or not a run's
        try:
            with lock.acquire(timeout=0):
                pass
        except (Timeout, OSError):
            continue  # a run that is going on
        shutil.rmtree(folder, ignore_errors=True)
