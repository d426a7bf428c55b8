"""Effects among many units at once, against closed forms, against panels with known effects, and against chance."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from symbiode.cli import run
from symbiode.dynamics.modes.ladder import Mode
from symbiode.errors import DataError, InvalidValueError, RefusedError
from symbiode.inference.multiplicity import adjusted
from symbiode.inference.observations import Observations, confined, of_source
from symbiode.inference.places import distances
from symbiode.inference.pooling import mixed, pool
from symbiode.inference.pooling.scores import lasso
from symbiode.system.formats import load, models_folder
from tests.seeds import fresh_seed

Floats = NDArray[np.float64]
NAMES = tuple("abcdefghijk")


def panel(
    rng: np.random.Generator, units: int, steps: int, *, size: float, reach: float = 60.0, tau: float = 0.0,
    noise: float = 0.02,
) -> tuple[Observations, Floats, Floats]:  # fmt: skip
    """Return a panel of logistic units, the effects in own means, and the distances: effects fade with distance."""
    at = rng.uniform(0, 150, (units, 2))
    apart = np.hypot(*(at[:, None] - at).transpose(2, 0, 1))
    effects = size * np.exp(-apart / reach) + tau * rng.standard_normal((units, units))
    np.fill_diagonal(effects, 0)
    matrix = effects - np.diag(rng.uniform(0.08, 0.2, units) + np.maximum(0, effects.sum(axis=1)))
    rates, level = rng.uniform(0.1, 0.25, units), rng.uniform(0.15, 0.9, units)
    levels = [level]
    for _ in range(steps):
        error = noise * rng.standard_normal(units)
        growth = rates + matrix @ level + error
        for _ in range(80):  # growth follows the mean level of the step
            growth += 0.5 * (np.clip(rates + matrix @ (level * (1 + np.exp(growth)) / 2) + error, -2, 2) - growth)
        level = level * np.exp(growth)
        levels.append(level)
    y = np.array(levels)
    seen = Observations(t=np.arange(steps + 1), y=y, units=NAMES[:units])
    return seen, effects * ((y[1:] + y[:-1]) / 2).mean(axis=0), apart


def bay() -> tuple[Observations, Floats, tuple[str, ...]]:
    model = load("greater-bay-area")
    names = tuple(unit.name for unit in model.units)
    assert model.panel is not None
    return of_source(model, model.panel), distances(confined(model.panel, model.panel.places), names), names


def test_q_values_keep_what_the_authors_kept() -> None:
    """Benjamini and Hochberg (1995), section 3.1: fifteen p-values; four are kept at 5 %, Bonferroni keeps three."""
    p = [.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1.0]
    assert np.sum(adjusted(p) <= 0.05) == 4
    assert np.sum(np.array(p) <= 0.05 / 15) == 3
    assert adjusted([[0.01, np.nan], [0.5, 0.02]]).tolist()[0][0] == pytest.approx(0.03)
    with pytest.raises(InvalidValueError, match="from 0 to 1"):
        adjusted([1.2])
    with pytest.raises(InvalidValueError, match="bh or by"):
        adjusted([0.2], method="holm")


@pytest.mark.peer
@pytest.mark.parametrize(("ours", "theirs"), [("bh", "fdr_bh"), ("by", "fdr_by")])
def test_q_values_are_those_of_statsmodels(ours: str, theirs: str) -> None:
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    p = np.random.default_rng(fresh_seed()).uniform(size=200) ** 2
    np.testing.assert_allclose(adjusted(p, method=ours), multitest.multipletests(p, method=theirs)[1], rtol=1e-12)


def made(rng: np.random.Generator, patterns: Floats) -> mixed.Design:
    return mixed.design(rng.standard_normal((20, 4)), rng.uniform(0.5, 2, (20, 4)), patterns, years=False)


def test_pooling_to_zero_is_ridge_regression() -> None:
    """Hoerl and Kennard (1970), equation 2.1, with the own terms left free; lambda = sigma^2/tau^2."""
    design = made(np.random.default_rng(fresh_seed()), np.zeros((0, 4, 4)))
    sigma, tau = 0.7, 0.3
    found = mixed.given(design, np.full(4, sigma), tau)
    rest = np.eye(80) - design.fixed @ np.linalg.pinv(design.fixed)
    z = rest @ design.effects
    ridge = np.linalg.solve(z.T @ z + sigma**2 / tau**2 * np.eye(12), z.T @ design.y)
    np.testing.assert_allclose(found.effects, ridge, atol=1e-10)
    known = sigma**2 * np.linalg.inv(z.T @ z + sigma**2 / tau**2 * np.eye(12))
    np.testing.assert_allclose(found.covariance, known, atol=1e-10)


def test_strong_pooling_is_the_pattern_and_none_is_least_squares() -> None:
    design = made(np.random.default_rng(fresh_seed()), np.ones((1, 4, 4)))
    near = mixed.given(design, np.ones(4), 1e-5)
    pattern, *_ = np.linalg.lstsq(np.hstack([design.fixed, design.effects.sum(axis=1)[:, None]]), design.y)
    np.testing.assert_allclose(near.effects, pattern[-1], atol=1e-6)
    free, *_ = np.linalg.lstsq(np.hstack([design.fixed, design.effects]), design.y)
    np.testing.assert_allclose(mixed.given(design, np.ones(4), 1e4).effects, free[8:], atol=1e-5)


def test_restricted_likelihood_is_the_analysis_of_variance() -> None:
    """Searle, Casella and McCulloch (1992), section 3.8: balanced one-way REML is MSW and (MSB - MSW)/n."""
    rng = np.random.default_rng(5)
    groups, each = 12, 6
    y = np.repeat(2.0 * rng.standard_normal(groups), each) + rng.standard_normal(groups * each)
    design = mixed.Design(
        y=y, fixed=np.ones((y.size, 1)), effects=np.repeat(np.eye(groups), each, axis=0),
        patterns=np.zeros((groups, 0)), unit=np.zeros(y.size, dtype=np.intp),
        pairs=np.zeros((groups, 2), dtype=np.intp),
    )  # fmt: skip
    table = y.reshape(groups, each)
    within = np.sum((table - table.mean(axis=1, keepdims=True)) ** 2) / (groups * (each - 1))
    between = each * np.var(table.mean(axis=1), ddof=1)
    sd, _ = mixed.reml(design)
    np.testing.assert_allclose(sd**2, [within, (between - within) / each], rtol=1e-4)
    grid = np.geomspace(0.5, 5, 400)
    best = grid[np.argmin(mixed.likelihood(design, sd[:-1], grid))]
    assert best == pytest.approx(sd[-1], rel=0.01)


def test_the_lasso_meets_its_optimality_conditions() -> None:
    """Tibshirani (1996): correlations with the residual equal the penalty where a coefficient is not zero."""
    rng = np.random.default_rng(2)
    design = made(rng, np.zeros((0, 4, 4)))
    y = design.y * 0.05 + design.effects[:, 3] - 0.5 * design.effects[:, 7]
    design = mixed.Design(**{**vars(design), "y": y})
    _, effects = lasso(design, np.ones(4))
    rest = np.eye(80) - design.fixed @ np.linalg.pinv(design.fixed)
    z = rest @ design.effects
    length = np.linalg.norm(z, axis=0)
    pull = z.T @ (rest @ y - z @ effects) / length
    active = effects != 0
    assert active[3]
    assert active[7]
    assert active.sum() < 12
    assert np.ptp(np.abs(pull[active])) < 1e-6
    assert np.all(np.abs(pull) <= np.abs(pull[active]).max() + 1e-6)


def test_distances_are_those_that_the_model_states() -> None:
    """The formula in the heading of greater-bay-area.toml: nearness = exp(-distance/60 km), to three places."""
    _, apart, names = bay()
    near = {(i, j): np.exp(-apart[names.index(i), names.index(j)] / 60) for i in names for j in names if i != j}
    text = (models_folder() / "greater-bay-area.toml").read_text(encoding="utf-8")
    for (i, j), value in near.items():
        line = next(line for line in text.splitlines() if line.startswith(f"{i}.{j} = "))
        assert f"*{value:.3f}\"" in line


def test_faulty_places_are_named(tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text("unit,latitude,longitude\na,91,0\na,0,0\nb,north,0\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        distances(file, ["a", "b", "c"])
    told = str(caught.value)
    assert "no latitude" in told
    assert "second row" in told
    assert "'north' is not a number" in told
    assert "'c'" in told
    file.write_text("unit,latitude,longitude\na,1,2\nb,1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match="one place"):
        distances(file, ["a", "b"])


def test_what_cannot_be_pooled_is_refused() -> None:
    seen, _, apart = panel(np.random.default_rng(1), 3, 12, size=0.0)
    with pytest.raises(InvalidValueError, match="three or more"):
        pool(seen.only(["a", "b"]))
    with pytest.raises(RefusedError, match="8 are needed"):
        pool(seen.window(0, 6))
    with pytest.raises(InvalidValueError, match="positive off the diagonal"):
        pool(seen, distances=0 * apart)
    with pytest.raises(InvalidValueError, match="a decay needs distances"):
        pool(seen, structure="decay")
    with pytest.raises(DataError, match="zero or negative"):
        pool(Observations(t=seen.t, y=seen.y - seen.y.min(), units=seen.units))


def test_one_seed_gives_the_same_panel_and_currency_changes_nothing() -> None:
    """An effect per own mean has no unit of measure, so a constant exchange rate must leave it."""
    seen, _, apart = panel(np.random.default_rng(3), 3, 14, size=0.05)
    once, again, other = (
        pool(series, distances=apart, draws=300, placebos=19) for series in (seen, seen, seen.with_scale({"b": 7.8}))
    )
    np.testing.assert_array_equal(once.effects, again.effects)
    np.testing.assert_allclose(once.effects, other.effects, rtol=1e-5, atol=1e-8)
    assert once.structure == other.structure
    frame = once.frame()
    assert len(frame) == 6
    assert frame["verdict"].isin(["undetermined", *(mode.value for mode in Mode)]).all()
    for lang in ("en", "zh"):
        assert "{" not in once.summary(lang)


@pytest.mark.slow
def test_the_eleven_cities_name_no_mode() -> None:
    """No panel of 25 smooth trending years determines 110 effects: large t values are as frequent as by chance."""
    seen, apart, _ = bay()
    found = pool(seen, distances=apart, draws=400, placebos=99, structure="ridge")
    assert all(pair.mode is None for pair in found.modes)
    assert len(found.modes) == 55
    assert found.scores[0].name == "none"
    assert not found.forecasts_better
    assert found.tests.large < 0.12
    assert not found.above_chance
    assert found.tests.vif > 10


def test_the_verb_prints_an_object_and_writes_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen, _, _ = panel(np.random.default_rng(4), 3, 12, size=0.0)
    model = tmp_path / "three.toml"
    unit = "growth = 0.1\ncapacity = 2\ninitial = 0.5\n"
    model.write_text('name = "three"\n' + "".join(f"[units.{name}]\n{unit}" for name in "abc"), encoding="utf-8")
    data = tmp_path / "three.csv"
    data.write_text("year,a,b,c\n" + "\n".join(
        f"{2000 + int(t)}," + ",".join(map(repr, row)) for t, row in zip(seen.t, seen.y.tolist(), strict=True)
    ), encoding="utf-8")  # fmt: skip
    table = tmp_path / "effects.csv"
    arguments = ["panel", str(model), "--data", str(data), "--placebos", "19", "--draws", "200"]
    assert run([*arguments, "--json", "--out", str(table)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "symbiode/panel/1"
    assert len(told["effects"]) == 6
    assert told["status"]["level"] == "ok"
    assert table.read_text(encoding="utf-8").startswith("receiver,source,effect,low,high")
    assert run(["panel", str(model)]) == 2
    assert "--data" in capsys.readouterr().err


@pytest.mark.slow
def test_a_decay_over_distance_is_recovered() -> None:
    """Forty steps, eight units, effects of up to 0.25 of growth that fade with 60 km: the size lies in its interval."""
    covered, wins, panels = 0, 0, 12
    rng = np.random.default_rng(fresh_seed())
    for _ in range(panels):
        seen, true, apart = panel(rng, 8, 40, size=0.1, noise=0.015)
        found = pool(seen, distances=apart + np.eye(8), structure="decay", draws=500, placebos=0)
        away = ~np.eye(8, dtype=bool)
        covered += np.mean((found.low <= true) & (true <= found.high), where=away) > 0.8
        wins += found.scores[0].name in ("decay", "ridge", "mean", "lasso", "rank_one")
    assert covered >= 10
    assert wins >= 8


@pytest.mark.slow
def test_pooled_intervals_cover_at_their_level() -> None:
    """Effects drawn from the model that pooling assumes: 95 % intervals hold 92 to 98 % of them, over 25 panels."""
    rng = np.random.default_rng(fresh_seed())
    shares = []
    for _ in range(25):
        seen, true, _ = panel(rng, 8, 24, size=0.0, tau=0.02)
        found = pool(seen, structure="ridge", draws=1000, placebos=0)
        shares.append(np.mean((found.low <= true) & (true <= found.high), where=~np.eye(8, dtype=bool)))
    assert 0.92 <= np.mean(shares) <= 0.98


@pytest.mark.slow
def test_independent_units_are_hardly_ever_given_a_mode() -> None:
    """Panels without effects: fewer than one pair in twenty is named, and large t values pass as chance."""
    rng = np.random.default_rng(fresh_seed())
    found = [pool(panel(rng, 5, 24, size=0.0)[0], draws=500, placebos=99) for _ in range(20)]
    named = np.mean([pair.mode not in (None, Mode.NEUTRALISM) for each in found for pair in each.modes])
    assert named <= 0.05
    assert sum(each.above_chance for each in found) <= 6  # 5 % level: P(more than 6 of 20) < 1e-4
