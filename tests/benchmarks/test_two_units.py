"""Ours is never less complete than a peer, and never names a point that is none."""

import importlib.util
from pathlib import Path

import pytest

pytestmark = pytest.mark.peer


def benchmark():
    spec = importlib.util.spec_from_file_location("two_units", Path(__file__).with_name("two_units.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_equilibrium_is_found_and_no_peer_finds_another():
    """The numbers of equilibria are those of Murray (2002), Mathematical Biology I, section 3.5."""
    subject = benchmark()
    for name, points, lines, found in subject.table():
        assert found["symbiode"][:2] == (points, lines), name
        if not lines:
            assert all(of_a_peer <= points for of_a_peer, _, _ in found.values()), name
