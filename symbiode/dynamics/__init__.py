"""Where does it go? Equilibria with their conditions, trajectories with their errors, and the mode a system settles in.

Comes in: a `Model`. Goes out: `equilibria`, `simulate`, `ensemble`, `settle`; exact arithmetic and theorems first.
"""
