"""Least effort to a target mode: what more margin costs and who bears it, and for two units the move on the map.

Comes in: a `Plan`, a `Frontier`, or a model. Goes out: the plane of two effects with the target and the step into it,
beside the effort over the margin kept, stacked by lever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode.dynamics.modes import Mode, Outcome
from symbiode.dynamics.modes.regions import classify
from symbiode.policy.effort import Frontier, Plan, frontier, plan
from symbiode.policy.effort.regions import pieces, slacks
from symbiode.policy.effort.results import shown
from symbiode.policy.effort.tradeoffs import shares
from symbiode.show.palette import INK, MODES, OUTCOMES, unit
from symbiode.show.plots._areas import fill, rings
from symbiode.show.plots._frame import PAGE, axis_effect, legend, panels, subject
from symbiode.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
CELLS = 240


@dataclass(frozen=True, kw_only=True)
class Move:
    """The step of two effects on their plane.

    Parameters
    ----------
    before, after : (float, float)
        ``after`` is ``before`` where nothing reaches the target.
    limits : (float, float)
        Of both axes.
    areas : tuple of (key, tuple of arrays of shape (point, 2))
        Outlines by mode or outcome.
    kept : array, shape (cell, cell)
        How far each point of a grid is inside the target, to first order.
    """

    before: tuple[float, float]
    after: tuple[float, float]
    limits: tuple[float, float]
    areas: tuple[tuple[str, tuple[Array, ...]], ...]
    kept: Array


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What the figure shows.

    Parameters
    ----------
    frontier : Frontier
    names : tuple of str
        Levers that are used anywhere.
    costs : array, shape (lever, value)
    move : Move or None
        None unless there are two units.
    """

    frontier: Frontier
    names: tuple[str, ...]
    costs: Array
    move: Move | None

    @property
    def model(self) -> Any:
        """The model that the plan is about."""
        return self.frontier.plan.model


def size(result: Policy) -> tuple[float, float]:
    """Return the size of the figure: a page, one row."""
    return PAGE, 0.5 * PAGE


def compute(
    model_or_result: object, *, target: str = "symmetric_mutualism", levers: Any = None, scenario: Any = None,
    margins: Any = None,
) -> Policy:  # fmt: skip
    """Compute the plan, its frontier and the map behind them.

    Parameters
    ----------
    model_or_result : Plan, Frontier or Model
    target, levers, scenario
        As for `plan`, where a model is given.
    margins : sequence of float, optional
        Of the frontier.

    Returns
    -------
    Policy
    """
    given = model_or_result
    if not isinstance(given, (Plan, Frontier)):
        model = subject(given).model
        paths = [p.path for p in model.parameters if p.path[0] == "effects"]
        chosen = levers if levers is not None or scenario is not None or not paths else None
        given = plan(model, target, levers=chosen, scenario=scenario)
    found = given if isinstance(given, Frontier) else frontier(given, margins=margins)
    names, costs = shares(found)
    return Policy(frontier=found, names=names, costs=costs, move=_move(found.plan))


def _move(made: Plan) -> Move | None:
    """Return the step on the plane of two effects, None where that does not decide."""
    planes = [s.settlement.plane for s in (made.before, made.after or made.before)]
    if planes[0] is None or planes[1] is None:
        return None
    before, after = ((float(plane[0]), float(plane[1])) for plane in planes if plane is not None)
    reach = 1.15 * max(1.0, *(abs(v) for v in (*before, *after)))
    low = -0.25 * reach if min(*before, *after) >= 0 else -reach
    x = low + (np.arange(CELLS) + 0.5) * (reach - low) / CELLS
    a, b = np.meshgrid(x, x)
    codes = classify(a, b, tau=made.tau)
    keys = np.where(codes.mode >= 0, codes.mode, codes.outcome + 100)
    areas = tuple(
        (_key(int(k)), tuple(rings(keys == k, ((low, reach), (low, reach))))) for k in np.unique(keys)
    )  # fmt: skip
    told = pieces(made.target, margin=made.margin, runaway=made.runaway, tau=made.tau, reading=made.reading)
    points = np.stack([a, b], axis=-1)
    kept = np.max([np.min(slacks(piece, points), axis=-1) for piece in told], axis=0)
    return Move(before=before, after=after, limits=(low, reach), areas=areas, kept=kept)


def _key(code: int) -> str:
    return tuple(Mode)[code].value if code < 100 else tuple(Outcome)[code - 100].value


def draw(ax: Axes, result: Policy, *, lang: str = "en") -> dict[str, list[Any]]:
    """Draw a policy and return its artists by name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its place is divided into panels.
    result : Policy
    lang : "en" or "zh"

    Returns
    -------
    dict of str to list of artist
    """
    places = panels(ax, 1, 2 if result.move is not None else 1)
    artists = {"shares": _draw_frontier(places[-1], result, lang)}
    if result.move is not None:
        artists["move"] = _draw_move(places[0], result, result.move, lang)
    legend(_gathered(places), columns=4)
    return artists


def _gathered(places: list[Axes]) -> Axes:
    """Let the last panel speak for all in the legend."""
    for place in places[:-1]:
        for handle, label in zip(*place.get_legend_handles_labels(), strict=True):
            colour = handle.get_facecolor() if hasattr(handle, "get_facecolor") else None
            style: dict[str, Any] = {"label": label}
            if colour is not None:
                places[-1].fill_between([], [], color=colour, lw=0, **style)
            else:
                names = ("color", "linestyle", "linewidth", "marker", "markersize", "markerfacecolor")
                style |= {name: getattr(handle, f"get_{name}")() for name in names}
                places[-1].plot([], [], mec="black", mew=0.8, **style)
    return places[-1]


def _draw_frontier(ax: Axes, result: Policy, lang: str) -> list[Any]:
    found, made = result.frontier, result.frontier.plan
    x = np.array(found.values)
    ax.set_xlabel(say("policy_axis_margin", lang) if found.over == "margin" else say("policy_axis_probability", lang))
    ax.set_ylabel(say("policy_axis_effort_illustrative" if made.illustrative else "policy_axis_effort", lang))
    reached = np.array([p.reached for p in found.plans])
    if not reached.any():
        return [ax.text(0.5, 0.5, say("policy_out_of_reach", lang), transform=ax.transAxes, ha="center")]
    drawn: list[Any] = []
    changes, base = {c.name: c for c in made.changes}, np.zeros(int(reached.sum()))
    for k, (name, cost) in enumerate(zip(result.names, result.costs[:, reached], strict=True)):
        label = shown(made.model, name, changes[name].lever, lang)
        drawn.append(ax.fill_between(x[reached], base, base + cost, color=unit(k)["colour"], alpha=0.75, lw=0.6,
                                     edgecolor=INK["paper"], label=label))  # fmt: skip
        base = base + cost
    drawn += ax.plot(x[reached], base, color=INK["text"], lw=1.1)
    if found.over == "margin" and made.reached:
        asked = say("policy_asked_margin", lang)
        drawn.append(ax.axvline(made.margin, color=INK["threshold"], lw=0.9, ls=(0, (4, 2)), label=asked))
    if found.limit is not None:
        drawn.append(ax.axvspan(found.limit, 1.12 * found.limit, color=OUTCOMES["exclusion"]["fill"], lw=0,
                                label=say("policy_out_of_reach", lang)))  # fmt: skip
        ax.set_xlim(0, 1.12 * found.limit)
    ax.set_ylim(0, None)
    return drawn


def _draw_move(ax: Axes, result: Policy, move: Move, lang: str) -> list[Any]:
    made = result.frontier.plan
    ax.set(xlim=move.limits, ylim=move.limits)
    ax.set_box_aspect(1)
    ax.set_xlabel(axis_effect(made.model, 0, 1, lang))
    ax.set_ylabel(axis_effect(made.model, 1, 0, lang))
    drawn: list[Any] = []
    for key, outline in move.areas:
        look = MODES[key] | {"hatch": ""} if key in MODES else OUTCOMES[key]
        patch = fill(ax, outline, look)
        patch.set_label(say(key, lang))
        drawn.append(patch)
    x = move.limits[0] + (np.arange(CELLS) + 0.5) * (move.limits[1] - move.limits[0]) / CELLS
    ax.contour(x, x, move.kept, levels=[max(made.margin, 1e-6)], colors=[INK["border"]], linewidths=0.9,
               linestyles=[(0, (3, 1.5))], zorder=3)  # fmt: skip
    kept = say("policy_kept", lang)
    drawn += ax.plot([], [], color=INK["border"], lw=0.9, ls=(0, (3, 1.5)), label=kept)
    style: dict[str, Any] = {"ls": "none", "mec": "black", "mew": 0.8, "zorder": 7}
    drawn += ax.plot(*move.before, marker="o", ms=5.5, mfc="white", label=say("policy_now", lang), **style)
    if made.reached and move.after != move.before:
        arrow = {"arrowstyle": "-|>", "lw": 1.2, "color": "black", "shrinkA": 3, "shrinkB": 3}
        drawn.append(ax.annotate("", xy=move.after, xytext=move.before, arrowprops=arrow, zorder=6))
        drawn += ax.plot(*move.after, marker="*", ms=9, mfc="#F0E442", label=say("policy_then", lang), **style)
    return drawn
