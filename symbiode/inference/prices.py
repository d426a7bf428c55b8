"""Prices and currencies: a money series at constant prices, or in another currency, with the base carried along.

Comes in: `Observations` of money and a table of exchange rates and deflators. Goes out: `Observations` whose currency,
price base and basis say what was done, with a notice per unit: whose deflator was used is part of the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from symbiode.errors import InvalidValueError, UnknownNameError
from symbiode.inference._csv import listed
from symbiode.inference.notices import Notice
from symbiode.inference.observations import Floats, Observations, read_tidy
from symbiode.system.formats import models_folder

TABLE = "fx_ppp_deflators_1996_2024.csv"
DEFLATOR, EXCHANGE, PARITY = "gdp_deflator_implicit", "exchange_rate", "ppp_gdpo"
DEFLATOR_BASE = "2015"
_RATES = {
    EXCHANGE: ("USD", "", "current prices, USD at market rates"),
    PARITY: ("USD", "2017 USA", "2017 USA prices, USD at purchasing power parity"),
}


def deflated(
    observations: Observations, regions: Mapping[str, str], *, table: str | Path | None = None
) -> Observations:
    """Return a money series at 2015 prices: divided by the implicit GDP deflator of each unit's region.

    Parameters
    ----------
    observations : Observations
        Money at current prices, each unit in its own currency, yearly.
    regions : mapping of unit name to region of the table
        Whose deflator to use, such as ``{"shenzhen": "China", "hongkong": "Hong Kong"}``: no deflator of Shenzhen's
        own was found, so the nation's stands in, and the result says so.
    table : str or Path, optional
        A tidy file with the columns year, unit, indicator, value; the shipped one if left out.

    Returns
    -------
    Observations
        Without the years for which the table has no deflator (a notice lists them).

    Raises
    ------
    InvalidValueError
        If the series is at constant prices already.
    UnknownNameError
        If a unit is missing in `regions`.

    Examples
    --------
    >>> from symbiode.system.formats import models_folder
    >>> from symbiode.inference.observations import read
    >>> columns = {"sz": "shenzhen_gdp_100m_cny", "hk": "hong_kong_gdp_100m_hkd"}
    >>> money = read(models_folder() / "szhk_gdp_pair_2000_2024.csv", columns=columns)
    >>> real = deflated(money, {"sz": "China", "hk": "Hong Kong"})
    >>> real.price_base, float(real.t[-1]), round(float(real.y[0, 0]), 2)
    ('2015', 2023.0, 3851.62)
    """
    if observations.price_base and not observations.price_base.startswith("current"):
        raise InvalidValueError("price_base", observations.price_base, "a series at current prices")
    rates, kept = _aligned(observations, regions, DEFLATOR, table)
    told = tuple(
        Notice("data_deflated", unit=name, base=DEFLATOR_BASE, region=regions[name]) for name in observations.units
    )
    basis = f"{DEFLATOR_BASE} prices, deflators of {', '.join(regions[name] for name in observations.units)}"
    return replace(
        kept, y=kept.y * 100 / rates, price_base=DEFLATOR_BASE, basis=basis, notices=(*kept.notices, *told)
    )


def converted(
    observations: Observations,
    regions: Mapping[str, str],
    *,
    rate: str = EXCHANGE,
    at: int | None = None,
    table: str | Path | None = None,
) -> Observations:
    """Return a money series in USD: divided by the exchange rate or the purchasing power parity of each unit's region.

    Parameters
    ----------
    observations : Observations
        Money, each unit in its own currency, yearly.
    regions : mapping of unit name to region of the table
        Whose currency each unit has.
    rate : {"exchange_rate", "ppp_gdpo"}
        Market rates (period average), or output-side parities at 2017 USA prices.
    at : int, optional
        One year whose rate is used throughout, as for a series at the prices of that year; else the rate of each year.
    table : str or Path, optional
        As for `deflated`.

    Raises
    ------
    InvalidValueError
        If the series is in USD already, the rate is none of the choices, or the table has no rate for the year `at`.
    UnknownNameError
        If a unit is missing in `regions`.
    """
    if rate not in _RATES:
        raise InvalidValueError("rate", rate, ", ".join(_RATES))
    if observations.currency == "USD":
        raise InvalidValueError("currency", "USD", "a series in the units' own currencies")
    currency, base, basis = _RATES[rate]
    rates, kept = _aligned(observations, regions, rate, table, at)
    how = {} if at is None else {"at": at}
    key = "data_converted" if at is None else "data_converted_at"
    told = tuple(Notice(key, unit=name, rate=rate, region=regions[name], **how) for name in observations.units)
    if at is not None:
        basis = f"{observations.basis or 'current prices'}, USD at the rates of {at}"
    return replace(
        kept, y=kept.y / rates, currency=currency, price_base=observations.price_base or base, basis=basis,
        notices=(*kept.notices, *told),
    )  # fmt: skip


def _aligned(
    observations: Observations,
    regions: Mapping[str, str],
    indicator: str,
    table: str | Path | None,
    at: int | None = None,
) -> tuple[Floats, Observations]:
    """Return the rate of each row and unit, shape (time, unit), and the rows that have one."""
    for name in observations.units:
        if name not in regions:
            raise UnknownNameError("unit", name, regions)
    wanted = {name: regions[name] for name in observations.units}
    source = read_tidy(table or models_folder() / TABLE, where={"indicator": indicator}, units=wanted)
    complete = ~np.isnan(source.y).any(axis=1)
    years, rates = source.t[complete], source.y[complete]
    if at is not None:
        if at not in years:
            raise InvalidValueError("at", at, f"a year of the table, {years[0]:g} to {years[-1]:g}")
        return rates[years == at], observations
    there = np.isin(observations.t, years)
    gone = [f"{x:g}" for x in observations.t[~there]]
    kept = observations.without(observations.t[~there])
    if gone:
        kept = replace(kept, notices=(*kept.notices, Notice("data_no_rate", rate=indicator, times=listed(gone))))
    return rates[np.searchsorted(years, kept.t)], kept
