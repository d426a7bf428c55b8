"""Model files: every fault on its line, nothing dangerous, and what is written reads back equal."""

import os
from fractions import Fraction

import pytest
import sympy
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from symbiode import discover
from symbiode.errors import ModelError, ModelFileError, OutputError, OutputExistsError, UnknownNameError
from symbiode.system import formats, laws
from symbiode.system.building import build
from symbiode.system.formats import load, save
from symbiode.system.formats.toml import MAX_BYTES, from_bytes, starter
from symbiode.system.laws import Law, Slot

GOOD = """\
name = "two"
law = "logistic"
time_unit = "year"
[parameters]
p = 0.5
[units.a]
initial = 0.3
growth = 0.1
capacity = { value = 1.0, lower = 0.8, upper = 1.5 }
[units.b]
label = { en = "B", zh = "乙" }
growth = 0.1
capacity = 1
[effects]
a.b = "p*0.7"
"""


def faults(text, path="m.toml"):
    with pytest.raises(ModelFileError) as caught:
        from_bytes(text.encode() if isinstance(text, str) else text, path)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.faults), "one line per fault"
    return lines


def changed(old, new):
    assert old in GOOD
    return GOOD.replace(old, new)


B = "growth = 0.1\ncapacity = 1\n"
MANY = changed("initial = 0.3", "initial = -1").replace("p = 0.5", "p = 'x'")
MANY = MANY.replace("a.b", "a.a").replace('"year"', "3")
MALFORMED = {
    "a syntax error stands alone": (changed("0.1\ncapacity = {", "\ncapacity = {"), [(8, "not TOML")]),
    "a key given twice": (changed('law = "logistic"', 'law = "logistic"\nlaw = "x"'), [(3, "not TOML")]),
    "an unknown key": (changed("initial", "inital"), [(7, "unknown key 'inital'; did you mean 'initial'?")]),
    "a wrong type": (changed(B, B.replace("0.1", "true")), [(12, "units.b.growth: true was given")]),
    "an impossible value": (changed("= 1\n", "= -1\n"), [(13, "capacity: -1 was given; allowed: more than 0")]),
    "a value that is missing": (changed(B, "capacity = 1\n"), [(10, "b.growth: the law 'logistic' needs 'growth'")]),
    "an unknown unit": (changed("a.b =", "a.c ="), [(15, "effects.a.c: unknown unit 'c'")]),
    "a formula that is none": (changed("p*0.7", "p*"), [(15, "the expression ends too early (column 3 of 'p*')")]),
    "an unknown law brings no other fault": (changed('"logistic"', '"logistc"'), [(2, "did you mean 'logistic'?")]),
    "no units": (GOOD.split("[units.a]")[0], [(1, "units: a model has at least one unit; add a table [units.NAME]")]),
    "a value outside its own bounds": (changed("= 1.0", "= 2.0"), [(9, "2 is outside its own bounds, 0.8 to 1.5")]),
    "many faults at once": (
        MANY,
        [(3, "3 was given"), (5, "unknown name x"), (7, "initial: -1"), (15, "no effect on itself")],
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_each_fault_has_one_clear_line(case):
    text, expected = MALFORMED[case]
    told = faults(text)
    assert len(told) == len(expected)
    for line, (number, said) in zip(told, expected, strict=True):
        assert line.startswith(f"m.toml:{number}: ")
        assert said in line


@pytest.mark.parametrize(
    ("text", "number", "said"),
    [
        ("units = 3", 1, "units: 3 was given; allowed: a table"),
        ("[units]\na = 1", 2, "units.a: 1 was given; allowed: a table"),
        ("", 1, "at least one unit"),
        ("nam = 1\n" + GOOD, 1, "nam: unknown key; did you mean 'name'?"),
        (GOOD + "[saturations]\na.b = 1", 16, "has no table 'saturations'"),
        (GOOD + "[equations]\na = 'x'\nb = 'x'", 2, "a law or [equations], not both"),
        (GOOD + "[[effects.a.c]]", 16, "unknown unit 'c'"),
        (GOOD + "[data]\nfile = 'x.csv'", 16, "'columns' is missing"),
        (GOOD + "[data]\nfile = 1\ntime='t'\ncolumns = { a = 'a', b = 'b' }", 17, "data.file: 1 was given"),
        (GOOD + "[data]\nfile = 'f'\ntime='t'\ncolumns = { a = 'a' }", 19, "no column for 'b'"),
        (GOOD + "[data]\nfile = 'f'\ntime='t'\ncolumns = { a = 'a', b = 'b' }\nscale.a = 0", 20, "more than 0"),
        (changed("0.3", "nan"), 7, "finite"),
        (changed("0.3", "inf"), 7, "finite"),
        (changed("0.3", "1e400"), 7, "1e308"),
        (changed("0.3", "1e-400"), 7, "1e308"),
        (changed("0.3", "1e999999999"), 7, "finite"),
        (changed("0.3", "0x" + "f" * 9000), 7, "400 digits"),
        (changed("0.3", "2020-01-01"), 7, "2020-01-01 was given"),
        (changed('label = { en = "B", zh = "乙" }', "label = 3"), 11, "text, or a table by language"),
        (changed("[units.a]", '[units."a\\u202eb"]').replace("a.b", "b.b"), 6, "control characters (U+202E)"),
        (changed("[units.b]", "[units.data]").replace("a.b", "data.a"), 10, "is a word of the file format"),
        (changed("[units.b]", "[units.A]").replace("a.b", "a.A"), 10, "too alike"),
    ],
)
def test_more_faults_and_their_lines(text, number, said):
    told = faults(text)
    assert any(line.startswith(f"m.toml:{number}: ") and said in line for line in told), told


@pytest.mark.parametrize(
    ("raw", "number", "said"),
    [
        (b"name = 'x'\n\xff\xfe = 1", 2, "is not UTF-8"),
        (b"name = 'x'\nlaw = '\x00'", 2, "not TOML"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, 1, "nest deeper"),
        (b"a = " + b"{b=" * 3000 + b"1" + b"}" * 3000, 1, "nest deeper"),
        (b".".join([b"a"] * 20000) + b" = 1", 1, "nest deeper"),
        (b"[" + b".".join([b"a"] * 2000) + b"]\nb = 1", 1, "nest deeper"),
        (b"a = " + b"9" * 5000, 1, "not TOML"),
        (b"#" * (MAX_BYTES + 1), 1, "bytes"),
    ],
)
def test_hostile_files_are_a_refusal(raw, number, said):
    told = faults(raw)
    assert len(told) == 1
    assert told[0].startswith(f"m.toml:{number}: ")
    assert said in told[0]


def test_windows_files_read_the_same():
    model = from_bytes(GOOD.encode())
    assert from_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()) == model
    assert faults(changed("initial", "inital").replace("\n", "\r\n"))[0].startswith("m.toml:7:")


def test_a_missing_file_and_a_folder_are_said_plainly(tmp_path):
    with pytest.raises(ModelFileError, match=r"none\.toml: cannot be read"):
        load(tmp_path / "none.toml")
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(ModelFileError, match="cannot be read"):
        load(tmp_path / "folder.toml")


def test_unknown_names_and_formats_list_the_choices():
    with pytest.raises(UnknownNameError, match="did you mean 'shenzhen-hongkong'"):
        load("shenzhen-honkong")
    with pytest.raises(UnknownNameError, match=r"unknown model format 'docx'; choices are: .*toml"):
        load("model.docx")


DATA = "[data]\nfile = 'FILE'\ntime = 't'\ncolumns = { a = 'a', b = 'b' }\n"


@pytest.mark.parametrize("outside", ["../x.csv", "/etc/passwd", "sub/../../x.csv", "link.csv", "linked/x.csv"])
def test_data_outside_the_folder_of_the_model_are_refused(tmp_path, outside):
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "x.csv").write_text("t,a,b\n")
    os.symlink(tmp_path / "x.csv", home / "link.csv")
    os.symlink(tmp_path, home / "linked")
    (home / "m.toml").write_text(GOOD + DATA.replace("FILE", outside))
    with pytest.raises(ModelFileError, match=r"m\.toml:17: data\.file: .* outside the model's folder"):
        load(home / "m.toml")


def test_data_beside_the_model_are_found_and_links_inside_are_fine(tmp_path):
    (tmp_path / "x.csv").write_text("t,a,b\n")
    os.symlink(tmp_path / "x.csv", tmp_path / "link.csv")
    (tmp_path / "m.toml").write_text(GOOD + DATA.replace("FILE", "link.csv"))
    data = load(tmp_path / "m.toml").data
    assert (data.folder, data.file) == (str(tmp_path), "link.csv")


def test_a_model_written_elsewhere_still_finds_the_shipped_data(tmp_path):
    model = load("shenzhen-hongkong")
    again = load(save(model, tmp_path / "fitted.toml"))
    assert again.data == model.data
    assert again.data.folder == str(formats.models_folder())


def test_numbers_are_what_is_written():
    text = changed("0.3", "0.1234567890123456789012").replace("capacity = 1\n", 'capacity = "1/3"\n')
    model = from_bytes(text.encode())
    assert model.initial[0] == sympy.Rational("0.1234567890123456789012")
    assert {p.path: p.value for p in model.parameters}["b", "capacity"] == sympy.Rational(1, 3)


def test_dotted_quoted_and_inline_forms_mean_the_same():
    inline = GOOD.split("[effects]")[0]
    forms = ["a.b = 0.2", '"a.b" = 0.2', "a = { b = 0.2 }", "'a' . \"b\" = 0.2", "[effects.a]\nb = 0.2"]
    models = [from_bytes(f"{inline}[effects]\n{form}".encode()) for form in forms]
    assert all(model == models[0] for model in models)


def test_save_writes_what_load_reads_and_leaves_files_alone(tmp_path):
    for name in formats.shipped():
        model = load(name)
        path = save(model, tmp_path / f"{name}.toml")
        again = load(path)
        assert again == model
        for field in ("name", "source", "measured_in", "illustrative", "units", "time_unit", "regions"):
            assert getattr(again, field) == getattr(model, field)
    before = path.read_bytes()
    with pytest.raises(OutputExistsError):
        save(load("gause-yeast"), path)
    assert path.read_bytes() == before
    save(load("gause-yeast"), path, force=True)
    assert load(path) == load("gause-yeast")


def test_a_model_that_no_file_can_say_is_refused_before_writing(tmp_path):
    model = load("shenzhen-hongkong")
    outside = model.with_values({"parameters.barrier": 2})
    with pytest.raises(ModelError, match="outside its own bounds"):
        save(outside, tmp_path / "x.toml")
    own = Law(name="mine", rates=_rates, parameters=(Slot(name="growth", letter="r"),), reference="")
    with pytest.raises(ModelError, match="unknown law 'mine'"):
        save(build({"a": {"growth": 1}}, law=own), tmp_path / "x.toml")
    twin = Law(name="logistic", rates=_rates, parameters=(Slot(name="growth", letter="r"),), reference="")
    with pytest.raises((ModelError, OutputError)):
        save(build({"a": {"growth": 1}}, law=twin), tmp_path / "x.toml")
    assert list(tmp_path.iterdir()) == []


def _rates(symbols):
    return tuple(x * r for x, r in zip(symbols.states, symbols["growth"], strict=True))


NAMES = st.sampled_from(
    ["a", "shenzhen", "New York", "深圳", "E", "lambda", "x", "t", "a.b", 'say "hi"', "it's", "-", "0", "None", "u 2"]
)
POSITIVE = st.one_of(
    st.fractions(min_value="1/90", max_value=1000, max_denominator=97), st.floats(1e-6, 1e6), st.integers(1, 10**25)
)
TEXT = st.text(alphabet=st.sampled_from("aé深 \"'\\#\n\t="), max_size=6)


@st.composite
def values(draw, numbers=POSITIVE):
    value = draw(numbers)
    if draw(st.booleans()):
        return value
    around = {"lower": Fraction(value) / 2, "upper": Fraction(value) * 2} if draw(st.booleans()) and value > 0 else {}
    return {"value": value, **around, "source": draw(TEXT), "measured_in": draw(st.sampled_from(["", "xyz"]))}


@st.composite
def models(draw):
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique_by=str.casefold))
    own = draw(st.booleans()) and not {"a.b"} & set(names)
    named = draw(st.lists(st.sampled_from(["p", "q r", "指数"]), max_size=2, unique=True))
    parameters = {name: draw(values()) for name in named}
    units = {}
    for name in names:
        units[name] = {"growth": draw(values()), "capacity": draw(values()), "label": {"en": draw(TEXT), "zh": "单元"}}
        if draw(st.booleans()):
            units[name]["initial"] = draw(values())
        if not own and draw(st.booleans()):
            units[name] |= {"own_growth": draw(st.sampled_from([1, 0, -1])), "noise": draw(values()), "role": "core"}
    formulas = st.sampled_from([0, "1/7", *(f'"{name}"*0.3 - 1/3' for name in parameters)])
    pairs = {one: {other: draw(values() | formulas) for other in names if other != one} for one in names}
    if draw(st.booleans()):
        units[names[0]]["region"] = "rég.1"
    more = {"regions": {"rég.1": {"en": draw(TEXT), "zh": "区"}}}
    for name in draw(st.sets(st.sampled_from(sorted(parameters)))) if parameters else ():
        parameters[name] = {"value": 1, "element": draw(st.sampled_from(laws.ELEMENTS))}
    more |= {"effects": pairs, "parameters": parameters, "name": draw(TEXT), "source": draw(TEXT)}
    if own:
        bodies = ["x*growth*(1 - x/capacity)", "x*(1 - x)**2/3", "exp(0 - x)*x", "x/(1 + x)**0.5 - 0.3*x*t"]
        more["equations"] = {name: draw(st.sampled_from(bodies)) for name in names}
        assume("x" not in names and "t" not in names)
    elif draw(st.booleans()):
        more["delays"] = {one: dict.fromkeys(others, 0.5) for one, others in pairs.items()}
    return build(units, illustrative=draw(st.booleans()), time_unit="month", **more)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(models())
def test_every_model_reads_back_equal(tmp_path_factory, model):
    path = tmp_path_factory.mktemp("round") / "m.toml"
    again = load(save(model, path))
    assert again == model
    assert hash(again) == hash(model)
    for field in ("name", "source", "illustrative", "regions"):
        assert getattr(again, field) == getattr(model, field)
    assert again.rates == model.rates


@pytest.mark.parametrize("units", [["east"], ["east", "west"], ["New York", "深圳", "lambda", "E", 'q"uote']])
def test_the_starter_file_passes_and_explains(units):
    text = starter('my "model"', units)
    model = from_bytes(text.encode())
    assert [unit.name for unit in model.units] == units
    assert model.illustrative
    explained = ["name", "law", "time_unit", "illustrative", "label", "initial", "growth", "capacity"]
    for key in explained:
        assert any(line.startswith(key) and " # " in line for line in text.splitlines()), key


@pytest.mark.parametrize("law", discover.names(laws))
def test_there_is_a_starter_for_every_law(law):
    text = starter("mine", ["east", "west"], law)
    model = from_bytes(text.encode())
    assert model.law.name == law
    assert "dx_i/dt = " in text.splitlines()[4]
    for slot in model.law.slots("pair"):
        assert f"[{slot.name}s]" in text


def test_the_starter_refuses_names_that_no_unit_can_have():
    with pytest.raises(ModelFileError, match="too alike"):
        starter("m", ["a", "A"])


DAMAGE = ["", "\x00", '"', "{", "]", "=", ".", "1e999", "\n", "#", "深", "a", "[["]


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(GOOD) - 1), st.sampled_from(DAMAGE), st.integers(0, 6))
def test_a_damaged_file_is_read_or_refused_with_lines(at, inserted, removed):
    text = GOOD[:at] + inserted + GOOD[at + removed :]
    try:
        model, told = from_bytes(text.encode(), "m.toml"), ()
    except ModelFileError as error:
        model, told = None, error.faults
    assert model is not None or all(1 <= fault.line <= text.count("\n") + 1 for fault in told)
