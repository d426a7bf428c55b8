"""The shipped series: whole, consistent with each other and with their sources."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from symbiode.errors import DataError, InvalidValueError, UnknownNameError
from symbiode.inference.observations import Observations, check_data, read, read_tidy
from symbiode.inference.prices import converted, deflated
from symbiode.system.formats import models_folder

FOLDER = models_folder()
PUBLISHED = Path(__file__).parents[1] / "published"
REGIONS = {"shenzhen": "China", "hongkong": "Hong Kong"}
OTHERS = ("paper_facts.csv", "gba11_city_centres.csv")
SERIES = sorted(path.name for path in FOLDER.glob("*.csv") if path.name not in OTHERS)


def pair(file: str, shenzhen: str, hongkong: str, **about: str) -> Observations:
    return read(FOLDER / file, columns={"shenzhen": shenzhen, "hongkong": hongkong}, **about)  # type: ignore[arg-type]


def gdp(local: bool = True) -> Observations:
    money = ("cny", "hkd") if local else ("usd", "usd")
    columns = (f"shenzhen_gdp_100m_{money[0]}", f"hong_kong_gdp_100m_{money[1]}")
    return pair("szhk_gdp_pair_2000_2024.csv", *columns)


@pytest.mark.parametrize("name", SERIES)
def test_every_shipped_series_has_no_fault(name: str) -> None:
    assert {notice.key for notice in check_data(FOLDER / name)} <= {"data_text_column", "data_missing"}


@pytest.mark.parametrize("name", [*SERIES, *OTHERS])
def test_every_shipped_file_has_its_sources_named(name: str) -> None:
    text = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    assert f"| {name} |" in text
    with (FOLDER / name).open(encoding="utf-8", newline="") as handle:
        cited = {part for row in csv.DictReader(handle) for part in row.get("source_id", "").split(";") if part}
    explained = set(re.findall(r"^\| ([A-Z][0-9]+) \|", text, re.M)) | set(re.findall(r"^([A-Z][0-9]+):", text, re.M))
    assert cited <= explained


def test_files_of_a_gpl_digitisation_do_not_ship() -> None:
    assert not [path for path in FOLDER.rglob("*") if "paramecium" in path.name.lower()]


def test_gdp_in_usd_is_local_gdp_at_the_rate_of_the_year() -> None:
    np.testing.assert_allclose(converted(gdp(), REGIONS).y, gdp(local=False).y, rtol=2e-6)


def test_constant_price_gdp_is_local_gdp_deflated_and_put_in_usd_of_2015() -> None:
    file = "szhk_gdp_pair_constant_prices_2000_2023.csv"
    real = deflated(gdp(), REGIONS)
    local = pair(file, "shenzhen_gdp_100m_cny2015", "hong_kong_gdp_100m_hkd2015")
    dollars = pair(file, "shenzhen_gdp_100m_usd2015", "hong_kong_gdp_100m_usd2015")
    np.testing.assert_array_equal(real.t, local.t)
    np.testing.assert_allclose(real.y, local.y, atol=6e-5)
    np.testing.assert_allclose(converted(real, REGIONS, at=2015).y, dollars.y, atol=6e-5)
    assert real.t[-1] == 2023
    assert (real.price_base, "China" in real.basis) == ("2015", True)
    assert {notice.key for notice in real.notices} == {"data_no_rate", "data_deflated"}


def test_gdp_at_2015_prices_equals_current_gdp_in_2015() -> None:
    real = deflated(gdp(), REGIONS)
    np.testing.assert_allclose(real.y[real.t == 2015], gdp().y[gdp().t == 2015], rtol=1e-12)


def test_parity_gdp_is_local_gdp_over_the_price_level() -> None:
    made = pair("szhk_gdp_pair_ppp_2000_2019.csv", "shenzhen_gdp_100m_usd2017ppp", "hong_kong_gdp_100m_usd2017ppp")
    there = converted(gdp(), REGIONS, rate="ppp_gdpo")
    np.testing.assert_array_equal(there.t, made.t)
    np.testing.assert_allclose(there.y, made.y, atol=6e-5)
    assert (there.currency, there.price_base) == ("USD", "2017 USA")


def test_what_was_deflated_or_converted_is_not_so_again() -> None:
    with pytest.raises(InvalidValueError, match="price_base"):
        deflated(deflated(gdp(), REGIONS), REGIONS)
    with pytest.raises(InvalidValueError, match="currency"):
        converted(converted(gdp(), REGIONS), REGIONS)
    with pytest.raises(InvalidValueError, match="2030"):
        converted(gdp(), REGIONS, at=2030)
    with pytest.raises(InvalidValueError, match="rate"):
        converted(gdp(), REGIONS, rate="ppp")
    with pytest.raises(UnknownNameError, match="hongkong"):
        deflated(gdp(), {"shenzhen": "China"})
    with pytest.raises(DataError, match="Shenzhen"):
        deflated(gdp(), {"shenzhen": "Shenzhen", "hongkong": "Hong Kong"})


def test_two_cities_of_one_nation_may_have_one_deflator() -> None:
    cities = read_tidy(
        FOLDER / "gba11_gdp_population_1999_2024.csv", where={"indicator": "gdp_current"}, units=("Shenzhen", "Foshan")
    )
    real = deflated(cities.window(2000), {"Shenzhen": "China", "Foshan": "China"})
    ratio = cities.window(2000, 2023).y / real.y
    np.testing.assert_allclose(ratio[:, 0], ratio[:, 1], rtol=1e-14)


def test_the_two_files_of_shenzhen_gdp_agree() -> None:
    cities = read_tidy(
        FOLDER / "gba11_gdp_population_1999_2024.csv",
        where={"indicator": "gdp_current"},
        units={"shenzhen": "Shenzhen", "hongkong": "Hong Kong"},
    )
    np.testing.assert_allclose(cities.window(2000).y, gdp().y, atol=0.0051)


def test_gerd_is_its_share_of_gdp() -> None:
    file = "mainland_hk_gerd_pair_1998_2022.csv"
    spent = pair(file, "mainland_gerd_bn_usd", "hong_kong_gerd_bn_usd").y
    share = pair(file, "mainland_gerd_pct_gdp", "hong_kong_gerd_pct_gdp").y
    whole = pair(file, "mainland_gdp_bn_usd", "hong_kong_gdp_bn_usd").y
    np.testing.assert_allclose(spent, share * whole / 100, atol=6e-5)


def test_rd_changes_vintage_where_the_sources_say() -> None:
    made = read(
        FOLDER / "szhk_rd_pair_2011_2024.csv",
        columns={"shenzhen": "shenzhen_rd_100m_usd", "hongkong": "hong_kong_gerd_100m_usd"},
        vintage_columns=("shenzhen_vintage", "hong_kong_definition"),
    )
    assert [(name, after) for name, _, after, _, _ in made.vintage_breaks] == [
        ("shenzhen_vintage", 2019.0),
        ("hong_kong_definition", 2017.0),
    ]
    local = pair("szhk_rd_pair_2011_2024.csv", "shenzhen_rd_100m_cny", "hong_kong_gerd_100m_hkd")
    np.testing.assert_allclose(converted(local, REGIONS).y, made.y, rtol=1e-4)
    assert np.isnan(made.y[-1, 1])


def published(name: str) -> Mapping[str, object]:
    return tomllib.loads((PUBLISHED / name).read_text(encoding="utf-8"))


def test_the_pelts_are_those_of_the_published_case() -> None:
    made = read(FOLDER / "hudson_bay_lynx_hare_1900_1920.csv")
    np.testing.assert_array_equal(np.column_stack([made.t, made.y]), np.array(published("lynx_hare.toml")["data"]))


def test_the_yeasts_are_those_of_the_printed_table() -> None:
    made = read(FOLDER / "gause_yeast_mixture.csv", time="hour")
    where = {"experiment": "mixture_run1"}
    names = {"saccharomyces": "Saccharomyces cerevisiae", "schizosaccharomyces": "Schizosaccharomyces kephir"}
    table = read_tidy(
        FOLDER / "gause_yeast_1934_table1.csv", where=where, units=names, unit="species", time="time", time_unit="hour"
    )
    np.testing.assert_array_equal(made.t, table.t)
    np.testing.assert_array_equal(made.y, table.y)
    assert made.time_unit == "hour"


def test_gauses_mixture_has_its_23_days() -> None:
    data = np.array(published("gause_paramecium_mixture.toml")["data"])
    np.testing.assert_array_equal(data[:, 0], np.arange(2, 25))
    assert (data > 0).all()
