"""GNU Octave and MATLAB: a script that solves the equations and leaves times in `t` and levels in `x`."""

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
    >>> "start = [0.3; 0.45];" in text(symbiode.load("shenzhen-hongkong"))
    True
    """
    plain = exported(model, until)
    lines = [f"% {plain.title}"]
    for p in plain.parameters:
        lines.append(f"{plain.names[p.symbol]} = {formula(p.value, plain.names)};  % {plain.told(p)}")
    names = {**plain.names, **{x: f"x({i + 1})" for i, x in enumerate(model.states)}}
    lines += [f"% x({i + 1}): {one_line(unit.name)}" for i, unit in enumerate(model.units)]
    rates = "; ...\n  ".join(f"({formula(rate, names)})" for rate in model.rates)
    starts = "; ".join(formula(start, {}) for start in plain.starts)
    lines += [f"rates = @(t, x) [ ...\n  {rates}];", f"start = [{starts}];",
              "options = odeset('RelTol', 1e-10, 'AbsTol', 1e-12);",
              f"[t, x] = ode45(rates, linspace(0, {plain.until!r}, 201), start, options);", ""]  # fmt: skip
    return "\n".join(lines)
