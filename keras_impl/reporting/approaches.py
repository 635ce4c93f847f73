"""What each approach is, in a line for people who have never heard of it, and how it came about."""

from collections.abc import Mapping
from typing import Any

from keras_impl.models.card import Cards
from keras_impl.reporting.comparison import Comparison
from keras_impl.reporting.markdown import bullets, escape, table
from keras_impl.samples.modality import Modality

_PERSON_NUMBERS = "a network that recognises people (FaceNet) turns each face into 128 numbers"
_SOUND_NUMBERS = "a segment's spectrum is summed up in some hundred numbers (LFCC)"
_BASELINE = "knows only what has nothing to do with a forgery; what it reaches needs no detection of forgeries"

EXPLAINED: Mapping[str, Mapping[str, str]] = {
    "image": {
        "svm": f"{_PERSON_NUMBERS}, and a support vector machine finds the plane that parts real from fake",
        "svm_rbf": f"{_PERSON_NUMBERS}, and a support vector machine finds a curved border between real and fake",
        "resnet": "a network for pictures (ResNet50), fine-tuned on the faces, looks at the pixels themselves",
        "fusion": "both of these in one: a weighted sum of what ResNet50 and a support vector machine say",
        "baseline": _BASELINE,
    },
    "sound": {
        "svm": f"{_SOUND_NUMBERS}, and a support vector machine finds the plane that parts genuine from forged",
        "svm_rbf": f"{_SOUND_NUMBERS}, and a support vector machine finds a curved border between genuine and forged",
        "resnet": "a network for pictures (ResNet50), fine-tuned on spectrograms, looks at the sound's picture",
        "baseline": _BASELINE,
    },
}
"""By modality and name; of other approaches a report says what their cards call them."""

HASH_DIGITS = 12
"""They tell any two splits apart."""

HEADINGS = ("approach", "learnt from", "chosen in training", "started from", "seed", "took")


def add_approaches(comparison: Comparison, cards: Cards) -> None:
    """A line on each approach."""
    items = []
    for name in comparison.evaluation.approaches:
        known = EXPLAINED[comparison.evaluation.modality.name].get(name)
        title = str(cards.get(name, {}).get("approach", "")) or "no description"
        items.append(
            f"**{escape(name)}** ({escape(title)}): {known}." if known else f"**{escape(name)}**: {escape(title)}."
        )
    comparison.add("## What is compared?", bullets(items))


def add_cards(comparison: Comparison, cards: Cards) -> None:
    """What the approaches' cards say of their making: what they share in sentences, what differs in a table."""
    shown = {name: cards[name] for name in comparison.evaluation.approaches if name in cards}
    if not shown:
        return
    modality = comparison.evaluation.modality
    comparison.add(
        "## How it was made",
        table(HEADINGS, [_row(name, card, modality) for name, card in shown.items()], numbers=False),
        *_shared(shown),
        "The file `model.json` in each approach's folder has all settings and hashes.",
    )


def _row(name: str, card: Mapping[str, Any], modality: Modality) -> tuple[str, ...]:
    fits = card.get("fits")
    fit = fits[0] if isinstance(fits, list) and fits and isinstance(fits[0], dict) else {}
    cells = (_learnt_from(fit, modality), _chosen(fit), card.get("backbone_weights"), card.get("seed"), _took(card))
    return (escape(name), *(_dash(cell) for cell in cells))


def _learnt_from(fit: Mapping[str, Any], modality: Modality) -> str:
    """How many samples of the first fold it learnt from, and how many it kept."""
    samples = modality.nouns.samples
    if "fitted_to" in fit:
        return f"{_count(fit['fitted_to'])} {samples} that both were kept from"
    learnt = fit.get("learnt_from", fit.get("training_samples"))
    if learnt is None:
        return ""
    copies = f" and {_count(fit['made_worse'])} copies made worse" if fit.get("made_worse") else ""
    kept = "" if fit.get("turns") or not fit.get("held_out") else f"; {_count(fit['held_out'])} kept for tuning"
    return f"{_count(learnt)} {samples}{copies}{kept}"


def _chosen(fit: Mapping[str, Any]) -> str:
    """What training settled on in the first fold."""
    told = [f"{name} {_figure(fit[name])}" for name in ("C", "gamma") if name in fit]
    if "tuning_auc" in fit:
        told.append(f"AUC {_figure(fit['tuning_auc'])} in tuning")
    if "best_epoch" in fit:
        told.append(f"epoch {fit['best_epoch']}")
    if isinstance(fit.get("weights"), dict):
        told += [f"{name} counts {_figure(weight)}" for name, weight in fit["weights"].items()]
    return ", ".join(told)


def _took(card: Mapping[str, Any]) -> str:
    """How long the last run of the training took; of one that was resumed, less than all of it."""
    seconds = card.get("seconds")
    if not isinstance(seconds, int | float):
        return ""
    if seconds < 1:
        return "< 1 s"
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _shared(cards: Cards) -> list[str]:
    """Split and samples, a sentence for all approaches or for each whose differ, and the versions of all."""
    told: dict[str, list[str]] = {}
    for name, card in cards.items():
        for sentence in filter(None, (_split(card), _samples(card))):
            told.setdefault(sentence, []).append(name)
    shared = [
        sentence if len(names) == len(cards) else f"{escape(', '.join(names))}: {sentence}"
        for sentence, names in told.items()
    ]
    return [*shared, *filter(None, [_versions(cards)])]


def _split(card: Mapping[str, Any]) -> str:
    split = card.get("split")
    if not isinstance(split, dict):
        return ""
    told = [f"protocol {escape(split.get('protocol', 'not known'))}"]
    if split.get("folds", 1) != 1:
        told.append(f"{escape(split['folds'])} folds")
    if "seed" in split:
        told.append(f"seed {escape(split['seed'])}")
    if "content_hash" in split:
        told.append(f"hash beginning with {_brief(split['content_hash'])}")
    return f"Divided by {', '.join(told)}."


def _samples(card: Mapping[str, Any]) -> str:
    made_from = card.get("made_from")
    if not isinstance(made_from, dict) or "index_sha256" not in made_from:
        return ""
    return f"The samples are those of the index whose hash begins with {_brief(made_from['index_sha256'])}."


def _versions(cards: Cards) -> str:
    """The packages of all approaches, each once with its versions."""
    found: dict[str, list[str]] = {}
    for card in cards.values():
        of_card = card.get("versions")
        for package, version in of_card.items() if isinstance(of_card, dict) else ():
            found.setdefault(str(package), [])
            found[package] += [str(version)] * (str(version) not in found[package])
    told = [escape(f"{package} {' and '.join(versions)}") for package, versions in found.items()]
    return f"With {', '.join(told)}." if told else ""


def _brief(value: object) -> str:
    return escape(str(value)[:HASH_DIGITS])


def _count(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _figure(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _dash(cell: object) -> str:
    return "-" if cell in (None, "") else escape(cell)
