"""The signs of effects that are proved the same in every state."""

from symbiode.dynamics.modes.effects import effects
from symbiode.system.building import build

ALONE = {"growth": 1, "capacity": 1}


def test_an_exponential_with_a_long_exponent_has_its_sign_at_once():
    """K_x = exp(d12 x y), K_y = exp(d21 x): df_x/dy = d12 x**2 exp(-d12 x y), df_y/dx = d21 y exp(-d21 x)."""
    long = {"x.y": "0.60242371946213", "y.x": "-0.10826822658929"}
    model = build({"x": ALONE, "y": ALONE}, law="exponential_capacity", effects=long, contacts={"x.y": 1})
    found = effects(model)
    assert (found.sign(0, 1), found.sign(1, 0)) == (1, -1)
