"""The face index: what is known of each face.

A faces folder also holds ``crops/`` (PNG: lossless, so that no second lossy step touches the traces that a
detector looks for). Crops that a data set brought along stay where they are: their rows name them by
absolute path, and have no landmarks and no confidence.
"""

from keras_impl.faces.cues import CUES
from keras_impl.faces.face import LANDMARKS
from keras_impl.index import FROM_DATA, Kind

CROPS_NAME = "crops"

LANDMARK_COLUMNS = tuple(f"{name}_{axis}" for name in LANDMARKS for axis in "xy")

COLUMNS = {
    "sample": "string",  # unique: video#frame
    **{name: FROM_DATA[name] for name in ("video", "source", "label", "original", "person")},
    "donor": "string",  # of a fake, whose face was put in (a video or a person), where the data set tells
    "part": FROM_DATA["part"],
    "frame": "int64",  # place in display order, from 0
    "time": "float64",  # seconds
    "video_frames": "int64",  # how many the video has
    "found_by": "string",  # detection; original or tracking: looked for where it was expected; given: a crop
    "tries": "int64",  # the attempt in which it was found, 1 if in the frame first looked at
    "faces_in_frame": "int64",  # 1 if the frame was not searched
    "confidence": "float64",
    "x": "float64",  # the face's box, pixels of the frame
    "y": "float64",
    "width": "float64",
    "height": "float64",
    **dict.fromkeys(LANDMARK_COLUMNS, "float64"),
    "frame_width": "int64",  # pixels
    "frame_height": "int64",
    "file_bytes": "int64",  # size of the video or image
    **CUES,
    "crop": "string",  # path relative to the faces folder, or absolute
}

FACES = Kind(
    modality="image",
    noun="face",
    columns=COLUMNS,
    file_column="crop",
    groups=(),
    order=("video", "frame"),
    missing_name="faceless.csv",
    made_by="python -m keras_impl.extract_faces",
)
