"""The faces that an approach misjudged most, to look at.

Crops are faces of people: this picture is made only where it is asked for.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from keras_impl.errors import MediaError
from keras_impl.faces.modality import FACES
from keras_impl.media.image import read_image
from keras_impl.reporting.figures import LABELS, WIDTH, new_figure, save
from keras_impl.samples.index import read_index

SHOWN = 9
COLUMNS = 3


def find_most_wrong(cases: pd.DataFrame) -> pd.DataFrame:
    """Pick the faces on the wrong side of the threshold that are farthest from their label.

    Parameters
    ----------
    cases : DataFrame
        At face level.

    Returns
    -------
    DataFrame
        At most `SHOWN` rows of ``cases``, each of another video, the most wrong first.
    """
    wrongness = (cases["p_fake"] - cases["label"]).abs()
    wrong = cases[wrongness >= 0.5].assign(wrongness=wrongness)
    return wrong.sort_values(["wrongness", "sample"], ascending=[False, True]).drop_duplicates("video").head(SHOWN)


def draw_most_wrong(path: Path, cases: pd.DataFrame, faces: Path) -> int:
    """Draw the most wrong faces with what they are and their P(fake); return how many.

    Parameters
    ----------
    path : Path
        Nothing is written if there is nothing to show.
    cases : DataFrame
        At face level.
    faces : Path
        Faces folder; crops that it lacks or that can't be read are left out.

    Raises
    ------
    DataError
        If its index can't be read.
    """
    crops = read_index(faces, FACES).set_index("sample")["crop"]
    shown = []
    for _, case in find_most_wrong(cases[cases["sample"].isin(crops.index)]).iterrows():
        try:
            shown.append((case, read_image(faces / crops[case["sample"]])))
        except MediaError:  # named in the list of problems since the crop was first read
            continue
    if not shown:
        return 0
    rows = -(-len(shown) // COLUMNS)
    figure, panels = new_figure(rows * (WIDTH / COLUMNS + 0.3), rows=rows, columns=COLUMNS)
    for axes in np.ravel(panels):
        axes.axis("off")
    for axes, (case, crop) in zip(np.ravel(panels), shown, strict=False):
        axes.imshow(crop)
        axes.set_title(f"{LABELS[case['label']]}, P {case['p_fake']:.2f}", fontsize=11)
    save(figure, path)
    return len(shown)
