"""Every zero of a system in a box, proved: parts without a zero are thrown away, parts with exactly one are kept.

Comes in: as many expressions as unknowns. Goes out: `Search`: roots, each with a box that holds it and no other, and
what could neither be proved empty nor to hold exactly one.

References
----------
Krawczyk (1969), Computing 4, 187-201; Neumaier (1990), Interval Methods for Systems of Equations, sections 5.1, 5.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy
from numpy.typing import NDArray

from symbiode.dynamics.equilibrium.intervals import Expression, Floats, Pair, add, enclosed, multiply, outward, subtract

MOST_BOXES, _ORDINARY = 100_000, 1000  # of expressions with so many operations; of longer ones fewer
Truths = NDArray[np.bool_]
_BATCH, _SMALLEST, _INFLATED, _MOST_JOINED = 4096, 1e-9, 0.1, 300


@dataclass(frozen=True, kw_only=True)
class System:
    """Functions of k unknowns to be zero, and their k x k derivatives.

    `tight` must be zero as well: the functions in a form that has each unknown as rarely as possible, and combinations
    of them. `logarithmic` says that the unknowns are logarithms of levels.
    """

    unknowns: tuple[sympy.Symbol, ...]
    functions: tuple[sympy.Expr, ...]
    tight: tuple[sympy.Expr, ...]
    slopes: tuple[tuple[sympy.Expr, ...], ...]
    scale: Floats
    logarithmic: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Search:
    """What a search found: `roots` and `undecided`, each an array (…, unknown, 2) of ends; `box` bounds the search."""

    roots: Floats
    undecided: Floats
    box: Floats
    proved: bool  # whether no zero lies outside the box
    finished: bool  # whether the search came to its end


def system(
    functions: Sequence[sympy.Expr], levels: Sequence[sympy.Symbol], scale: Floats, beside: Sequence[sympy.Expr] = ()
) -> System:
    """Prepare functions of levels above zero; `scale` is the size of each level that counts as 1.

    Those of `beside` must be zero as well: they help to throw away what holds no zero.

    Where logarithms occur the unknowns are the logarithms of the levels, so that none is too small to be told apart.
    """
    functions = [sympy.expand_log(f, force=True) for f in functions]  # all levels are above zero
    tight = [*map(_tight, functions), *_solved_for_levels(functions, levels), *beside]
    logarithmic = any(f.has(sympy.log) for f in functions)
    unknowns, zero = tuple(levels), tuple(functions)
    if logarithmic:
        unknowns = tuple(sympy.Symbol(f"v{k}", real=True) for k in range(len(levels)))
        to_logs: dict[Expression, Expression] = {x: sympy.exp(v) for x, v in zip(levels, unknowns, strict=True)}
        zero, tight = tuple(f.subs(to_logs) for f in zero), [f.subs(to_logs) for f in tight]
    slopes = tuple(tuple(sympy.diff(f, x) for x in unknowns) for f in zero)
    return System(
        unknowns=unknowns, functions=zero, tight=tuple(tight), slopes=slopes, scale=scale, logarithmic=logarithmic
    )


def _solved_for_levels(functions: Sequence[sympy.Expr], levels: Sequence[sympy.Symbol]) -> list[sympy.Expr]:
    """Return the combinations in which each level stands alone beside the other terms, if there are such."""
    terms = [[term.as_coeff_Mul() for term in sympy.Add.make_args(sympy.expand(f))] for f in functions]
    A: Expression = sympy.Matrix([[sum(c for c, rest in row if rest == x) for x in levels] for row in terms])
    if not A.is_diagonal() and all(a.is_Rational for a in A) and A.det() != 0:
        return [sympy.expand(f) for f in A.inv() * sympy.Matrix(functions)]
    return []


def _tight(e: Expression) -> Expression:
    """Write x/(a + h x) as 1/(a/x + h), so that x occurs once."""
    if e.is_Mul:
        for x in e.args:
            for whole in e.args:
                if x.is_Symbol and whole.is_Pow and whole.exp == -1 and whole.base.is_Add:
                    h, a = whole.base.coeff(x), whole.base.coeff(x, 0)
                    if h.is_number and not a.has(x) and sympy.expand(whole.base - h * x - a) == 0:
                        rest = e / x / whole
                        return _tight(rest) / (_tight(a) / x + h)
    return e.func(*map(_tight, e.args)) if e.args else e


def search(s: System, largest: float) -> Search:
    """Find every zero; `largest` is where to stop, in units of the scale, if no bound for all zeros can be proved."""
    k = len(s.unknowns)
    with np.errstate(all="ignore"):
        box, proved = _bounds(s, np.array([[-np.inf if s.logarithmic else 0.0, np.inf]] * k), largest)
        if not proved:
            ends = np.outer(s.scale, [1 / largest if s.logarithmic else 0.0, largest])
            ends = np.log(ends) if s.logarithmic else ends
            box, inside = ends, box
            start = np.stack([np.maximum(inside[:, 0], ends[:, 0]), np.minimum(inside[:, 1], ends[:, 1])], axis=-1)
        start, _ = _bounds(s, box if proved else start, largest)
        empty = (start[:, 0] >= start[:, 1]).any()
        found, undecided, finished = _searched(s, start[None][:0] if empty else start[None])
    told = (np.array(boxes).reshape(-1, k, 2) for boxes in (_different(found), _joined(undecided)))
    roots, left = (_levels(s, boxes) for boxes in told)
    return Search(roots=roots, undecided=left, box=_levels(s, box), proved=proved, finished=finished)


def _levels(s: System, box: Floats) -> Floats:
    """Return boxes of unknowns as boxes of levels."""
    if not s.logarithmic:
        return box
    low, high = outward(np.exp(box[..., 0]), np.exp(box[..., 1]), 8)
    return np.stack([np.maximum(low, 0), high], axis=-1)


def _pairs(box: Floats) -> list[Pair]:
    return [(box[:, k, 0], box[:, k, 1]) for k in range(box.shape[1])]


def _values(expressions: Sequence[sympy.Expr], s: System, x: Sequence[Pair]) -> list[Pair]:
    known: dict[sympy.Expr, Pair] = {}
    at = dict(zip(s.unknowns, x, strict=True))
    shape = x[0][0].shape
    return [tuple(np.broadcast_to(end, shape) for end in enclosed(e, at, known)) for e in expressions]  # type: ignore[misc]


def _possible(s: System, box: Floats) -> Truths:
    """Whether each box may hold a zero, by the range of each function."""
    kept = np.ones(len(box), bool)
    for low, high in _values(s.tight, s, _pairs(box)):
        kept &= (low <= 0) & (high >= 0)
    return kept


def _bounds(s: System, box: Floats, largest: float) -> tuple[Floats, bool]:
    """Cut from a box the outer parts that hold no zero (all of it: low is not below high), and say if it is finite."""
    sizes = np.concatenate([2.0 ** np.arange(-20, 40), 10.0 ** np.arange(15, 101, 5)])
    sizes = sizes[sizes <= largest]
    box = box.copy()
    for _ in range(8):
        before = box.copy()
        for j, scale in enumerate(s.scale):
            steps = np.log(scale * np.concatenate([1 / sizes[::-1], sizes])) if s.logarithmic else scale * sizes
            at = steps[(steps > box[j, 0]) & (steps < box[j, 1])]
            above = np.repeat(box[None], len(at), axis=0)
            below = above.copy()
            above[:, j, 0], below[:, j, 1] = at, at
            if len(at):
                box[j, 0] = at[~_possible(s, below)].max(initial=box[j, 0])
                box[j, 1] = at[~_possible(s, above)].min(initial=box[j, 1])
        if (box[:, 0] >= box[:, 1]).any() or (before == box).all():
            break
    return box, bool(np.isfinite(box).all() or (box[:, 0] >= box[:, 1]).any())


def _searched(s: System, boxes: Floats) -> tuple[list[Floats], list[Floats], bool]:
    found: list[Floats] = []
    undecided: list[Floats] = []
    length = sum(sympy.count_ops(f) for f in (*s.functions, *s.tight, *(f for row in s.slopes for f in row)))
    left_over = MOST_BOXES * _ORDINARY // max(int(length), _ORDINARY)
    while len(boxes):
        batch, boxes = boxes[-_BATCH:], boxes[:-_BATCH]
        left_over -= len(batch)
        if left_over < 0:
            return found, [*undecided, *batch, *boxes], False
        batch = batch[_possible(s, batch)]
        if not len(batch):
            continue
        smaller, unique = _krawczyk(s, batch)
        found.extend(refined(s, box) for box in smaller[unique])
        left = smaller[~unique & (smaller[:, :, 0] <= smaller[:, :, 1]).all(axis=1)]
        width = _width(s, left)
        tiny = width.max(axis=1, initial=0) < _SMALLEST
        undecided.extend(left[tiny])
        boxes = np.concatenate([boxes, _halves(s, left[~tiny], width[~tiny])])
    return found, undecided, True


def _width(s: System, box: Floats) -> Floats:
    widths: Floats = box[:, :, 1] - box[:, :, 0]
    return widths if s.logarithmic else widths / (0.1 * s.scale + box.mean(axis=2))


def _halves(s: System, box: Floats, width: Floats) -> Floats:
    """Cut each box across its widest side: in the geometric middle where it spans levels of several sizes."""
    if not len(box):
        return box
    rows, j = np.arange(len(box)), width.argmax(axis=1)
    low, high = box[rows, j, 0], box[rows, j, 1]
    cut = low + (high - low) / 2
    if not s.logarithmic:
        one = s.scale[j]
        cut = np.where((high > 4 * one) & (low < high / 16), np.sqrt(np.maximum(low, one) * high), cut)
    left, right = box.copy(), box.copy()
    left[rows, j, 1] = cut
    right[rows, j, 0] = cut
    return np.concatenate([left, right])


def _krawczyk(s: System, box: Floats, inflated: float = _INFLATED) -> tuple[Floats, Truths]:
    """Return each box cut down to where its zeros can be (empty: low above high), and whether exactly one is known.

    The test runs on a box a little larger, so that a zero on the common side of two boxes is proved all the same; of a
    box with exactly one zero its small enclosure is returned.
    """
    size, k = len(box), box.shape[1]
    middle = box.mean(axis=2)
    half = (box[:, :, 1] - box[:, :, 0]) * (0.5 + inflated)
    x = [(middle[:, j] - half[:, j], middle[:, j] + half[:, j]) for j in range(k)]
    J = [_values(row, s, x) for row in s.slopes]
    centre = [(middle[:, j], middle[:, j]) for j in range(k)]
    F = _values(s.functions, s, centre)
    Y, usable = _inverse(J, size)
    away = [subtract(side, c) for side, c in zip(x, centre, strict=True)]
    image = []
    for i in range(k):
        total = centre[i]
        for m in range(k):
            total = subtract(total, multiply((Y[:, i, m], Y[:, i, m]), F[m]))
        for j in range(k):
            rest: Pair = (np.full(size, float(i == j)),) * 2
            for m in range(k):
                rest = subtract(rest, multiply((Y[:, i, m], Y[:, i, m]), J[m][j]))
            total = add(total, multiply(rest, away[j]))
        image.append(total)
    K = np.stack([np.stack(side, axis=-1) for side in image], axis=1)
    X = np.stack([np.stack(side, axis=-1) for side in x], axis=1)
    known = usable & np.isfinite(K).all(axis=(1, 2))
    unique = known & (K[:, :, 0] > X[:, :, 0]).all(axis=1) & (K[:, :, 1] < X[:, :, 1]).all(axis=1)
    cut = np.stack([np.maximum(K[:, :, 0], box[:, :, 0]), np.minimum(K[:, :, 1], box[:, :, 1])], axis=-1)
    smaller = np.where(known[:, None, None], np.where(unique[:, None, None], K, cut), box)
    return smaller, unique


def _inverse(J: list[list[Pair]], size: int) -> tuple[Floats, Truths]:
    k = len(J)
    middle = np.empty((size, k, k))
    for i, row in enumerate(J):
        for j, (low, high) in enumerate(row):
            middle[:, i, j] = low / 2 + high / 2
    usable = np.isfinite(middle).all(axis=(1, 2))
    middle[~usable] = np.eye(k)
    flat = np.abs(np.linalg.det(middle)) < 1e-280
    usable &= ~flat
    middle[flat] = np.eye(k)
    Y = np.linalg.inv(middle)
    usable &= np.isfinite(Y).all(axis=(1, 2))
    return np.where(usable[:, None, None], Y, 0.0), usable


def refined(s: System, root: Floats) -> Floats:
    """Return the smallest enclosure of a root that repeated steps give."""
    with np.errstate(all="ignore"):
        box = root
        for _ in range(12):
            smaller, _ = _krawczyk(s, box[None], 0.0)
            if not np.isfinite(smaller).all() or (smaller[0][:, 0] > smaller[0][:, 1]).any():
                break
            box, before = smaller[0], box
            if (box == before).all():
                break
    return box


def _different(found: list[Floats]) -> list[Floats]:
    """Drop repetitions: two enclosures that overlap were proved in boxes of which each holds one zero only."""
    kept: list[Floats] = []
    for box in sorted(found, key=lambda box: float((box[:, 1] - box[:, 0]).max())):
        if not any(((box[:, 0] <= other[:, 1]) & (other[:, 0] <= box[:, 1])).all() for other in kept):
            kept.append(box)
    return kept


def _joined(boxes: list[Floats]) -> list[Floats]:
    """Join undecided boxes that touch; beyond the first few hundred, all the rest."""
    if len(boxes) > _MOST_JOINED:
        rest = np.stack(boxes[_MOST_JOINED:])
        boxes = [*boxes[:_MOST_JOINED], np.stack([rest[:, :, 0].min(axis=0), rest[:, :, 1].max(axis=0)], axis=-1)]
    groups: list[Floats] = []
    for box in boxes:
        apart = [g for g in groups if (box[:, 0] > g[:, 1]).any() or (g[:, 0] > box[:, 1]).any()]
        both = np.stack([box, *(g for g in groups if not any(g is other for other in apart))])
        groups = [*apart, np.stack([both[:, :, 0].min(axis=0), both[:, :, 1].max(axis=0)], axis=-1)]
    return groups
