"""The signs of effects that are proved the same in every state."""

import pytest

from symbiode.dynamics.modes import Mode, settle
from symbiode.dynamics.modes.effects import effects
from symbiode.system.building import build

ALONE = {"growth": 1, "capacity": 1}


def test_an_exponential_with_a_long_exponent_has_its_sign_at_once():
    """K_x = exp(d12 x y), K_y = exp(d21 x): df_x/dy = d12 x**2 exp(-d12 x y), df_y/dx = d21 y exp(-d21 x)."""
    long = {"x.y": "0.60242371946213", "y.x": "-0.10826822658929"}
    model = build({"x": ALONE, "y": ALONE}, law="exponential_capacity", effects=long, contacts={"x.y": 1})
    found = effects(model)
    assert (found.sign(0, 1), found.sign(1, 0)) == (1, -1)


@pytest.mark.parametrize("law", ["carrying_capacity", "exponential_capacity", "gompertz", "saturating"])
def test_equal_effects_are_symmetric_by_the_coefficients_in_laws_that_bend(law):
    """The index of the coefficients is min(d)/max(d): 1 for equal effects, 1/2 for 0.3 and 0.15."""
    saturations = {"saturations": {"x.y": 1, "y.x": 1}} if law == "saturating" else {}
    for d21, mode, index in ((0.3, Mode.SYMMETRIC_MUTUALISM, 1), (0.15, Mode.ASYMMETRIC_MUTUALISM, 0.5)):
        effects = {"x.y": 0.3, "y.x": d21}
        model = build({"x": ALONE, "y": ALONE}, law=law, effects=effects, **saturations)
        settled = settle(model, {"x": 1, "y": 1})
        assert settled.nominal_mode is mode
        assert next(s for s in settled.symmetries if s.scale == "coefficients").value == pytest.approx(index)
