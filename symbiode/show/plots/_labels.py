"""Names inside areas: each where it fits best, in as many lines as it takes, else beside its area with a leader.

Comes in: masks on a square grid and names. Goes out: texts on the axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode.show import fonts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Mask = NDArray[np.bool_]
Limits = tuple[tuple[float, float], tuple[float, float]]
SIZES = (7.0, 6.5, 6.0)
_COARSE = 4
_HALO = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.72}


def place(
    ax: Axes, names: list[tuple[Mask, str]], limits: Limits, *, avoid: Sequence[tuple[float, float]] = (),
    along: Sequence[tuple[NDArray[np.float64], str]] = (),
) -> list[Any]:  # fmt: skip
    """Write each name into its area, the largest area first.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Square, its labels and legend already there.
    names : list of (mask, text)
        Masks of shape (cell, cell), rows upwards.
    limits : ((low, high), (low, high))
        Of the axes.
    avoid : sequence of (x, y)
        Points no name may cover.
    along : sequence of (curve of shape (point, 2), text)
        Texts written along curves first, where they fit.

    Returns
    -------
    list of artist
    """
    fonts.lay_out(ax.get_figure(root=True))  # type: ignore[arg-type]
    box = ax.get_window_extent()
    cells = -(-names[0][0].shape[0] // _COARSE)
    per_point = ax.figure.dpi / 72 / min(box.width, box.height) * cells
    free = np.ones((cells, cells), bool)
    for point in avoid:
        column, row = (round((v - a) / (b - a) * (cells - 1)) for v, (a, b) in zip(point, limits, strict=True))
        reach = cells // 18
        free[max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1] = False
    at = np.stack([np.linspace(*ends, cells) for ends in limits])
    drawn: list[Any] = [text for curve, name in along for text in _along(ax, curve, name, free, limits, per_point)]
    small: list[tuple[Mask, str]] = []
    written: set[str] = set()
    for mask, name in sorted(names, key=lambda pair: -int(pair[0].sum())):
        coarse = mask[::_COARSE, ::_COARSE]
        found = _inside(coarse & free, name, per_point)
        if found is None:
            small.append((coarse, name))
            continue
        row, column, text, size, span = found
        written.add(name)
        _occupy(free, row, column, span)
        drawn.append(_write(ax, at[0, column], at[1, row], text, size))
    masks = [mask[::_COARSE, ::_COARSE] for mask, _ in names]
    for mask, name in small:
        if name in written:
            continue
        written.add(name)
        drawn += _beside(ax, mask, masks, free, name, per_point, at)
    return drawn


def _along(
    ax: Axes, curve: NDArray[np.float64], text: str, free: Mask, limits: Limits, per_point: float
) -> list[Any]:
    """Write a text along a curve at the first place where it covers nothing, nearest to three quarters of its way."""
    cells = free.shape[0]
    low, high = np.array(limits, float).T
    z = (curve - low) / (high - low) * (cells - 1)
    s = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(z, axis=0), axis=1))])
    height, width = _span(text, SIZES[-1], per_point)
    for share in sorted(np.linspace(0.06, 0.94, 45), key=lambda share: abs(share - 0.75)):
        middle = np.array([np.interp(share * s[-1], s, z[:, k]) for k in (0, 1)])
        ends = [np.array([np.interp(share * s[-1] + way * width / 2, s, z[:, k]) for k in (0, 1)]) for way in (-1, 1)]
        way = ends[1] - ends[0]
        if np.linalg.norm(way) < 0.9 * width:
            continue
        way = way * (1 if way[0] > 1e-9 or (abs(way[0]) <= 1e-9 and way[1] > 0) else -1) / np.linalg.norm(way)
        steps = np.linspace(-width / 2, width / 2, 40)[:, None, None]
        across = np.linspace(-height / 2, height / 2, 7)[None, :, None]
        covered = np.rint(middle + steps * way + across * np.array([-way[1], way[0]])).astype(int).reshape(-1, 2)
        if covered.min() < 0 or covered.max() >= cells or not free[covered[:, 1], covered[:, 0]].all():
            continue
        free[covered[:, 1], covered[:, 0]] = False
        at, angle = low + middle / (cells - 1) * (high - low), float(np.degrees(np.arctan2(way[1], way[0])))
        style: dict[str, Any] = {"ha": "center", "va": "center", "zorder": 6, "bbox": _HALO}
        return [ax.text(float(at[0]), float(at[1]), text, size=SIZES[-1], rotation=angle, **style)]
    return []


def _inside(mask: Mask, name: str, per_point: float) -> tuple[int, int, str, float, tuple[int, int]] | None:
    """Return where a name fits inside a mask: row, column, its lines, font size, and (height, width) in cells."""
    from scipy import ndimage

    room = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    for size in SIZES:
        for text in _wrappings(name):
            span = _span(text, size, per_point)
            fits = _eroded(mask, span)
            if fits.any():
                row, column = np.unravel_index(np.where(fits, room, -1).argmax(), mask.shape)
                return int(row), int(column), text, size, span
    return None


def _beside(
    ax: Axes, mask: Mask, others: list[Mask], free: Mask, name: str, per_point: float, at: NDArray[np.float64]
) -> list[Any]:
    """Write a name into the nearest area with room, with a leader to where its own area is widest."""
    from scipy import ndimage

    room = ndimage.distance_transform_edt(mask)
    target = np.unravel_index(room.argmax(), mask.shape)
    rows, columns = np.indices(mask.shape)
    distance = np.hypot(rows - target[0], columns - target[1])
    choices = []
    for text in _wrappings(name):
        span = _span(text, SIZES[-1], per_point)
        fits = np.zeros_like(mask)
        for other in others:
            fits |= _eroded(other & free, span)
        if fits.any():
            choices.append((*_clear(fits, distance, free, (int(target[0]), int(target[1]))), text, span))
    if not choices:
        return []
    _, (row, column), text, span = min(choices, key=lambda choice: choice[0])
    _occupy(free, row, column, span)
    steps = np.linspace(0, 1, 200)
    crossed = np.rint(np.array(target) + steps[:, None] * (np.array([row, column]) - np.array(target))).astype(int)
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):  # no later leader crosses this one
        at_row, at_column = np.minimum(crossed + np.array([down, right]), np.array(free.shape) - 1).T
        free[at_row, at_column] = False
    line = ax.annotate(
        "", (at[0, target[1]], at[1, target[0]]), (at[0, column], at[1, row]), zorder=5,
        arrowprops={"arrowstyle": "-", "lw": 0.6, "color": "#2B2B2B", "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip
    dot = ax.plot(at[0, target[1]], at[1, target[0]], "o", ms=1.8, color="#2B2B2B", zorder=5)
    return [line, *dot, _write(ax, at[0, column], at[1, row], text, SIZES[-1])]


def _clear(
    fits: Mask, distance: NDArray[np.float64], free: Mask, target: tuple[int, int]
) -> tuple[bool, tuple[int, int]]:
    """Return the nearest place whose leader crosses no other name; (True, nearest of all) if there is none."""
    order = np.argsort(np.where(fits, distance, np.inf), axis=None)[: int(fits.sum())]
    places = np.column_stack(np.unravel_index(order, fits.shape))
    steps = np.linspace(0.05, 1, 60)[:, None, None]
    rows, columns = np.moveaxis(np.rint(target + steps * (places - np.array(target))).astype(int), -1, 0)
    clear = np.flatnonzero(free[rows, columns].all(axis=0))
    row, column = places[clear[0] if len(clear) else 0]
    return not len(clear), (int(row), int(column))


def _write(ax: Axes, x: float, y: float, text: str, size: float) -> Any:
    return ax.text(
        x, y, text, size=size, ha="center", va="center", linespacing=1.15, zorder=6, bbox=_HALO
    )


def _wrappings(name: str) -> list[str]:
    """Return a name in one line, then in two and three: broken at spaces, Chinese anywhere."""
    words = name.split(" ") if name.isascii() else list(name)
    glue = " " if name.isascii() else ""
    found = [name]
    for lines in (2, 3):
        if len(words) >= lines:
            sizes = [len(words) * k // lines for k in range(lines + 1)]
            found.append("\n".join(glue.join(words[a:b]) for a, b in pairwise(sizes)))
    return found


def _span(text: str, size: float, per_point: float) -> tuple[int, int]:
    """Return how many cells high and wide a text is, with a little air."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    lines = text.split("\n")
    font = FontProperties(fname=str(fonts.FILE))
    width = max(TextPath((0, 0), line, size=size, prop=font, usetex=False).get_extents().width for line in lines)
    return round((len(lines) * 1.2 * size + 3) * per_point), round((width + 8) * per_point)


def _eroded(mask: Mask, span: tuple[int, int]) -> Mask:
    """Return the centres at which a rectangle lies inside a mask."""
    height, width = (n | 1 for n in span)
    if height > mask.shape[0] or width > mask.shape[1]:
        return np.zeros_like(mask)
    total = np.pad(np.cumsum(np.cumsum(mask, axis=0), axis=1), ((1, 0), (1, 0)))
    full = total[height:, width:] - total[:-height, width:] - total[height:, :-width] + total[:-height, :-width]
    out = np.zeros_like(mask)
    out[height // 2 : height // 2 + full.shape[0], width // 2 : width // 2 + full.shape[1]] = full == height * width
    return out


def _occupy(free: Mask, row: int, column: int, span: tuple[int, int]) -> None:
    high, wide = (n // 2 for n in span)
    free[max(row - high, 0) : row + high + 1, max(column - wide, 0) : column + wide + 1] = False
