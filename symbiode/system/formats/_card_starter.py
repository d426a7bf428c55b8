"""The commented scenario card that levers of one's own start from.

Comes in: the name of a card and a model. Goes out: TOML text in which every key is explained, with two levers that
work, and the list of everything that the levers of this model can move.
"""

from __future__ import annotations

from symbiode.errors import InvalidValueError, quote
from symbiode.system.formats._writing import string
from symbiode.system.model import Model, slots_of

_CARD = """\
# Levers of your own for the model {model}. What follows a # is a comment.
# Change them, save the file, and ask:
#   symbiode check {file}                            is every key and name right?
#   symbiode scenario {model} {file}       which mode, when, and why
#   symbiode policy {model} --scenario {file}     how much of each lever takes the model to the target
#   symbiode study {model} --scenario {file}      one report of all of it

name = {name}
model = {model_text}
illustrative = true                    # these magnitudes are examples; take this line away once they are yours

[levers.first]                         # any name; one table for each lever
label = "A lever that comes slowly"    # what figures show; {{ en = "…", zh = "…" }} gives one for each language
shape = "ramp"                         # step, ramp, adoption, pulse or constant
at = 2026                              # when it begins, in the time unit of the model
until = 2030                           # ramp: when it is complete
moves = {{ {path} = {{ add = 0.1 }} }}
# add: this much more at full strength; times = 0.1: ten per cent more. Several moves: {{ … = {{ … }}, … = {{ … }} }}
# strength = 0.5                       # how much of it is in force, 0 to 1
# mechanism = "C1"                     # A1 to C3 of the source paper
# date = "2026-01"                     # as the source says
# source = "who says so"

[levers.second]
label = "A lever that comes at once"
shape = "step"
at = 2027
moves = {{ {other} = {{ add = 0.2 }} }}

# adoption: at, speed, lag:  1/(1 + exp(-speed (t - at - lag)))
# pulse: at, lasting:        exp(-(t - at)/lasting) from `at` on
#
# What levers of this model can move, and where it stands:
{values}
"""


def card(name: str, model_name: str, model: Model) -> str:
    """Return the text of a scenario card for a model.

    Raises
    ------
    InvalidValueError
        If the model has no value that a lever could move.

    Examples
    --------
    >>> from symbiode.system.formats import load
    >>> "[levers.first]" in card("mine", "shenzhen-hongkong", load("shenzhen-hongkong"))
    True
    """
    fixed = {slot.name for slot in slots_of(model.law) if slot.choices}
    there = {_path(p.path): model.values[p.symbol] for p in model.parameters if p.path[-1] not in fixed}
    if not there:
        raise InvalidValueError("MODEL", model_name, "a model with values that levers can move: add [parameters]")
    moved = [path for path in there if path.startswith("effects.")] or list(there)
    values = "\n".join(f"#   {path:<40} {float(value):g}" for path, value in there.items())
    return _CARD.format(
        file=f"{name}.toml", name=string(name), model=model_name, model_text=string(model_name),
        path=string(moved[0]), other=string(moved[-1]), values=values,
    )  # fmt: skip


def _path(path: tuple[str, ...]) -> str:
    return ".".join(map(quote, path))
