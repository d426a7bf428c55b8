"""Does the symbiosis degree rise along the ladder? Raise the weaker effect: python scripts/claim_degree_rises.py.

For two logistic units the degrees are d12 (1 + d21)/(1 + d12) and d21 (1 + d12)/(1 + d21): for d12 > 0 both rise with
d21. But a weak even pair ranks below a strong uneven one: a mode is a shape, not a size.
"""

import argparse

import symbiode

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default="shenzhen-hongkong")
parser.add_argument("--strong", type=float, default=0.4, help="the stronger effect, of unit 2 on unit 1")
asked = parser.parse_args()

model = symbiode.load(asked.model)
first, second = (unit.name for unit in model.units)
pairs = [(asked.strong, round(asked.strong * k / 8, 6)) for k in range(-4, 9)]
pairs.append((asked.strong / 4, asked.strong / 4))  # even, but weak
print(f"{'d12':>6} {'d21':>6}  degree of 1 by 2  degree of 2 by 1  mode")
for a, b in pairs:
    changed = model.with_values({f"effects.{first}.{second}": a, f"effects.{second}.{first}": b})
    settled = symbiode.settle(changed)
    found = symbiode.indices(settled)
    told = f"{found.degree[0][1]:16.4f}  {found.degree[1][0]:16.4f}" if found.degree else found.why("degree")
    print(f"{a:6.3f} {b:6.3f}  {told}  {settled.mode.value if settled.mode else settled.outcome.value}")
print("illustrative values, not estimates" if model.illustrative else "")
