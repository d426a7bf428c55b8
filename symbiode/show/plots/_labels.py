"""Names inside areas: each where it fits best, in as many lines as it takes, else beside its area with a leader.

Comes in: masks on a square grid and names. Goes out: texts on the axes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode import render
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
    clear: Sequence[NDArray[np.float64]] = (), along: Sequence[tuple[NDArray[np.float64], str]] = (),
) -> list[Any]:  # fmt: skip
    """Write each name into its area; first those that do not fit into theirs, beside it with a leader.

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
    clear : sequence of array, shape (2, 2)
        Ends of lines that no name or leader may cover.
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
    low, high = np.array(limits, float).T
    lines = [np.linspace(ends[0], ends[1], 2 * cells) for ends in clear]
    for points, reach in ((np.array(avoid, float).reshape(-1, 2), cells // 18), *((line, 1) for line in lines)):
        for column, row in np.rint((points - low) / (high - low) * (cells - 1)).astype(int).tolist():
            _occupy(free, row, column, (2 * reach, 2 * reach))
    at = np.stack([np.linspace(*ends, cells) for ends in limits])
    drawn: list[Any] = [text for curve, name in along for text in _along(ax, curve, name, free, limits, per_point)]
    areas = sorted(((_coarse(m), name) for m, name in names), key=lambda pair: -int(pair[0].sum()))
    inside = {name for mask, name in areas if _inside(mask & free, name, per_point)}
    small = {name: mask for mask, name in reversed(areas) if name not in inside}
    large = [pair for pair in areas if pair[1] in inside]
    for name, mask in small.items():
        drawn += _beside(ax, mask, areas, free, name, per_point, at)
    left = {name: mask for mask, name in reversed(large)}
    for mask, name in large:
        found = _inside(mask & free, name, per_point)
        if found is not None:
            row, column, text, size, span = found
            left.pop(name, None)
            _occupy(free, row, column, span)
            drawn.append(_write(ax, at[0, column], at[1, row], text, size))
    for name, mask in left.items():
        drawn += _beside(ax, mask, areas, free, name, per_point, at)
    return drawn


def _coarse(mask: Mask) -> Mask:
    """Return every so many cells of a mask; of one that has none of these, one near each of its own."""
    coarse = mask[::_COARSE, ::_COARSE].copy()
    if not coarse.any():
        rows, columns = np.nonzero(mask)
        coarse[rows // _COARSE, columns // _COARSE] = True
    return coarse


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
    ax: Axes, mask: Mask, areas: list[tuple[Mask, str]], free: Mask, name: str, per_point: float,
    at: NDArray[np.float64],
) -> list[Any]:  # fmt: skip
    """Write a name into the nearest area that keeps room for its own name, with a leader to where the name belongs."""
    from scipy import ndimage

    own = mask & free if (mask & free).any() else mask
    room = ndimage.distance_transform_edt(np.pad(own, 1))[1:-1, 1:-1]
    target = divmod(int(room.argmax()), mask.shape[1])
    rows, columns = np.indices(mask.shape)
    distance = np.hypot(rows - target[0], columns - target[1])
    choices = []
    for text in _wrappings(name):
        span = _span(text, SIZES[-1], per_point)
        for host, hosted in areas:
            fits = _eroded(host & free, span)
            if fits.any():
                crosses, spot = _clear(fits, distance, free, target)
                board = free.copy()
                _occupy(board, *spot, span)
                crowded = hosted != name and _inside(host & board, hosted, per_point) is None
                choices.append((crosses, crowded, float(distance[spot]), spot, span, text))
    if not choices:
        return []
    *_, (row, column), span, text = min(choices)
    _occupy(free, row, column, span)
    steps = np.linspace(0, 1, 200)
    crossed = np.rint(np.array(target) + steps[:, None] * (np.array([row, column]) - np.array(target))).astype(int)
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):  # no later leader crosses this one
        at_row, at_column = np.minimum(crossed + np.array([down, right]), np.array(free.shape) - 1).T
        free[at_row, at_column] = False
    far = np.abs(np.array([row, column]) - target) / (np.array(span) / 2)
    share = 1 - 0.8 / max(far.max(), 1.0)  # to the edge of the text, not below it
    root = [at[k, target[1 - k]] + share * (at[k, c] - at[k, target[1 - k]]) for k, c in ((0, column), (1, row))]
    line = ax.annotate(
        "", (at[0, target[1]], at[1, target[0]]), (root[0], root[1]), zorder=5,
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
    """Return a name in one line, then in two and three of even width: broken at spaces, Chinese outside brackets."""
    words = name.split(" ") if name.isascii() else re.findall("（.*?）[，；：、]?|[ -~]+|.[，；：、）]?", name)
    glue, found = " " if name.isascii() else "", [name]
    for lines in (2, 3):
        cuts = [(0, *cut, len(words)) for cut in combinations(range(1, len(words)), lines - 1)]
        texts = [[glue.join(words[a:b]) for a, b in pairwise(cut)] for cut in cuts]
        found += ["\n".join(min(texts, key=lambda text: max(map(render.width, text))))] if texts else []
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
