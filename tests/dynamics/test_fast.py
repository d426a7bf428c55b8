"""Compiled Taylor lanes: they go where the plain ones and scipy go, and their code lies where nobody else may write."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import symbiode
from symbiode.dynamics.numerics import compiled, kept, vector
from symbiode.dynamics.simulation import fast, lanes
from symbiode.dynamics.simulation.flow import DONE, RAN_AWAY, WORK_LIMIT
from tests.dynamics.test_flow import logistic, members
from tests.dynamics.test_series import MODELS, own
from tests.seeds import fresh_seed

numba = pytest.importorskip("numba")
pytestmark = pytest.mark.slow

PLAIN = (own("b - a**3 + sqrt(1 + b)", "-a/(1 + b**2) + exp(-a)*log(1 + b) + tanh(a)"),)
LAWS = ("logistic", "allee", "saturating", "exponential_capacity", "gompertz")
KOLMOGOROV = [model for model in MODELS if model.law.name in LAWS]
TEXT = "@njit(cache=KEPT)\ndef twice(x):\n    return 2 * x\n"


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory):
    """Keep the kernels of these tests together, away from the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


def carried(model, starts, grid, p=None, *, tol=1e-9, sharper=False):
    return fast.carry(
        compiled(model), np.asarray(starts, float), np.asarray(grid, float), vector(model) if p is None else p,
        tol=tol, cap=1e8, sharper=sharper,
    )  # fmt: skip


@pytest.mark.parametrize("model", [*KOLMOGOROV, *PLAIN], ids=lambda model: model.law.name)
def test_every_law_goes_where_the_plain_engine_goes(model):
    starts = np.random.default_rng(fresh_seed()).uniform(0.2, 0.6, (40, 2))
    numerics, grid = compiled(model), np.linspace(0.0, 4.0, 9)
    plain = lanes.carry(numerics, starts, grid, vector(model), tol=1e-13, cap=1e8)
    both = plain.status == DONE
    assert both.any()
    found, sharper = (carried(model, starts, grid, sharper=k) for k in (False, True))
    assert (found.status[both] == DONE).all()
    size = np.abs(plain.y[both]) if numerics.kolmogorov else np.abs(plain.y[both]).max(axis=1, keepdims=True)
    error = np.abs((found.y - plain.y)[both] / size).max(axis=(1, 2))
    told = 2 * np.abs((found.y - sharper.y)[both] / size).max(axis=(1, 2)) + 1e-12
    assert (error <= told).all()
    assert error == pytest.approx(0, abs=1e-7)


@pytest.mark.peer
def test_random_pairs_go_where_scipy_goes():
    model, grid = logistic(2), np.linspace(0.0, 30.0, 7)
    p, starts = members(model, 60, seed=fresh_seed())
    found = carried(model, starts, grid, p, tol=1e-10)
    assert (found.status == DONE).all()
    numerics = compiled(model)
    for q, start, y in zip(p[::6], starts[::6], found.y[::6], strict=True):
        other = solve_ivp(
            lambda t, z, q=q: numerics.per_capita(t, np.exp(z), q), (0, 30), np.log(start), "DOP853", grid,
            rtol=1e-12, atol=1e-12,
        )  # fmt: skip
        assert np.log(y) == pytest.approx(other.y.T, abs=2e-9)


def test_the_answer_does_not_depend_on_threads_nor_on_company(monkeypatch):
    model, grid = logistic(2), np.linspace(0.0, 40.0, 11)
    p, starts = members(model, 3001, seed=fresh_seed())
    for times in (grid, grid[::10]):
        found = []
        for threads in (1, 2, 5):
            monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", threads)
            found.append(carried(model, starts, times, p))
        assert len({(f.y.tobytes(), f.steps.tobytes(), f.y_end.tobytes()) for f in found}) == 1
        chosen = [2999, 5, 17, 5]
        alone = carried(model, starts[chosen], times, p[chosen])
        assert alone.y.tobytes() == found[0].y[chosen].tobytes()


def test_members_end_each_in_their_own_way():
    """The second runs away at t* = 7.1025; an absent unit stays absent; the fourth is stiff and left to others."""
    times = np.array([0.0, 5.0, 10.0, 50.0])
    calm, wild, stiff = [0.3, 1, 0.7, 1, 0.2, 0.1], [0.3, 1, 0.7, 1, 2, 1], [3e4, 1, 0.7, 1, 0.2, 0]
    p, starts = np.array([calm, wild, calm, stiff, calm]), np.full((5, 2), 0.1)
    starts[2, 0], starts[4] = 0.0, 1e9
    for grid in (times, times[[0, 3]]):
        found = carried(logistic(2), starts, grid, p, tol=1e-11)
        assert found.status.tolist() == [DONE, RAN_AWAY, DONE, WORK_LIMIT, RAN_AWAY]
        assert found.t_end[[1, 4]] == pytest.approx([7.1025, 0.0], abs=1e-4)
        assert np.isfinite(found.y[1]).all(axis=1).tolist() == (grid < 7.1025).tolist()
        assert np.isnan(found.y[4, 1:]).all()
        assert found.y[2, :, 0].tolist() == [0.0] * len(grid)
        assert found.y[2, :, 1] == pytest.approx(1 / (1 + 9 * np.exp(-0.7 * grid)), rel=1e-9)
        assert found.y_end[0].tolist() == found.y[0, -1].tolist()


@pytest.mark.parametrize("rare", [1e-12, 1e-150, 1e-300])
def test_a_rare_unit_is_not_carried_past_its_limit(rare):
    """Against the closed logistic curve; no term of the series at the start feels the limit."""
    grid = np.array([0.0, 10.0, 700.0, 1400.0])
    found = carried(logistic(1), [[rare]], grid, np.array([1.0, 1.0]), tol=1e-11)
    truth = [1 / (1 + math.exp(min(-math.log(rare) - t, 700))) for t in grid[1:]]
    assert found.y[0, 1:, 0] == pytest.approx(truth, rel=1e-8)


def test_an_ensemble_says_the_same_compiled_and_plain(monkeypatch):
    """Among its members some run away, one is stiff, one lacks a unit; each has an honest error estimate."""
    model, times = logistic(2), np.linspace(0.0, 30.0, 7)
    p, starts = members(model, 400, seed=fresh_seed())
    names = [".".join(q.path) for symbol in compiled(model).parameters for q in model.parameters if q.symbol == symbol]
    a, b = (unit.name for unit in model.units)
    p[:3, names.index(f"effects.{a}.{b}")] = p[:3, names.index(f"effects.{b}.{a}")] = 2.0
    p[3, names.index(f"{a}.growth")], starts[4, 0] = 3e3, 0.0
    about = {"values": dict(zip(names, p.T, strict=True)), "start": starts, "times": times, "rtol": 1e-8}
    plain = symbiode.ensemble(model, **about)
    monkeypatch.setattr(fast, "FEWEST", 100)
    found = symbiode.ensemble(model, **about)
    assert dict(found.settings)["tolerances"] != dict(plain.settings)["tolerances"]
    assert [status.code for status in found.status] == [status.code for status in plain.status]
    assert (found.y[4, :, 0] == 0).all()
    assert found.blow_up_time[:3] == pytest.approx(plain.blow_up_time[:3], rel=1e-7)
    there = np.isfinite(plain.y)
    assert (there == np.isfinite(found.y)).all()
    assert found.y[there] == pytest.approx(plain.y[there], rel=1e-7)
    best = symbiode.ensemble(model, **about | {"rtol": 1e-12})
    error = np.abs(found.y / np.where(best.y > 0, best.y, 1) - (best.y > 0))[5:].max(axis=(1, 2))
    assert (error <= found.error_estimate[5:] + best.error_estimate[5:]).mean() >= 0.98
    assert (found.error_estimate[5:] <= 100 * (error + 1e-13)).mean() >= 0.9


def test_many_times_and_the_end_alone_agree():
    model = logistic(2)
    p, starts = members(model, 100, seed=fresh_seed())
    grid = np.linspace(3.0, 43.0, 41)
    every, end = carried(model, starts, grid, p), carried(model, starts, grid[[0, -1]], p)
    assert every.y[:, -1].tobytes() == end.y[:, -1].tobytes()
    assert (every.t_end == 43.0).all()


def test_exp_and_log_are_exact_to_rounding():
    """Against numpy's own; the functions of a kernel are written so that whole vectors go through them."""
    from symbiode.dynamics.numerics.straight import text_of_functions

    text = text_of_functions() + "\n@njit\ndef both(x):\n    return [exp(y) for y in x], [log(abs(y)) for y in x]\n"
    x = np.concatenate([np.random.default_rng(fresh_seed()).uniform(-700, 700, 2000), np.logspace(-290, 2, 99)])
    exps, logs = map(np.array, kept.kernel(text, "both")(x))
    assert np.abs(exps / np.exp(x) - 1).max() < 5e-16
    assert logs == pytest.approx(np.log(np.abs(x)), rel=1e-15, abs=1e-300)
    special = np.array([-np.inf, np.inf, np.nan, -1e4])
    assert repr(kept.kernel(text, "both")(special)[0]) == repr([0.0, np.inf, np.nan, 0.0])


def in_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "symbiode"


@pytest.mark.skipif(os.name == "nt", reason="no such rights there")
class TestFolder:
    """Who may write where numba's pickles lie could run code: such a folder is not used, and nobody is told off."""

    def test_it_is_made_for_the_user_alone(self, tmp_path, monkeypatch):
        home = in_folder(tmp_path, monkeypatch)
        assert kept.kernel(TEXT, "twice")(21) == 42
        assert [place.stat().st_mode & 0o777 for place in (home, home / "__pycache__")] == [0o700] * 2
        assert any((home / "__pycache__").iterdir())

    @pytest.mark.parametrize("mode", [0o755, 0o770, 0o707])
    def test_rights_for_others_keep_it_unused(self, tmp_path, monkeypatch, mode):
        home = in_folder(tmp_path, monkeypatch)
        home.mkdir()
        home.chmod(mode)
        assert kept.kernel(TEXT, "twice")(21) == 42
        assert list(home.iterdir()) == []

    def test_a_link_is_not_followed(self, tmp_path, monkeypatch):
        home, elsewhere = in_folder(tmp_path, monkeypatch), tmp_path / "elsewhere"
        elsewhere.mkdir(mode=0o700)
        home.symlink_to(elsewhere)
        assert kept.kernel(TEXT, "twice")(21) == 42
        assert list(elsewhere.iterdir()) == []

    def test_another_owner_keeps_it_unused(self, tmp_path, monkeypatch):
        home = in_folder(tmp_path, monkeypatch)
        monkeypatch.setattr(os, "getuid", lambda: 12345)
        assert kept.kernel(TEXT, "twice")(21) == 42
        assert not home.exists() or list(home.iterdir()) == []

    def test_a_place_that_others_may_rearrange_keeps_it_unused(self, tmp_path, monkeypatch):
        home = in_folder(tmp_path, monkeypatch)
        tmp_path.chmod(0o777)
        assert kept.kernel(TEXT, "twice")(21) == 42
        assert not (home / "__pycache__").exists()

    @pytest.mark.parametrize("part", ["*.py", "__pycache__/*.nbi"])
    def test_a_file_that_others_may_write_keeps_it_unused(self, tmp_path, monkeypatch, part):
        home = in_folder(tmp_path, monkeypatch)
        kept.kernel(TEXT, "twice")(21)
        (file,) = home.glob(part)
        file.chmod(0o666)
        again = kept.kernel(TEXT, "twice")
        assert again(21) == 42
        assert not again.stats.cache_hits

    def test_another_text_is_never_run(self, tmp_path, monkeypatch):
        home = in_folder(tmp_path, monkeypatch)
        kept.kernel(TEXT, "twice")(21)
        (file,) = home.glob("*.py")
        file.write_text(TEXT.replace("2", "3"))
        again = kept.kernel(TEXT, "twice")
        assert again(21) == 42
        assert not again.stats.cache_hits

    def test_a_home_that_cannot_be_written_is_no_fault(self, tmp_path, monkeypatch):
        (tmp_path / "symbiode").write_text("a file")
        in_folder(tmp_path, monkeypatch)
        assert kept.kernel(TEXT, "twice")(21) == 42

    def test_the_next_process_need_not_compile(self, tmp_path, monkeypatch):
        in_folder(tmp_path, monkeypatch)
        code = f"from symbiode.dynamics.numerics import kept; f = kept.kernel({TEXT!r}, 'twice'); f(21); print(f.stats)"
        told = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in "ab"]
        assert "cache_hits={}" in told[0].stdout.replace("Counter()", "{}").replace("Counter", "")
        assert "cache_misses={}" in told[1].stdout.replace("Counter()", "{}").replace("Counter", "")
        assert all(run.stderr == "" for run in told)


def test_numba_is_not_loaded_before_a_large_ensemble():
    code = (
        "import sys, symbiode\n"
        "model = symbiode.build({'a': {'growth': 1, 'capacity': 1, 'initial': 0.5}})\n"
        "symbiode.simulate(model, [0, 1]); symbiode.ensemble(model, values={'a.growth': [1, 2]}, times=[0, 1])\n"
        "assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_time_in_the_rates_is_left_to_the_plain_engine():
    assert fast.pays(compiled(logistic(2)), fast.FEWEST)
    assert not fast.pays(compiled(logistic(2)), fast.FEWEST - 1)
    assert not fast.pays(compiled(own("a*t", "b")), fast.FEWEST)
