"""The demo's command."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from keras_impl import console

OWN_FOLDERS = ("videos", "faces", "embeddings")
"""All that the demo makes in its work folder, and all that it deletes there before it starts."""

PHOTO_MIN_FACE_SIZE = 20
"""The tutorial's photos are small, and so are the faces in them."""


def main(
    work: Annotated[Path, typer.Option(help="Where clips, faces and embeddings go.")] = Path("data/demo"),
    out: Annotated[Path, typer.Option(help="Where the results go.")] = Path("results/demo"),
    backbone_weights: Annotated[
        str, typer.Option(metavar="imagenet|none|FILE", help="What ResNet50 starts from; none needs no download.")
    ] = "none",
    facenet_weights: Annotated[
        Path | None, typer.Option(help="FaceNet's 128-d weights; looked for and fetched by default.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything that is drawn by lot.")] = 0,
) -> None:
    """Make a small data set from the FaceNet tutorial's photos and run the whole comparison on it."""
    from keras_impl.models.facenet.embedder import FaceNetEmbedder, find_weights

    weights = find_weights(facenet_weights)  # first, so that a machine that can't get them says so at once

    from keras_impl import (
        compare,
        extract_embeddings,
        extract_faces,
        train_baseline,
        train_fusion,
        train_resnet,
        train_svm,
    )
    from keras_impl.core.storage import write_text
    from keras_impl.demo.clips import find_portraits, make_clips
    from keras_impl.demo.tutorial import run_tutorial
    from keras_impl.faces.mtcnn import FaceDetector
    from keras_impl.models.facenet.tutorial_sdist import tutorial_photos
    from keras_impl.prediction.trained import CAUTION_NAME

    photos = tutorial_photos()
    detector = FaceDetector(PHOTO_MIN_FACE_SIZE)
    with console.working("Running the tutorial on its own photos"):
        tutorial = run_tutorial(photos, detector, FaceNetEmbedder(weights))
        portraits, _ = find_portraits(photos, detector)
    console.say(tutorial.sentence)

    videos, faces, embeddings = (work / name for name in OWN_FOLDERS)
    for folder in (videos, faces, embeddings):  # what an earlier demo left would be mixed with this one's
        shutil.rmtree(folder, ignore_errors=True)
    for _ in console.track(make_clips(portraits, videos, seed), "Making clips", total=3 * len(portraits)):
        pass
    extract_faces.main(data=videos, out=faces)
    extract_embeddings.main(faces=faces, out=embeddings, facenet_weights=weights, seed=seed)
    write_text(out / CAUTION_NAME, MADE_UP + "\n")  # before there is a model that could be taken at its word
    train_svm.main(embeddings=embeddings, out=out)
    train_resnet.main(faces=faces, embeddings=embeddings, out=out, backbone_weights=backbone_weights, seed=seed)
    train_fusion.main(embeddings=embeddings, out=out, kernel="linear")
    train_baseline.main(embeddings=embeddings, out=out)
    compare.main(results=out, embeddings=embeddings, note=_notes(tutorial.sentence, backbone_weights))
    console.say(MADE_UP)
    console.say(f"Its models judge any clip all the same, such as: python -m keras_impl.predict {_one_of(videos)}")


MADE_UP = (
    "The fakes of this demo are made up by simple picture editing, from photos of five people who are in training "
    "and in validation: its figures show that the steps work together, and say nothing about real deepfakes."
)


def _one_of(videos: Path) -> Path:
    return min(videos.glob("*.mp4"))


def _notes(tutorial: str, backbone_weights: str) -> list[str]:
    start = {"none": "random weights, without any pretraining", "imagenet": "Keras's own ImageNet weights"}
    return [
        f"**{MADE_UP}**",
        f"ResNet50 was initialised with {start.get(backbone_weights, f'the file {Path(backbone_weights).name}')}.",
        tutorial,
    ]


if __name__ == "__main__":
    console.run(main, "demo")
