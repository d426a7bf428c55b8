"""Names and numbers as a reader writes them: d₁₂, the growth rate of Shenzhen, 135,000, 100 million USD in Chinese.

Comes in: key paths, numbers and measures. Goes out: text in a language.
"""

from __future__ import annotations

import math
import re

from symbiode.render import significant
from symbiode.system.model import Model, find_slot, split_path
from symbiode.words import say

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def interval(low: float | None, high: float | None, lang: str = "en", *, digits: int = 4) -> str:
    """Return an interval as text; an open end is an infinity sign.

    Examples
    --------
    >>> interval(-0.5, None)
    '[−0.5, ∞]'
    """
    ends = ("−∞" if low is None else plain(low, digits), "∞" if high is None else plain(high, digits))
    return say("evidence_interval", lang, low=ends[0], high=ends[1])


def plain(value: float | None, digits: int = 4) -> str:
    """Return a number as a reader writes it: no exponent between 0.0001 and ten million, a true minus.

    Examples
    --------
    >>> plain(135007.4, 3), plain(-0.0514, 2), plain(None)
    ('135,000', '−0.051', '–')
    """
    if value is None or value != value or not 1e-4 <= abs(value) < 1e7:
        return "0" if value == 0 else significant(value, digits).replace("-", "−")
    rounded = float(f"{value:.{digits}g}")
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
    text = f"{rounded:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


def pretty(text: str) -> str:
    """Return a sentence with the indices of our symbols small: d12 as d₁₂, d12*d21 as d₁₂ · d₂₁.

    Examples
    --------
    >>> pretty("d12*d21 = 0.07 < 1, u1 + u2 = 1")
    'd₁₂ · d₂₁ = 0.07 < 1, u₁ + u₂ = 1'
    """
    small = re.sub(r"\b([dKruxq])(\d{1,2})\b", lambda found: found[1] + found[2].translate(_SUBSCRIPTS), text)
    return re.sub(r"(?<=[₀-₉])\*(?=[a-zA-Z])", " · ", small)


def symbol(model: Model, name: str) -> str:
    """Return the symbol of a value, as in d₁₂ or K₁.

    Examples
    --------
    >>> import symbiode
    >>> symbol(symbiode.load("shenzhen-hongkong"), "effects.shenzhen.hongkong")
    'd₁₂'
    """
    path = split_path(name)
    units = [unit.name for unit in model.units]
    if path[0] in units and path[-1] == "initial":
        return "x" + str(units.index(path[0]) + 1).translate(_SUBSCRIPTS) + "(0)"
    slot = find_slot(model.law, tuple(units), path)
    if slot is None:
        return ".".join(path[-1:])
    about = path[1:] if slot.per == "pair" else path[:1]
    letter = {"sigma": "σ", "tau": "τ"}.get(slot.letter, slot.letter)
    return letter + "".join(str(units.index(part) + 1) for part in about).translate(_SUBSCRIPTS)


def described(model: Model, name: str, lang: str = "en", *, short: bool = False) -> str:
    """Return what a value is, in words: the effect of Hong Kong on Shenzhen (short: Hong Kong → Shenzhen).

    Examples
    --------
    >>> import symbiode
    >>> described(symbiode.load("shenzhen-hongkong"), "shenzhen.growth")
    'growth rate of Shenzhen'
    """
    path = split_path(name)
    labels = {unit.name: unit.shown(lang) for unit in model.units}
    if len(path) == 3 and path[0].removesuffix("s") in _OF_PAIRS:
        key = "value_effect_short" if short and path[0] == "effects" else f"value_{path[0].removesuffix('s')}"
        return say(key, lang, receiver=labels[path[1]], source=labels[path[2]])
    if path[0] == "parameters":
        return say("value_named", lang)
    if path[0] in labels and path[-1] in _OF_UNITS:
        return say(f"value_{path[-1]}", lang, unit=labels[path[0]])
    return ".".join(path)


_OF_UNITS = ("growth", "capacity", "initial", "own_growth", "noise", "threshold", "self_effect")
_OF_PAIRS = ("effect", "delay", "saturation", "contact", "cost", "relief")


def measured(measure: str, lang: str = "en") -> str:
    """Return a unit of measure in a language: the usual ones are translated, the others stay as they are.

    Examples
    --------
    >>> measured("100 million USD", "zh"), measured("tonnes", "zh")
    ('亿美元', 'tonnes')
    """
    if lang == "en":
        return measure
    return _MEASURES.get(measure, measure)


def time_unit(model: Model, lang: str = "en") -> str:
    """Return the model's unit of time in a language.

    Examples
    --------
    >>> import symbiode
    >>> time_unit(symbiode.load("shenzhen-hongkong"), "zh")
    '年'
    """
    return say(f"time_{model.time_unit}", lang) if model.time_unit in _TIMES else model.time_unit


_TIMES = ("year", "month", "week", "day", "hour", "minute", "second", "generation")
_MEASURES = {
    f"{size} {unit}".strip(): f"{chinese}{name}"
    for size, chinese in (("100 million", "亿"), ("million", "百万"), ("thousand", "千"), ("", ""))
    for unit, name in (("USD", "美元"), ("CNY", "元人民币"), ("HKD", "港元"), ("persons", "人"), ("pelts", "张毛皮"))
}
