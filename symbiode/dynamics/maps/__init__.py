"""mode_map(): which mode, or which outcome, over any two coefficients of a model, with the borders between them.

Comes in: a `Model` (or a fit of one) and the names of two coefficients. Goes out: a `ModeMap`. The conditions that
decide are pulled back through the coefficients, so that borders are exact curves with a formula; each part of the plane
that they leave whole is given to `settle` at a point inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symbiode.dynamics.maps.arrangement import joined
from symbiode.dynamics.maps.boundaries import computed_borders, traced_borders
from symbiode.dynamics.maps.conditions import algebraic, complete, conditions
from symbiode.dynamics.maps.lines import Line, anchored, exact_lines, followed_lines, gain_lines
from symbiode.dynamics.maps.plane import Answers, Between, Plane, Start, plane
from symbiode.dynamics.maps.results import Floats, Ints, Label, MapBorder, ModeMap, Piece, Region
from symbiode.dynamics.maps.survey import FINE, Survey, rounded, survey
from symbiode.dynamics.modes import starting_levels
from symbiode.errors import OK, Code, InvalidValueError, RefusedError, Status, refused, warning
from symbiode.system.model import Model, delays_of, noise_of

__all__ = ["Label", "MapBorder", "ModeMap", "Piece", "Region", "mode_map"]

MOST = 2000


def mode_map(
    model: Model,
    first: str | None = None,
    second: str | None = None,
    *,
    between: Between = None,
    start: Start = None,
    pair: tuple[str, str] | None = None,
    covariance: Sequence[Sequence[float]] | None = None,
    tau: float = 0.1,
    cells: int = 200,
    most: int = MOST,
) -> ModeMap:
    """Say which mode or outcome a model has over the plane of two coefficients.

    Parameters
    ----------
    model : Model or Fit
        Any law. A fit brings the covariance of its estimates along.
    first, second : str, optional
        Key paths of the coefficients along x and y, as for `Model.with_values`: effects, growth, capacities, named
        parameters. By default the effects of the first pair of units.
    between : ((low, high) or None, (low, high) or None), optional
        The part of the plane to show; by default the bounds of the model file, else wide enough for every border.
    start : as for `settle`
        None asks for every positive start.
    pair : (str, str), optional
        The units whose mode is shown; by default those of `first`, else the first two.
    covariance : array, shape (2, 2), optional
        Of the two coefficients: distances are then given in standard errors too.
    tau : float
        A mutualism is symmetric if the smaller gain is at least ``1 - tau`` of the larger.
    cells : int
        Cells along each axis, 16 to 1000.
    most : int
        Work that `settle` may do: 1 for an answer by formula, 15 if equilibria have to be solved for, 45 if starts are
        followed to rest, 120 if elsewhere, 400 if they never settle. Cells that are left are `undecided`.

    Returns
    -------
    ModeMap

    Raises
    ------
    UnknownNameError, InvalidValueError
        If a name, a limit, a start or the covariance cannot be used.
    RefusedError
        If the model has no two coefficients that may vary, or noise or delays.

    References
    ----------
    Gelfand, Kapranov and Zelevinsky (1994), Discriminants, Resultants and Multidimensional Determinants, chapter 12.

    Examples
    --------
    >>> import symbiode
    >>> found = mode_map(symbiode.load("shenzhen-hongkong"), cells=60)
    >>> found.here.label.key, found.borders[0].name, round(found.borders[0].distance, 3)
    ('asymmetric_mutualism', 'smaller/larger gain = 0.9', 0.08)
    """
    if not isinstance(cells, int) or not 16 <= cells <= 1000:
        raise InvalidValueError("cells", cells, "a whole number from 16 to 1000")
    given: Any = model
    model = model if isinstance(model, Model) else given.model
    if any(noise_of(model)) or delays_of(model):
        detail = "Borders of a map are those of equilibria, which noise and delays move; set them to 0."
        raise RefusedError(refused(Code.NOT_SUPPORTED, detail))
    asked = plane(model, first, second, between=between, pair=pair, start=start, tau=tau)
    spread = _covariance(asked, given, covariance)
    answers = Answers(plane=asked, most=most)
    lines, proof = _lines(asked, cells)
    seen = survey(asked, lines, cells, answers, certain=proof != "map_searched")
    borders = [*traced_borders(seen, answers, spread), *computed_borders(seen, answers, spread)]
    borders.sort(key=lambda border: border.distance or 0.0)
    grid, regions = _regions(seen, answers)
    levels = starting_levels(asked.model, start)
    return ModeMap(
        model=asked.model, names=asked.names, limits=asked.limits, x=seen.x, y=seen.y, grid=grid,
        regions=regions, borders=tuple(borders), point=asked.point,
        start=None if levels is None else tuple(map(float, levels)),
        pair=(model.units[asked.pair[0]].name, model.units[asked.pair[1]].name), tau=tau,
        resolution=max(seen.step, seen.lattice) / cells, settled=len(answers.known), proof=proof,
        status=_status(seen),
    )  # fmt: skip


def _covariance(asked: Plane, given: Any, covariance: Sequence[Sequence[float]] | None) -> Floats | None:
    if covariance is None and not isinstance(given, Model) and all(name in given.names for name in asked.names):
        at = [list(given.names).index(name) for name in asked.names]
        found = np.asarray(given.estimate.cov, float)[np.ix_(at, at)]
        return found if _proper(found) else None
    if covariance is None:
        return None
    matrix = np.asarray(covariance, float)
    if not _proper(matrix):
        raise InvalidValueError("covariance", covariance, "a symmetric, positive definite matrix of shape (2, 2)")
    return matrix


def _proper(matrix: Floats) -> bool:
    fine = matrix.shape == (2, 2) and bool(np.isfinite(matrix).all()) and np.allclose(matrix, matrix.T, rtol=1e-9)
    return fine and bool((np.linalg.eigvalsh(matrix) > 0).all())


def _status(seen: Survey) -> Status:
    if seen.spent:
        return warning(Code.WORK_LIMIT, "Cells that were not reached are undecided, borders are less sharp.")
    if seen.lattice > FINE:
        return warning(Code.WORK_LIMIT, "Answers stand far apart, so small regions may be missed.")
    return OK


def _lines(asked: Plane, cells: int) -> tuple[tuple[Line, ...], str]:
    """Return every curve that may be a border, and the key of the sentence that says how far they are known."""
    lines = list(exact_lines(asked, conditions(asked), cells))
    if complete(asked.model):
        return tuple(lines), "map_theorem"
    certain = bool(lines) and algebraic(asked.model)
    followed, whole = followed_lines(asked, lines)
    lines += followed
    lines += [] if algebraic(asked.model) else gain_lines(asked, lines)
    return tuple(anchored(lines, cells)), "map_shared" if certain or whole else "map_searched"


def _regions(seen: Survey, answers: Answers) -> tuple[Ints, tuple[Region, ...]]:
    """Return the connected regions of equal label, the largest first, and the region of each cell.

    Cells of one face belong together, and so do faces of one label on both sides of a line. A strip between two lines
    that holds no cell is a region of its own where its label is.
    """
    faces, grid, strips = seen.cut.faces, seen.grid, seen.cut.strips
    ids = np.arange(grid.size).reshape(grid.shape)
    node = {face: grid.size + k for k, face in enumerate(strips)}  # of each face that is not searched
    node |= {int(face): int(first) for face, first in zip(*np.unique(faces, return_index=True), strict=True)}
    across, up = grid[:, 1:] == grid[:, :-1], grid[1:] == grid[:-1]
    whole = np.isin(faces, [face for face in seen.of_face if face not in strips])
    links = [(ids[:, 1:][across], ids[:, :-1][across]), (ids[1:][up], ids[:-1][up])]
    links.append((ids[whole], np.array([node[face] for face in faces[whole].tolist()], np.int64)))
    beside = [pair for met in seen.cut.crossings for pair in met.sides.tolist() if set(pair) <= set(seen.of_face)]
    same = [(node[a], node[b]) for a, b in beside if seen.of_face[a] == seen.of_face[b]]
    pairs = np.concatenate([*(np.stack(pair, axis=1) for pair in links), np.array(same, np.int64).reshape(-1, 2)])
    parts = joined(pairs, grid.size + len(strips))
    size = np.bincount(parts[: grid.size], minlength=parts.max() + 1).astype(float)
    for face, (_, _, area) in strips.items():
        size[parts[node[face]]] += area
    order = np.argsort(-size, kind="stable")
    numbered = np.argsort(order)[parts]
    cells = numbered[: grid.size].reshape(grid.shape)
    shares = size[order] / size.sum()
    thin = {int(numbered[node[face]]): face for face in strips}
    held = set(np.unique(cells).tolist())
    return cells, tuple(
        _region(seen, cells == k, share, answers) if k in held else _strip(seen, thin[k], share, answers)
        for k, share in enumerate(shares.tolist())
    )


def _strip(seen: Survey, face: int, share: float, answers: Answers) -> Region:
    point = seen.place(*seen.cut.strips[face][:2])
    known = answers.known.get(point)
    label = seen.labels[seen.of_face[face]]
    return Region(label=label, point=point, settlement=known and known[1], share=share, checked=int(known is not None))


def _region(seen: Survey, mask: Any, share: float, answers: Answers) -> Region:
    from scipy import ndimage

    rows, columns = np.nonzero(mask)
    label = seen.labels[int(seen.grid[rows[0], columns[0]])]
    inside = [p for p, (known, _) in answers.known.items() if known == label and mask[seen.cell(np.array(p))]]
    room = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    row, column = (int(v) for v in np.unravel_index(room.argmax(), room.shape))
    point = rounded(seen, row, column, float(room[row, column]))
    if inside and (answers.spent or label != answers.label(*point)):
        point = max(inside, key=lambda p: room[seen.cell(np.array(p))])
    settlement = answers.ask(*point) if inside or not answers.spent else None
    checked = max(len(inside), 1) if settlement else 0
    return Region(label=label, point=point, settlement=settlement, share=share, checked=checked)
