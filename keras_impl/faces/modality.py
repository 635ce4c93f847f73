"""The face index: what is known of each face.

A faces folder also holds ``crops/`` (PNG: lossless, so that no second lossy step touches the traces that a
detector looks for). Crops that a data set brought along stay where they are: their rows name them by
absolute path, and what is said of the frame is said of that picture.
"""

from pathlib import Path

from keras_impl.faces.config import FaceConfig
from keras_impl.faces.cropping import WINDOWS
from keras_impl.faces.cues import CUES
from keras_impl.faces.face import LANDMARKS
from keras_impl.samples.modality import FROM_DATA, SOUND_NAME, LeakCheck, Modality, Nouns, ReportStyle, ShortcutCues

LANDMARK_COLUMNS = tuple(f"{name}_{axis}" for name in LANDMARKS for axis in "xy")

MISSING_COLUMNS = tuple(f"missing_{window}" for window in WINDOWS)

STAND_IN = "median"
"""How a face was found whose landmarks are those of the data set's other crops."""

COLUMNS = {
    "sample": "string",  # unique: video#frame
    **{name: FROM_DATA[name] for name in ("video", "source", "label", "original", "person")},
    "donor": "string",  # of a fake, whose face was put in (a video or a person), where the data set tells
    "part": FROM_DATA["part"],
    "frame": "int64",  # place in display order, from 0
    "time": "float64",  # seconds
    "video_frames": "int64",  # how many the video has
    # detection; crop: landmarks found in a crop that came ready-made; median: none found there, those of the set's
    # other crops stand in
    "found_by": "string",
    "frames_missing": "int64",  # of the video's wanted frames, how many can't be decoded
    "tries": "int64",  # the attempt in which it was found, 1 if in the frame first looked at
    "faces_in_frame": "int64",  # 1 in crops that came ready-made
    "confidence": "float64",
    "x": "float64",  # the face's box, pixels of the frame
    "y": "float64",
    "width": "float64",
    "height": "float64",
    **dict.fromkeys(LANDMARK_COLUMNS, "float64"),  # pixels of the frame
    "crop_left": "int64",  # where the crop begins, pixels of the frame
    "crop_top": "int64",
    "crop_scale": "float64",  # pixels of the crop per pixel of the frame, 1 at most
    **dict.fromkeys(MISSING_COLUMNS, "float64"),  # share of each network's window beyond the picture: repeated border
    "frame_width": "int64",  # pixels
    "frame_height": "int64",
    "file_bytes": "int64",  # size of the video or image
    **CUES,
    "crop": "string",  # path relative to the faces folder, or absolute
}

FACES = Modality(
    name="image",
    nouns=Nouns(file="video", files="videos", sample="face", samples="faces", person="person"),
    columns=COLUMNS,
    file_column="crop",
    groups=(),
    order=("video", "frame"),
    missing_name="faceless.csv",
    config=FaceConfig,
    per_file="frames_per_video",
    extraction_key="faces",
    extracted_by="python -m keras_impl.extract_faces",
    made_ready_by="python -m keras_impl.extract_embeddings",
    samples_folder=Path("embeddings"),
    results_folder=Path("results"),
    features="FaceNet embeddings",
    features_have_unit_length=True,
    leak_checks=(
        LeakCheck("video", "group", "the same video", is_forbidden=True),
        LeakCheck("source", "group", "its original, or a fake of the same", is_forbidden=True),
        LeakCheck("near-duplicate", "hash", "an almost identical picture", is_forbidden=True),
        LeakCheck("neighbour", "number", "a picture numbered like it"),
        LeakCheck("person", "group", "another video of the person", is_forbidden=True),
        # Close faces can also be two people who look alike, and a fake shows its donor, who may well be on the other
        # side: that is counted, and can't be helped where a data set doesn't tell who the donors are.
        LeakCheck("close face", "close real", "a real face, close as one person's"),
        LeakCheck("donor", "donor", "a fake's donor, or a fake of them"),
    ),
    cues=ShortcutCues(
        "Logistic regression on file size, brightness and sharpness",
        logarithmic=("width", "frame_width", "frame_height", "file_bytes", "sharpness"),
        linear=("brightness", "contrast"),
    ),
    companion=SOUND_NAME,
    report=ReportStyle(
        resampled={"person": "people", "source": "sources"},
        unknown_people="It is not known who is in each of the videos, so what is redrawn are videos with the fakes "
        "made from them.",
        encoder="FaceNet",
        headline=("accuracy", "auc"),
        aside=("log_loss",),
        interval="95 % interval",
        name_letters=18,
        shows_samples=True,
        has_shortcut_section=False,
        about_protocols="""\
The same faces, divided into training and validation by different protocols. Under *random*, frames of
one video can be on both sides; *video* keeps a video on one side, *source* also the fakes made from
it, *person* everything of one person. What an approach loses on the way down is what it owed to
having seen the same video or the same person before.""",
        reading_protocols="""\
**How to read it:** each mark is what an approach reached under a protocol, each bar the range in
which it would fall with another draw of such people (95 % interval); at the dotted line it does no
better than guessing.
If marks fall from one rule to the next, the higher figure doesn't hold for strangers.""",
    ),
)
