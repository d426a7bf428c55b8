"""build_scenario(): names and numbers to a checked Scenario; the one checker for Python callers and scenario cards.

Comes in: tables with the keys of a scenario card, and the model it is for. Goes out: a `Scenario`, or a `ModelError`
with every fault and its key path.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy

from symbiode.errors import InputError, ModelError, did_you_mean, quote, shown
from symbiode.system.checking import Checker, Path, Table
from symbiode.system.model import Model, constant, find_slot, split_path, value_names
from symbiode.system.scenario.levers import FAMILIES, MECHANISMS, SHAPES, Lever, Move, Scenario

UNKNOWN = "unknown value"
_TEXTS = ("date", "source")
_NUMBERS = ("at", "until", "lasting", "speed", "lag", "strength")
_KEYS = ("label", "moves", "shape", *_NUMBERS, "mechanism", "family", *_TEXTS, "illustrative")


def build_scenario(
    model: Model,
    levers: Mapping[str, Table],
    *,
    name: str = "scenario",
    label: object = None,
    written_for: str = "",
    source: str = "",
    illustrative: bool = False,
) -> Scenario:
    """Return a scenario from names and numbers, with the keys of a scenario card.

    Parameters
    ----------
    model : Model
        What its levers move; every key path is looked up here.
    levers : mapping of lever name to table
        Each holds `moves` and, by its `shape`, `at`, `until`, `lasting`, `speed`, `lag`; see `Lever`. `moves` maps a
        key path to ``{"add": number}``, ``{"times": number}`` or both. Numbers may be quotients such as ``"1/3"``.
    name, source, illustrative
        See `Scenario`; a lever's own `illustrative` goes before.
    label : str or mapping of language to str, optional
    written_for : str
        The shipped model or model file that a card names.

    Returns
    -------
    Scenario

    Raises
    ------
    ModelError
        With every fault and its key path.

    Examples
    --------
    >>> import symbiode
    >>> model = symbiode.load("shenzhen-hongkong")
    >>> rail = {"at": 2018, "moves": {"effects.shenzhen.hongkong": {"add": 0.1}}}
    >>> build_scenario(model, {"rail": rail}).levers[0].shape
    'step'
    """
    check = Checker()
    table = check.table(check.normalised({"levers": levers})["levers"], ("levers",))
    check.names(table, ("levers",))
    check.expect(isinstance(illustrative, bool), ("illustrative",), f"{shown(illustrative)} is not true or false")
    reader = _Reader(check, model, illustrative is True)
    built = tuple(reader.lever(key, given) for key, given in table.items())
    told = check.by_language(label, ("label",)) if label is not None else ()
    texts = {key: check.text(text, (key,)) for key, text in (("name", name), ("source", source))}
    written_for = check.text(written_for, ("model",))
    if check.faults:
        raise ModelError(check.faults)
    return Scenario(levers=built, label=told, model=written_for, illustrative=illustrative, **texts)


class _Reader:
    """Reads levers and hands faults to the checker; lives for one call."""

    def __init__(self, check: Checker, model: Model, illustrative: bool) -> None:
        self.check, self.model, self.illustrative = check, model, illustrative
        self.known = {p.path for p in model.parameters}
        self.units = tuple(unit.name for unit in model.units)

    def lever(self, name: str, given: object) -> Lever:
        path = ("levers", name)
        table = self.check.table(given, path)
        self.check.keys(table, path, _KEYS)
        shape: Any = self.check.word(table.get("shape", "step"), (*path, "shape"), tuple(SHAPES))
        numbers = {key: self.number(table[key], (*path, key)) for key in _NUMBERS if key in table}
        if shape in SHAPES:
            self.times(shape, table, numbers, path)
        strength = numbers.setdefault("strength", sympy.Integer(1))
        if strength is not None:
            self.check.expect(0 <= strength <= 1, (*path, "strength"), f"{strength} was given; allowed: 0 to 1")
        words = (("mechanism", MECHANISMS), ("family", tuple(FAMILIES.values())))
        chosen = {key: self.check.word(table[key], (*path, key), of) for key, of in words if table.get(key)}
        mechanism = chosen.get("mechanism", "")
        family = FAMILIES.get(mechanism[:1], chosen.get("family", ""))
        same = chosen.get("family", family) == family
        self.check.expect(same, (*path, "family"), f"{mechanism} belongs to the family {family}")
        illustrative = table.get("illustrative", self.illustrative)
        self.check.expect(isinstance(illustrative, bool), (*path, "illustrative"), "allowed: true or false")
        texts = {key: self.check.text(table.get(key, ""), (*path, key)) for key in _TEXTS}
        read: dict[str, Any] = {**numbers, **texts}
        return Lever(
            name=name, moves=self.moves(table.get("moves", {}), (*path, "moves")), shape=shape,
            label=self.check.by_language(table["label"], (*path, "label")) if "label" in table else (),
            mechanism=mechanism, family=family,
            illustrative=illustrative is True, **read,
        )  # fmt: skip

    def times(self, shape: str, table: Table, numbers: Mapping[str, sympy.Rational | None], path: Path) -> None:
        """Note what a shape lacks, what it does not know, and numbers that make no sense for it."""
        needed, optional = SHAPES[shape]
        for key in needed:
            self.check.expect(key in table, path, f"a {shape} needs {key!r}", f"add {key} = …")
        for key in _NUMBERS[:-1]:
            known = key in needed or key in optional or key not in table
            told = ", ".join((*needed, *optional)) or "none"
            self.check.expect(known, (*path, key), f"a {shape} has no {key!r}", f"its numbers are: {told}")
        for key, least in (("lasting", "more than 0"), ("speed", "more than 0"), ("lag", "zero or more")):
            value = numbers.get(key)
            if value is not None:
                good = value > 0 or (value == 0 and key == "lag")
                self.check.expect(good, (*path, key), f"{value} was given; allowed: {least}")
        at, until = numbers.get("at"), numbers.get("until")
        if at is not None and until is not None:
            self.check.expect(at < until, (*path, "until"), f"{until} was given; allowed: later than at = {at}")

    def moves(self, given: object, path: Path) -> tuple[Move, ...]:
        found: dict[str, Move] = {}
        for key, move in self.check.table(given, path).items():
            here = (*path, key)
            parts = split_path(key)
            if not self.movable(parts, here):
                continue
            table = self.check.table(move, here)
            self.check.keys(table, here, ("add", "times"))
            self.check.expect(table.keys() & {"add", "times"}, here, "a move needs 'add' or 'times'")
            read = {word: self.number(table[word], (*here, word)) for word in ("add", "times") if word in table}
            name = ".".join(map(quote, parts))
            self.check.expect(name not in found, here, f"{name} is moved twice by one lever")
            numbers: dict[str, Any] = {word: value for word, value in read.items() if value is not None}
            found[name] = Move(path=name, **numbers)
        return tuple(found.values())

    def movable(self, parts: Path, path: Path) -> bool:
        """Note a key path that is no value of the model, or one that no lever can move."""
        slot = find_slot(self.model.law, self.units, parts)
        if parts not in self.known and slot is None:
            start = len(parts) == 2 and parts[1] == "initial" and parts[0] in self.units
            name = ".".join(map(quote, parts))
            hint = "" if start else did_you_mean(name, value_names(self.model))
            problem = "a level at the first time is no lever" if start else f"{UNKNOWN} {shown(name)}"
            return self.check.expect(False, path, problem, hint)
        fixed = slot is not None and bool(slot.choices)
        return self.check.expect(not fixed, path, "this value is part of the law, and no lever moves it")

    def number(self, given: object, path: Path) -> sympy.Rational | None:
        try:
            return constant(given, path[-1])
        except InputError as error:
            self.check.refuse(path, error)
            return None
