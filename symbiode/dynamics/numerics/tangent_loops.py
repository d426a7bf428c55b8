"""The method of `tangent` as one function with loops, for numba: growth per capita that is affine in the levels.

Comes in: nothing but numbers, at run time. Goes out: ``march``, compiled once for any number of units and derivatives,
and kept; the straight lines of `tangent` would take numba most of a minute for every structure. Sums of products go by
four columns at a time, whose totals the compiler holds in registers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from symbiode.dynamics.numerics.kept import kernel
from symbiode.dynamics.numerics.recurrences import Recurrence
from symbiode.dynamics.numerics.tangent import LOOSER

_TEXT = f"""
@njit(fastmath={{'contract'}}, error_model='numpy', nogil=True, cache=KEPT)
def march(
    lo, hi, n, R, order, first, numbers, limits, noise, grid, radius, slack, most, y, code, t_end, last, steps
):
 wide = 1 + (R + 2)//4*4
 X, Z = np.zeros((n, order + 1, wide)), np.zeros((n, order + 1, wide))
 s, b, g, size = np.zeros((n, R)), np.zeros((n, R)), np.zeros((n, R)), np.ones((n, R))
 c, largest, x, g2 = np.empty((n, n + 1, R)), np.ones(R), np.empty(R), np.empty(R)
 last_time, e0, e1 = len(grid) - 1, 1.0/order, 1.0/(order - 1)
 for i in range(lo, hi):
  base = i*len(grid)*n*R
  over = False
  for u in range(n):
   for r in range(R):
    s[u, r] = y[base + u*R + r] = first[(i*n + u)*R + r]
   over = over or s[u, 0] > limits[i*n + u]
   for q in range(n + 1):
    for r in range(R):
     c[u, q, r] = numbers[((i*n + u)*(n + 1) + q)*R + r]
  for r in range(1, R):
   largest[r] = noise[i*(R - 1) + r - 1]
  end, t, h, short, at, tried = grid[last_time], 0.0, 0.0, 1.0, 1, 0
  now, pending, landed, was, before = 1 if over else 0, False, last_time == 0, 1, 0.0
  while now == 0 and (pending or not landed):
   for u in range(n):
    for r in range(R):
     Z[u, 0, r] = s[u, r]
   for u in range(n):
    X[u, 0, 0] = a = np.exp(s[u, 0])
    for r in range(1, R):
     X[u, 0, r] = a*s[u, r]
   for m in range(order):
    for u in range(n):
     for r in range(R):
      a = c[u, n, r] if m == 0 else 0.0
      for q in range(n):
       a += c[u, q, 0]*X[q, m, r]
      Z[u, m + 1, r] = a
     for q in range(n):
      a = X[q, m, 0]
      for r in range(1, R):
       Z[u, m + 1, r] += c[u, q, r]*a
     for r in range(R):
      Z[u, m + 1, r] /= m + 1
    for u in range(n):
     a = 0.0
     for j in range(m + 1):
      a += X[u, m - j, 0]*Z[u, j + 1, 0]*(j + 1)
     X[u, m + 1, 0] = a/(m + 1)
     for r in range(1, wide, 4):
      a = d = v = w = 0.0
      for j in range(m + 2):
       p = X[u, m + 1 - j, 0]
       a += p*Z[u, j, r]
       d += p*Z[u, j, r + 1]
       v += p*Z[u, j, r + 2]
       w += p*Z[u, j, r + 3]
      X[u, m + 1, r], X[u, m + 1, r + 1], X[u, m + 1, r + 2], X[u, m + 1, r + 3] = a, d, v, w
   if pending:
    pending, good = False, True
    for u in range(n):
     for r in range(R):
      good = good and abs(Z[u, 1, r]*h - g[u, r]) <= slack*size[u, r] + 1e-13*abs(g[u, r])
    if not good:
     for u in range(n):
      for r in range(R):
       s[u, r] = b[u, r]
     t, at, short, landed, now = before, was, 0.5*short, False, 2 if tried >= most else 0
     continue
    short = 1.0
    for u in range(n):
     over = over or s[u, 0] > limits[i*n + u]
    now = 1 if over else (2 if tried >= most and not landed else 0)
    if landed or now > 0:
     continue
   left = end - t
   p = q = 0.0
   for u in range(n):
    a, d = abs(Z[u, order, 0]), abs(Z[u, order - 1, 0])
    p, q = a if a > p else p, d if d > q else q
   p, q = p**e0, q**e1
   p = p if p > q else q
   h = radius/p if p > 0.0 else left
   h = h if h < left else left
   v = w = 0.0
   for r in range(1, R):
    top = q = d = 0.0
    for u in range(n):
     a = abs(s[u, r])
     largest[r] = a if a > largest[r] else largest[r]
     a = abs(Z[u, 1, r])*h
     top = a if a > top else top
     a = abs(Z[u, order, r])
     q = a if a > q else q
     a = abs(Z[u, order - 1, r])
     d = a if a > d else d
    a = {LOOSER}*(largest[r] if largest[r] > top else top)
    v, w = q/a if q/a > v else v, d/a if d/a > w else w
    for u in range(n):
     size[u, r] = a
   v, w = v**e0, w**e1
   v = v if v > w else w
   p = p if p > v else v
   h = radius/p*short if p > 0.0 else left
   landed = not h < left
   h = left if landed else h
   later = end if landed else t + h
   if not later > t:
    now, landed = 2, False
    continue
   was, before = at, t
   while at <= last_time and grid[at] <= later:
    d = grid[at] - t
    place = base + at*n*R
    over = False
    for u in range(n):
     for r in range(R):
      x[r] = Z[u, order, r]
     for m in range(order - 1, -1, -1):
      for r in range(R):
       x[r] = x[r]*d + Z[u, m, r]
     for r in range(R):
      y[place + u*R + r] = x[r]
     over = over or x[0] > limits[i*n + u]
    if over:
     for j in range(n*R):
      y[place + j] = nan
    at += 1
   over = False
   for u in range(n):
    for r in range(R):
     x[r] = g2[r] = Z[u, order, r]
    for m in range(order - 1, 0, -1):
     for r in range(R):
      x[r] = x[r]*h + Z[u, m, r]
      g2[r] = g2[r]*h + x[r]
    for r in range(R):
     b[u, r], s[u, r], g[u, r] = s[u, r], x[r]*h + s[u, r], g2[r]*h
   t, pending, tried = later, True, tried + 1
  code[i], t_end[i], steps[i] = now, t, tried
  for u in range(n):
   for r in range(R):
    last[(i*n + u)*R + r] = s[u, r]
  for j in range(at*n*R, len(grid)*n*R):
   y[base + j] = nan
"""


@lru_cache(maxsize=1)
def march() -> Callable[..., None]:
    """Return the function: as that of `tangent.text_of_march`, with the counts of units, rows and the order.

    Its ``numbers`` (member, unit, unit + 1, row) are the slopes of each growth, and what of it stands alone.
    """
    return kernel(_TEXT, "march")


def affine(made: Recurrence) -> bool:
    """Whether growth per capita is a sum of levels times numbers, and a number."""
    return made.logs and all(node[0] == "level" for node in made.nodes)
