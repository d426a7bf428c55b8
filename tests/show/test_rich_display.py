"""Notebooks show models, equilibria, settlements and fits as well-formed HTML with every name escaped."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

import symbiode
from symbiode.inference.observations import Observations
from symbiode.system.building import build

NASTY = '<script>alert("1")</script> & co'


def nasty():
    unit = {"growth": "1/5", "capacity": 1, "initial": "1/10", "label": {"en": NASTY, "zh": NASTY}}
    return build({"a": unit, "b": unit, "c": unit}, effects={"a.b": "1/2", "b.a": "-1/4"}, name=NASTY)


def parsed(html: str) -> ET.Element:
    return ET.fromstring(f"<div>{html}</div>".replace("<br>", "<br/>"))


def tables(html: str) -> list[ET.Element]:
    assert "<script" not in html
    return parsed(html).findall(".//table")


@pytest.mark.parametrize("verb", [lambda model: model, symbiode.equilibria, symbiode.settle, symbiode.explain])
def test_names_are_escaped(verb):
    html = verb(nasty())._repr_html_()
    tables(html)
    assert "&lt;script&gt;" in html


def test_a_model_shows_its_equations_and_one_row_a_value():
    model = symbiode.load("shenzhen-hongkong")
    (table,) = tables(model._repr_html_())
    assert len(table.findall(".//tbody/tr")) == len(model.parameters) + 2  # and both starts
    assert "dx1/dt = " in model._repr_html_()


def test_equilibria_show_one_row_each():
    found = symbiode.equilibria(symbiode.load("rabbits-sheep"))
    places, conditions = tables(found._repr_html_())
    assert len(places.findall(".//tbody/tr")) == len(conditions.findall(".//tbody/tr")) == len(found) == 4


def test_a_settlement_shows_what_its_summary_says():
    settled = symbiode.settle(symbiode.load("shenzhen-hongkong"))
    text = "".join(parsed(settled._repr_html_()).itertext())
    for line in settled.summary().splitlines():
        assert line in text


def test_a_fit_shows_one_row_a_coefficient():
    model = build({"a": {"growth": "1/2", "capacity": 10, "initial": 1}})
    t = np.arange(12.0)
    y = 10 / (1 + 9 * np.exp(-0.5 * t)) * (1 + 0.01 * np.cos(5 * t))
    fit = symbiode.fit(model, Observations(t=t, y=y[:, None], units=("a",)))
    table = tables(fit._repr_html_())[0]
    assert len(table.findall(".//tbody/tr")) == len(fit.names)
