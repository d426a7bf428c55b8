import csv
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from symbiode.dynamics.equilibrium import equilibria
from symbiode.dynamics.modes import settle
from symbiode.dynamics.simulation import ensemble, simulate
from symbiode.errors import InvalidValueError, OutputExistsError, UnknownNameError
from symbiode.inference.identifiability import Reading
from symbiode.inference.observations import read
from symbiode.show import tables
from symbiode.system.building import build


def flat(fit, name):
    """The fit with one coefficient that the data do not limit."""
    profiles = (replace(p, low=None, high=None, reading=Reading.FLAT) if p.name == name else p for p in fit.profiles)
    return replace(fit, profiles=tuple(profiles))


def test_a_trajectory_has_one_row_a_time_and_one_column_a_unit_as_a_fit_reads_it(pair, tmp_path):
    path = simulate(pair, [2000, 2001, 2002], "initial")
    table = tables.frame(path)
    assert list(table.columns) == ["year", "east", "west"]
    assert table[["east", "west"]].to_numpy() == pytest.approx(path.y)
    assert read(tables.write(path, tmp_path / "path.csv")).y.tolist() == path.y.tolist()


def test_ensembles_are_tidy(pair):
    many = ensemble(pair, values={"east.growth": [0.5, 0.7, 0.9]}, times=[0, 1])
    table = tables.frame(many)
    assert len(table) == 3 * 2 * 2
    assert table.loc[table.member == 2, "level"].to_numpy() == pytest.approx(many.y[2].ravel())


def test_equilibria_have_a_row_each_and_a_column_per_unit(pair):
    found = equilibria(pair)
    table = tables.frame(found)
    assert len(table) == 4
    assert table[["east", "west"]].to_numpy() == pytest.approx(np.array([e.state for e in found.equilibria]))
    assert set(table["stability"]) <= {e.stability.value for e in found.equilibria}


def test_a_settlement_has_a_row_per_unit(pair):
    table = tables.frame(settle(pair))
    assert list(table["unit"]) == ["east", "west"]
    assert set(table["outcome"]) == {"coexistence"}
    assert set(table["mode"]) == {"parasitism"}


def test_a_fit_has_a_row_per_coefficient(quick_fit):
    table = tables.frame(quick_fit).set_index("parameter")
    assert list(table.index) == list(quick_fit.names)
    assert table.loc["east.growth", "estimate"] == quick_fit.params["east.growth"]
    assert table.loc["east.growth", "low"] == quick_fit.intervals["east.growth"][0]


def test_observations_and_several_fits_have_frames_too(quick_fit):
    assert len(tables.frame(quick_fit.observations)) == 18
    both = tables.frame([("a", quick_fit), ("b", quick_fit)])
    assert list(both["series"].unique()) == ["a", "b"]


def test_what_is_no_result_is_refused():
    with pytest.raises(InvalidValueError, match="Trajectory"):
        tables.frame(3)


def test_a_regression_table_has_errors_below_and_stars_on_effects_only(quick_fit):
    """Stars at 10, 5 and 1 % of a t test with residual degrees of freedom, computed here with scipy."""
    lines = tables.regression({"one": quick_fit, "two": quick_fit}).splitlines()
    at = next(k for k, line in enumerate(lines) if line.startswith("r₁  growth rate of East"))
    assert lines[at].split()[-1] == f"{quick_fit.params['east.growth']:.4g}"
    assert lines[at + 1].split() == [f"({quick_fit.bse['east.growth']:.3g})"] * 2
    [effect] = [line for line in lines if line.startswith("d₁₂")]
    t = abs(quick_fit.params["effects.east.west"] / quick_fit.bse["effects.east.west"])
    p = 2 * stats.t.sf(t, quick_fit.df_resid)
    assert effect.split()[-1].count("*") == sum(bool(p < level) for level in (0.1, 0.05, 0.01)) > 0
    assert next(line.split()[-1] for line in lines if line.startswith("Standard errors ")) == "classical"


def test_a_coefficient_without_limits_is_marked(quick_fit):
    text = tables.regression(flat(quick_fit, "effects.east.west"))
    [line] = [line for line in text.splitlines() if line.startswith("d₁₂")]
    assert line.endswith("†")
    assert "*" not in line
    assert text.splitlines()[-1].startswith("Standard errors in brackets.")


def test_latex_is_safe_whatever_the_units_are_called(quick_fit):
    odd = tuple(replace(u, label=(("en", r"50% & \input{x} $y_1$"),)) for u in quick_fit.model.units)
    text = tables.regression(replace(quick_fit, model=replace(quick_fit.model, units=odd)), form="latex")
    assert r"50\% \& \textbackslash{}input\{x\} \$y\_1\$" in text
    assert "₁" not in text
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") == 1


def test_html_is_safe_whatever_the_units_are_called(quick_fit):
    odd = tuple(replace(u, label=(("en", "<script>alert(1)</script>"),)) for u in quick_fit.model.units)
    text = tables.regression(replace(quick_fit, model=replace(quick_fit.model, units=odd)), form="html")
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_unknown_forms_and_suffixes_list_the_choices(quick_fit, tmp_path):
    with pytest.raises(UnknownNameError, match="latex"):
        tables.regression(quick_fit, form="late")
    with pytest.raises(InvalidValueError, match=r"\.csv"):
        tables.write(quick_fit, tmp_path / "fit.xlsx")


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "-2", 'a,"b"'])
def test_no_cell_of_a_csv_is_a_formula(tmp_path, name):
    unit = {"growth": 1, "capacity": 1, "initial": 0.5}
    path = simulate(build({name: unit, "b": unit}), [0, 1], "initial")
    written = tables.write(path, tmp_path / "path.csv").read_text(encoding="utf-8")
    head, *rows = csv.reader(io.StringIO(written))
    assert len(rows) == 2
    assert all(not cell.startswith(("=", "+", "-", "@", "\t")) for row in [head, *rows] for cell in row)
    assert head[1].lstrip("'") == name
    assert [[float(cell) for cell in row[1:]] for row in rows] == path.y.tolist()  # every digit


def test_stata_reads_what_was_written(quick_fit, tmp_path):
    read = pd.read_stata(tables.write(quick_fit, tmp_path / "fit.dta"))
    assert list(read["parameter"]) == list(quick_fit.names)
    assert read["estimate"].to_numpy() == pytest.approx(quick_fit.params.to_numpy())


def test_the_same_result_gives_the_same_bytes_and_files_are_kept(quick_fit, tmp_path):
    for suffix in tables.SUFFIXES:
        one, two = (tables.write(quick_fit, tmp_path / f"{k}{suffix}").read_bytes() for k in "ab")
        assert one == two
    with pytest.raises(OutputExistsError):
        tables.write(quick_fit, tmp_path / "a.csv")
