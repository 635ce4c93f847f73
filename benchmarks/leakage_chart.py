"""The chart of the README, from committed figures: ``python benchmarks/leakage_chart.py``.

Reads ``results/dfdc_pool/protocols.csv`` and draws ``docs/leakage.png``: what each way of splitting does to the AUC.
"""

from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

matplotlib.use("Agg")

ROOT = Path(__file__).parents[1]
RULES = {"random": "by face", "source": "by video\nwith its fakes", "person": "by person"}
NAMES = {"svm_rbf": ("FaceNet + SVM", "#0072B2", "o"), "baseline": ("shortcuts alone", "#D55E00", "s")}


def main() -> None:
    """Draw a point with its interval per rule and approach."""
    table = pd.read_csv(ROOT / "results/dfdc_pool/protocols.csv")
    figure = Figure(figsize=(5.2, 2.7), layout="constrained", dpi=150)
    axes = figure.subplots()
    for shift, (approach, (name, colour, marker)) in zip((-0.06, 0.06), NAMES.items(), strict=True):
        rows = (
            table[(table["approach"] == approach) & (table["metric"] == "AUC")].set_index("protocol").loc[list(RULES)]
        )
        reach = [rows["value"] - rows["low"], rows["high"] - rows["value"]]
        places = [place + shift for place in range(len(RULES))]
        axes.errorbar(places, rows["value"], reach, color=colour, fmt=marker, capsize=4, label=name)
        for place, value in zip(places, rows["value"], strict=True):
            axes.annotate(f"{value:.2f}", (place, value), (8, -4), textcoords="offset points", color=colour)
    axes.axhline(0.5, color="grey", linestyle=":")
    axes.annotate("guessing", (-0.2, 0.505), color="grey", fontsize=8)
    axes.set_xticks(range(len(RULES)), RULES.values())
    axes.set(
        ylabel="AUC", ylim=(0.45, 1.05), xlim=(-0.25, len(RULES) - 0.6), title="What is kept apart decides the figure"
    )
    axes.legend(loc="center left", bbox_to_anchor=(0.02, 0.55))
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(ROOT / "docs/leakage.png", metadata={"Software": None})


if __name__ == "__main__":
    main()
