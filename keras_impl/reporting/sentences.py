"""What an evaluation comes to, in a sentence."""

from keras_impl.evaluation.bootstrap import FEW_GROUPS, LEVEL
from keras_impl.evaluation.enough import LEAST_PER_CLASS, SUPPOSED_AUC, needed_per_class
from keras_impl.evaluation.evaluate import Evaluation
from keras_impl.reporting.text import counted


def sentence_of(evaluation: Evaluation) -> str:
    """Which approach is ahead, and whether that is more than chance."""
    best = evaluation.summaries[0]
    over = f" over {evaluation.folds} folds" if evaluation.folds > 1 else ""
    videos = counted(evaluation.videos, f"validation {evaluation.modality.nouns.files}")
    basis = f"On {videos} of {counted(evaluation.group_count, evaluation.group_kind)}{over}"
    if evaluation.is_too_little:
        real, fake = evaluation.groups_per_class
        return (
            f"{basis} ({real} with real and {fake} with fake ones) nothing can be compared: with fewer than "
            f"{LEAST_PER_CLASS} of each, a detector of AUC {SUPPOSED_AUC:g} can't be told from guessing. For an "
            f"interval of 0.1 to both sides it takes about {needed_per_class()} {evaluation.group_kind} of each."
        )
    if not evaluation.pairs:
        accuracy = best.figures["accuracy"].value
        return f"{basis}, {best.approach} has accuracy {accuracy:.3f}; there is nothing to compare it with."
    gap = evaluation.pairs[0]
    if not gap.accuracy.value:
        return f"{basis}, {gap.first} and {gap.second} are equally accurate."
    p_value = gap.adjusted["p_groups"]
    assert p_value is not None  # this test can always be made
    verdict = "more than chance explains" if p_value < 1 - LEVEL else "within what chance alone brings about"
    bounds = (gap.accuracy.low, gap.accuracy.high)
    interval = "" if None in bounds else ", 95 % interval {:.2f} to {:.2f}".format(*bounds)
    several = f", Holm-corrected for {len(evaluation.pairs)} pairs" if len(evaluation.pairs) > 1 else ""
    return (
        f"{basis}, {gap.first} is ahead of {gap.second} by {gap.accuracy.value:.3f} in accuracy{interval}. That is "
        f"{verdict} (paired permutation test over {evaluation.group_kind}, p = {p_value:.2g}{several})."
    )


def caution_of(evaluation: Evaluation) -> str | None:
    """What to say where there are too few groups for intervals to be exact."""
    if evaluation.group_count >= FEW_GROUPS or evaluation.is_too_little:
        return None
    return (
        f"There {'is' if evaluation.group_count == 1 else 'are'} only "
        f"{counted(evaluation.group_count, evaluation.group_kind)}: "
        f"with fewer than {FEW_GROUPS}, 95 % intervals from resampling tend to be too narrow."
    )
