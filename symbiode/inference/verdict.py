"""The verdict rule: a mode is named only if seven conditions hold, else every failed one is said.

Comes in: the `Evidence` of one fit. Goes out: a `Verdict`: a mode with its probability, or none, with the reason of
every failed condition and what would decide it. No condition knows of any place, series or law by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from symbiode.dynamics.modes.ladder import Mode
from symbiode.errors import Status
from symbiode.inference.diagnostics import ResidualTest
from symbiode.inference.identifiability import Profile, Reading
from symbiode.inference.rivals import Basis
from symbiode.render import significant
from symbiode.system.model import Unit, split_path
from symbiode.words import say

Value = str | int | float | Unit | Enum | tuple["Reason", ...]


@dataclass(frozen=True)
class Reason:
    """One sentence about a verdict, in any language.

    Parameters
    ----------
    key : str
        A key of `symbiode.words`.
    values : tuple of (name, value) pairs
        What the sentence holds: texts, numbers, units (told by their label), modes, or further sentences.
    """

    key: str
    values: tuple[tuple[str, Value], ...] = ()

    def text(self, lang: str = "en") -> str:
        """Return the sentence in a language."""
        return say(self.key, lang, **{name: _told(value, lang) for name, value in self.values})


def reason(key: str, **values: Value) -> Reason:
    """Return a reason with named values."""
    return Reason(key, tuple(values.items()))


def _told(value: Value, lang: str) -> str:
    if isinstance(value, Unit):
        return value.shown(lang)
    if isinstance(value, Enum):
        return say(str(value.value), lang)
    if isinstance(value, tuple):
        return (", " if lang == "en" else "；").join(part.text(lang) for part in value)
    return significant(value, 3) if isinstance(value, float) else str(value)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the rule looks at.

    Parameters
    ----------
    units : tuple of Unit
    status : Status
        Of the estimate.
    starts, agreeing : int
        Starts tried, and those that ended at the estimate.
    mode, wider_mode : Mode or None
        Of the estimate, and of the best answer in a box twice as wide.
    profiles : tuple of Profile
        Of every coefficient.
    scaled : bool
        Whether effects are relative to capacities.
    rejected : tuple of ResidualTest
        Residual tests that reject at 1 %.
    aicc, aicc_alone : float or None
        Of the model, and of the better of the independent growth laws; None where the series is too short for it.
    effects : bool
        Whether any effect was estimated at all.
    theil_u : float or None
        Forecast error relative to a random walk with drift; None where the series is too short.
    money, trending : bool
        Whether the series is money; whether all units trend.
    bases : tuple of Basis
        Every price basis the data allow, this one first.
    probabilities : dict of mode name to (share, error)
        Empty where nothing could be drawn.
    last_levels : tuple of float
        The last observed level of each unit.
    """

    units: tuple[Unit, ...]
    status: Status
    starts: int
    agreeing: int
    mode: Mode | None
    wider_mode: Mode | None
    profiles: tuple[Profile, ...]
    scaled: bool
    rejected: tuple[ResidualTest, ...]
    aicc: float | None
    aicc_alone: float | None
    effects: bool
    theil_u: float | None
    money: bool
    trending: bool
    bases: tuple[Basis, ...]
    probabilities: dict[str, tuple[float, float]]
    last_levels: tuple[float, ...] = ()

    @property
    def leading(self) -> tuple[Mode, float, float] | None:
        """The most probable mode with its probability and Monte Carlo error."""
        if not self.probabilities:
            return None
        name = max(self.probabilities, key=lambda k: self.probabilities[k][0])
        return Mode(name), *self.probabilities[name]

    def unit(self, name: str) -> Unit:
        """Return a unit by name."""
        return next(unit for unit in self.units if unit.name == name)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a fit says about the mode.

    Parameters
    ----------
    mode : Mode or None
        The mode, None if undetermined.
    probability, error : float or None
        Of the most probable mode, named or not, and its Monte Carlo error.
    leading : Mode or None
        The most probable mode.
    outcome, outcome_probability
        Where the pair most probably goes, where a theorem covers the law.
    level : float
        The probability that naming a mode takes: a convention.
    reasons : tuple of Reason
        Every failed condition.
    needed : tuple of Reason
        What would decide it.
    """

    mode: Mode | None
    probability: float | None
    error: float | None
    leading: Mode | None
    outcome: str | None
    outcome_probability: float | None
    level: float
    reasons: tuple[Reason, ...]
    needed: tuple[Reason, ...]

    def summary(self, lang: str = "en") -> str:
        """Return the verdict in plain text: the mode, every reason, what would decide it."""
        lines = [self.headline(lang)]
        lines += [f"  - {item.text(lang)}" for item in self.reasons]
        if self.needed:
            lines += [say("verdict_needed", lang), *(f"  - {item.text(lang)}" for item in self.needed)]
        return "\n".join(lines)

    def headline(self, lang: str = "en") -> str:
        """Return the verdict in one line."""
        level = significant(self.level, 3)
        if self.mode is None:
            return say("verdict_undetermined", lang, level=level)
        named = {"mode": say(self.mode.value, lang), "probability": f"{self.probability:.3f}", "level": level}
        named["error"] = f"{self.error:.3f}"
        if self.outcome is None:
            return say("verdict_named", lang, **named)
        goes, share = say(self.outcome, lang), f"{self.outcome_probability:.3f}"
        return say("verdict_named_outcome", lang, **named, outcome=goes, share=share)


def sound(evidence: Evidence, level: float) -> tuple[Reason, ...]:
    """Condition 1: the search ended well, and the box did not make the mode."""
    found = []
    if not evidence.status.ok:
        found.append(reason("verdict_status", status=reason_of(evidence.status)))
    if evidence.agreeing < 2:
        found.append(reason("verdict_starts", agreeing=evidence.agreeing, starts=evidence.starts))
    if evidence.mode and evidence.wider_mode and evidence.mode != evidence.wider_mode:
        found.append(reason("verdict_box", mode=evidence.mode, wider=evidence.wider_mode))
    return tuple(found)


def reason_of(status: Status) -> tuple[Reason, ...]:
    """Return a status as a sentence of the words."""
    return (reason(f"status_{status.code.value}"),)


def effects_bounded(evidence: Evidence, level: float) -> tuple[Reason, ...]:
    """Condition 2: every effect was estimated, with an interval bounded on both sides that touches no bound."""
    if not evidence.effects:
        return (reason("verdict_no_effects"),)
    found = []
    for profile in _of_kind(evidence, "effects"):
        _, receiver, source = split_path(profile.name)
        values = {"receiver": evidence.unit(receiver), "source": evidence.unit(source)}
        if profile.reading is Reading.CUT_BY:
            found.append(reason("verdict_effect_cut_by", **values, others=", ".join(profile.cut_by)))
        elif not profile.bounded:
            found.append(reason(f"verdict_effect_{profile.reading.value}", **values))
    return tuple(found) + _assumed(evidence)


def _assumed(evidence: Evidence) -> tuple[Reason, ...]:
    """Return the effects of a pair that were assumed and not estimated."""
    if len(evidence.units) != 2:
        return ()
    known = {split_path(profile.name)[1:] for profile in _of_kind(evidence, "effects")}
    pairs = (evidence.units, evidence.units[::-1])
    missing = [(receiver, source) for receiver, source in pairs if (receiver.name, source.name) not in known]
    return tuple(reason("verdict_effect_assumed", receiver=r, source=s) for r, s in missing)


def capacities_known(evidence: Evidence, level: float) -> tuple[Reason, ...]:
    """Condition 3: every capacity that scales an effect is identified, or was supplied."""
    if not evidence.scaled:
        return ()
    found = []
    for profile in _of_kind(evidence, "capacity"):
        if not profile.bounded:
            unit = evidence.unit(split_path(profile.name)[0])
            ratio = _over_last(evidence, profile, unit)
            found.append(reason("verdict_capacity", unit=unit, ratio=ratio))
    return tuple(found)


def _over_last(evidence: Evidence, profile: Profile, unit: Unit) -> float:
    last = evidence.last_levels[evidence.units.index(unit)] if evidence.last_levels else float("nan")
    return profile.estimate / last


def residuals_independent(evidence: Evidence, level: float) -> tuple[Reason, ...]:
    """Condition 4: residual tests do not reject at 1 % (no method here allows for dependence)."""
    return tuple(
        reason("verdict_residuals", test=reason_of_test(test), unit=evidence.unit(test.unit), p=test.p_value)
        for test in evidence.rejected
    )


def reason_of_test(test: ResidualTest) -> tuple[Reason, ...]:
    """Return the name of a residual test as a sentence of the words."""
    return (reason(f"test_{test.test}"),)


def better_than_rivals(evidence: Evidence, level: float) -> tuple[Reason, ...]:
    """Condition 5: unless neutralism is named, effects beat independent growth, and the model a random walk."""
    leading = evidence.leading
    if not evidence.effects or (leading is not None and leading[0] is Mode.NEUTRALISM):
        return ()
    found = []
    if evidence.aicc is None or evidence.aicc_alone is None:
        found.append(reason("verdict_aicc_none"))
    elif evidence.aicc >= evidence.aicc_alone:
        told = [significant(value, 5) for value in (evidence.aicc, evidence.aicc_alone)]
        found.append(reason("verdict_alone", aicc=told[0], alone=told[1]))
    if evidence.theil_u is not None and not evidence.theil_u < 1:
        found.append(reason("verdict_random_walk", u=evidence.theil_u))
    return tuple(found)


def same_under_every_basis(evidence: Evidence, level: float) -> tuple[Reason, ...]:
    """Condition 6: money series say the same under every price basis, and trending ones have more than one."""
    if not evidence.money:
        return ()
    if len({basis.mode for basis in evidence.bases}) > 1:
        told = tuple(reason("verdict_basis", basis=basis.name, mode=basis.mode) for basis in evidence.bases)
        return (reason("verdict_bases", bases=told),)
    if len(evidence.bases) < 2 and evidence.trending:
        return (reason("verdict_one_basis"),)
    return ()


def probable_enough(evidence: Evidence, level: float) -> tuple[Reason, ...]:
    """Condition 7: the most probable mode, less two Monte Carlo errors, reaches the level."""
    leading = evidence.leading
    if not evidence.effects:
        return ()
    if len(evidence.units) != 2:
        return (reason("verdict_no_pair", count=len(evidence.units)),)
    if leading is None:
        return (reason("verdict_no_draws"),)
    mode, p, error = leading
    if p - 2 * error >= level:
        return ()
    return (reason("verdict_probability", mode=mode, p=p, error=error, level=level),)


Condition = Callable[[Evidence, float], tuple[Reason, ...]]
CONDITIONS: tuple[Condition, ...] = (
    sound, effects_bounded, capacities_known, residuals_independent, better_than_rivals, same_under_every_basis,
    probable_enough,
)  # fmt: skip


def judge(
    evidence: Evidence, *, level: float = 0.80, outcomes: dict[str, tuple[float, float]] | None = None
) -> Verdict:
    """Return the verdict of the seven conditions.

    Parameters
    ----------
    evidence : Evidence
    level : float
        The probability that naming a mode takes.
    outcomes : dict of outcome name to (share, error), optional
        Told beside the mode.

    Returns
    -------
    Verdict
    """
    reasons = tuple(item for condition in CONDITIONS for item in condition(evidence, level))
    leading = evidence.leading
    likely = max(outcomes, key=lambda k: outcomes[k][0]) if outcomes else None
    return Verdict(
        mode=leading[0] if leading and not reasons else None, probability=leading[1] if leading else None,
        error=leading[2] if leading else None, leading=leading[0] if leading else None, outcome=likely,
        outcome_probability=outcomes[likely][0] if outcomes and likely else None, level=level, reasons=reasons,
        needed=needed(evidence, reasons),
    )  # fmt: skip


_NEEDED = (
    ("verdict_capacity", "needed_capacity"),
    ("verdict_effect", "needed_contrast"),
    ("verdict_starts", "needed_contrast"),
    ("verdict_box", "needed_contrast"),
    ("verdict_probability", "needed_years"),
    ("verdict_no_draws", "needed_years"),
    ("verdict_aicc_none", "needed_years"),
    ("verdict_alone", "needed_contrast"),
    ("verdict_random_walk", "needed_law"),
    ("verdict_residuals", "needed_law"),
    ("verdict_bases", "needed_one_account"),
    ("verdict_one_basis", "needed_bases"),
)


def needed(evidence: Evidence, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Return what would decide an undetermined verdict, each thing once."""
    failed = [item.key for item in reasons]
    keys = dict.fromkeys(told for start, told in _NEEDED if any(key.startswith(start) for key in failed))
    return tuple(reason(key) for key in keys)


def _of_kind(evidence: Evidence, kind: str) -> tuple[Profile, ...]:
    paths = [(profile, split_path(profile.name)) for profile in evidence.profiles]
    if kind == "effects":
        return tuple(profile for profile, path in paths if path[0] == "effects")
    return tuple(profile for profile, path in paths if len(path) == 2 and path[1] == kind)
