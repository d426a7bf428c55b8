"""The best fit in each mode, compared by weights of evidence: what the data lose when a mode is imposed.

Comes in: a `Fit` of two units. Goes out: `ModeFits`, one fit per pattern of signs, with AICc weights by mode.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from symbiode.dynamics.modes.ladder import Mode, mode_of
from symbiode.errors import Code, RefusedError, refused
from symbiode.inference.restricted import boxed, effect_columns, equal, restricted
from symbiode.inference.rivals import aicc
from symbiode.render import significant, text_table
from symbiode.words import say

if TYPE_CHECKING:
    import pandas as pd

    from symbiode.inference.results import Fit

_LIMITS = {1: (0.0, np.inf), 0: (0.0, 0.0), -1: (-np.inf, 0.0)}


@dataclass(frozen=True, kw_only=True)
class ModeFit:
    """The best fit with given signs of the effects.

    Parameters
    ----------
    mode : Mode
    signs : str
        Of the effect on the first and on the second unit: ``+``, ``−`` or ``0``; ``=`` twice for equal effects.
    effects : tuple of float
    ssr, llf : float
    parameters : int
        Free coefficients and the standard deviation of the errors; an effect held at zero is none, equal ones are one.
    aicc, weight : float
        The weight is the share of exp(-AICc/2).
    at_bound : bool
        Whether an effect lies on the bound of the search, so that its size is the bound's.
    """

    mode: Mode
    signs: str
    effects: tuple[float, float]
    ssr: float
    llf: float
    parameters: int
    aicc: float
    weight: float
    at_bound: bool


@dataclass(frozen=True, kw_only=True)
class ModeFits:
    """Fits of every pattern of signs, best first.

    Parameters
    ----------
    fits : tuple of ModeFit
    """

    fits: tuple[ModeFit, ...]

    @property
    def weights(self) -> dict[Mode, float]:
        """The weight of each mode, its patterns of signs added up; largest first."""
        found: dict[Mode, float] = {}
        for one in self.fits:
            found[one.mode] = found.get(one.mode, 0.0) + one.weight
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def frame(self) -> pd.DataFrame:
        """Return one pattern of signs a row, best first."""
        import pandas as pd

        columns = ["mode", "signs", "d12", "d21", "ssr", "llf", "parameters", "aicc", "weight", "at_bound"]
        rows = [
            (f.mode.value, f.signs, *f.effects, f.ssr, f.llf, f.parameters, f.aicc, f.weight, f.at_bound)
            for f in self.fits
        ]
        return pd.DataFrame(rows, columns=columns)

    def summary(self, lang: str = "en") -> str:
        """Return the comparison as plain text."""
        return "\n".join([say("modefits_title", lang), text_table(*self.table(lang), left=2), self.note(lang)])

    def table(self, lang: str = "en") -> tuple[list[str], list[list[str]]]:
        """Return heads and rows of the table, best first."""
        head = [say(key, lang) for key in ("modefits_mode", "modefits_signs")] + ["d₁₂", "d₂₁", "AICc", "ΔAICc"]
        rows = [
            [say(f.mode.value, lang), f.signs, *(significant(d, 3) for d in f.effects), significant(f.aicc, 5),
             significant(f.aicc - self.fits[0].aicc, 3), f"{f.weight:.3f}" + "†" * f.at_bound]
            for f in self.fits
        ]  # fmt: skip
        return [*head, say("modefits_weight", lang)], rows

    def note(self, lang: str = "en") -> str:
        """Return the weight of each mode and what weights are not."""
        shares = ", ".join(f"{say(mode.value, lang)} {w:.3f}" for mode, w in self.weights.items())
        return say("modefits_note", lang, shares=shares)


def mode_fits(fit: Fit) -> ModeFits:
    """Fit the model again in every mode: with the signs of both effects imposed, and with equal positive effects.

    A pattern of signs whose best fit has an effect of zero fits no better than the one with that effect left out, and
    pays for one coefficient more. Weights compare these fits with each other; they are no probabilities of the modes.

    Parameters
    ----------
    fit : Fit
        Of two units with effects in both directions.

    Returns
    -------
    ModeFits

    Raises
    ------
    RefusedError
        `not_supported` unless both effects of two units were estimated; `too_short` where AICc is not defined.

    References
    ----------
    Burnham and Anderson (2002), Model Selection and Multimodel Inference, section 2.9.

    Examples
    --------
    >>> import symbiode
    >>> found = mode_fits(symbiode.fit(symbiode.load("lotka-volterra"), draws=50))
    >>> next(iter(found.weights)).value
    'parasitism'
    """
    problem, estimate = fit.problem, fit.estimate
    columns = {problem.about[k]: int(k) for k in effect_columns(problem)}
    if len(problem.units) != 2 or set(columns) != {(0, 1), (1, 0)}:
        raise RefusedError(refused(Code.NOT_SUPPORTED, "A mode is one of two units with both effects estimated."))
    pair = columns[0, 1], columns[1, 0]
    patterns = [(first, second) for first in (1, 0, -1) for second in (1, 0, -1)]
    boxes = [boxed(problem, {k: _LIMITS[s] for k, s in zip(pair, signs, strict=True)}) for signs in patterns]
    params, ssr = restricted(problem, fit.method, estimate, boxes)
    told = [
        (mode_of(signs, None), "".join("−0+"[s + 1] for s in signs), params[i], float(ssr[i]), signs.count(0))
        for i, signs in enumerate(patterns)
    ]
    if fit.model.law.scale == "capacity":
        even, least = equal(problem, fit.method, estimate, pair, least=0.0)
        told.append((Mode.SYMMETRIC_MUTUALISM, "==", even, least, 1))
    return ModeFits(fits=_weighed(fit, pair, [row for row in told if np.isfinite(row[3])]))


def _weighed(
    fit: Fit, pair: tuple[int, int], told: list[tuple[Mode, str, np.ndarray, float, int]]
) -> tuple[ModeFit, ...]:
    made = []
    for mode, signs, params, ssr, fewer in told:
        llf = fit.llf - fit.nobs / 2 * float(np.log(ssr / fit.estimate.ssr))
        value = aicc(llf, fit.nobs, fit.df_model - fewer)
        if value is None:
            detail = f"AICc needs more than {fit.df_model + 1} observations; there are {fit.nobs}."
            raise RefusedError(refused(Code.TOO_SHORT, detail, observations=fit.nobs, parameters=fit.df_model))
        made.append((value, mode, signs, params, ssr, llf, fit.df_model - fewer))
    made.sort(key=lambda row: row[0])
    relative = np.exp((made[0][0] - np.array([row[0] for row in made])) / 2)
    weights = relative / relative.sum()
    return tuple(
        ModeFit(mode=mode, signs=signs, effects=(float(params[pair[0]]), float(params[pair[1]])), ssr=ssr, llf=llf,
                parameters=count, aicc=value, weight=float(weight), at_bound=_on_bound(fit, pair, params))
        for (value, mode, signs, params, ssr, llf, count), weight in zip(made, weights, strict=True)
    )  # fmt: skip


def _on_bound(fit: Fit, pair: tuple[int, int], params: np.ndarray) -> bool:
    bounds = zip(params[list(pair)], fit.problem.lower[list(pair)], fit.problem.upper[list(pair)], strict=True)
    return any(np.isclose(value, end, rtol=1e-6, atol=0) for value, *ends in bounds for end in ends)
