"""XPPAUT's .ode: equations, parameters, starts and a run.

References
----------
Ermentrout (2002), Simulating, Analyzing, and Animating Dynamical Systems, SIAM, chapter 2 and appendix B.
"""

from __future__ import annotations

from symbiode.errors import Fault, ModelError
from symbiode.system.formats._exporting import exported, formula, one_line
from symbiode.system.model import Model

RUNS = True
LONGEST = 1000


def text(model: Model, until: float = 50) -> str:
    """Return the file; its names are those of the equations in `Model.summary`, with the units' own as comments.

    Raises
    ------
    ModelError
        If the model cannot be said: noise, delays, a missing start, an equation longer than XPPAUT reads.

    Examples
    --------
    >>> import symbiode
    >>> "init x1=0.3" in text(symbiode.load("shenzhen-hongkong"))
    True
    """
    plain = exported(model, until)
    lines = [f"# {plain.title}"]
    for p in plain.parameters:
        name = plain.names[p.symbol]
        derived = f"!{name}={formula(p.value, plain.names, log='ln')}"
        lines += [f"# {name}: {plain.told(p)}", f"par {name}={float(p.value)!r}" if p.value.is_Rational else derived]
    for unit, x, rate, start in zip(model.units, model.states, model.rates, plain.starts, strict=True):
        name = plain.names[x]
        lines += [f"# {name}: {one_line(unit.name)}", f"{name}'={formula(rate, plain.names, log='ln')}",
                  f"init {name}={float(start)!r}"]  # fmt: skip
    steps = round(plain.until / plain.step)
    lines.append(f"@ total={plain.until!r}, dt={plain.step!r}, meth=rungekutta, bounds=1e300, maxstor={steps + 10}")
    long = [line for line in lines if len(line) > LONGEST and not line.startswith("#")]
    if long:
        problem = f"an equation has {len(long[0])} characters; XPPAUT reads at most {LONGEST}"
        raise ModelError([Fault(path=("units",), problem=problem, remedy="choose another format")])
    # A backslash joins lines even in a comment.
    return "\n".join([*(line[:LONGEST].replace("\\", " ") for line in lines), "done", ""])
