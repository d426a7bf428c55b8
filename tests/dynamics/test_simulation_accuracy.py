"""Simulations of very many random systems against 50 digits and closed forms."""

import mpmath
import numpy as np
import pytest

from symbiode.dynamics.simulation import ensemble, simulate
from symbiode.errors import Code, RefusedError
from symbiode.system.building import build
from tests.dynamics.test_simulation import drawn, pair, relative, taylor
from tests.seeds import fresh_seed


def fresh() -> np.random.Generator:
    """Return other random numbers every day."""
    return np.random.default_rng(fresh_seed())


@pytest.mark.slow
def test_two_hundred_random_systems_are_as_accurate_as_they_say() -> None:
    """Error at most 10 x tolerance or refused in all; estimate above the error in 98 % and within 100 x in 90 %.

    Growth rates and starts are six and twelve decades apart, to t = 50 or 90 % of the time of a blow-up; flows that
    spread starts more than ten thousandfold say so and are counted apart.
    """
    rng = fresh()
    ratios, met, ill, refused = [], [], 0, 0
    for _ in range(200):
        n, rtol = int(rng.integers(1, 6)), 10 ** rng.uniform(-11, -4)
        r = [float(f"{10 ** rng.uniform(-6, 0):.4g}") for _ in range(n)]
        high = rng.choice([0.9 / max(1, n - 1), 1.5])
        d = [[-1.0 if i == j else drawn(rng, -1.5, high) for j in range(n)] for i in range(n)]
        x0 = [float(f"{10 ** rng.uniform(-12, 0.5):.4g}") for _ in range(n)]
        model = build(
            {f"u{i}": {"growth": r[i], "capacity": 1, "initial": x0[i]} for i in range(n)},
            effects={f"u{i}.u{j}": d[i][j] for i in range(n) for j in range(n) if i != j},
        )
        last = 0.9 * (simulate(model, [0.0, 50.0]).blow_up_time or 50 / 0.9)
        times = [0.0, *np.unique(rng.uniform(0.002, 0.99, 5) * last).tolist(), last]
        try:
            found = simulate(model, times, rtol=rtol)
        except RefusedError:
            refused += 1
            continue
        if found.status.code is Code.ILL_CONDITIONED:
            ill += 1
            continue
        with mpmath.workdps(50):
            exact = [[mpmath.mpf(str(r[i])) * mpmath.mpf(str(d[i][j])) for j in range(n)] for i in range(n)]
            truth = taylor([mpmath.mpf(str(rate)) for rate in r], exact, [mpmath.mpf(str(x)) for x in x0], times)
        true = float((np.abs(found.y - truth) / np.maximum(truth, 1e-12)).max())
        met.append(found.status.ok and true <= 10 * rtol)
        ratios.append(found.error_estimate / max(true, 1e-16))
    assert all(met)
    assert refused + ill <= 20
    assert np.mean(np.array(ratios) >= 1) >= 0.98
    assert np.mean(np.array(ratios) <= 100) >= 0.90


@pytest.mark.slow
def test_stiff_pairs_are_as_accurate_as_they_say() -> None:
    """Growth rates a million apart; b obeys a Bernoulli equation whose solution is an integral."""
    rng = fresh()
    for _ in range(40):
        fast, d, x0, y0 = 10 ** rng.uniform(3, 6), drawn(rng, -0.9, 2), drawn(rng, 0.01, 2), drawn(rng, 0.01, 2)
        fast = float(f"{fast:.4g}")
        model = pair((fast, 1.0), (0, d), (x0, y0))
        times, truth = [0.0, 1 / fast, 2.0, 20.0], []
        with mpmath.workdps(30):

            def area(t: float, d: float = d, x0: float = x0, fast: float = fast) -> mpmath.mpf:
                return t + d * mpmath.log(1 + mpmath.mpf(x0) * mpmath.expm1(mpmath.mpf(fast) * t)) / fast

            for t in times:
                cuts = sorted({c for c in (0, 1 / fast, 10 / fast, 40 / fast, 0.1, 1, 5) if c < t} | {t})
                loss = mpmath.quad(lambda s, area=area: mpmath.exp(area(s)), cuts) if t else 0
                x = 1 / (1 + (1 / mpmath.mpf(x0) - 1) * mpmath.exp(-mpmath.mpf(fast) * t))
                truth.append([float(x), float(mpmath.exp(area(t)) / (1 / mpmath.mpf(y0) + loss))])
        for rtol in (1e-6, 1e-9):
            found = simulate(model, times, rtol=rtol)
            true = relative(found.y, np.array(truth))
            assert true <= min(10 * rtol, found.error_estimate + 1e-15), (fast, d, x0, y0, rtol)


@pytest.mark.slow
def test_a_thousand_blow_ups_are_reported_with_their_time() -> None:
    """Equal pairs have a closed form; nothing comes back as ok, no time is wrong by more than 1e-6."""
    rng = fresh()
    r, d, x0 = rng.uniform(0.05, 2, 1000), 1 + 10 ** rng.uniform(-2, 1, 1000), 10 ** rng.uniform(-3, 7, 1000)
    truth = np.log1p(1 / ((d - 1) * x0)) / r
    values = {"a.growth": r, "b.growth": r, "effects.a.b": d, "effects.b.a": d, "a.initial": x0, "b.initial": x0}
    model = pair((1, 1), (0, 0), (1, 1))
    found = ensemble(model, values=values, times=[0.0, 1e5])
    assert {status.code for status in found.status} == {Code.ENDED_EARLY}
    assert (np.abs(found.blow_up_time / truth - 1) < 1e-6).all()
    assert (np.abs(found.blow_up_time - truth) <= found.blow_up_error).all()
    for k in range(100):
        own = {"a.growth": r[k], "b.growth": r[k], "effects.a.b": d[k], "effects.b.a": d[k]}
        single = simulate(model.with_values(own), [0.0, 1e5], [x0[k], x0[k]])
        assert single.blow_up_error is not None
        assert abs(single.blow_up_time / truth[k] - 1) < 1e-6
        assert abs(single.blow_up_time - truth[k]) <= single.blow_up_error


@pytest.mark.slow
def test_a_thousand_extinctions_leave_no_negative_level() -> None:
    rng = fresh()
    model = pair((1, 1), (-2, 0.5), (0.5, 0.5))
    found = ensemble(
        model, values={"effects.a.b": rng.uniform(-8, -1.05, 1000), "b.growth": rng.uniform(0.1, 3, 1000)},
        start=10 ** rng.uniform(-12, 1, (1000, 2)), times=np.linspace(0, 500, 21),
    )  # fmt: skip
    assert all(status.ok for status in found.status)
    assert (found.y > 0).all()
    assert found.y[:, -1, 0].max() < 1e-3
