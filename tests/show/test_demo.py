import json
import re

import pytest

import symbiode
from symbiode import words
from symbiode.errors import RefusedError
from symbiode.show import demo
from symbiode.system.building import build
from symbiode.system.formats import scenarios_of, shipped
from symbiode.system.model import delays_of

SMALL = [
    name
    for name in shipped()
    if 2 <= len(symbiode.load(name).units) <= 3 and not delays_of(symbiode.load(name))
]


def data_of(page):
    return json.loads(re.search(r"^const DATA = (.*);$", page, re.M)[1])


@pytest.mark.parametrize("name", SMALL)
def test_every_small_model_makes_a_page_of_one_small_file(name):
    """A limit of 150 kB keeps the page fit for a mail."""
    model = symbiode.load(name)
    text = demo.page(model, scenarios=scenarios_of(name, model))
    assert len(text.encode()) < 150_000
    assert re.findall(r"(?:src|href)\s*=|@import|url\(|https?://", text) == []
    assert "default-src 'none'" in text


def test_a_unit_with_a_hostile_name_is_only_a_label():
    name = "</script><script>alert(1)</script>"
    made = build({"a": {"growth": 1, "capacity": 1, "label": name}, "b": {"growth": 1, "capacity": 1}})
    text = demo.page(made)
    assert "alert(1)</script>" not in text
    assert text.count("</script>") == 1
    assert data_of(text)["units"][0]["label"]["en"] == name


@pytest.mark.parametrize("count", [1, 4])
def test_a_model_of_one_or_four_units_is_refused(count):
    made = build({f"u{k}": {"growth": 1, "capacity": 1} for k in range(count)})
    with pytest.raises(RefusedError, match="two or three units"):
        demo.page(made)


def test_both_effects_of_a_pair_have_a_slider_though_the_file_is_silent():
    made = build({"a": {"growth": 1, "capacity": 1}, "b": {"growth": 1, "capacity": 1}}, effects={"a.b": 0.3})
    told = data_of(demo.page(made))
    assert [v["path"] for v in told["values"] if v["group"] == "effects"] == ["effects.a.b", "effects.b.a"]


def test_every_text_of_the_page_is_there_in_both_languages():
    told = data_of(demo.page(symbiode.load("shenzhen-hongkong")))
    used = set(re.findall(r'"(demo_\w+)"', "".join((demo.FOLDER / part).read_text("utf-8") for part in demo.PARTS)))
    for lang in words.LANGUAGES:
        assert used <= told["words"][lang].keys()
