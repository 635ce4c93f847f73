"""Whether approaches to sound do better than what tells real from fake without a voice: the baseline."""

from keras_impl.evaluation.evaluate import Summary
from keras_impl.evaluation.metrics import METRICS
from keras_impl.models.shortcuts import NAME as BASELINE
from keras_impl.reporting.comparison import Comparison
from keras_impl.reporting.markdown import bullets, escape, table
from keras_impl.reporting.text import with_interval


def add_shortcuts(comparison: Comparison) -> None:
    """What the baseline reaches beside the approaches, and whether each of them beats it."""
    style = comparison.evaluation.modality.report
    found = {summary.approach: summary for summary in comparison.evaluation.at("video")}
    baseline = found.get(BASELINE)
    comparison.add("## Is it more than shortcuts?")
    if baseline is None:
        comparison.add("There is no shortcut baseline beside these results, so shortcuts were not measured.")
        return
    rows = [
        (escape(name), *(with_interval(summary.figures[metric]) for metric in style.headline))
        for name, summary in found.items()
    ]
    others = [summary for name, summary in found.items() if name != BASELINE]
    verdicts = [bullets([describe_gain(other, baseline, style.headline) for other in others])] if others else []
    comparison.add(
        table(("approach", *(METRICS[metric].name for metric in style.headline)), rows),
        *verdicts,
        "**How to read it:** the shortcut baseline knows nothing of the voice, only what betrays how a file was made: "
        "its length, pauses, level, bandwidth, noise, reverberation, traces of codecs, and format. What it reaches "
        "needs no detection of forgeries to explain it. Intervals that don't touch are a strict demand: where they do, "
        "an approach may still be ahead.",
    )


def describe_gain(approach: Summary, baseline: Summary, metrics: tuple[str, ...]) -> str:
    """Say in which metrics an approach beats the baseline with intervals that don't touch."""
    told = [key for key in metrics if approach.figures[key].low is not None and baseline.figures[key].low is not None]
    better = [key for key in told if _is_better(key, approach, baseline)]
    worse = [key for key in told if _is_better(key, baseline, approach)]
    rest = [key for key in told if key not in better]
    if better:
        text = f"beats the baseline in {_listed(better)}, with intervals that don't touch"
        text += f", but not in {_listed(rest)}." if rest else "."
    elif told:
        text = f"doesn't beat the baseline: in none of {_listed(told)} is its interval wholly better."
        text += f" It is behind in {_listed(worse)}." if worse else ""
    else:
        text = "can't be told from the baseline by intervals."
    unknown = [key for key in metrics if key not in told]
    text += f" Of {_listed(unknown)}, there is no interval." if unknown else ""
    return f"**{escape(approach.approach)}** {text}"


def _is_better(metric: str, one: Summary, other: Summary) -> bool:
    """Whether the whole interval of one is on the better side of the other's."""
    higher, lower = (one, other) if METRICS[metric].higher_is_better else (other, one)
    low, high = higher.figures[metric].low, lower.figures[metric].high
    return low is not None and high is not None and low > high


def _listed(metrics: list[str]) -> str:
    names = [METRICS[metric].name for metric in metrics]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
