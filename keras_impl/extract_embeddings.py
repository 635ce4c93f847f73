"""Step 2: face crops to FaceNet embeddings, the people that they show, and a split."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from keras_impl import console


def main(
    faces: Annotated[Path, typer.Option(help="Folder that extract_faces wrote.")] = Path("data/faces"),
    out: Annotated[Path, typer.Option(help="Where the embeddings go.")] = Path("embeddings"),
    facenet_weights: Annotated[
        Path | None, typer.Option(help="FaceNet's 128-d weights; looked for and fetched by default.")
    ] = None,
    jobs: Annotated[int | None, console.jobs_option()] = None,
    backend: Annotated[Literal["loky", "dask"], console.backend_option()] = "loky",
    scheduler: Annotated[str | None, console.scheduler_option()] = None,
    seed: Annotated[int, console.seed_option("Seed of the split.")] = 0,
) -> None:
    """Turn each face crop into FaceNet's 128 numbers, find out who is who, and divide the faces."""
    from keras_impl.faces.modality import FACES
    from keras_impl.samples.index import check_folder

    check_folder(faces, FACES)

    from joblib import cpu_count

    from keras_impl.core.parallel import Workers
    from keras_impl.models.facenet import DIMENSIONS
    from keras_impl.models.facenet.dataset import embed_faces
    from keras_impl.samples.embeddings import EMBEDDINGS_NAME
    from keras_impl.splits.division import divide_anew

    embedded = embed_faces(faces, out, facenet_weights, Workers(jobs or cpu_count(), backend, scheduler), console)
    divide_anew(out, FACES, seed, console)
    console.say(f"Wrote {out / EMBEDDINGS_NAME}: {embedded} embeddings of {DIMENSIONS} numbers")


if __name__ == "__main__":
    console.run(main, "extract_embeddings")
