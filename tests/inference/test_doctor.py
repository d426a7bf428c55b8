"""Sudden steps and totals are told; ordinary series are left in peace."""

import numpy as np

from symbiode.inference.doctor import findings
from symbiode.inference.observations import Observations, read_tidy
from symbiode.system.formats import models_folder


def test_the_known_level_breaks_of_the_city_tables_are_found() -> None:
    """SOURCES.md, known breaks 1 and 6: Dongguan +99 % and Zhaoqing -36 % in 1999/2000, Macao -54 % in 2020.

    Shenzhen's +54.5 % is not found: its own growth spreads too widely for a step of that size to stand out.
    """
    where = {"indicator": "gdp_current"}
    cities = read_tidy(models_folder() / "gba11_gdp_population_1999_2024.csv", where=where)
    told = {(n.values["column"], n.values["first"]) for n in findings(cities) if n.key == "data_break"}
    assert {("Dongguan", "1999"), ("Zhaoqing", "1999"), ("Macao", "2019")} <= told
    assert not {name for name, _ in told} & {"Guangzhou", "Hong Kong"}


def test_a_total_is_told_and_plain_growth_is_not() -> None:
    y = np.exp(0.1 * np.arange(10))[:, None] * [1.0, 2.0, 3.5]
    assert findings(Observations(t=range(10), y=y, units=("a", "b", "c"))) == ()
    whole = Observations(t=range(10), y=np.column_stack([y, y.sum(axis=1)]), units=("a", "b", "c", "all"))
    assert [(n.key, n.values["column"]) for n in findings(whole)] == [("data_total", "all")]
