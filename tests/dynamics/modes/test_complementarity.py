"""Equilibria that cannot be invaded, by pivots: against every set of units, and against a worst case of pivoting."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy

from symbiode.dynamics.modes.complementarity import lemke, saturated


def every_one(b: list[Fraction], A: list[list[Fraction]]) -> list[tuple[Fraction, ...]]:
    """Return all equilibria that cannot be invaded, by trying all sets of units."""
    n, found = len(b), []
    for there in itertools.chain.from_iterable(itertools.combinations(range(n), k) for k in range(n + 1)):
        x = sympy.zeros(n, 1)
        if there:
            part = sympy.Matrix([[sympy.Rational(str(A[i][j])) for j in there] for i in there])
            if part.det() == 0:
                continue
            inside = part.LUsolve(-sympy.Matrix([sympy.Rational(str(b[i])) for i in there]))
            for i, value in zip(there, inside, strict=True):
                x[i] = value
        rates = sympy.Matrix(b) + sympy.Matrix([[sympy.Rational(str(v)) for v in row] for row in A]) * x
        if min(x) >= 0 and max(rates) <= 0:
            found.append(tuple(map(Fraction, map(str, x))))
    return found


def test_pivots_end_at_an_equilibrium_wherever_one_exists() -> None:
    """Definition of a saturated equilibrium, over random systems of facultative, neutral and obligate units."""
    rng = np.random.default_rng(2)
    for _ in range(60):
        n = int(rng.integers(2, 5))
        A = [[Fraction(-1) if i == j else Fraction(int(rng.integers(-12, 9)), 10) for j in range(n)] for i in range(n)]
        b = [Fraction(int(v)) for v in rng.integers(-1, 2, n)]
        known, found = every_one(b, A), saturated(b, A)
        assert tuple(found) in known if known else found is None


@pytest.mark.parametrize("n", [6, 60])
def test_a_hierarchy_leaves_the_first_unit_alone(n: int) -> None:
    """Each unit suffers twice from all before it: x = (1, 0, ..., 0), on which Murty's pivots need 2^n - 1 steps.

    Murty (1978), Mathematical Programming Study 7, 138-141.
    """
    A = [[Fraction(-1) if i == j else Fraction(-2 * (j < i)) for j in range(n)] for i in range(n)]
    assert saturated([Fraction(1)] * n, A) == [Fraction(1)] + [Fraction(0)] * (n - 1)


def test_a_tie_of_rows_does_not_go_round_in_circles() -> None:
    """All ratios are equal; M = I has z = -q."""
    n = 5
    identity = [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]
    assert lemke(identity, [Fraction(-1)] * n, Fraction(0)) == dict.fromkeys(range(n), 1)


def test_without_a_solution_the_path_ends_in_a_ray() -> None:
    """Mutualists with d = .6 have no equilibrium that cannot be invaded."""
    A = [[Fraction(-1) if i == j else Fraction(3, 5) for j in range(3)] for i in range(3)]
    assert saturated([Fraction(1)] * 3, A) is None
