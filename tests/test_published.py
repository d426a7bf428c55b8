"""Golden cases: `published/*.toml` with ``kind = "equilibria"``; each has citation, inputs, expectations, tolerance.

A case lists all equilibria of one model (``[[equilibria]]``), or variants of it by their effects (``[[cases]]``): the
one stable equilibrium (``state``), or another by its ``stability``, or every stable one (``attractors``).
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import sympy

from symbiode.dynamics.equilibrium import equilibria
from symbiode.system.building import build

FILES = sorted((Path(__file__).parent / "published").glob("*.toml"))
ALL = [tomllib.loads(path.read_text("utf-8")) for path in FILES]
CASES = [case for case in ALL if case.get("kind") == "equilibria"]


def exact(state):
    return tuple(sympy.Rational(x) for x in state)


@pytest.mark.parametrize("case", [c for c in CASES if "equilibria" in c], ids=lambda case: case["title"])
def test_all_equilibria_are_as_published(case):
    found = {e.exact: e for e in equilibria(build(**case["model"])).equilibria}
    assert set(found) == {exact(told["state"]) for told in case["equilibria"]}
    for told in case["equilibria"]:
        e = found[exact(told["state"])]
        assert e.stability.value == told["stability"]
        expected = [complex(*value) for value in told["eigenvalues"]]
        assert list(e.eigenvalues) == pytest.approx(expected, rel=case["rtol"], abs=case["rtol"])


@pytest.mark.parametrize(
    ("case", "variant"),
    [pytest.param(c, v, id=f"{c['title']} {k + 1}") for c in CASES for k, v in enumerate(c.get("cases", ()))],
)
def test_variants_settle_as_published(case, variant):
    found = equilibria(build(**case["model"], effects=variant["effects"])).equilibria
    stable = {e.exact for e in found if e.stable}
    if "attractors" in variant:
        assert stable == set(map(exact, variant["attractors"]))
    elif "state" in variant:
        assert stable == {exact(variant["state"])}
    if "stability" in variant:
        (e,) = [e for e in found if e.exact == exact(variant["state"])]
        assert e.stability.value == variant["stability"]
    if "published" in variant:
        (attractor,) = stable
        assert list(map(float, attractor)) == pytest.approx(variant["published"], rel=case["published_rtol"])
