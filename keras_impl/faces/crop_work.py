"""Work on the crops of an index, as `keras_impl.samples.work` says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from keras_impl.core.configs import as_json
from keras_impl.faces.crop_files import landmarks_of, read_crop
from keras_impl.faces.cropping import Crop, Framing
from keras_impl.samples.work import SampleWork, Task


def crop_work(
    index: pd.DataFrame, faces: Path, folder: Path, framing: Framing, revision: int, *decisive: Any
) -> SampleWork:
    """The work on all crops of an index.

    Parameters
    ----------
    index : DataFrame
        The face index.
    faces : Path
        Folder that its crops are relative to.
    framing : Framing
        Of the faces.
    folder, revision, decisive
        As of `SampleWork`.
    """
    places = zip(index["sample"], index["crop"], landmarks_of(index), strict=True)
    files = {sample: (faces / crop, [landmarks.tolist(), as_json(framing)]) for sample, crop, landmarks in places}
    return SampleWork(files, "crop", folder, revision, *decisive)


def read_crops(task: Task, framing: Framing) -> Iterator[tuple[str, Crop | dict[str, Any]]]:
    """Each sample of a task with its crop, or with the content that says why it can't be read."""
    return task.read(lambda path, note: read_crop(path, np.array(note[0]), framing))
