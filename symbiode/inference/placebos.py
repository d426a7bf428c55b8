"""Placebos: how large is the statistic of an effect where there can be none?

Comes in: `Observations` of the units, and for placebo pairs a panel of others. Goes out: for each effect the t value
of the growth regression beside those of unrelated pairs, or of the same series with the years of the source's growth
shuffled. For trending series Student's t is no guide to what is large; a placebo is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from symbiode.errors import InvalidValueError, RefusedError, UnknownNameError
from symbiode.inference.diagnostics import growth_regression, growth_steps, step_levels
from symbiode.inference.observations import Floats, Observations
from symbiode.render import significant
from symbiode.words import say

if TYPE_CHECKING:
    import pandas as pd

DRAWS = 1999
SIZE = 2.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Placebo:
    """One effect beside its placebos.

    Parameters
    ----------
    kind : str
        ``shuffled`` (the source's years of growth in random order) or ``pairs`` (unrelated pairs of a panel).
    receiver, source : str
        The effect of `source` on the growth of `receiver`.
    t : float
        Its t value in the growth regression.
    textbook_p : float
        Two-sided, of Student's t.
    values : array, shape (placebo,)
        t values of the placebos.
    p_value : float
        Share of placebos, the effect itself counted in, with a t value at least as large in size.
    """

    kind: str
    receiver: str
    source: str
    t: float
    textbook_p: float
    values: Floats
    p_value: float

    @property
    def exceeding(self) -> float:
        """Share of placebos beyond 2 in size: what chance and trends alone give, where 5 % would be right."""
        return float(np.mean(np.abs(self.values) > SIZE))

    def text(self, lang: str = "en", labels: Mapping[str, str] | None = None) -> str:
        """Return one sentence; `labels` says how units are called in it."""
        names = {name: (labels or {}).get(name, name) for name in (self.receiver, self.source)}
        shown = {"receiver": names[self.receiver], "source": names[self.source]}
        shown |= {"t": significant(self.t, 2), "p": f"{self.p_value:.3f}"}
        shown |= {"share": f"{100 * self.exceeding:.0f}", "count": f"{len(self.values):,}"}
        return say(f"placebo_{self.kind}", lang, **shown, textbook=f"{self.textbook_p:.3f}")


def frame(placebos: Sequence[Placebo]) -> pd.DataFrame:
    """Return placebos as a tidy frame, one effect a row."""
    import pandas as pd

    columns = ("kind", "receiver", "source", "t", "textbook_p", "p_value", "exceeding")
    rows = [{name: getattr(one, name) for name in columns} | {"placebos": len(one.values)} for one in placebos]
    return pd.DataFrame(rows, columns=[*columns, "placebos"])


def shuffled_growth(
    observations: Observations, *, draws: int = DRAWS, seed: int = 0, regressor: str = "midpoint"
) -> tuple[Placebo, ...]:
    """Compare each effect with what it would be if the source had grown in the same steps in another order.

    The receiver's series stays as it is; the source begins and ends at the same levels, by the same yearly growth, in
    random order. If the source's growth is independent of the receiver and its order carries no information
    (exchangeable), the p value is exact, trends or not.

    Parameters
    ----------
    observations : Observations
        Positive levels.
    draws : int
        Orders, at least 19.
    seed : int
    regressor : str
        As for `growth_regression`.

    Returns
    -------
    tuple of Placebo
        One per ordered pair of units.

    References
    ----------
    Good, P. (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses, chapter 3.

    Examples
    --------
    >>> import symbiode
    >>> from symbiode.system.formats import models_folder
    >>> pelts = symbiode.read(models_folder() / "hudson_bay_lynx_hare_1900_1920.csv")
    >>> [one.p_value for one in shuffled_growth(pelts, draws=199)]
    [0.005, 0.005]
    """
    if draws < 19:
        raise InvalidValueError("draws", draws, "at least 19")
    observations = replace(observations, shifts=())  # orders of all years: a level break is one of them
    found = growth_regression(observations, regressor=regressor)
    rates, levels = growth_steps(observations, regressor)
    complete = ~np.isnan(observations.y).any(axis=1)
    steps, first = np.diff(observations.t[complete]), observations.y[complete][0]
    rng, made = np.random.default_rng([seed, 5]), []
    for i, j in permutations(range(len(found.units)), 2):
        order = rng.permuted(np.tile(np.arange(len(steps)), (draws, 1)), axis=1)
        paths = np.cumsum(rates[order, j] * steps, axis=1)
        paths = first[j] * np.exp(np.concatenate([np.zeros((draws, 1)), paths], axis=1))
        others = np.column_stack([np.ones(len(steps)), np.delete(levels, j, axis=1)])
        values = _last_t(rates[:, i], others, step_levels(paths[:, :, None], regressor)[:, :, 0])
        made.append(_placebo("shuffled", *found.cross(*(found.units[k] for k in (i, j))), found.units, i, j, values))
    return tuple(made)


def placebo_pairs(
    observations: Observations, panel: Observations, *, exclude: Sequence[str] = (), regressor: str = "midpoint"
) -> tuple[Placebo, ...]:
    """Compare each effect of a pair with the effects between other units of a panel, over the same years.

    Nothing is claimed about those others: if many of their effects look as strong, strength alone shows nothing.

    Parameters
    ----------
    observations : Observations
        Of two units.
    panel : Observations
        Of many units in the same measure; see `read_panel`.
    exclude : sequence of str
        The pair itself, as the panel calls it.
    regressor : str
        As for `growth_regression`.

    Returns
    -------
    tuple of Placebo
        Two, one per direction.

    Raises
    ------
    UnknownNameError
        If a name to exclude is not in the panel.
    InvalidValueError
        If no other pair is left.

    References
    ----------
    Abadie, A., Diamond, A. and Hainmueller, J. (2010), Journal of the American Statistical Association 105:493,
    section 2.4 (placebos among units that were not treated).
    """
    for name in exclude:
        if name not in panel.units:
            raise UnknownNameError("unit", name, panel.units)
    if len(observations.units) != 2:
        raise InvalidValueError("observations", observations.units, "two units")
    found = growth_regression(observations, regressor=regressor)
    years = panel.window(float(observations.t[0]), float(observations.t[-1]))
    others = [name for name in panel.units if name not in exclude]
    values = []
    for pair in (years.only(names) for names in permutations(others, 2)):
        try:
            values.append(growth_regression(pair, regressor=regressor).cross(*pair.units)[0])
        except RefusedError:
            continue
    if not values:
        raise InvalidValueError("panel", panel.units, "at least two units beside the pair, with data in its years")
    both = ((0, 1), (1, 0))
    drawn = np.array(values)
    return tuple(_placebo("pairs", *found.cross(found.units[i], found.units[j]), found.units, i, j, drawn)
                 for i, j in both)  # fmt: skip


def _placebo(kind: str, t: float, p: float, units: tuple[str, ...], i: int, j: int, values: Floats) -> Placebo:
    extreme = np.abs(values) >= abs(t) * (1 - 1e-12)
    share = (1 + int(np.sum(extreme))) / (len(values) + 1)
    return Placebo(kind=kind, receiver=units[i], source=units[j], t=t, textbook_p=p, values=values, p_value=share)


def _last_t(y: Floats, others: Floats, columns: Floats) -> Floats:
    """Return the t value of one more regressor beside the `others`, for each row of `columns` (draw, step)."""
    basis = np.linalg.qr(others)[0]
    y = y - basis @ (basis.T @ y)
    columns = columns / np.abs(columns).max(axis=1, keepdims=True)
    columns = columns - (columns @ basis) @ basis.T
    squares = np.sum(columns**2, axis=1)
    slope = columns @ y / squares
    rest = np.maximum(y @ y - slope**2 * squares, 0.0)
    found: Floats = slope * np.sqrt(squares * (len(y) - others.shape[1] - 1) / rest)
    return found
