"""Files for XPPAUT, R and Octave: each is run by its own program and gives our levels."""

import subprocess

import pytest

import symbiode
from symbiode.errors import ModelError, UnknownNameError
from symbiode.system.formats._exporting import formula


def odd():
    """Names that end comments, start tags and are words of other languages; laws of every function."""
    names = ["<script>", "深圳", "function", 'a "b" \\ & c', "% # ! @"]
    units = {name: {"initial": f"{k + 1}/7", "growth": f"{k + 1}/30", "capacity": 1} for k, name in enumerate(names)}
    effects = {"function": {"<script>": "1/3"}, "深圳": {"% # ! @": "-0.2*c"}}
    return symbiode.build(units, effects=effects, parameters={"c": {"value": "1/9", "source": "a\nb"}}, name="</a>\nb")


def every_function():
    return symbiode.build(
        {"a": {"initial": 0.5}, "b": {"initial": 2}},
        equations={
            "a": "-x**2*3 + exp(-x)*tanh(b - x) + log(1 + b)/(2 + t)**1.5 - (-x)**3",
            "b": "-b**2 + sqrt(a) + 1/3 - 2**(-1/2)*b*c*(-a)**2",
        },
        parameters={"c": "1e-7"},
    )


MODELS = {"odd": odd, "every function": every_function, "actors": lambda: symbiode.load("actors")}


def octave(path):
    code = f"source('{path}'); printf('%.17g ', x(end, :))"
    return subprocess.run(["octave-cli", "-q", "--eval", code], capture_output=True, text=True, check=True).stdout


def deSolve(path):  # noqa: N802
    code = f"source('{path}'); cat(sprintf('%.15g', out[nrow(out), -1]))"
    return subprocess.run(["Rscript", "--vanilla", "-e", code], capture_output=True, text=True, check=True).stdout


def xpp(path):
    import xpplab

    return " ".join(map(str, xpplab.load(str(path)).run().to_numpy()[-1, 1:]))


@pytest.mark.peer
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(("suffix", "program", "close"),
                         [("m", octave, 1e-8), ("R", deSolve, 1e-8), ("ode", xpp, 1e-6)])  # fmt: skip
def test_each_program_follows_our_files_as_we_do(tmp_path, name, suffix, program, close):
    """XPPAUT keeps its table in single precision."""
    model = MODELS[name]()
    path = symbiode.save(model, tmp_path / f"model.{suffix}", until=4)
    levels = [float(text) for text in program(path).split()]
    assert levels == pytest.approx(list(symbiode.simulate(model, [0.0, 4.0]).y[-1]), rel=close)


@pytest.mark.parametrize("suffix", ["m", "R", "ode"])
def test_no_name_leaves_its_comment_and_nothing_reads_the_file_back(tmp_path, suffix):
    path = symbiode.save(odd(), tmp_path / f"model.{suffix}")
    mark = "%" if suffix == "m" else "#"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert not any("script" in line.partition(mark)[0] for line in lines)
    assert not any(line.startswith("b") for line in lines)
    with pytest.raises(UnknownNameError, match="xmile"):
        symbiode.load(path)


def test_an_equation_longer_than_xppaut_reads_is_refused(tmp_path):
    names = [f"u{k}" for k in range(75)]
    units = {name: {"initial": 1, "growth": 1, "capacity": 1} for name in names}
    model = symbiode.build(units, effects={"u0": dict.fromkeys(names[1:], 0.001)})
    with pytest.raises(ModelError, match="XPPAUT reads at most"):
        symbiode.save(model, tmp_path / "model.ode")


def test_no_sign_stands_before_a_power():
    x = symbiode.load("gause-yeast").states[0]
    assert formula(-(x**2), {x: "x"}) == "0 - x^2"
