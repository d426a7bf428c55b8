"""The lines that the scanner finds are the lines on which an independent emitter wrote the keys."""

import json
import tomllib

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from symbiode.errors import ModelError
from symbiode.system.formats._positions import positions

KEYS = st.one_of(
    st.sampled_from(["a", "b-1", "_c", "1", "growth"]),
    st.text(alphabet=st.sampled_from('x. "#=[]{}\'\\深\t'), min_size=0, max_size=4),
)
TEXTS = st.text(alphabet=st.sampled_from("x#\"'=[]{},\\深 \n\t"), max_size=8)
SCALARS = st.one_of(st.integers(-9, 9), st.booleans(), st.floats(-1, 1), TEXTS)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6
)


class Emitter:
    """Writes data as TOML in forms that the draw chooses, and notes the line of every key as it writes it."""

    def __init__(self, draw):
        self.draw, self.text, self.lines = draw, "", {}

    def note(self, path):
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def put(self, text):
        self.text += text

    def key(self, name):
        forms = [json.dumps(name, ensure_ascii=False)]
        if name and all(c.isascii() and (c.isalnum() or c in "-_") for c in name):
            forms.append(name)
        if "'" not in name:
            forms.append(f"'{name}'")
        self.put(self.draw(st.sampled_from(forms)))

    def gap(self, *, lines):
        self.put(self.draw(st.sampled_from(["", " ", "\t"] + (["\n", " # ] } x\n", "\r\n"] if lines else []))))

    def string(self, text):
        forms = [json.dumps(text, ensure_ascii=False), '"""' + json.dumps(text, ensure_ascii=False)[1:-1] + '"""']
        if "'" not in text and "\n" not in text:
            forms.append(f"'{text}'")
        if "'" not in text:
            forms.append(f"'''\n{text}'''")
        if "\\" not in text and '"' not in text:
            forms.append(f'"""\n{text}"""')
        self.put(self.draw(st.sampled_from(forms)))

    def value(self, value, path):
        if isinstance(value, str):
            self.string(value)
        elif isinstance(value, bool):
            self.put(str(value).lower())
        elif isinstance(value, list):
            self.array(value, path)
        elif isinstance(value, dict):
            self.inline(value, path)
        else:
            self.put(repr(value))

    def array(self, values, path):
        self.put("[")
        for i, value in enumerate(values):
            self.gap(lines=True)
            self.note((*path, str(i)))
            self.value(value, (*path, str(i)))
            self.gap(lines=True)
            if i < len(values) - 1 or self.draw(st.booleans()):
                self.put(",")
        self.gap(lines=True)
        self.put("]")

    def inline(self, table, path):
        self.put("{")
        for i, (name, value) in enumerate(table.items()):
            self.put(", " if i else " ")
            self.pair(name, value, path)
        self.put(" }")

    def pair(self, name, value, path):
        here = (*path, name)
        self.note(here)
        self.key(name)
        while isinstance(value, dict) and len(value) == 1 and self.draw(st.booleans()):
            (inner, value) = next(iter(value.items()))
            self.put(self.draw(st.sampled_from([".", " . "])))
            here = (*here, inner)
            self.note(here)
            self.key(inner)
        self.put(" = ")
        self.value(value, here)

    def table(self, table, path):
        later = []
        for name, value in table.items():
            tables = isinstance(value, list) and value and all(isinstance(inner, dict) for inner in value)
            if (isinstance(value, dict) or tables) and self.draw(st.booleans()):
                later.append((name, value))
                continue
            self.gap(lines=True)
            self.pair(name, value, path)
            self.put(self.draw(st.sampled_from(["\n", " # note = 1\n", "\r\n"])))
        for name, value in later:
            for i, inner in enumerate(value if isinstance(value, list) else [value]):
                self.header((*path, name), many=isinstance(value, list), index=i)
                self.table(inner, (*path, name, str(i)) if isinstance(value, list) else (*path, name))

    def header(self, path, *, many, index):
        self.put("\n[[" if many else "\n[ ")
        self.note(path)
        for i, part in enumerate(path):
            self.put("." if i else "")
            self.key(part)
        self.put("]]\n" if many else " ]\n")
        if many:
            self.lines.setdefault((*path, str(index)), self.text.count("\n"))


@st.composite
def documents(draw):
    data = _without_deep_arrays(draw(st.dictionaries(KEYS, VALUES, max_size=4)))
    assume(_depth(data) <= 8)
    emitter = Emitter(draw)
    emitter.table(data, ())
    return emitter.text, data, emitter.lines


def _depth(data):
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return 1 + max(map(_depth, inner), default=0) if isinstance(data, (dict, list)) else 0


def _without_deep_arrays(data):
    """Turn arrays of tables below the top level into arrays of numbers: their headers are tested by hand below."""

    def plain(value, depth):
        if isinstance(value, dict):
            return {k: plain(v, depth + 1) for k, v in value.items()}
        if isinstance(value, list):
            tables = value and all(isinstance(inner, dict) for inner in value)
            return [0 if tables and depth else plain(inner, depth + 1) for inner in value]
        return value

    def flat(value):
        if isinstance(value, dict):
            return {k: flat(v) if not isinstance(v, dict) else 1 for k, v in value.items()}
        return value

    found = {k: plain(v, 0) for k, v in data.items()}
    return {
        k: [flat(inner) for inner in v] if isinstance(v, list) and v and all(isinstance(i, dict) for i in v) else v
        for k, v in found.items()
    }


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(documents())
def test_every_key_has_the_line_on_which_it_was_written(document):
    text, data, lines = document
    assert tomllib.loads(text) == data
    assert positions(text) == lines


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("[[a]]\nb = 1\n[[a]]\n[a.c]\nd = 2", ("a", "1", "c", "d"), 5),
        ("[[a]]\n[[a.b]]\nx = 1\n[[a.b]]\nx = 2\n[[a]]\n[[a.b]]\nx = 3", ("a", "1", "b", "0", "x"), 8),
        ("a = '''\n\n'''\nb.'c d' = 1", ("b", "c d"), 4),
        ('a = """x\\"""" # " \nb = 1', ("b",), 2),
        ("\n\n[units . 'New York']\ngrowth = 1", ("units", "New York"), 3),
        ("a = 2020-01-01 00:00:00\nb = 1", ("b",), 2),
        ('"\\u6df1" = 1', ("深",), 1),
    ],
)
def test_forms_that_are_easy_to_get_wrong(text, path, line):
    tomllib.loads(text)
    assert positions(text)[path] == line


DEEP = ".".join("a" * 9)


@pytest.mark.parametrize("text", [DEEP + " = 1", "b = 1\na = " + "[" * 9 + "]" * 9, f"[{DEEP}]"])
def test_paths_of_more_than_eight_parts_are_refused_with_their_line(text):
    with pytest.raises(ModelError) as caught:
        positions(text)
    assert [fault.line for fault in caught.value.faults] == [text.count("\n") + 1]
