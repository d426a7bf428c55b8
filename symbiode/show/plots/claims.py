"""The claims of this field, put to a model: one panel per claim, with what the experiment changes and what follows.

Comes in: a model of two units, or claims. Goes out: curves over the split of effects, the plane of both effects, the
weaker effect, and the conductance of the interface.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from symbiode.errors import Code, RefusedError, refused
from symbiode.policy.experiments import claims
from symbiode.policy.statements import Answer, Claim
from symbiode.show.palette import INK, MODES, OUTCOMES, UNITS
from symbiode.show.plots._frame import PAGE, axis_effect, panels, subject
from symbiode.system.model import Model
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LOOKS = {
    "gain": MODES["symmetric_mutualism"]["colour"], "margin": MODES["parasitism"]["colour"], "return": INK["axis"],
    "degree_1": UNITS[0]["colour"], "degree_2": UNITS[1]["colour"], "energy": OUTCOMES["coexistence"]["colour"],
}  # fmt: skip
_DASHES = {"gain": "-", "margin": "--", "return": ":", "degree_1": "-", "degree_2": "--", "energy": "-"}


def size(result: Claims) -> tuple[float, float]:
    """Return the size of the figure: two panels in a row."""
    return PAGE, 0.2 + 2.7 * -(-len(result.shown) // 2)


@dataclass(frozen=True, kw_only=True)
class Claims:
    """Those claims of a model that an experiment could test."""

    model: Model
    shown: tuple[Claim, ...]


def compute(model_or_result: object) -> Claims:
    """Run the experiments of a model, or take claims that have been tested.

    Parameters
    ----------
    model_or_result : Model, result that carries one, or sequence of Claim

    Returns
    -------
    Claims

    Raises
    ------
    RefusedError
        If no claim can be tested with this model.
    """
    given = isinstance(model_or_result, Sequence) and all(isinstance(c, Claim) for c in model_or_result)
    found: Any = model_or_result if given else claims(subject(model_or_result).model)
    shown = tuple(claim for claim in found if claim.answer is not Answer.UNTESTED)
    if not shown:
        detail = "No claim of the field can be tested with this model: " + " ".join(found[0].says() if found else ())
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail.strip()))
    return Claims(model=shown[0].model, shown=shown)


def draw(ax: Axes, result: Claims, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw one panel per claim and return the artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its place is divided into panels.
    result : Claims
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    columns = min(2, len(result.shown))
    grid = panels(ax, -(-len(result.shown) // columns), columns)
    artists: dict[str, list[Any]] = {"curves": [], "areas": [], "here": []}
    for place, claim in zip(grid, result.shown, strict=False):
        _title(place, claim, lang)
        (_plane if claim.plane else _curves)(place, claim, lang, artists)
    for place in grid[len(result.shown) :]:
        place.set_axis_off()
    if result.model.illustrative:
        figure: Any = ax.figure
        figure.supxlabel(say("figure_illustrative", lang), fontsize=6.5, color=INK["axis"])
    return artists


def _title(ax: Axes, claim: Claim, lang: str) -> None:
    ax.set_title(say(f"claim_short_{claim.name}", lang), fontsize=8, loc="left", pad=12)
    answer = say(f"claim_{claim.answer.value}", lang)
    ax.text(0, 1.02, answer, transform=ax.transAxes, fontsize=6.8, color=INK["axis"])


def _curves(ax: Axes, claim: Claim, lang: str, artists: dict[str, list[Any]]) -> None:
    units = [unit.shown(lang) for unit in claim.model.units]
    for name, values in claim.curves:
        y = np.array([np.nan if x is None else x for x in values])
        if name in ("gain", "margin", "return") and np.nanmax(np.abs(y)) > 0:
            y = y / np.nanmax(np.abs(y))  # three quantities of different measure on one axis
        label = say(f"claim_curve_{name}", lang, first=units[0], second=units[-1])
        artists["curves"] += ax.plot(claim.at, y, color=_LOOKS[name], ls=_DASHES[name], lw=1.4, label=label)
    if claim.here is not None and claim.at[0] <= claim.here <= claim.at[-1]:
        label = say("claim_here", lang)
        artists["here"].append(ax.axvline(claim.here, color=INK["threshold"], lw=0.8, ls=(0, (4, 2)), label=label))
    if claim.name != "most_stable":
        ax.axhline(0, color=INK["axis"], lw=0.5)
    if claim.at[0] < 0:
        ax.axvline(0, color=INK["axis"], lw=0.5)
    for name, x in (("parasitism", claim.at[0] / 2), ("mutualism", claim.at[-1] / 2)) if claim.at[0] < 0 else ():
        ax.text(x, 0.97, say(f"claim_area_{name}", lang), transform=ax.get_xaxis_transform(), ha="center", va="top",
                fontsize=6.5, color=INK["axis"])  # fmt: skip
    ax.set_xlabel(say(f"claim_axis_{claim.name}", lang, first=units[0]))
    ax.set_ylabel(say(f"claim_values_{claim.name}", lang))
    ax.legend(loc="best", fontsize=6.2, frameon=False)


def _plane(ax: Axes, claim: Claim, lang: str, artists: dict[str, list[Any]]) -> None:
    energy = np.array([[np.nan if x is None else x for x in row] for row in claim.plane])
    colours, ends = (OUTCOMES["exclusion"]["fill"], OUTCOMES["coexistence"]["fill"]), np.nanmax(np.abs(energy)) + 1
    artists["areas"].append(ax.contourf(claim.at, claim.at, energy, levels=(-ends, 0, ends), colors=colours))
    artists["curves"].append(ax.contour(claim.at, claim.at, energy, levels=(0,), colors=[_LOOKS["energy"]]))
    ax.axhline(0, color=INK["axis"], lw=0.5)
    ax.axvline(0, color=INK["axis"], lw=0.5)
    places = {
        "mutualism": (0.75, 0.9), "competition": (0.25, 0.1), "parasitism_1": (0.75, 0.1), "parasitism_2": (0.15, 0.9)
    }  # fmt: skip
    for name, (x, y) in places.items():
        text = say(f"claim_area_{name.split('_')[0]}", lang)
        ax.text(x, y, text, transform=ax.transAxes, ha="center", va="center", fontsize=6.5)
    for key, x, y in (("positive", 0.8, 0.57), ("negative", 0.2, 0.43)):
        text = say(f"claim_energy_{key}", lang)
        ax.text(x, y, text, transform=ax.transAxes, ha="center", va="center", fontsize=6.5, color=_LOOKS["energy"])
    ax.set_xlabel(axis_effect(claim.model, 0, 1, lang))
    ax.set_ylabel(axis_effect(claim.model, 1, 0, lang))
