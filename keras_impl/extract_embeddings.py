"""Step 2: face crops to FaceNet embeddings, the people that they show, and a split."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from keras_impl import console, find_people, make_split
from keras_impl.errors import DataError


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
    from keras_impl.samples import index

    table = index.read_index(faces, FACES)
    made_of, config = index.read_settings(faces, FACES)

    from joblib import cpu_count

    from keras_impl.core.parallel import Workers
    from keras_impl.core.storage import remove_partial
    from keras_impl.core.versions import versions
    from keras_impl.models.facenet.dataset import Embedding
    from keras_impl.models.facenet.embedder import DIMENSIONS, find_weights
    from keras_impl.samples.embeddings import EMBEDDINGS_NAME, write_embeddings

    workers = Workers(jobs or cpu_count(), backend, scheduler)
    with console.working("Preparing FaceNet"):
        embedding = Embedding(table, faces, out, find_weights(facenet_weights), config.framing)
    with embedding:
        remove_partial(out)  # of a run that was killed
        if embedding.todo < len(table):
            console.say(f"{len(table) - embedding.todo} of {len(table)} faces are embedded already")
        for _ in console.track(embedding.run(workers), "Embedding faces", embedding.todo):
            pass
        samples, vectors, problems = embedding.result()
    index.write_problems(out, problems)
    console.report_problems(problems, out / index.PROBLEMS_NAME)
    if not samples:
        raise DataError(f"none of the {len(table)} crops in {faces} can be read: run extract_faces again")

    write_embeddings(out, samples, vectors)
    index.write_index(out, FACES, table.to_dict("records"))
    index.write_missing(out, FACES, index.read_missing(faces, FACES).to_dict("records"))
    index.write_settings(
        out,
        FACES,
        config,
        facenet_weights_sha256=embedding.weights_sha256,
        faces={name: made_of[name] for name in made_of if name not in ("format", "modality", "sample")},
        versions=versions("keras-facenet", "openvino", "numpy"),
    )
    if table["person"].isna().any():
        find_people.main(embeddings=out)
    make_split.divide_anew(out, "image", seed)
    console.say(f"Wrote {out / EMBEDDINGS_NAME}: {len(samples)} embeddings of {DIMENSIONS} numbers")


if __name__ == "__main__":
    console.run(main, "extract_embeddings")
