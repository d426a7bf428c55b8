"""What a fit says about its effects, in numbers and in words: the rows of evidence tables, figures and pages.

Comes in: fits. Goes out: frozen rows; nothing is decided here, every reading is the fit's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symbiode.errors import quote
from symbiode.show.naming import interval, symbol
from symbiode.system.model import split_path
from symbiode.words import say

if TYPE_CHECKING:
    from symbiode.inference.identifiability import Profile
    from symbiode.inference.results import Fit

@dataclass(frozen=True, kw_only=True)
class Effect:
    """One estimated effect.

    Parameters
    ----------
    name : str
        Its key path, ``effects.receiver.source``.
    symbol : str
        ``d₁₂``, or ``a₁₂`` where it is per capita.
    estimate : float
    low, high : float or None
        Ends of the interval; None where the data set no limit.
    level : float
        Confidence level of the interval.
    reading : str
        ``identified``, ``one_sided``, ``flat``, ``at_bound`` or ``cut_by``.
    """

    name: str
    symbol: str
    estimate: float
    low: float | None
    high: float | None
    level: float
    reading: str

    @property
    def bounded(self) -> bool:
        """Whether the data limit it on both sides."""
        return self.reading == "identified"

    @property
    def sign(self) -> int:
        """The sign of the best estimate."""
        return (self.estimate > 0) - (self.estimate < 0)

    def interval(self, lang: str = "en") -> str:
        """Return the interval as text; an open end is an infinity sign, two open ends are a word."""
        if self.low is None and self.high is None:
            return say("report_open", lang)
        return interval(self.low, self.high, lang, digits=2)


def effects_of(fit: Fit) -> tuple[Effect, ...]:
    """Return the estimated effects of a fit in the order of its names."""
    found: list[Effect] = []
    for name, profile in profiles_of(fit).items():
        if split_path(name)[0] == "effects":
            found.append(
                Effect(
                    name=name, symbol=symbol(fit.model, name), estimate=float(profile.estimate), low=profile.low,
                    high=profile.high, level=profile.level, reading=profile.reading.value,
                )
            )  # fmt: skip
    return tuple(found)


def profiles_of(fit: Fit) -> Mapping[str, Profile]:
    """Return the profiles of a fit by name."""
    return {profile.name: profile for profile in fit.profiles}


def flips(fits: Iterable[tuple[str, Fit]]) -> tuple[str, ...]:
    """Return the names of effects whose best estimate has not the same sign in all fits.

    Parameters
    ----------
    fits : iterable of (series, Fit)
        Of the same model under different price bases.
    """
    signs: dict[str, set[int]] = {}
    for _, fit in fits:
        for effect in effects_of(fit):
            signs.setdefault(effect.name, set()).add(effect.sign)
    return tuple(name for name, seen in signs.items() if len(seen) > 1)


def vif(fit: Fit) -> tuple[float, ...]:
    """Return the variance inflation of each unit's levels; empty if the series is too short to say."""
    return tuple(float(value) for value in fit.diagnostics.vif or ())


def capacity_ratios(fit: Fit) -> tuple[tuple[str, float], ...]:
    """Return for each unit with an estimated capacity how many times its last observed level that is."""
    found = []
    for unit, last in zip(fit.model.units, fit.diagnostics.last_levels, strict=True):
        key = ".".join(map(quote, (unit.name, "capacity")))
        if key in fit.names:
            found.append((unit.name, float(fit.params[key]) / last))
    return tuple(found)


def likeliest(fit: Fit) -> tuple[str, float]:
    """Return the mode or outcome with the largest probability, a key of `symbiode.words`, and that probability."""
    settled = {key: share for key, (share, _) in fit.settled_probabilities.items() if key != "none"}
    other = {key: share for key, (share, _) in fit.outcome_probabilities.items() if key != "coexistence"}
    everything = settled | other or {key: share for key, (share, _) in fit.mode_probabilities.items()}
    key = max(everything, key=lambda word: everything[word])
    return key, everything[key]


def basis(fit: Fit, series: str, lang: str = "en") -> str:
    """Return what a series is, in words: the label or price basis that the model file gives it, else its name."""
    source = fit.model.data
    told = dict(source.alternatives).get(series, source) if source is not None else None
    label = dict(told.label).get(lang, "") if told is not None else ""
    return str(label or fit.observations.basis or series)
