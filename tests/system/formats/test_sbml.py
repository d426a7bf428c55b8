"""SBML: libSBML finds no fault, libRoadRunner gives our levels."""

import pytest
import sympy

import symbiode
from symbiode.errors import InvalidValueError, ModelError
from symbiode.system import formats
from symbiode.system.laws import Law


def odd():
    names = ["<script>", "深圳", "lambda", 'a "b" & c']
    units = {name: {"initial": f"{k + 1}/7", "growth": f"{k + 1}/30", "capacity": 1} for k, name in enumerate(names)}
    effects = {"lambda": {"<script>": "1/3"}, "深圳": {"lambda": "-0.2*c"}}
    return symbiode.build(units, effects=effects, parameters={"c": {"value": "1/9", "source": "a\nb"}}, name="</name>")


def every_function():
    return symbiode.build(
        {"a": {"initial": 0.5}, "b": {"initial": 2}},
        equations={
            "a": "-x**2*3 + exp(-x)*tanh(b - x) + log(1 + b)/(2 + t)**1.5 - (-x)**3 + exp(1)/100",
            "b": "-b**2 + sqrt(a) + 1/3 - 2**(-1/2)*b*c*(-a)**2",
        },
        parameters={"c": "1e-7"},
    )


MODELS = {"odd": odd, "every function": every_function} | {
    name: (lambda name=name: symbiode.load(name)) for name in ("actors", "gompertz-growth", "shenzhen-hongkong")
}


def test_delays_and_last_times_are_refused(tmp_path):
    with pytest.raises(ModelError, match="delay"):
        symbiode.save(symbiode.load("late-imitation"), tmp_path / "model.sbml")
    with pytest.raises(InvalidValueError, match="until"):
        symbiode.save(odd(), tmp_path / "model.sbml", until=3)


@pytest.mark.parametrize("suffix", formats.formats("text"))
def test_a_law_of_one_s_own_with_other_functions_is_refused(tmp_path, suffix):
    law = Law(name="waves", rates=waves, parameters=(), reference="")
    model = symbiode.build({"a": {"initial": 1}}, law=law)
    with pytest.raises(ModelError, match="sin of its rate"):
        symbiode.save(model, tmp_path / f"model.{suffix}")


def waves(symbols):
    return tuple(x * sympy.sin(x) for x in symbols.states)


@pytest.mark.peer
@pytest.mark.parametrize("name", MODELS)
def test_libsbml_finds_no_error_and_reads_the_names(tmp_path, name):
    import libsbml

    model = MODELS[name]()
    document = libsbml.readSBMLFromFile(str(symbiode.save(model, tmp_path / "model.sbml")))
    document.checkConsistency()
    told = [document.getError(k) for k in range(document.getNumErrors())]
    assert not [error.getMessage() for error in told if error.getSeverity() >= libsbml.LIBSBML_SEV_ERROR]
    for k, unit in enumerate(model.units):
        assert document.getModel().getParameter(f"x{k + 1}").getName() == unit.name


@pytest.mark.peer
@pytest.mark.parametrize("name", MODELS)
def test_roadrunner_follows_as_we_do(tmp_path, name):
    import roadrunner

    model = MODELS[name]()
    runner = roadrunner.RoadRunner(symbiode.save(model, tmp_path / "model.sbml").read_text(encoding="utf-8"))
    runner.integrator.relative_tolerance, runner.integrator.absolute_tolerance = 1e-11, 1e-13
    runner.timeCourseSelections = [f"x{k + 1}" for k in range(len(model.units))]
    levels = runner.simulate(0, 5, 2)[-1]
    assert list(levels) == pytest.approx(list(symbiode.simulate(model, [0.0, 5.0]).y[-1]), rel=1e-8)
