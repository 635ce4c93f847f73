"""What a detector says of genuine files and of fakes, class by class, as far as the published rates tell it."""

from dataclasses import dataclass

from keras_impl.models.published import ErrorRates, Rate


@dataclass(frozen=True)
class Outcomes:
    """Shares of the files of one class by the answer that they got, 0 to 1; together they are all of them.

    Only what was measured has an interval, not what follows from it.

    Attributes
    ----------
    called_fake, unsure, called_real : Rate or None
        None where it is not known: then one of the first and the last is, and the rest got one of the other answers.
    """

    called_fake: Rate | None
    unsure: Rate | None
    called_real: Rate | None


def of_fakes(rates: ErrorRates) -> Outcomes | None:
    """What fakes of a set were called; None if it has none."""
    missed, found, unsure = rates.fnr, rates.tpr, None
    if missed is None:
        return None
    if not rates.real:
        unsure = rates.unsure
        found = found or _rest(missed, unsure)
    elif found is not None:
        unsure = _rest(missed, found)
    return Outcomes(found, unsure, missed)


def of_genuine(rates: ErrorRates) -> Outcomes | None:
    """What genuine files of a set were called; None if it has none."""
    called_fake, fakes = rates.fpr, of_fakes(rates)
    if called_fake is None:
        return None
    if fakes is None:
        unsure = rates.unsure
    elif fakes.unsure is None:
        return Outcomes(called_fake, None, None)
    else:  # the share that is published is that of both classes together
        both = rates.unsure.value * (rates.real + rates.fake)
        unsure = _share((both - fakes.unsure.value * rates.fake) / rates.real)
    return Outcomes(called_fake, unsure, _rest(called_fake, unsure))


def _rest(one: Rate, other: Rate) -> Rate:
    return _share(1 - one.value - other.value)


def _share(value: float) -> Rate:
    return Rate(min(max(value, 0.0), 1.0))
