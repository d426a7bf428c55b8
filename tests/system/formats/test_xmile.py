"""XMILE: written, read back, refused; PySD runs what we write."""

import pytest
import sympy

import symbiode
from symbiode.errors import InvalidValueError, ModelError, ModelFileError, UnknownNameError
from symbiode.system import formats
from symbiode.system.arithmetic import evaluate

HEAD = '<?xml version="1.0"?><xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">'


def odd():
    """A model whose names are a tag, Chinese, words of other languages."""
    names = ["<script>", "深圳", "lambda", "time", "New York", 'a "b" & c']
    units = {name: {"initial": f"{k + 1}/7", "growth": 0.1, "capacity": 1} for k, name in enumerate(names)}
    return symbiode.build(units, effects={"lambda": {"<script>": "1/3"}, "深圳": {"time": -0.2}}, name="</name>")


def every_function():
    return symbiode.build(
        {"a": {"initial": 0.5}, "b": {"initial": 2}},
        equations={
            "a": "-x**2*3 + exp(-x)*tanh(b - x) + log(1 + b)/(2 + t)**1.5 - (-x)**3",
            "b": "-b**2 + sqrt(a) + 1/3 - 2**(-1/2)*b*c*(-a)**2",
        },
        parameters={"c": "1e-7"},
    )


def same_rates(one, other):
    pairs = zip(one.rates, other.rates, strict=True)
    return all(sympy.simplify((evaluate(r, one.values) - evaluate(s, other.values)).rewrite(sympy.exp)) == 0
               for r, s in pairs)  # fmt: skip


def written(tmp_path, body, head=HEAD, name="given.xmile"):
    path = tmp_path / name
    path.write_text(f"{head}{body}</xmile>", encoding="utf-8")
    return path


def stocks(tmp_path, variables):
    return written(tmp_path, f"<model><variables>{variables}</variables></model>")


@pytest.mark.parametrize("name", ["shenzhen-hongkong", "saturating-mutualism", "actors", "gompertz-growth"])
def test_a_shipped_model_comes_back_with_the_same_rates_and_starts(tmp_path, name):
    model = symbiode.load(name)
    again = symbiode.load(symbiode.save(model, tmp_path / "model.xmile"))
    assert same_rates(model, again)
    assert again.initial == model.initial
    assert (again.name, again.illustrative, again.time_unit) == (model.name, model.illustrative, model.time_unit)
    assert [unit.name for unit in again.units] == [unit.name for unit in model.units]


@pytest.mark.parametrize("make", [odd, every_function])
def test_odd_names_and_every_function_come_back(tmp_path, make):
    again = symbiode.load(symbiode.save(make(), tmp_path / "model.stmx"))
    assert [unit.name for unit in again.units] == [unit.name for unit in make().units]
    assert same_rates(make(), again)


def test_delays_noise_and_missing_starts_are_all_refused(tmp_path):
    units = {"a": {"growth": 1, "capacity": 1, "noise": 0.1}, "b": {"growth": 1, "capacity": 1, "initial": 1}}
    model = symbiode.build(units, effects={"a.b": 0.1}, delays={"a.b": 2})
    with pytest.raises(ModelError) as caught:
        symbiode.save(model, tmp_path / "model.xmile")
    assert {fault.field for fault in caught.value.faults} == {"units.a.initial", "units.a.noise", "delays.a.b"}
    assert not (tmp_path / "model.xmile").exists()


def test_a_format_without_a_run_takes_no_last_time(tmp_path):
    with pytest.raises(InvalidValueError, match="until"):
        symbiode.save(odd(), tmp_path / "model.toml", until=3)
    with pytest.raises(InvalidValueError, match="until"):
        symbiode.save(odd(), tmp_path / "model.xmile", until=-3)


def test_a_format_that_is_only_known_elsewhere_is_refused(tmp_path):
    with pytest.raises(UnknownNameError, match="xmile"):
        symbiode.save(odd(), tmp_path / "model.vensim")


def test_the_specification_s_names_are_alike_in_any_case_and_spacing(tmp_path):
    """XMILE 1.0 section 3.2.2: case does not matter; a space, _ and \\n are the same."""
    path = stocks(tmp_path, """
        <stock name="Wolf  Pack"><eqn>2*Half</eqn><inflow>Births\\nOf_Wolves</inflow><outflow>"deaths"</outflow></stock>
        <flow name="births of wolves"><eqn>{a comment} Net_Rate * WOLF_PACK</eqn></flow>
        <flow name="Deaths"><eqn>wolf_pack^2/EXP(2)</eqn></flow>
        <aux name="net rate"><eqn>half/5</eqn></aux><aux name="half"><eqn>.5</eqn></aux>""")
    model = symbiode.load(path)
    x, half = model.states[0], sympy.Rational(1, 2)
    assert [unit.name for unit in model.units] == ["Wolf Pack"]
    assert model.initial == (1,)
    assert sympy.simplify(evaluate(model.rates[0], model.values) - (half / 5 * x - x**2 / sympy.exp(2))) == 0


STOCK = '<stock name="a"><eqn>1</eqn><inflow>f</inflow></stock>'


@pytest.mark.parametrize(("variables", "told"), [
    (STOCK + '<flow name="f"><eqn>IF a &gt; 1 THEN 2 ELSE 3</eqn></flow>', "no meaning"),
    (STOCK + '<flow name="f"><eqn>LOG(a)</eqn></flow>', "'LOG' is not a function"),
    (STOCK + '<flow name="f"><eqn>DELAY1(a, 3)</eqn></flow>', "DELAY1"),
    (STOCK + '<flow name="f"><eqn>nobody</eqn></flow>', "unknown name nobody"),
    (STOCK + '<flow name="f"><eqn>g</eqn></flow><aux name="g"><eqn>f</eqn></aux>', "needs itself"),
    (STOCK + '<flow name="f"><eqn>2 - a</eqn><non_negative/></flow>', "non_negative"),
    (STOCK + '<flow name="f"><eqn>a</eqn><gf/></flow>', "gf"),
    (STOCK + '<flow name="f"><eqn>a</eqn></flow><module name="m"/>', "module"),
    (STOCK + '<flow name="f"><eqn></eqn></flow>', "ends too early"),
    (STOCK + '<flow name="f"><eqn>1</eqn></flow><aux name="F"><eqn>2</eqn></aux>', "two variables"),
    ('<stock name="a"><eqn>LN(2)</eqn></stock>', "starts at a number"),
    ('<aux name="a"><eqn>2</eqn></aux>', "no stock"),
    ('<stock name="a"><eqn>1</eqn><inflow>nobody</inflow></stock>', "does not define"),
])  # fmt: skip
def test_what_an_equation_cannot_say_is_refused_by_name(tmp_path, variables, told):
    with pytest.raises(ModelFileError, match=told):
        symbiode.load(stocks(tmp_path, variables))


def test_a_mark_that_provably_changes_nothing_is_read(tmp_path):
    """Flows of an epidemic: never negative whatever the levels; a stock that nothing takes below zero."""
    path = stocks(tmp_path, """
        <stock name="s"><eqn>999</eqn><outflow>infect</outflow><non_negative/></stock>
        <stock name="i"><eqn>1</eqn><inflow>infect</inflow><non_negative/></stock>
        <flow name="infect"><eqn>c*s*i/1000</eqn><non_negative/></flow><aux name="c"><eqn>0.3</eqn></aux>""")
    assert len(symbiode.load(path).units) == 2


@pytest.mark.parametrize("text", [
    '<!DOCTYPE a [<!ENTITY b "c">]><xmile/>',
    '<!DOCTYPE a SYSTEM "file:///etc/passwd"><xmile/>',
    "<xmile", "", "<other/>", f"{HEAD}</xmile>", '<?xml version="1.0" encoding="nonsense"?><xmile/>',
])  # fmt: skip
def test_entities_and_what_is_no_xmile_are_refused(tmp_path, text):
    path = tmp_path / "given.xmile"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelFileError):
        symbiode.load(path)


def test_a_file_of_the_draft_gives_the_published_epidemic(tmp_path):
    """SIR of the SDXorg test models, 3200 Euler steps: infectious 2.07135, recovered 590.771, susceptible 412.158."""
    head = '<xmile version="1.0" xmlns="http://www.systemdynamics.org/XMILE"><dimensions></dimensions>'
    path = written(tmp_path, """<model><variables>
        <stock name="susceptible"><eqn>total_population</eqn><outflow>succumbing</outflow></stock>
        <stock name="infectious"><eqn>5</eqn><inflow>succumbing</inflow><outflow>recovering</outflow></stock>
        <stock name="recovered"><eqn>0</eqn><inflow>recovering</inflow></stock>
        <flow name="succumbing"><eqn>susceptible*infectious/total_population*contact_infectivity</eqn></flow>
        <flow name="recovering"><eqn>infectious/duration</eqn></flow>
        <aux name="total_population"><eqn>1000</eqn></aux><aux name="duration"><eqn>5</eqn></aux>
        <aux name="contact_infectivity"><eqn>0.3</eqn></aux></variables></model>""", head)
    model = symbiode.load(path)
    slopes = sympy.lambdify(model.states, [evaluate(rate, model.values) for rate in model.rates])
    levels = [float(level) for level in model.initial]
    for _ in range(3200):
        levels = [level + slope / 32 for level, slope in zip(levels, slopes(*levels), strict=True)]
    assert levels == pytest.approx([412.158, 2.07135, 590.771], rel=1e-5)


@pytest.mark.parametrize(("equation", "length", "told"),
                         [("EXP({})+EXP(2*{})", 30, "parts"), ("({}+1)/2", 400, "deeply")])  # fmt: skip
def test_variables_that_need_one_another_without_end_are_refused_soon(tmp_path, equation, length, told):
    """The first would be 2**30 terms long."""
    chain = [f'<aux name="v{k}"><eqn>{equation.replace("{}", f"v{k + 1}")}</eqn></aux>' for k in range(length)]
    last = f'<aux name="v{length}"><eqn>s</eqn></aux><stock name="s"><eqn>1</eqn><inflow>v0</inflow></stock>'
    with pytest.raises(ModelFileError, match=told):
        symbiode.load(stocks(tmp_path, "".join(chain) + last))


def pysd_run(path, until):
    """Return PySD's last levels; its steps are Euler's, so three runs are extrapolated to a step of zero."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pysd

        program = pysd.read_xmile(str(path))
        step = float(program.components.time_step())
        runs = [program.run(time_step=step / part, return_timestamps=[until]).iloc[-1] for part in (1, 2, 4)]
    return (runs[0] - 6 * runs[1] + 8 * runs[2]) / 3


@pytest.mark.peer
@pytest.mark.parametrize("name", ["gompertz-growth", "lotka-volterra", "plant-pollinator", "shenzhen-hongkong"])
def test_pysd_follows_a_shipped_model_as_we_do(tmp_path, name):
    model = symbiode.load(name)
    seen = pysd_run(symbiode.save(model, tmp_path / "model.xmile", until=5), 5.0)
    levels = [seen[unit.name] for unit in model.units]
    assert levels == pytest.approx(list(symbiode.simulate(model, [0.0, 5.0]).y[-1]), rel=1e-5)


@pytest.mark.peer
@pytest.mark.parametrize("make", [odd, every_function])
def test_pysd_follows_odd_names_and_every_function(tmp_path, make):
    seen = pysd_run(symbiode.save(make(), tmp_path / "model.xmile", until=2), 2.0)
    names = {"time": "time 2", 'a "b" & c': "a b & c"}
    levels = [seen[names.get(unit.name, unit.name)] for unit in make().units]
    assert levels == pytest.approx(list(symbiode.simulate(make(), [0.0, 2.0]).y[-1]), rel=1e-5)


@pytest.mark.peer
@pytest.mark.parametrize("name", sorted(set(formats.shipped()) - {"late-imitation", "volatile-rivals"}))
def test_simlin_finds_no_fault_and_follows_every_shipped_model(tmp_path, name):
    agree_with_simlin(symbiode.load(name), tmp_path, 10.0)


@pytest.mark.peer
@pytest.mark.parametrize("make", [odd, every_function])
def test_simlin_follows_odd_names_and_every_function(tmp_path, make):
    agree_with_simlin(make(), tmp_path, 4.0)


def agree_with_simlin(model, folder, until):
    """Simlin steps by Runge-Kutta of order 4, as the file asks."""
    import simlin

    program = simlin.load(str(symbiode.save(model, folder / "model.xmile", until=until)))
    assert not program.check()
    last = program.run(analyze_loops=False).results.iloc[-1]
    names = {"time": "time_2", 'a "b" & c': "a_b_&_c"}
    levels = [last[names.get(unit.name, unit.name.casefold().replace(" ", "_"))] for unit in model.units]
    assert levels == pytest.approx(list(symbiode.simulate(model, [0.0, until]).y[-1]), rel=1e-7)
