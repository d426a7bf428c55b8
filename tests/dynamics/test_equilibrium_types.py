"""Types of equilibria: against an independent solver, scaling and relabelling, and with irrational numbers."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiode.dynamics.equilibrium import equilibria
from symbiode.dynamics.equilibrium.signs import UndecidedSignError, sign
from symbiode.dynamics.equilibrium.stability import discs, spectrum, stability_of, turning
from symbiode.system.building import build
from tests.dynamics.test_equilibrium import TYPES, found_at, many, pair

# --- types against numpy


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(st.integers(2, 5), st.randoms(use_true_random=False))
def test_the_list_is_that_of_an_independent_solver(n, source):
    """Every support by numpy.linalg.solve, stability by the eigenvalues of the whole Jacobian."""
    D = np.array([[source.randint(-25, 25) / 10 for _ in range(n)] for _ in range(n)])
    np.fill_diagonal(D, -1)
    model = many(D.tolist(), r=[1 + k for k in range(n)])
    A = np.diag(np.arange(1, n + 1)) @ D
    b = np.arange(1.0, n + 1)
    expected = {}
    for mask in itertools.product((False, True), repeat=n):
        S = np.flatnonzero(mask)
        if abs(np.linalg.det(D[np.ix_(S, S)])) < 1e-9:
            continue
        x = np.zeros(n)
        x[S] = np.linalg.solve(A[np.ix_(S, S)], -b[S]) if len(S) else []
        if (x[S] > 1e-9).all():
            J = np.diag(b + A @ x) + np.diag(x) @ A
            expected[tuple(f"u{i}" for i in S)] = (x, np.sort(np.linalg.eigvals(J).real)[::-1])
    found = {e.support: e for e in equilibria(model).equilibria}
    assert set(found) == set(expected)
    for support, (x, real_parts) in expected.items():
        e = found[support]
        np.testing.assert_allclose(e.state, x, rtol=1e-7, atol=1e-12)
        np.testing.assert_allclose([v.real for v in e.eigenvalues], real_parts, rtol=1e-5, atol=1e-6)
        if np.abs(real_parts).min() > 1e-6:
            assert e.stable == (real_parts < 0).all()
            assert (e.stability is TYPES.SADDLE) == (real_parts.min() < 0 < real_parts.max())
        scale = (np.abs(A) @ x + b).max() * max(x.max(), 1)
        assert e.residual <= 1e-14 * n * scale


@pytest.mark.slow
@settings(deadline=None, max_examples=12)
@given(st.integers(2, 3), st.randoms(use_true_random=False))
def test_relabelling_units_permutes_the_equilibria(n, source):
    D = [[source.randint(-20, 20) for _ in range(n)] for _ in range(n)]
    D = [[Fraction(d, 10) for d in row] for row in D]
    order = source.sample(range(n), n)
    first = equilibria(many(D, r=[1, 2, 3][:n]))
    second = equilibria(many([[D[i][j] for j in order] for i in order], r=[(1, 2, 3)[i] for i in order]))
    ours = {(tuple(e.exact[i] for i in order), e.stability) for e in first.equilibria}
    assert ours == {(e.exact, e.stability) for e in second.equilibria}
    assert len(first.families) == len(second.families)


@settings(deadline=None, max_examples=25)
@given(st.randoms(use_true_random=False))
def test_scaling_time_and_capacities_scales_eigenvalues_and_states(source):
    a, b = Fraction(source.randint(-25, 25), 10), Fraction(source.randint(-25, 25), 10)
    first = equilibria(pair(a, b, r=(1, 2), K=(1, 1)))
    second = equilibria(pair(a, b, r=(7, 14), K=(5, 3)))
    assert len(first) == len(second)
    for e, f in zip(first.equilibria, second.equilibria, strict=True):
        assert f.exact == (5 * e.exact[0], 3 * e.exact[1])
        assert f.stability is e.stability
        assert f.eigenvalues == pytest.approx([7 * v for v in e.eigenvalues])


@pytest.mark.parametrize(
    ("roots", "expected"),
    [
        ([-1, -2, -3], (3, 0, 0)),
        ([1, -1, -2], (2, 0, 1)),
        ([1, -1, 2, -2], (2, 0, 2)),
        ([2j, -2j, -1], None),
        ([0, -1, -2], None),
        ([1 + 1j, 1 - 1j, -1 + 1j, -1 - 1j], (2, 0, 2)),
        ([-1, -1, -1, 4], (3, 0, 1)),
        ([1j, -1j, 1j, -1j, 3], None),
        ([1, -1, 1, -1, 5], (2, 0, 3)),
    ],
)
def test_roots_are_counted_on_each_side_of_the_axis(roots, expected):
    """Companion matrices of polynomials with known roots, among them those with zeros in Routh's array."""
    c = np.rint(np.poly(roots).real).astype(int).tolist()
    k = len(roots)
    block = [[-c[j + 1] for j in range(k)], *([int(i == j) for j in range(k)] for i in range(k - 1))]
    found = spectrum(block)
    assert (found.left, found.axis, found.right) == expected if expected else found.axis


def test_discs_prove_what_exact_counting_proves():
    """Integer blocks of size 3 to 5: discs agree with Routh's array wherever they decide, which is nearly always."""
    source, decided = random.Random(0), 0
    for k in (3, 4, 5):
        blocks = [[[source.randint(-9, 9) for _ in range(k)] for _ in range(k)] for _ in range(40)]
        for block, (values, proved) in zip(blocks, discs(blocks), strict=True):
            assert sum(values) == pytest.approx(sum(block[i][i] for i in range(k)), abs=1e-9)
            if proved:
                decided += 1
                assert proved[0] == spectrum(block)
                assert proved[1] in (None, turning(block))
    assert decided >= 110
    assert discs([[[0, 1, 0], [-1, 0, 0], [0, 0, -1]]])[0][1] is None


def test_repeated_real_eigenvalues_are_a_node():
    block = [[-1, 1, 0], [0, -1, 1], [0, 0, -1]]
    assert stability_of(block) is TYPES.STABLE_NODE
    assert stability_of([[-1, 1, 0], [-1, -1, 0], [0, 0, -1]]) is TYPES.STABLE_FOCUS


def test_may_leonard_border_is_exact():
    """May and Leonard (1975): the interior equilibrium of three cyclic competitors is stable iff alpha + beta < 2."""
    kinds = []
    for beta in (Fraction(12, 10) - Fraction(1, 10**25), Fraction(12, 10), Fraction(12, 10) + Fraction(1, 10**25)):
        a, b = Fraction(-8, 10), -beta
        kinds.append(found_at(equilibria(many([[0, a, b], [b, 0, a], [a, b, 0]])), "u0", "u1", "u2").stability)
    assert kinds == [TYPES.STABLE_FOCUS, TYPES.DEGENERATE, TYPES.SADDLE]


def test_mutualism_beyond_the_border_has_no_coexistence():
    """Three units with every effect 0.6: the linear system says -5, so there is no equilibrium of all three."""
    found = equilibria(many([["3/5"] * 3] * 3))
    (inner,) = [a for a in found.absent if len(a.support) == 3]
    assert inner.exact == (-5, -5, -5)
    assert inner.reason == "eq_negative"


# --- numbers that are not rational


def test_irrational_numbers_keep_exact_borders():
    model = build(
        {"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}},
        effects={"a.b": "-sqrt(q)", "b.a": "-1/sqrt(q)"}, parameters={"q": 2},
    )  # fmt: skip
    assert [a.reason for a in equilibria(model).absent] == ["eq_parallel"]
    other = equilibria(model.with_values({"effects.a.b": "-sqrt(q)/2", "effects.b.a": "tanh(q)"}))
    e = found_at(other, "a", "b")
    a, b = -(2**0.5) / 2, float(np.tanh(2))
    assert e.state == pytest.approx(((1 + a) / (1 - a * b), (1 + b) / (1 - a * b)))
    assert e.stability is TYPES.STABLE_NODE  # growth rates are equal


def test_irrational_line_of_equilibria_is_found():
    one = {"growth": "sqrt(q)", "capacity": "sqrt(q)"}
    model = build({"a": one, "b": one}, effects={"a.b": "-sqrt(q)*sqrt(q)/q", "b.a": -1}, parameters={"q": 3})
    (line,) = equilibria(model).families
    assert line.attracting is True


def test_signs_of_nearly_and_exactly_zero_numbers_are_proved():
    root = sympy.sqrt
    assert sign(root(2) + root(3) - root(5 + 2 * root(6))) == 0
    assert sign(root(2) + root(3) - root(5 + 2 * root(6)) + sympy.Rational(1, 10**80)) == 1
    assert sign(sympy.exp(1) - sympy.Rational(19, 7)) == 1
    with pytest.raises(UndecidedSignError):
        sign(sympy.tanh(1) - (sympy.exp(2) - 1) / (sympy.exp(2) + 1))
