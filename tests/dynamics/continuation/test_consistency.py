"""Branches, special points and stretches tell one story: the one that `equilibria` tells at single values."""

from collections import Counter

import numpy as np
import pytest

from symbiode.dynamics.continuation import follow
from symbiode.dynamics.equilibrium import equilibria
from symbiode.errors import InputError, RefusedError
from symbiode.system.arithmetic import number
from symbiode.system.formats import load, shipped

SHARES = (0.137, 0.829)
STABLE = ("stable_node", "stable_focus")


def followed(name, coefficient=None):
    """Follow in a shipped model; its noise and delays, which `follow` refuses, are set to zero."""
    model = load(name)
    still = {".".join(p.path): 0 for p in model.parameters if p.path[0] == "delays" or p.path[-1] == "noise"}
    try:
        return follow(model.with_values(still), coefficient, cycles=False)
    except RefusedError as error:
        assert "no coefficient" in str(error)  # noqa: PT017 -- the one refusal that is right here
        return None


def hold(found):
    """Assert that strips, branches, points and the lists at single values agree."""
    support = {branch.name: branch.support for branch in found.branches}
    for part in found.stretches:
        for share in SHARES:
            value = number(round(part.low + share * (part.high - part.low), 9))
            if not part.low < value < part.high:
                continue
            try:
                listed = equilibria(found.model.with_values({found.coefficient: value}))
            except InputError:
                continue  # the equations have no value there
            if not listed.status.ok:
                continue
            told = f"{found.coefficient} = {value}"
            stable = Counter(e.support for e in listed.equilibria if e.stability.value in STABLE)
            assert Counter(support[name] for name in part.attractors) == stable, told
            assert crossing(found, float(value)) == stable, told
    for branch in found.branches:
        for end, k in zip(branch.ends, (0, -1), strict=True):
            if end == "special":
                assert any(meets(p, branch, k) for p in found.points), (branch.name, branch.values[k])


def crossing(found, value):
    """Count the stable pieces of branches over a value, by the units present."""
    over = [(b, k) for b in found.branches for k in np.flatnonzero(np.diff(np.sign(b.values - value)))]
    return Counter(b.support for b, k in over if b.stable[k] or b.stable[k + 1])


def meets(point, branch, k):
    """Whether a special point with a state lies on an end of a branch."""
    if point.state is None:
        return False
    size = 1 + np.abs(branch.states).max()
    return abs(point.value - branch.values[k]) < 1e-6 and np.abs(branch.states[k] - point.state).max() < 1e-5 * size


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped())
def test_the_diagram_of_every_shipped_model_agrees_with_the_lists_of_equilibria(name):
    found = followed(name)
    if found is not None:
        hold(found)


def test_nothing_is_said_of_what_attracts_where_not_every_branch_was_followed(monkeypatch):
    """Two units have four branches (nobody, each alone, both)."""
    monkeypatch.setattr("symbiode.dynamics.continuation.branches.MOST_TRACKS", 2)
    found = followed("shenzhen-hongkong")
    assert found.status.code.value == "work_limit"
    assert found.stretches == ()
    assert found.certificate.startswith("These are not all branches")
    assert found.branches[-1].support == ("shenzhen", "hongkong"), "what attracts is followed first"


def test_a_branch_that_ends_where_a_capacity_vanishes_ends_in_a_marker():
    """Carrying capacities of mixed symbiosis (Yukalov, Yukalova and Sornette 2012): port alone has no room at d = -1.

    Its capacity is 1 + d u_works with u_works = 1 where it is absent, so port leaves at d = -1 for a state where the
    equations have no value.
    """
    found = followed("shared-capacity")
    hold(found)
    (end,) = [p for p in found.points if p.kind.value == "pole"]
    assert end.value == pytest.approx(-1, abs=1e-9)
    assert end.state == pytest.approx((0, 1), abs=1e-9)
    assert "port+works" in end.branches
