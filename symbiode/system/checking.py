"""What `building` and `sources` check with: faults are collected, not raised, so that all of them come at once.

Comes in: nested tables from a model file or from Python. Goes out: a list of `Fault`, each with its key path.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from symbiode.errors import ExpressionError, Fault, InputError, InvalidValueError, did_you_mean, shown

Table = Mapping[str, object]
Path = tuple[str, ...]
MAX_NAME = 200
_DEPTH = 8


class Checker:
    """Collects faults; every method says whether, or returns what, it found good."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def expect(self, kept: object, path: Path, problem: str, remedy: str = "") -> bool:
        """Note a fault unless `kept`."""
        if not kept:
            self.faults.append(Fault(path=path, problem=problem, remedy=remedy))
        return bool(kept)

    def refuse(self, path: Path, error: InputError) -> None:
        """Note an error that one value raised, as one line."""
        if isinstance(error, InvalidValueError):
            problem = f"{shown(error.given)} was given; allowed: {error.allowed}"
        else:
            problem = error.line if isinstance(error, ExpressionError) else str(error)
        self.faults.append(Fault(path=path, problem=problem))

    def table(self, given: object, path: Path) -> Table:
        """Return a table, an empty one if it is none."""
        self.expect(isinstance(given, Mapping), path, f"{shown(given)} was given; allowed: a table")
        return given if isinstance(given, Mapping) else {}

    def text(self, given: object, path: Path) -> str:
        """Return a text, an empty one if it is none."""
        self.expect(isinstance(given, str), path, f"{shown(given)} was given; allowed: text in quotes")
        text = given if isinstance(given, str) else ""
        self.expect(not _UNWRITABLE.search(text), path, "the text holds half a character pair or NUL")
        return text

    def by_language(self, given: object, path: Path) -> tuple[tuple[str, str], ...]:
        """Return a label: one text, taken as English, or a table of texts by language."""
        if isinstance(given, str):
            return (("en", self.text(given, path)),)
        problem = f"{shown(given)} was given; allowed: text, or a table by language"
        self.expect(isinstance(given, Mapping), path, problem)
        table = given if isinstance(given, Mapping) else {}
        return tuple((lang, self.text(text, (*path, lang))) for lang, text in table.items())

    def word(self, given: object, path: Path, choices: Collection[str]) -> str:
        """Return a text that must be one of some words."""
        word = self.text(given, path)
        good = word in choices or not isinstance(given, str)
        self.expect(good, path, f"{shown(given)} was given; allowed: {', '.join(choices)}")
        return word

    def keys(self, table: Table, path: Path, known: Iterable[str]) -> None:
        """Note every key that is not known."""
        choices = tuple(known)
        for key in table:
            if key not in choices:
                self.expect(False, (*path, key), f"unknown key {shown(key)}", did_you_mean(key, choices))

    def among(self, name: str, choices: Collection[str], path: Path, kind: str) -> bool:
        """Note a name that is not among the choices."""
        return name in choices or self.expect(
            False, path, f"unknown {kind} {shown(name)}", did_you_mean(name, choices)
        )

    def names(self, names: Iterable[str], path: Path) -> None:
        """Note names that are empty, too long, hard to see, or too alike to tell apart."""
        seen: dict[str, str] = {}
        for name in names:
            here = (*path, name)
            self.expect(0 < len(name) <= MAX_NAME, here, f"a name has 1 to {MAX_NAME} characters")
            hidden = sorted({f"U+{ord(c):04X}" for c in name if unicodedata.category(c) in _HIDDEN})
            self.expect(not hidden, here, f"the name holds control characters ({', '.join(hidden)})")
            self.expect(name == name.strip(), here, "the name starts or ends with a space")
            twin = seen.setdefault(unicodedata.normalize("NFKC", name).casefold(), name)
            self.expect(twin == name, here, f"the names {twin!r} and {name!r} are too alike to tell apart")

    def normalised(self, given: Any, path: Path = ()) -> Any:
        """Return a table with every key in Unicode's composed form (NFC); two keys that become one are a fault."""
        if not isinstance(given, Mapping) or len(path) > _DEPTH:
            return given
        found: dict[str, Any] = {}
        for key, value in given.items():
            name = unicodedata.normalize("NFC", str(key))
            here = (*path, name)
            self.expect(isinstance(key, str), here, f"the name {shown(key)} is not text")
            self.expect(name not in found, here, "two names are too alike to tell apart")
            found[name] = self.normalised(value, here)
        return found


_UNWRITABLE = re.compile("[\ud800-\udfff\0]")
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
