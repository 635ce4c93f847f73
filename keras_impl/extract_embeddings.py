"""Step 2: face crops to FaceNet embeddings, the people that they show, and a split."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import cli, find_people, make_split
from keras_impl.errors import DataError, MediaError


def main(
    faces: Annotated[Path, typer.Option(help="Folder that extract_faces wrote.")] = Path("data/faces"),
    out: Annotated[Path, typer.Option(help="Where the embeddings go.")] = Path("embeddings"),
    facenet_weights: Annotated[
        Path | None, typer.Option(help="FaceNet's 128-d weights; looked for and fetched by default.")
    ] = None,
    seed: Annotated[int, cli.seed_option("Seed of the split.")] = 0,
) -> None:
    """Turn each face crop into FaceNet's 128 numbers, find out who is who, and divide the faces."""
    from keras_impl.faces import index
    from keras_impl.storage import read_json

    table = index.read_index(faces)
    made_of = read_json(faces / index.SETTINGS_NAME, made_by="run python -m keras_impl.extract_faces again")

    import numpy as np

    from keras_impl.approaches.embeddings import EMBEDDINGS_NAME, write_embeddings
    from keras_impl.approaches.facenet import BATCH_SIZE, DIMENSIONS, FaceNetEmbedder
    from keras_impl.media.image import read_image
    from keras_impl.media.records import Problem
    from keras_impl.storage import write_json
    from keras_impl.versions import versions

    embedder = FaceNetEmbedder(facenet_weights)
    samples, embeddings, problems = [], [np.empty((0, DIMENSIONS), np.float32)], []
    pairs = zip(table["sample"], table["crop"], strict=True)
    batch = []
    for sample, crop in cli.track(pairs, "Embedding faces", total=len(table)):
        try:
            batch.append(read_image(faces / crop))
            samples.append(sample)
        except MediaError as error:
            problems.append(Problem(sample, f"its crop {crop} {error}"))
        if len(batch) == BATCH_SIZE:
            embeddings.append(embedder.embed(batch))
            batch.clear()
    embeddings.append(embedder.embed(batch))
    index.write_problems(out, problems)
    cli.report_problems(problems, out / index.PROBLEMS_NAME)
    if not samples:
        raise DataError(f"none of the {len(table)} crops in {faces} can be read: run extract_faces again")

    write_embeddings(out, samples, np.concatenate(embeddings))
    index.write_index(out, table.to_dict("records"))
    index.write_faceless(out, index.read_faceless(faces).to_dict("records"))
    settings = {
        "facenet_weights_sha256": embedder.weights_sha256,
        "faces": made_of,
        "versions": versions("keras-facenet", "keras", "tensorflow", "numpy"),
    }
    write_json(out / index.SETTINGS_NAME, settings)
    if table["person"].isna().any():
        find_people.main(embeddings=out)
    try:
        make_split.main(embeddings=out, seed=seed)
    except DataError as error:
        (out / index.SPLIT_NAME).unlink(missing_ok=True)  # one of other faces would mislead
        cli.warn(f"No split was made: {error}")
    cli.say(f"Wrote {out / EMBEDDINGS_NAME}: {len(samples)} embeddings of {DIMENSIONS} numbers")


if __name__ == "__main__":
    cli.run(main, "extract_embeddings")
