"""Errors say what was given, what is allowed and the next step; they cross processes and keep their fields."""

import pickle

import pytest

from symbiode import errors
from symbiode.errors import (
    Code,
    DataError,
    ExpressionError,
    Fault,
    InvalidValueError,
    ModelError,
    ModelFileError,
    OutputExistsError,
    OutputLockedError,
    RefusedError,
    Status,
    SymbiodeError,
    UnknownNameError,
    as_json,
    did_you_mean,
    quote,
    refused,
    shown,
    warning,
)

FAULT = Fault(path=("units", "New York", "growth"), problem="is missing", remedy="add it", line=3)
RAISED = [
    ModelError([FAULT, FAULT]),
    ModelFileError("m.toml", [FAULT]),
    DataError("d.csv", [FAULT]),
    ExpressionError("x*", 2, "ends too early"),
    UnknownNameError("law", "logistc", ["logistic"]),
    InvalidValueError("growth", -1, "more than 0"),
    OutputExistsError("out.toml"),
    OutputLockedError("out.toml", 7),
    RefusedError(refused(Code.TOO_SHORT, "3 rows", rows=3), 5),
]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
def test_errors_are_ours_and_cross_processes_with_their_fields(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again).keys() == vars(error).keys()
    assert isinstance(error, SymbiodeError)


def test_the_tree_in_the_docstring_is_the_tree():
    tree = {name for name in dir(errors) if name.endswith("Error") and name != "SymbiodeError"}
    assert all(name in errors.__doc__ for name in tree)


def test_a_fault_is_one_line_with_file_line_field_problem_and_remedy():
    assert str(ModelFileError("m.toml", [FAULT])) == 'm.toml:3: units."New York".growth: is missing; add it'
    assert str(ModelFileError("m.toml", [Fault(path=(), problem="cannot be read")])) == "m.toml: cannot be read"
    assert str(DataError("d.csv", [Fault(path=("year",), problem="is not a number", line=9)])) == (
        "d.csv:9: year: is not a number"
    )


def test_the_caret_of_an_expression_stands_under_its_fault():
    assert str(ExpressionError("x*(", 3, "ends too early")) == "ends too early\n  x*(\n     ^"
    assert ExpressionError("x*\n(", 3, "ends too early").line == "ends too early (column 4 of 'x* (')"
    assert str(ExpressionError("", 0, "division by zero")) == "division by zero"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, "true"), ("a", "'a'"), ({}, "a table"), ([], "a list"), (0.5, "0.5"), ("x" * 500, "'" + "x" * 78 + "…")],
)
def test_what_was_given_is_shown_briefly(value, expected):
    assert shown(value) == expected


def test_a_number_too_long_to_print_is_shown_all_the_same():
    assert shown(10**9999) == "a number of more than 120 digits"


def test_near_names_are_offered_first():
    assert did_you_mean("growht", ["growth", "capacity"]) == "did you mean 'growth'? choices are: capacity, growth"
    assert did_you_mean("zzz", []) == "choices are: (none)"
    many = did_you_mean("x70", [f"x{k}" for k in range(10_000, 10_200)] + ["x700"])
    assert many.startswith("did you mean 'x700'? of 201 choices the nearest are: x700, ")
    assert len(many) < 120


@pytest.mark.parametrize(
    ("part", "expected"), [("a", "a"), ("深圳", "深圳"), ("a b", '"a b"'), ('"', '"\\""'), ("", '""')]
)
def test_parts_of_paths_are_quoted_where_they_must_be(part, expected):
    assert quote(part) == expected


def test_every_code_has_a_sentence():
    for code in Code:
        assert code.sentence.endswith(".")
        assert as_json(warning(code, "Note.", n=1)) == {
            "level": "warning", "code": code.value, "message": f"{code.sentence} Note.", "values": {"n": 1},
        }  # fmt: skip
    assert Status().ok
    assert not refused(Code.TOO_SHORT).ok
