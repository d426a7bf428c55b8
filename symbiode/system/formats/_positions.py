"""Which line of a TOML text each key stands on.

Comes in: TOML text. Goes out: a table from key path to line, or a refusal of text that nests too deep for any reader
(tomllib needs seconds for a key of 20,000 parts). Values are not read here, only skipped: tomllib reads them, and finds
the syntax errors; text with one gives a table of no meaning, but in linear time.
"""

from __future__ import annotations

import re

from symbiode.errors import Fault, ModelError

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]+")
_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BASIC = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*'")
_LONG_BASIC = re.compile(r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''.*?'''(?:'{0,2})", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}
MAX_DEPTH = 8

Path = tuple[str, ...]


def positions(text: str) -> dict[Path, int]:
    """Return the line, counted from 1, of every key path of a valid TOML text.

    Parameters
    ----------
    text : str
        Valid TOML.

    Returns
    -------
    dict of tuple of str to int
        A table has the line of its first mention; an element of an array has its index, as text, for a key.

    Raises
    ------
    ModelError
        If a key path has more than 8 parts; its fault has the line.

    Examples
    --------
    >>> positions('a = 1\\n[b]\\nc."d e" = 2')[("b", "c", "d e")]
    3
    """
    return _Scanner(text).whole()


class _Scanner:
    """One pass over the text; lines are counted as it moves."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.line = text, 0, 1
        self.lines: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}

    def whole(self) -> dict[Path, int]:
        table: Path = ()
        self.skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip(_BLANK)
        return self.lines

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        taken = match.group() if match else self.text[self.at : self.at + 1]
        self.at += len(taken)
        self.line += taken.count("\n")
        return taken

    def looking_at(self, what: str) -> bool:
        return self.text.startswith(what, self.at)

    def note(self, base: Path, key: list[str]) -> Path:
        path = base
        for part in key:
            path = (*path, part)
            if len(path) > MAX_DEPTH:
                problem = f"tables or lists nest deeper than {MAX_DEPTH}"
                raise ModelError([Fault(path=path[:1], problem=problem, line=self.line)])
            self.lines.setdefault(path, self.line)
        return path

    def header(self) -> Path:
        many = self.looking_at("[[")
        self.at += 2 if many else 1
        key = self.key()
        path: Path = ()
        for part in key[:-1]:
            path = self.element(self.note(path, [part]))
        path = self.note(path, key[-1:])
        self.at += 2 if many else 1
        if not many:
            return path
        count = self.counts.get(path, 0)
        self.counts[path] = count + 1
        return self.note(path, [str(count)])

    def element(self, path: Path) -> Path:
        """Return the path of the last element if `path` is an array of tables."""
        return (*path, str(self.counts[path] - 1)) if path in self.counts else path

    def key(self) -> list[str]:
        parts = []
        while True:
            self.skip(_SPACE)
            parts.append(self.part())
            self.skip(_SPACE)
            if not self.looking_at("."):
                return parts
            self.at += 1

    def part(self) -> str:
        if self.looking_at('"'):
            return _ESCAPE.sub(_unescaped, self.skip(_BASIC)[1:-1])
        if self.looking_at("'"):
            return self.skip(_LITERAL)[1:-1]
        return self.skip(_BARE)

    def pair(self, table: Path) -> None:
        path = self.note(table, self.key())
        self.at += 1
        self.value(path)

    def value(self, path: Path) -> None:
        self.skip(_SPACE)
        for opening, pattern in (('"""', _LONG_BASIC), ("'''", _LONG_LITERAL), ('"', _BASIC), ("'", _LITERAL)):
            if self.looking_at(opening):
                self.skip(pattern)
                return
        if self.looking_at("["):
            self.array(path)
        elif self.looking_at("{"):
            self.inline(path)
        else:
            self.skip(_SCALAR)

    def array(self, path: Path) -> None:
        self.at += 1
        count = 0
        self.skip(_BLANK)
        while self.at < len(self.text) and not self.looking_at("]"):
            self.value(self.note(path, [str(count)]))
            count += 1
            self.skip(_BLANK)
            if self.looking_at(","):
                self.at += 1
                self.skip(_BLANK)
        self.at += 1

    def inline(self, path: Path) -> None:
        self.at += 1
        self.skip(_BLANK)
        while self.at < len(self.text) and not self.looking_at("}"):
            self.pair(path)
            self.skip(_BLANK)
            if self.looking_at(","):
                self.at += 1
                self.skip(_BLANK)
        self.at += 1


def _unescaped(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2)
    return chr(int(code, 16)) if code else _ESCAPED.get(match.group(3), match.group(3))
