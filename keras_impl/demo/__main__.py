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
        str,
        typer.Option(
            metavar="imagenet|pretrained|none|FILE", help="What ResNet50 starts from; only imagenet is downloaded."
        ),
    ] = "pretrained",
    facenet_weights: Annotated[
        Path | None, typer.Option(help="FaceNet's 128-d weights; looked for and fetched by default.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything that is drawn by lot.")] = 0,
) -> None:
    """Make a small data set from the FaceNet tutorial's photos and run the whole comparison on it."""
    from keras_impl.models.facenet.embedder import FaceNetEmbedder
    from keras_impl.models.facenet.weights import find_weights

    weights = find_weights(facenet_weights)  # first, so that a machine that can't get them says so at once

    from joblib import cpu_count

    from keras_impl.core.parallel import Workers
    from keras_impl.core.storage import write_text
    from keras_impl.datasets import open_data
    from keras_impl.demo.clips import find_portraits, make_clips
    from keras_impl.demo.tutorial import run_tutorial
    from keras_impl.faces.modality import FACES
    from keras_impl.faces.mtcnn import MTCNN
    from keras_impl.models import fusion
    from keras_impl.models.card import CAUTION_NAME
    from keras_impl.models.facenet.tutorial_sdist import tutorial_photos
    from keras_impl.pipeline.job import Job
    from keras_impl.pipeline.making import MAKERS
    from keras_impl.pipeline.steps import divide_samples, train_approaches
    from keras_impl.reporting.report import Sources, compare, tell

    photos = tutorial_photos()
    detector = MTCNN(PHOTO_MIN_FACE_SIZE)
    with console.working("Running the tutorial on its own photos"):
        tutorial = run_tutorial(photos, detector, FaceNetEmbedder(weights))
        portraits, _ = find_portraits(photos, detector)
    console.say(tutorial.sentence)

    videos, faces, embeddings = (work / name for name in OWN_FOLDERS)
    for folder in (videos, faces, embeddings):  # what an earlier demo left would be mixed with this one's
        shutil.rmtree(folder, ignore_errors=True)
    for _ in console.track(make_clips(portraits, videos, seed), "Making clips", total=3 * len(portraits)):
        pass
    data = open_data(videos, None, "image")
    job = Job(data, FACES, faces, embeddings, out, 1, 1, seed, backbone_weights, weights)
    MAKERS[FACES.name].make(job, Workers(cpu_count(), apart=True), console)
    divide_samples(job, console)
    write_text(out / CAUTION_NAME, MADE_UP + "\n")  # before there is a model that could be taken at its word
    train_approaches(job, console)
    fusion.train(embeddings, out, kernel="linear", progress=console)
    with console.working("Computing intervals"):
        comparison = compare(out, _notes(tutorial.sentence, backbone_weights), Sources(embeddings=embeddings))
    tell(comparison, out, console)
    console.say(MADE_UP)
    console.say(
        f"Its models give verdicts if they are let: keras-impl predict {_one_of(videos)} --model {out} --allow-demo"
    )


MADE_UP = (
    "The fakes of this demo are made up by simple picture editing, from photos of five people who are in training "
    "and in validation: its figures show that the steps work together, and say nothing about real deepfakes."
)


def _one_of(videos: Path) -> Path:
    return min(videos.glob("*.mp4"))


def _notes(tutorial: str, backbone_weights: str) -> list[str]:
    start = {
        "none": "random weights, without any pretraining",
        "imagenet": "Keras's own ImageNet weights",
        "pretrained": "the weights of the detector that comes with the package, which has learnt real deepfakes",
    }
    return [
        f"ResNet50 was initialised with {start.get(backbone_weights, f'the file {Path(backbone_weights).name}')}.",
        tutorial,
    ]


if __name__ == "__main__":
    console.run(main, "demo")
