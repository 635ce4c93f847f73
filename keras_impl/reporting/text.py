"""Figures as text: rounded alike everywhere, and never a number for what is undefined."""

from keras_impl.evaluation.bootstrap import Estimate

UNDEFINED = "undef."

LONGEST_NAME = 18
"""Letters of a name in pictures; longer ones are cut."""

TEST_NAMES = {
    "p_groups": "permutation test over {kind}",
    "p_mcnemar": "McNemar",
    "p_delong": "DeLong (AUC)",
}


SINGULAR = {
    "people": "person",
    "speakers": "speaker",
    "sources": "source",
    "systems and speakers": "system or speaker",
    "corpora": "corpus",
    "validation videos": "validation video",
    "validation files": "validation file",
}


def counted(count: int, kind: str) -> str:
    """A count with its noun, which is given in the plural."""
    return f"{count} {SINGULAR[kind] if count == 1 else kind}"


def number(value: float | None) -> str:
    """Three decimals."""
    return UNDEFINED if value is None else f"{value:.3f}"


def interval(estimate: Estimate) -> str:
    """Both bounds, two decimals."""
    if estimate.value is None:
        return UNDEFINED
    return "no spread" if estimate.low is None else f"{estimate.low:.2f} to {estimate.high:.2f}"


def with_interval(estimate: Estimate) -> str:
    """A figure with its interval in brackets, which a narrow table doesn't break."""
    if estimate.value is None:
        return UNDEFINED
    bounds = interval(estimate).replace(" ", "\N{NO-BREAK SPACE}")
    return f"{number(estimate.value)} ({bounds})"


def p_value(value: float | None) -> str:
    """Two digits; very small ones as a bound."""
    if value is None:
        return UNDEFINED
    return "< 0.0001" if value < 1e-4 else f"{value:.2g}"


def short(name: str, letters: int = LONGEST_NAME) -> str:
    """Cut a long name, so that it fits into a picture and a table fits into 80 columns."""
    return name if len(name) <= letters else name[: letters - 1] + "…"
