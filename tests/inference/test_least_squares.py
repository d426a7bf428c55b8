"""The least-squares core: certified values of NIST, boxes, many rows at once, points where the function fails."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import sympy

from symbiode.inference.estimators._least_squares import CONVERGED, UNCLEAN, minimise

NIST = Path(__file__).parent / "nist"
B = sympy.symbols("b1:10")
X, X2 = sympy.symbols("x x2")
_PEAKS = B[0] * sympy.exp(-B[1] * X) + B[2] * sympy.exp(-((X - B[3]) ** 2) / B[4] ** 2)
_PEAKS += B[5] * sympy.exp(-((X - B[6]) ** 2) / B[7] ** 2)
_THREE = sum(B[k] * sympy.exp(-B[k + 1] * X) for k in (0, 2, 4))


def _waves():
    y = B[0] + B[1] * sympy.cos(2 * sympy.pi * X / 12) + B[2] * sympy.sin(2 * sympy.pi * X / 12)
    for k in (3, 6):
        y += B[k + 1] * sympy.cos(2 * sympy.pi * X / B[k]) + B[k + 2] * sympy.sin(2 * sympy.pi * X / B[k])
    return y


MODELS = {
    "Chwirut1": sympy.exp(-B[0] * X) / (B[1] + B[2] * X),
    "Chwirut2": sympy.exp(-B[0] * X) / (B[1] + B[2] * X),
    "DanWood": B[0] * X ** B[1],
    "ENSO": _waves(),
    "Gauss1": _PEAKS,
    "Gauss2": _PEAKS,
    "Gauss3": _PEAKS,
    "Hahn1": (B[0] + B[1] * X + B[2] * X**2 + B[3] * X**3) / (1 + B[4] * X + B[5] * X**2 + B[6] * X**3),
    "Kirby2": (B[0] + B[1] * X + B[2] * X**2) / (1 + B[3] * X + B[4] * X**2),
    "Lanczos1": _THREE,
    "Lanczos2": _THREE,
    "Lanczos3": _THREE,
    "MGH17": B[0] + B[1] * sympy.exp(-X * B[3]) + B[2] * sympy.exp(-X * B[4]),
    "Misra1a": B[0] * (1 - sympy.exp(-B[1] * X)),
    "Misra1b": B[0] * (1 - (1 + B[1] * X / 2) ** -2),
    "Misra1c": B[0] * (1 - (1 + 2 * B[1] * X) ** -0.5),
    "Misra1d": B[0] * B[1] * X / (1 + B[1] * X),
    "Nelson": B[0] - B[1] * X * sympy.exp(-B[2] * X2),
    "Roszman1": B[0] - B[1] * X - sympy.atan(B[2] / (X - B[3])) / sympy.pi,
}


def _read(name):
    """Return data (y, x, …), the two starts, certified values and standard deviations of a file."""
    lines = (NIST / f"{name}.dat").read_text().splitlines()
    table = [list(map(float, line.split("=")[1].split())) for line in lines[40:60] if re.match(r"\s*b\d+ =", line)]
    numbers = [list(map(float, line.split())) for line in lines[60:] if line.strip()]
    columns = np.array(table).T
    return np.array(numbers), columns[:2], columns[2], columns[3]


def _function(name, data):
    k = sum(b in MODELS[name].free_symbols for b in B)
    arguments = [*B[:k], X, X2]
    value = sympy.lambdify(arguments, MODELS[name])
    slopes = [sympy.lambdify(arguments, sympy.diff(MODELS[name], b)) for b in B[:k]]
    y = np.log(data[:, 0]) if name == "Nelson" else data[:, 0]
    x = [data[:, 1], data[:, -1]]

    def function(theta, which):
        with np.errstate(all="ignore"):
            residual = np.array([value(*row, *x) - y for row in theta])
            jacobian = np.array([[s(*row, *x) + 0 * y for s in slopes] for row in theta]).transpose(0, 2, 1)
        clean = np.isfinite(residual).all(axis=1) & np.isfinite(jacobian).all(axis=(1, 2))
        return residual, jacobian, clean

    return function


def _digits(found, certified):
    """Return the log relative error of McCullough (1998), The American Statistician 52, 358-366."""
    error = np.abs(found - certified) / np.abs(certified)
    return np.minimum(-np.log10(np.maximum(error, 1e-12)), 11).min()


@pytest.mark.parametrize("name", sorted(MODELS))
def test_certified_values_of_nist_come_out_to_eight_digits_from_both_starts(name):
    data, starts, certified, deviations = _read(name)
    free = np.full(starts.shape[1], np.inf)
    found = minimise(_function(name, data), starts, lower=-free, upper=free, iterations=2000)
    for row in range(2):
        assert found.status[row] == CONVERGED
        assert _digits(found.theta[row], certified) >= 8
        q = np.linalg.qr(found.jacobian[row], mode="r")
        variance = found.ssr[row] / (len(data) - len(certified))
        sd = np.sqrt(variance * np.sum(np.linalg.inv(q) ** 2, axis=1))
        if name != "Lanczos1":  # its residuals are the rounding of thirteen digits, so sd has few
            assert _digits(sd, deviations) >= 6


def _rosenbrock(theta, which):
    x, y = theta.T
    residual = np.stack([10 * (y - x**2), 1 - x], axis=1)
    zero, one = np.zeros_like(x), np.ones_like(x)
    jacobian = np.stack([np.stack([-20 * x, 10 * one], 1), np.stack([-one, zero], 1)], axis=1)
    return residual, jacobian, np.ones(len(theta), bool)


def test_a_box_gives_the_bounded_minimum_of_scipy():
    from scipy.optimize import least_squares

    box = [(-3, -3), (0.5, 3)]
    found = minimise(_rosenbrock, np.array([[-2.0, 2.0], [0.2, -2.0]]), lower=np.array(box[0]), upper=np.array(box[1]))
    peer = least_squares(
        lambda p: _rosenbrock(p[None], None)[0][0], [0.2, -2.0], bounds=box, xtol=1e-15, ftol=1e-15, gtol=1e-15
    )
    assert found.theta[1] == pytest.approx(peer.x, abs=1e-7)
    assert found.theta[1] == pytest.approx([0.5, 0.25], abs=1e-12)
    assert (found.status == CONVERGED).all()


def test_equal_bounds_fix_a_parameter():
    fixed = np.array([[-np.inf, 2.0]]), np.array([[np.inf, 2.0]])
    found = minimise(_rosenbrock, np.array([[1.0, 0.0]]), lower=fixed[0], upper=fixed[1])
    x = found.theta[0, 0]
    assert found.theta[0, 1] == 2.0
    assert 200 * x**3 - 399 * x - 1 == pytest.approx(0, abs=1e-8)  # half the derivative of 100 (2 - x²)² + (1 - x)²


def test_a_row_ends_where_it_would_end_alone():
    starts = np.random.default_rng(1).uniform(-2, 2, (40, 2))
    free = np.full(2, np.inf)
    together = minimise(_rosenbrock, starts, lower=-free, upper=free)
    alone = [minimise(_rosenbrock, start[None], lower=-free, upper=free).theta[0] for start in starts]
    assert np.array_equal(together.theta, alone)
    assert together.theta == pytest.approx(np.ones((40, 2)), abs=1e-12)


def test_points_where_the_function_fails_are_refused_and_counted():
    def walled(theta, which):
        residual, jacobian, _ = _rosenbrock(theta, which)
        clean = theta[:, 0] < 0.8
        residual[~clean], jacobian[~clean] = np.nan, np.nan
        return residual, jacobian, clean

    free = np.full(2, np.inf)
    found = minimise(walled, np.array([[-1.0, 1.0], [0.9, 0.9]]), lower=-free, upper=free)
    assert found.theta[0, 0] < 0.8
    assert found.failures[0] > 0
    assert found.status[1] == UNCLEAN


def test_a_direction_without_information_is_left_alone():
    def line(theta, which):
        x = np.array([1.0, 2.0, 3.0])
        jacobian = np.broadcast_to(np.stack([x, x], axis=1), (len(theta), 3, 2))
        return theta.sum(1)[:, None] * x - 2 * x, jacobian, np.ones(len(theta), bool)

    found = minimise(line, np.array([[0.3, 0.5]]), lower=np.full(2, -9.0), upper=np.full(2, 9.0))
    assert found.status[0] == CONVERGED
    assert found.theta[0] == pytest.approx([0.9, 1.1])
