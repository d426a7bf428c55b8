"""The widget: its traits in Python, its module in a real browser against a model that plays the notebook."""

import json

import pytest

import symbiode
from tests.show import browser

PLAYED = """
const traits = { values: TRAITS }, heard = {}, app = document.getElementById("app");
const model = {
  get: (key) => traits[key], set: (key, value) => { traits[key] = value; }, save_changes: () => {},
  on: (name, f) => { heard[name] = f; }, off: (name) => { delete heard[name]; },
};
const leave = render({ model, el: app });
const before = { ...traits };
traits.values = { ...traits.values, "effects.shenzhen.hongkong": -0.5 };
heard["change:values"]();
const after = { ...traits };
const slider = document.getElementById("v" + DATA.effects["1,0"]);
slider.value = 0.6;
slider.dispatchEvent(new Event("input"));
leave();
done({ before, after, moved: traits, left: Object.keys(heard), hash: location.hash });
"""


def made():
    return symbiode.widget(symbiode.load("shenzhen-hongkong"))


@pytest.mark.peer
def test_the_widget_carries_the_values_of_the_model():
    values = made().values
    assert values["effects.shenzhen.hongkong"] == 0.35
    assert values["shenzhen.initial"] == 0.3


@pytest.mark.browser
def test_values_flow_both_ways(tmp_path):
    """From Python a set trait moves the page; a slider moved on the page changes the trait."""
    widget = made()
    script = widget._esm.replace("export default { render };", "")
    told = browser.run(
        tmp_path, script + PLAYED.replace("TRAITS", json.dumps(widget.values)), body='<div id="app"></div>',
        style=widget._css,
    )  # fmt: skip
    assert told["before"]["mode"] == "asymmetric_mutualism"
    assert told["after"]["values"]["effects.shenzhen.hongkong"] == -0.5
    assert told["after"]["mode"] == "parasitism"
    assert told["moved"]["values"]["effects.hongkong.shenzhen"] == pytest.approx(0.6)
    assert told["left"] == []
    assert told["hash"] == ""
