"""Scenario cards: read with every fault and its line, written back to an equal scenario."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symbiode
from symbiode.cli import run
from symbiode.errors import ModelFileError, OutputExistsError, UnknownNameError
from symbiode.system.scenario import build_scenario

SHORTEST = """model = "shenzhen-hongkong"

[levers.rail]
at = 2018
moves = { "effects.shenzhen.hongkong" = { add = 0.1 } }
"""


def written(folder, text, name="card.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shortest_card_is_the_one_the_documentation_shows(tmp_path):
    assert all(line.strip() in symbiode.system.scenario.__doc__ for line in SHORTEST.splitlines())
    scenario = symbiode.load_scenario(written(tmp_path, SHORTEST))
    (lever,) = scenario.levers
    assert (scenario.name, lever.shape, lever.at, lever.strength, lever.moves[0].path) == (
        "card", "step", 2018, 1, "effects.shenzhen.hongkong",
    )  # fmt: skip


def test_the_card_with_every_key_reads_as_the_documentation_shows_it(tmp_path):
    text = symbiode.system.scenario.__doc__.split("and one with every key::")[1].split("\nA lever has")[0]
    scenario = symbiode.load_scenario(written(tmp_path, "\n".join(line[4:] for line in text.splitlines())))
    assert [lever.shape for lever in scenario.levers] == ["ramp", "adoption", "pulse"]
    assert scenario.shown("zh") == "轨道与规则"


def test_every_fault_of_a_card_stands_with_its_line(tmp_path):
    text = SHORTEST.replace("at = 2018", "att = 2018").replace(".hongkong", ".hongkng") + "\nsorce = 1\n"
    with pytest.raises(ModelFileError) as caught:
        symbiode.load_scenario(written(tmp_path, text))
    told = [(fault.line, fault.field) for fault in caught.value.faults]
    assert told == [
        (3, "levers.rail"), (4, "levers.rail.att"), (5, 'levers.rail.moves."effects.shenzhen.hongkng"'),
        (7, "levers.rail.sorce"),
    ]  # fmt: skip
    assert "did you mean 'effects.shenzhen.hongkong'" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[levers.a]\nat = 1", "names no model"),
        ('model = "shenzen-hongkong"', "did you mean 'shenzhen-hongkong'"),
        ("model = 5", "text in quotes"),
        ("model = ", "not TOML"),
        ("levers = 3\n" + SHORTEST, "not TOML"),
        ("x = " + 3000 * "[" + 3000 * "]" + "\n" + SHORTEST, "nested too deeply"),
        (f'model = "{3000 * "x"}"', "unknown model"),
        (SHORTEST.replace("levers.rail", 'levers."a\\nb\\u202e"'), r"levers.\"a\\nb\\u202e\": the name holds control"),
        (SHORTEST.replace("levers.rail", f"levers.{5000 * 'x'}"), "^.{0,300}$"),
        (SHORTEST + 'mechanism = "A1"\nfamily = "interface"', "A1 belongs to the family unit"),
    ],
)
def test_cards_without_a_model_or_syntax_are_refused(tmp_path, text, said):
    with pytest.raises(ModelFileError, match=said):
        symbiode.load_scenario(written(tmp_path, text))


def test_names_that_are_no_card_are_refused(tmp_path):
    with pytest.raises(UnknownNameError, match="unknown scenario"):
        symbiode.load_scenario("histroy")
    with pytest.raises(UnknownNameError, match=r"^.{0,900}$"):
        symbiode.load_scenario(3000 * "x")
    with pytest.raises(ModelFileError, match="cannot be read"):
        symbiode.load_scenario(tmp_path / "none.toml")


def test_check_names_the_time_at_which_a_card_leaves_a_range(tmp_path, capsys):
    """The barrier of this model is 0.375: a ramp of -0.5 over ten years reaches 0 after 7.5."""
    ramp = 'shape = "ramp"\nat = 2020\nuntil = 2030\nmoves = { "parameters.barrier" = { add = -0.5 } }\n'
    card = written(tmp_path, f'model = "shenzhen-hongkong"\n[levers.opening]\n{ramp}')
    assert run(["check", str(card)]) == 2
    assert "moved by opening at t = 2027.5" in capsys.readouterr().err


def test_a_card_for_another_model_is_checked_against_that_model(tmp_path, capsys):
    card = written(tmp_path, SHORTEST)
    assert run(["check", str(card), "--model", "rabbits-sheep"]) == 2
    assert "card.toml:1: model: written for 'shenzhen-hongkong'" in capsys.readouterr().err


@pytest.mark.parametrize("model", ["greater-bay-area", "rabbits-sheep"])
def test_a_card_for_another_model_says_so_in_a_line(model):
    with pytest.raises(ModelFileError) as caught:
        symbiode.load_scenario("history", symbiode.load(model))
    (fault,) = caught.value.faults
    assert fault.line == 8
    assert "does not have effects.hongkong.shenzhen" in str(fault) or "parameters.barrier" in str(fault)
    assert len(str(caught.value)) < 400


def test_a_slip_in_a_card_for_many_units_is_told_beside_the_nearest_names(tmp_path):
    text = SHORTEST.replace("shenzhen-hongkong", "greater-bay-area").replace("hongkong\" =", "hongkng\" =")
    with pytest.raises(ModelFileError) as caught:
        symbiode.load_scenario(written(tmp_path, text))
    assert "did you mean 'effects.shenzhen.hongkong'" in str(caught.value)
    assert len(str(caught.value)) < 600


def test_simulate_takes_a_card_and_starts_before_its_first_date(tmp_path, capsys):
    card = written(tmp_path, SHORTEST + "illustrative = true\n")
    asked = ["simulate", "shenzhen-hongkong", "--scenario", str(card)]
    assert run([*asked, "--until", "2020", "--points", "4", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["t"] == [2017, 2018, 2019, 2020]
    assert told["illustrative"]
    assert ["split_at", [2018.0]] in told["settings"]
    assert run(["simulate", "shenzhen-hongkong", "--scenario", "histroy"]) == 2
    assert "did you mean 'history'" in capsys.readouterr().err


NUMBERS = st.fractions(-3, 3, max_denominator=60).map(str)
POSITIVE = st.fractions("1/9", 9, max_denominator=9).map(str)
PATHS = ("effects.shenzhen.hongkong", "parameters.barrier", "hongkong.capacity", "delays.hongkong.shenzhen")
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9)
WORDS = {
    "moves": st.dictionaries(
        st.sampled_from(PATHS), st.fixed_dictionaries({"add": NUMBERS}, optional={"times": NUMBERS}), max_size=3
    ),
    "strength": st.fractions(0, 1, max_denominator=30).map(str),
    "mechanism": st.sampled_from(["A1", "C3"]),
    "illustrative": st.booleans(),
    "label": st.fixed_dictionaries({"en": TEXT}, optional={"zh": TEXT}),
    "date": TEXT,
    "source": TEXT,
}
LEVERS = st.one_of(
    st.fixed_dictionaries({"at": NUMBERS}, optional=WORDS),
    st.fixed_dictionaries({"shape": st.just("ramp"), "at": NUMBERS, "until": st.just(4)}, optional=WORDS),
    st.fixed_dictionaries({"shape": st.just("adoption"), "at": NUMBERS, "speed": POSITIVE}, optional=WORDS),
    st.fixed_dictionaries({"shape": st.just("pulse"), "at": NUMBERS, "lasting": POSITIVE}, optional=WORDS),
)
NAMES = st.sampled_from(["rail", "规则", "New York", "a.b", 'q"x', "at"])


@settings(max_examples=30, derandomize=True, deadline=None)
@given(levers=st.dictionaries(NAMES, LEVERS, max_size=3), illustrative=st.booleans(), name=TEXT)
def test_cards_read_back_as_they_were_written(tmp_path_factory, levers, illustrative, name):
    model = symbiode.load("shenzhen-hongkong")
    scenario = build_scenario(model, levers, name=name, illustrative=illustrative, written_for="shenzhen-hongkong")
    path = symbiode.save_scenario(scenario, tmp_path_factory.mktemp("cards") / "card.toml")
    assert symbiode.load_scenario(path) == scenario
    with pytest.raises(OutputExistsError):
        symbiode.save_scenario(scenario, path)
