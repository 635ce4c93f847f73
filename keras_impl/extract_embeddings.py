"""Step 2: face crops to FaceNet embeddings, the people that they show, and a split."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from keras_impl import cli, find_people, make_split
from keras_impl.errors import DataError


def main(
    faces: Annotated[Path, typer.Option(help="Folder that extract_faces wrote.")] = Path("data/faces"),
    out: Annotated[Path, typer.Option(help="Where the embeddings go.")] = Path("embeddings"),
    facenet_weights: Annotated[
        Path | None, typer.Option(help="FaceNet's 128-d weights; looked for and fetched by default.")
    ] = None,
    jobs: Annotated[int | None, cli.jobs_option()] = None,
    backend: Annotated[Literal["loky", "dask"], cli.backend_option()] = "loky",
    scheduler: Annotated[str | None, cli.scheduler_option()] = None,
    seed: Annotated[int, cli.seed_option("Seed of the split.")] = 0,
) -> None:
    """Turn each face crop into FaceNet's 128 numbers, find out who is who, and divide the faces."""
    from keras_impl import index
    from keras_impl.faces.index import FACES

    table = index.read_index(faces, FACES)
    made_of, config = index.read_settings(faces, FACES)

    from joblib import cpu_count

    from keras_impl.approaches.embedding import Embedding
    from keras_impl.approaches.facenet import DIMENSIONS, find_weights
    from keras_impl.embeddings import EMBEDDINGS_NAME, write_embeddings
    from keras_impl.parallel import Workers
    from keras_impl.storage import remove_partial
    from keras_impl.versions import versions

    workers = Workers(jobs or cpu_count(), backend, scheduler)
    with cli.working("Preparing FaceNet"):
        embedding = Embedding(table, faces, out, find_weights(facenet_weights), config.framing)
    with embedding:
        remove_partial(out)  # of a run that was killed
        if embedding.todo < len(table):
            cli.say(f"{len(table) - embedding.todo} of {len(table)} faces are embedded already")
        for _ in cli.track(embedding.run(workers), "Embedding faces", embedding.todo):
            pass
        samples, vectors, problems = embedding.result()
    index.write_problems(out, problems)
    cli.report_problems(problems, out / index.PROBLEMS_NAME)
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
    cli.say(f"Wrote {out / EMBEDDINGS_NAME}: {len(samples)} embeddings of {DIMENSIONS} numbers")


if __name__ == "__main__":
    cli.run(main, "extract_embeddings")
