"""R with the package deSolve: a script that solves the equations and leaves the levels in `out`.

References
----------
Soetaert, Petzoldt and Setzer (2010), J. Stat. Softw. 33(9), 1-25.
"""

from __future__ import annotations

from symbiode.system.formats._exporting import exported, formula, one_line
from symbiode.system.model import Model

RUNS = True


def text(model: Model, until: float = 50) -> str:
    """Return the script; its names are those of the equations in `Model.summary`, with the units' own as comments.

    Raises
    ------
    ModelError
        If the model cannot be said: noise, delays, a missing start.

    Examples
    --------
    >>> import symbiode
    >>> "start <- c(x1 = 0.3, x2 = 0.45)" in text(symbiode.load("shenzhen-hongkong"))
    True
    """
    plain = exported(model, until)
    lines = [f"# {plain.title}", "library(deSolve)", ""]
    for p in plain.parameters:
        lines.append(f"{plain.names[p.symbol]} <- {formula(p.value, plain.names)}  # {plain.told(p)}")
    starts = (f"{plain.names[x]} = {formula(s, {})}" for x, s in zip(model.states, plain.starts, strict=True))
    lines += ["", f"start <- c({', '.join(starts)})", "rates <- function(t, state, parameters) {",
              "  with(as.list(state), list(c("]  # fmt: skip
    rates = [f"    {formula(rate, plain.names)}" for rate in model.rates]
    for k, (unit, rate) in enumerate(zip(model.units, rates, strict=True)):
        comma = "" if k == len(rates) - 1 else ","
        lines.append(f"{rate}{comma}  # {one_line(unit.name)}")
    lines += ["  )))", "}", f"times <- seq(0, {plain.until!r}, length.out = 201)",
              'out <- ode(start, times, rates, NULL, method = "lsoda", rtol = 1e-10, atol = 1e-12)', ""]  # fmt: skip
    return "\n".join(lines)
