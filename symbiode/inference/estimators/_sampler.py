"""Hamiltonian Monte Carlo on many chains of many problems at once, one row each.

Comes in: a log density with gradient, batched over rows. Goes out: draws. Each problem has a step size and a mass
matrix of its own, learnt from all its chains while warming up and fixed afterwards; the number of steps is random, so
that no path length resonates with the density. A point where the density cannot be computed has none: it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from symbiode.inference.estimators import Array, Ints

Target = Callable[[Array, Ints], tuple[Array, Array]]
Density = Callable[[Array], tuple[Array, Array]]

ACCEPT, _FIRST_STEP, _LONGEST, _PATH = 0.9, 0.4, 24, 2.4
_WINDOWS = (0.15, 0.35, 0.6, 0.85)


@dataclass(kw_only=True, eq=False)
class Chains:
    """Where the chains of a run are; lives for one run.

    Parameters
    ----------
    x, gradient : array (problem, chain, quantity)
    density : array (problem, chain)
    root : array (problem, quantity, quantity)
        Lower triangular root of the covariance that momenta are scaled by.
    step : array (problem,)
    accepted, refused : array (problem,)
        Mean acceptance probability and share of proposals without a density, over the last `run`.
    """

    x: Array
    gradient: Array
    density: Array
    root: Array
    step: Array
    accepted: Array
    refused: Array


def begin(target: Target, centre: Array, root: Array, chains: int, rng: np.random.Generator) -> Chains:
    """Return chains scattered around a centre by its covariance, nearer where the density ends.

    Parameters
    ----------
    target : callable
        Takes points ``(row, quantity)`` and the number of the problem of each; returns log densities ``(row,)``, minus
        infinity where there is none, and gradients ``(row, quantity)``.
    centre : array (problem, chain, quantity) or (problem, 1, quantity)
    root : array (problem, quantity, quantity)
    chains : int
        Of each problem.
    rng : Generator
    """
    problems, _, size = centre.shape
    centre = np.broadcast_to(centre, (problems, chains, size))
    away = np.einsum("gij,gcj->gci", root, rng.standard_normal((problems, chains, size)))
    group = np.repeat(np.arange(problems), chains)
    x = centre + away
    density, gradient = target(x.reshape(-1, size), group)
    for _ in range(30):
        out = ~np.isfinite(density)
        if not out.any():
            break
        away.reshape(-1, size)[out] /= 2
        x = centre + away
        density[out], gradient[out] = target(x.reshape(-1, size)[out], group[out])
    return Chains(
        x=x, gradient=gradient.reshape(x.shape), density=density.reshape(x.shape[:2]), root=root.copy(),
        step=np.full(problems, _FIRST_STEP), accepted=np.zeros(problems), refused=np.zeros(problems),
    )  # fmt: skip


def warm_up(target: Target, at: Chains, iterations: int, rng: np.random.Generator) -> None:
    """Learn step size and covariance of every problem; what is drawn meanwhile is thrown away."""
    ends = [round(part * iterations) for part in _WINDOWS]
    seen: list[Array] = []
    since = 0
    for k in range(iterations):
        probability, _ = _move(target, at, rng)
        since += 1
        at.step = np.clip(at.step * np.exp((probability - ACCEPT) / np.sqrt(since)), 1e-4, 2.0)
        seen.append(at.x)
        if k + 1 in ends:
            at.root = _learnt(np.stack(seen, axis=2), at.root)
            seen, since = [], 0


def run(target: Target, at: Chains, count: int, rng: np.random.Generator) -> Array:
    """Return draws of shape (problem, chain, draw, quantity); the chains are left where they came to.

    References
    ----------
    Neal (2011), in Handbook of Markov Chain Monte Carlo, chapter 5 (sections 5.3 and 5.4.2).
    """
    found = np.empty((*at.x.shape[:2], count, at.x.shape[2]))
    at.accepted, at.refused = np.zeros_like(at.step), np.zeros_like(at.step)
    for k in range(count):
        probability, refused = _move(target, at, rng)
        at.accepted += probability / count
        at.refused += refused / count
        found[:, :, k] = at.x
    return found


def _move(target: Target, at: Chains, rng: np.random.Generator) -> tuple[Array, Array]:
    """Make one proposal in every chain; return acceptance and refusals per problem."""
    problems, chains, size = at.x.shape
    group = np.repeat(np.arange(problems), chains)
    step = (at.step * rng.uniform(0.8, 1.2, problems))[group]
    lengths = np.clip(np.rint(rng.uniform(0.5, 1.5, problems) * _PATH / at.step), 1, _LONGEST).astype(int)[group]
    momentum = rng.standard_normal((len(group), size))
    x, gradient = at.x.reshape(-1, size).copy(), at.gradient.reshape(-1, size).copy()
    density = at.density.reshape(-1).copy()
    energy = density - (momentum**2).sum(axis=1) / 2
    for n in range(int(lengths.max())):
        rows = np.flatnonzero((n < lengths) & np.isfinite(density))
        if not len(rows):
            break
        root = at.root[group[rows]]
        half = step[rows, None] / 2
        momentum[rows] += half * np.einsum("rji,rj->ri", root, gradient[rows])
        x[rows] += 2 * half * np.einsum("rij,rj->ri", root, momentum[rows])
        density[rows], gradient[rows] = target(x[rows], group[rows])
        momentum[rows] += half * np.einsum("rji,rj->ri", root, gradient[rows])
    with np.errstate(invalid="ignore", over="ignore"):
        change = density - (momentum**2).sum(axis=1) / 2 - energy
        probability = np.where(np.isfinite(density), np.exp(np.minimum(change, 0.0)), 0.0)
    probability = np.nan_to_num(probability)
    taken = rng.uniform(size=len(group)) < probability
    at.x = np.where(taken[:, None], x, at.x.reshape(-1, size)).reshape(at.x.shape)
    at.gradient = np.where(taken[:, None], gradient, at.gradient.reshape(-1, size)).reshape(at.x.shape)
    at.density = np.where(taken, density, at.density.reshape(-1)).reshape(problems, chains)
    refused = ~np.isfinite(density)
    return probability.reshape(problems, -1).mean(axis=1), refused.reshape(problems, -1).mean(axis=1)


def _learnt(seen: Array, root: Array) -> Array:
    """Return the root of the covariance of draws, drawn a little towards the one before."""
    problems, chains, draws, size = seen.shape
    flat = seen.reshape(problems, chains * draws, size)
    flat = flat - flat.mean(axis=1, keepdims=True)
    weight = flat.shape[1] / (flat.shape[1] + 10.0 * size)
    before = root @ root.transpose(0, 2, 1)
    found = weight * np.einsum("gni,gnj->gij", flat, flat) / flat.shape[1] + (1 - weight) * before
    return np.linalg.cholesky(found)
