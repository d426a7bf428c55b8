"""Areas of a grid as outlines and as filled patches with a hatch: shared by maps and basins.

Comes in: masks on a grid. Goes out: rings and artists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symbiode.show.palette import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.axes import Axes

Array = NDArray[np.float64]
Limits = tuple[float, float]
HATCHES = ("", "///", "\\\\\\", "...", "|||", "xxx", "---", "++", "ooo")


def rings(mask: NDArray[np.bool_], limits: tuple[Limits, Limits]) -> list[Array]:
    """Return the outline of a mask without points in the middle of straight pieces."""
    from contourpy import contour_generator

    across, up = (np.arange(-1, count + 1) + 0.5 for count in mask.shape[::-1])
    lines: Any = contour_generator(across, up, np.pad(mask.astype(float), 1)).lines(0.5)
    low = np.array(limits)[:, 0]
    step = (np.array(limits)[:, 1] - low) / np.array(mask.shape[::-1])
    found = []
    for ring in lines:
        before, after = np.diff(ring[:-1], axis=0), np.diff(ring[1:], axis=0)
        turn = np.abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]) > 1e-9
        found.append(low + step * ring[np.concatenate([[True], turn, [True]])])
    return found


def distinct(look: Mapping[str, str], taken: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    """Return a look with another hatch if it is taken."""
    used = {(other["fill"], other["hatch"]) for other in taken}
    after = HATCHES.index(look["hatch"]) if look["hatch"] in HATCHES else 0
    free = (h for h in HATCHES[after:] + HATCHES[:after] if (look["fill"], h) not in used)
    return look if (look["fill"], look["hatch"]) not in used else {**look, "hatch": next(free, look["hatch"])}


def fill(ax: Axes, outline: Sequence[Array], look: Mapping[str, str]) -> Any:
    """Fill an area; `look` has its `fill` and its `hatch`."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    whole = Path.make_compound_path(*(Path(ring, closed=True) for ring in outline))
    style: dict[str, Any] = {"facecolor": look["fill"], "edgecolor": OUTCOMES["undecided"]["colour"], "linewidth": 0}
    return ax.add_patch(PathPatch(whole, hatch=look["hatch"] or None, zorder=1, **style))
