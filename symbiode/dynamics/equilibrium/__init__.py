"""Equilibria of a model: all of them, with exact conditions, types, and the reason why none is missing.

Comes in: a `Model`. Goes out: an `EquilibriumSet`.
"""

from __future__ import annotations

import math
from dataclasses import replace

from symbiode.dynamics.equilibrium.affine import Affine, affine, dominant
from symbiode.dynamics.equilibrium.linear import linear_equilibria
from symbiode.dynamics.equilibrium.nonlinear import nonlinear_equilibria
from symbiode.dynamics.equilibrium.results import Absent, Equilibrium, EquilibriumSet, Family, Stability
from symbiode.dynamics.equilibrium.signs import UndecidedSignError
from symbiode.errors import Code, Status, refused, warning
from symbiode.system.model import Model, delays_of, noise_of
from symbiode.words import say

__all__ = ["Absent", "Affine", "Equilibrium", "EquilibriumSet", "Family", "Stability", "affine", "equilibria"]

MOST_UNITS = 15


def equilibria(model: Model) -> EquilibriumSet:
    """Find every equilibrium of a model in the closed orthant, with conditions, types and the proof of completeness.

    Parameters
    ----------
    model : Model

    Returns
    -------
    EquilibriumSet
        Empty with a refused status (`too_large`, `not_supported`) where no complete list can be given.

    Examples
    --------
    >>> from symbiode.system.building import build
    >>> model = build({"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}},
    ...               effects={"a.b": 0.2, "b.a": 0.6})
    >>> [str(e) for e in equilibria(model).equilibria[-1].exact]
    ['15/11', '20/11']
    """
    count = len(model.units)
    if count > MOST_UNITS:
        detail = f"{count} units have 2**{count} sets of units; at most {MOST_UNITS} units are enumerated."
        return EquilibriumSet(model=model, equilibria=(), status=refused(Code.TOO_LARGE, detail, supports=2**count))
    form = affine(model)
    try:
        found = nonlinear_equilibria(model) if form is None else linear_equilibria(model, form)
    except UndecidedSignError as error:
        detail = f"The sign of {error} could not be proved."
        return EquilibriumSet(model=model, equilibria=(), status=refused(Code.NOT_SUPPORTED, detail))
    return replace(found, status=_warned(found, form)) if found.status.ok else found


def _warned(found: EquilibriumSet, form: Affine | None) -> Status:
    """Return the status of a complete list: a warning where its numbers say less than they seem to."""
    if any(noise_of(found.model)):
        return warning(Code.NOT_SUPPORTED, say("eq_noise"))
    if delays_of(found.model) and not (form is not None and dominant(form.A)):
        return warning(Code.NOT_SUPPORTED, say("eq_delays"))
    # A law with a logarithm has an infinite growth rate at zero, and an honest infinite eigenvalue there.
    told = ((e.state, [z for z in e.eigenvalues if form or z != math.inf]) for e in found.equilibria)
    if not all(math.isfinite(x) for state, values in told for x in (*state, *map(abs, values))):
        return warning(Code.ILL_CONDITIONED, say("eq_overflow"))
    return replace(found.status, detail=say("eq_delays_harmless")) if delays_of(found.model) else found.status
