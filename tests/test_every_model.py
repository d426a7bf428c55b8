"""The contract of a shipped model, tested on every file of models/."""

import pickle

import pytest

from symbiode.dynamics.equilibrium import equilibria
from symbiode.dynamics.modes import settle
from symbiode.inference.observations import of_model
from symbiode.system.formats import load, models_folder, save, shipped


@pytest.mark.parametrize("name", shipped())
def test_it_reads_and_its_rates_are_finite_where_it_starts(name):
    model = load(name)
    assert all(level is not None and level > 0 for level in model.initial)
    at = dict(zip(model.states, model.initial, strict=True)) | dict(model.values)
    assert all(rate.xreplace(at).is_finite for rate in model.rates)
    assert model.law.kolmogorov or any(unit.role == "talent" for unit in model.units)
    assert pickle.loads(pickle.dumps(model)) == model


@pytest.mark.parametrize("name", shipped())
def test_it_reads_back_equal(name, tmp_path):
    model = load(name)
    assert load(save(model, tmp_path / "again.toml")) == model


@pytest.mark.parametrize("name", shipped())
def test_every_number_says_where_it_comes_from(name):
    model = load(name)
    assert model.source
    for p in model.parameters:
        assert p.source or p.path[-1] == "own_growth", p.path
    assert all(unit.initial.source for unit in model.units)
    assert model.illustrative == any("illustrative" in p.source for p in model.parameters)


@pytest.mark.parametrize("name", shipped())
def test_it_has_labels_in_both_languages(name):
    for unit in load(name).units:
        assert {"en", "zh"} <= set(dict(unit.label))


@pytest.mark.parametrize("name", shipped())
def test_its_data_lie_beside_it_and_read(name):
    model = load(name)
    if model.data is None:
        return
    sources = (None, *(other for other, _ in model.data.alternatives))
    for alternative in sources:
        seen = of_model(model, alternative)
        assert seen.units == tuple(unit.name for unit in model.units)
        assert len(seen.t) >= 6
    assert model.data.folder == str(models_folder())
    assert model.data.source


@pytest.mark.parametrize("name", shipped())
def test_its_equilibria_are_listed_with_the_proof_and_it_settles(name):
    listed = equilibria(load(name))
    assert listed.certificate
    assert all(found.residual < 1e-9 for found in listed.equilibria)
    assert settle(load(name), "initial").status.ok


PROMISES = {
    "shenzhen-hongkong": ("coexistence", "asymmetric_mutualism"),
    "mainland-hongkong": ("coexistence", "commensalism"),
    "gause-yeast": ("coexistence", "competition"),
    "lotka-volterra": ("neutral_orbits", None),
    "rabbits-sheep": ("depends_on_start", None),
    "saturating-mutualism": ("depends_on_start", None),
    "shared-capacity": ("depends_on_start", None),
    "everlasting-oscillation": ("cycle", "parasitism"),
    "critical-mass": ("depends_on_start", None),
    "plant-pollinator": ("coexistence", "asymmetric_mutualism"),
    "gompertz-growth": ("coexistence", "parasitism"),
    "exponential-growth": ("neutral_orbits", None),
    "paramecia": ("coexistence", "competition"),
    "volatile-rivals": ("exclusion", None),
    "late-imitation": ("cycle", "parasitism"),
    "actors": ("coexistence", None),
    "greater-bay-area": ("coexistence", None),
    "talent": ("coexistence", None),
}


@pytest.mark.parametrize("name", PROMISES)
def test_it_settles_as_its_own_comments_say(name):
    found = settle(load(name))
    assert (found.outcome.value, found.mode.value if found.mode else None) == PROMISES[name]
    if name == "shenzhen-hongkong":
        a, b = 0.35, 0.20
        assert found.state == pytest.approx(((1 + a) / (1 - a * b), (1 + b) / (1 - a * b)))
