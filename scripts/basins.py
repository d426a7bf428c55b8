"""Draw where the starts of a model settle: python scripts/basins.py MODEL --draws 2000 --out FILE."""

import argparse

import symbiode

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default="rabbits-sheep")
parser.add_argument("--draws", type=int, default=2000)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--out", default="basins.png")
asked = parser.parse_args()

found = symbiode.basins(symbiode.load(asked.model), draws=asked.draws, seed=asked.seed)
print(found.summary())
symbiode.plot("basins", found).savefig(asked.out)
print(asked.out)
