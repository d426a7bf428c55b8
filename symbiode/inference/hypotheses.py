"""Tests on the effects: none at all, one, equal ones, and whether they are small or even enough to call them so.

Comes in: a `Fit`. Goes out: `Tests`, one row per hypothesis and way of testing. A null hypothesis that stands is no
evidence for it: "no effect" and "symmetric" are claims of their own, tested by equivalence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from symbiode.errors import Code, RefusedError, refused
from symbiode.inference.estimators import Array
from symbiode.inference.restricted import boxed, effect_columns, equal, restricted
from symbiode.render import significant, text_table
from symbiode.words import say

if TYPE_CHECKING:
    import pandas as pd

    from symbiode.inference.results import Fit

_TOLERANCE = 1e-6


@dataclass(frozen=True, kw_only=True)
class Test:
    """One hypothesis tested in one way.

    Parameters
    ----------
    hypothesis : str
        ``none`` (these effects are zero), ``equal``, ``negligible`` (the *null* is that the effect is larger than the
        margin) or ``symmetric`` (the null is that a mutualism is uneven).
    effects : tuple of str
        ``receiver.source``.
    against : str
        ``any``, or the signs of the alternative such as ``+`` or ``+-``.
    way : str
        ``wald`` or ``likelihood_ratio``.
    statistic : float
        F, its one-sided form, or the smaller t of two; NaN where withheld.
    df : tuple of int
        Of numerator and residuals.
    p_value : float
        NaN where withheld: no covariance, or no fit under the hypothesis.
    margin : float or None
        Of an equivalence test.
    """

    __test__ = False

    hypothesis: str
    effects: tuple[str, ...]
    against: str
    way: str
    statistic: float
    df: tuple[int, int]
    p_value: float
    margin: float | None = None


@dataclass(frozen=True, kw_only=True)
class Tests:
    """Tests of one fit.

    Parameters
    ----------
    tests : tuple of Test
    zero, tau : float
        The margins of "negligible" and "symmetric".
    """

    __test__ = False

    tests: tuple[Test, ...]
    zero: float
    tau: float

    def frame(self) -> pd.DataFrame:
        """Return one test a row."""
        import pandas as pd

        columns = ("hypothesis", "effects", "against", "way", "statistic", "df", "df_resid", "p_value", "margin")
        rows = [
            (t.hypothesis, ", ".join(t.effects), t.against, t.way, t.statistic, *t.df, t.p_value, t.margin)
            for t in self.tests
        ]
        return pd.DataFrame(rows, columns=list(columns))

    def summary(self, lang: str = "en") -> str:
        """Return the tests as a plain-text table, with what a small p means in each."""
        return "\n".join([say("tests_title", lang), text_table(*self.table(lang), left=3), self.note(lang)])

    def table(self, lang: str = "en") -> tuple[list[str], list[list[str]]]:
        """Return heads and rows of the table."""
        head = [say(f"tests_{key}", lang) for key in ("hypothesis", "against", "way", "statistic", "df", "p")]
        return head, [_row(test, lang) for test in self.tests]

    def note(self, lang: str = "en") -> str:
        """Return what a small p means in each test."""
        return say("tests_note", lang, zero=f"{self.zero:g}", tau=f"{self.tau:g}")


def _row(test: Test, lang: str) -> list[str]:
    told = {"effects": ", ".join(test.effects), "margin": significant(test.margin, 3)}
    against = say("tests_any", lang) if test.against == "any" else test.against
    name = say(f"tests_{test.hypothesis}", lang, **told)
    numbers = [significant(test.statistic, 4), f"{test.df[0]}, {test.df[1]}", significant(test.p_value, 3)]
    return [name, against, say(f"tests_{test.way}", lang), *numbers]


def hypotheses(fit: Fit) -> Tests:
    """Test the effects of a fit: each zero, all zero, pairs equal; and each negligible, each mutualism symmetric.

    Wald tests rest on the covariance (Student t and F with residual degrees of freedom); likelihood ratios refit the
    model under the hypothesis and are F tests too. One-sided tests of several effects at once use the mixture of F
    distributions that belongs to a cone (chi-bar-squared). Equivalence is tested twice one-sided, at the margins
    `fit.zero` and `fit.tau`.

    Parameters
    ----------
    fit : Fit
        With at least one free effect.

    Returns
    -------
    Tests

    Raises
    ------
    RefusedError
        `not_supported` if no effect was estimated.

    References
    ----------
    Bates and Watts (1988), section 3.10; Silvapulle and Sen (2005), Constrained Statistical Inference, chapter 3;
    Schuirmann (1987), J. Pharmacokinetics and Biopharmaceutics 15, 657-680; Berger and Hsu (1996), Statistical
    Science 11, 283-319.

    Examples
    --------
    >>> import symbiode
    >>> found = hypotheses(symbiode.fit(symbiode.load("lotka-volterra"), draws=50))
    >>> bool(found.frame().query("hypothesis == 'none' and against == 'any'").p_value.max() < 0.001)
    True
    """
    columns = [int(k) for k in effect_columns(fit.problem)]
    if not columns:
        raise RefusedError(refused(Code.NOT_SUPPORTED, "No effect was estimated; free at least one."))
    asked = _Asked(fit, columns)
    found = [*asked.zeros(), *asked.cones(), *asked.equals()]
    if fit.model.law.scale == "capacity":
        found += [*asked.negligible(), *asked.symmetric()]
    return Tests(tests=tuple(found), zero=fit.zero, tau=fit.tau)


class _Asked:
    """The tests of one fit; lives for one call."""

    def __init__(self, fit: Fit, columns: Sequence[int]) -> None:
        self.fit, self.columns, self.df = fit, columns, fit.df_resid
        self.d, self.cov = fit.estimate.params, fit.estimate.cov
        self.names = [name.removeprefix("effects.") for name in fit.names]
        single = [(k,) for k in self.columns]
        self.sets = [*single, tuple(self.columns)] if len(single) > 1 else single
        boxes = [boxed(fit.problem, dict.fromkeys(held, (0.0, 0.0))) for held in self.sets]
        self.null = restricted(fit.problem, fit.method, fit.estimate, boxes)[1]

    def rise(self, ssr: float) -> float:
        """Return the rise of the sum of squares over the residual variance, NaN where it cannot be told."""
        rise = (ssr / self.fit.estimate.ssr - 1) * self.df
        return float(max(rise, 0.0)) if np.isfinite(rise) and rise > -_TOLERANCE * self.df else float("nan")

    def told(self, hypothesis: str, held: Sequence[int], against: str, way: str, value: float, p: float,
             margin: float | None = None, df: int | None = None) -> Test:  # fmt: skip
        return Test(
            hypothesis=hypothesis, effects=tuple(self.names[k] for k in held), against=against, way=way,
            statistic=value, df=(df or len(held), self.df), p_value=p, margin=margin,
        )  # fmt: skip

    def wald(self, rows: Array) -> float:
        """Return the Wald F of linear combinations of the coefficients being zero."""
        used = np.flatnonzero(rows.any(axis=0))
        part, value = rows[:, used] @ self.cov[np.ix_(used, used)] @ rows[:, used].T, rows[:, used] @ self.d[used]
        if not np.isfinite(part).all() or np.linalg.matrix_rank(part) < len(part):
            return float("nan")
        return float(value @ np.linalg.solve(part, value)) / len(rows)

    def zeros(self) -> list[Test]:
        found = []
        for held, ssr in zip(self.sets, self.null, strict=True):
            for way, f in (("wald", self.wald(self.unit(held))), ("likelihood_ratio", self.rise(ssr) / len(held))):
                found.append(self.told("none", held, "any", way, f, float(stats.f.sf(f, len(held), self.df))))
        return found

    def unit(self, held: Sequence[int]) -> Array:
        return np.eye(len(self.d))[list(held)]

    def cones(self) -> list[Test]:
        """One-sided: no effects against effects of given signs; for one effect, and for the two of a pair."""
        fit, null = self.fit, dict(zip(self.sets, self.null, strict=True))
        asked = [(held, signs) for held in null if len(held) < 3 for signs in product((1, -1), repeat=len(held))]
        own = [bool(np.all(np.sign(self.d[list(held)]) == signs)) for held, signs in asked]
        side = {1: (0.0, np.inf), -1: (-np.inf, 0.0)}
        todo = [i for i, (held, _) in enumerate(asked) if len(held) == 2 and not own[i]]
        boxes = [boxed(fit.problem, {k: side[s] for k, s in zip(*asked[i], strict=True)}) for i in todo]
        reached = restricted(fit.problem, fit.method, fit.estimate, boxes)[1] if todo else ()
        inside = dict(zip(todo, reached, strict=True))
        found = []
        for i, (held, signs) in enumerate(asked):
            # a single effect that is kept from its own sign ends at zero: the hypothesis itself
            ssr = fit.estimate.ssr if own[i] else float(min(inside.get(i, np.inf), null[held]))
            value = self.rise(float(null[held])) - self.rise(ssr)
            weights = cone_weights(self.cov[np.ix_(held, held)], signs)
            p = cone_tail(value, weights, self.df) if np.isfinite(value) else float("nan")
            text = "".join("+" if s > 0 else "−" for s in signs)
            found.append(self.told("none", held, text, "likelihood_ratio", value, p))
        return found

    def equals(self) -> list[Test]:
        """Both directions of each pair equal; in the scale of the law, so it depends on how levels are scaled."""
        found: list[Test] = []
        if self.fit.model.law.scale != "capacity":
            return found
        for pair in self.pairs():
            _, ssr = equal(self.fit.problem, self.fit.method, self.fit.estimate, pair)
            row = (np.eye(len(self.d))[pair[0]] - np.eye(len(self.d))[pair[1]])[None]
            for way, f in (("wald", self.wald(row)), ("likelihood_ratio", self.rise(ssr))):
                found.append(self.told("equal", pair, "any", way, f, float(stats.f.sf(f, 1, self.df)), df=1))
        return found

    def pairs(self) -> list[tuple[int, int]]:
        about = self.fit.problem.about
        return [(j, k) for j, k in combinations(self.columns, 2) if about[j] == about[k][::-1]]

    def negligible(self) -> list[Test]:
        """Each effect within the margin of zero: both one-sided tests must reject, on the likelihood itself."""
        margin = self.fit.zero
        ends = [(k, side * margin) for k in self.columns for side in (-1, 1)]
        boxes = [boxed(self.fit.problem, {k: (v, v)}) for k, v in ends]
        ssr = restricted(self.fit.problem, self.fit.method, self.fit.estimate, boxes)[1]
        inward = [np.sqrt(self.rise(s)) * np.sign((self.d[k] - v) * -v) for (k, v), s in zip(ends, ssr, strict=True)]
        found = []
        for i, k in enumerate(self.columns):
            least = float(np.min(inward[2 * i : 2 * i + 2]))
            p = float(stats.t.sf(least, self.df))
            found.append(self.told("negligible", (k,), "any", "likelihood_ratio", least, p, margin))
        return found

    def symmetric(self) -> list[Test]:
        """Both effects above the margin of zero, the smaller at least 1 - tau of the larger: four one-sided tests."""
        found, part, unit = [], 1 - self.fit.tau, np.eye(len(self.d))
        for j, k in self.pairs():
            claims = [
                (unit[j], self.fit.zero), (unit[k], self.fit.zero), (unit[j] - part * unit[k], 0.0),
                (unit[k] - part * unit[j], 0.0),
            ]  # fmt: skip
            least = min((self.student(row, value) for row, value in claims), default=float("nan"))
            p = float(stats.t.sf(least, self.df))
            found.append(self.told("symmetric", (j, k), "any", "wald", least, p, self.fit.tau))
        return found

    def student(self, row: Array, value: float) -> float:
        used = np.flatnonzero(row)
        variance = float(row[used] @ self.cov[np.ix_(used, used)] @ row[used])
        return float((row[used] @ self.d[used] - value) / np.sqrt(variance)) if variance > 0 else float("nan")


def cone_weights(cov: Array, signs: Sequence[int]) -> Array:
    """Return the weights of 0, 1, … free directions for one or two effects that are held to given signs.

    Examples
    --------
    >>> cone_weights(np.eye(2), (1, 1)).tolist()
    [0.25, 0.5, 0.25]
    """
    if len(signs) == 1:
        return np.array([0.5, 0.5])
    rho = signs[0] * signs[1] * cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1])
    both = 0.25 + np.arcsin(np.clip(rho, -1, 1)) / (2 * np.pi)
    return np.array([0.5 - both, 0.5, both])


def cone_tail(value: float, weights: Array, df: int) -> float:
    """Return P(statistic >= value) under the null: a mixture of F with `df` residual degrees of freedom."""
    tails = [float(value <= 0), *(float(stats.f.sf(value / k, k, df)) for k in range(1, len(weights)))]
    return float(weights @ np.array(tails))
