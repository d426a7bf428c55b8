"""Is symmetric mutualism the most stable? Share one sum of effects in other ways: python scripts/claim_most_stable.py.

For two logistic units at fixed d12 + d21 the total gain (d12 + d21 + 2 d12 d21)/(1 - d12 d21) is largest at d12 = d21;
the margin to runaway 1 - d12 d21 is smallest there; with equal growth r the slowest eigenvalue is -r for every split.
"""

import argparse

import symbiode

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default="shenzhen-hongkong")
parser.add_argument("--sum", type=float, default=0.8)
asked = parser.parse_args()

model = symbiode.load(asked.model)
first, second = (unit.name for unit in model.units)
print(f"{'d12':>6} {'d21':>6}  total gain  1 - d12*d21  slowest return  mode")
for tenth in range(11):
    a, b = round(asked.sum * tenth / 10, 6), round(asked.sum * (10 - tenth) / 10, 6)
    changed = model.with_values({f"effects.{first}.{second}": a, f"effects.{second}.{first}": b})
    settled = symbiode.settle(changed)
    if settled.mode is None or settled.gains is None:
        print(f"{a:6.3f} {b:6.3f}  {settled.outcome.value}")
        continue
    rest = next(e for e in symbiode.equilibria(changed).equilibria if len(e.support) == 2)
    slowest = -max(value.real for value in rest.eigenvalues)
    print(f"{a:6.3f} {b:6.3f}  {sum(settled.gains):10.4f}  {1 - a * b:11.4f}  {slowest:14.4f}  {settled.mode.value}")
print("illustrative values, not estimates" if model.illustrative else "")
