"""How long steps will take: extraction by a few of the files themselves, the rest by what was measured elsewhere.

Networks and SVM were timed on 2 cores of an AMD EPYC with avx512_bf16 (``benchmarks/README.md``); how much faster or
slower another machine is, a product of matrices tells, which uses all of its cores. On a GPU, ResNet50 is faster.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from keras_impl.core.parallel import Workers
from keras_impl.core.progress import Progress
from keras_impl.datasets.record import Problem
from keras_impl.errors import DataError
from keras_impl.media.formats import ModalityName
from keras_impl.models.resnet.precision import compute_dtype
from keras_impl.pipeline.job import Job
from keras_impl.pipeline.making import MAKERS
from keras_impl.samples.extraction import OK, size_of

PROBED = 6
"""Files that are tried; the first one's time isn't counted, because the detector is loaded in it."""

MATRIX = 1024
TIMES = 60
REFERENCE_SECONDS = 0.0103
"""That a product of two such matrices takes there, the fastest of many: what else is running must not count."""

EMBEDDING_SECONDS = 0.0065
"""A face by FaceNet: 13 ms on each of two cores."""

RESNET_SECONDS: Mapping[ModalityName, float] = {"image": 0.14, "sound": 1.0}
"""A sample, all epochs: 17,374 faces took 40 minutes; 718 segments of sound, three turns included, 715 seconds."""

PLAIN_TIMES = 3.0
"""As long as that ResNet50 takes where the processor doesn't compute in bfloat16."""

RESNET_START = 20.0
"""Until the first epoch, and from the last one to the scores."""

COMPARING_SECONDS = 20.0

TRAINED_SHARE = 0.8
"""Of the samples, in each fold."""


@dataclass(frozen=True)
class Probe:
    """What came of the files that were tried.

    Attributes
    ----------
    seconds : float
        That one of them takes on one core.
    samples : float
        That one of them gives.
    tried : int
    problems : list of Problem
        Those that gave none.
    """

    seconds: float
    samples: float
    tried: int
    problems: list[Problem]


def probe(job: Job, progress: Progress) -> Probe:
    """Extract a few files, from the smallest to the largest, into a folder that is deleted again.

    Raises
    ------
    DataError
        If none of them gives a sample.
    """
    nouns = job.modality.nouns
    # files that are labelled by another one can't be tried without it
    candidates = sorted((each for each in job.data.records if not each.label_from_original), key=size_of)
    places = np.linspace(0, len(candidates) - 1, min(PROBED, len(candidates))).round().astype(int)
    chosen = [candidates[place] for place in places]
    with TemporaryDirectory() as folder:
        extraction = MAKERS[job.modality.name].extraction(chosen, Path(folder), job.per_file)
        with extraction, progress.working(f"Trying {len(chosen)} of the {nouns.files}"):
            outcomes = list(extraction.run(Workers(1, apart=True)))
    problems = [Problem(record.video, outcome.reason) for record, outcome in outcomes if outcome.status != OK]
    if len(problems) == len(outcomes):
        raise DataError(
            f"none of {len(outcomes)} {nouns.files} that were tried gives a {nouns.sample}: give others; of "
            f"{problems[0].name} the reason is: {problems[0].reason}"
        )
    timed = [outcome.seconds for _, outcome in outcomes[1:] or outcomes]
    counts = [len(outcome.rows) for _, outcome in outcomes]
    return Probe(float(np.mean(timed)), float(np.mean(counts)), len(outcomes), problems)


def machine_ratio() -> float:
    """How many times as long as there computing takes here, about."""
    matrix = np.random.default_rng(0).normal(size=(MATRIX, MATRIX)).astype(np.float32)
    seconds = []
    for _ in range(TIMES):
        started = time.perf_counter()
        matrix @ matrix
        seconds.append(time.perf_counter() - started)
    return min(seconds) / REFERENCE_SECONDS


def embedding_seconds(samples: float) -> float:
    """That FaceNet takes for so many faces on the machine that was measured on."""
    return EMBEDDING_SECONDS * samples


def svm_seconds(samples: float, folds: int) -> float:
    """That tuning and fitting the SVM takes there: with the square of the samples, beyond a few thousand."""
    learnt = TRAINED_SHARE * samples
    return folds * (3 + 3e-3 * learnt + 4e-7 * learnt**2)


def resnet_seconds(samples: float, folds: int, modality: ModalityName) -> float:
    """That fine-tuning ResNet50 takes there, if its processor computed in the numbers of this one."""
    times = 1.0 if compute_dtype() == "mixed_bfloat16" else PLAIN_TIMES
    return folds * (RESNET_START + times * RESNET_SECONDS[modality] * TRAINED_SHARE * samples)
