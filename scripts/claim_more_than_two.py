"""Is 1 + 1 > 2, and for which modes? The symbiosis energy over both effects: python scripts/claim_more_than_two.py.

For two logistic units that settle together it is positive if and only if K1 d12 (1 + d21) + K2 d21 (1 + d12) > 0: in
every mutualism and commensalism, and in parasitism (d12 > 0 > d21) as long as d21 > -K1 d12/(K2 + (K1 + K2) d12).
"""

import argparse
from collections import Counter

import symbiode

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default="shenzhen-hongkong")
asked = parser.parse_args()

model = symbiode.load(asked.model)
first, second = (unit.name for unit in model.units)
more, every = Counter(), Counter()
for a in range(-8, 9):
    for b in range(-8, 9):
        changed = {f"effects.{first}.{second}": a / 10, f"effects.{second}.{first}": b / 10}
        settled = symbiode.settle(model.with_values(changed))
        if settled.mode is not None:
            every[settled.mode] += 1
            more[settled.mode] += symbiode.indices(settled).energy > 0
for mode in symbiode.Mode:
    print(f"{mode.value:22} energy is positive in {more[mode]:3} of {every[mode]:3} cases")
print("illustrative values, not estimates" if model.illustrative else "")
