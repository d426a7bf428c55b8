"""Draw which mode each pair of effects leads to: python scripts/mode_map.py MODEL --out FILE."""

import argparse

import symbiode

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default="shenzhen-hongkong")
parser.add_argument("--out", default="mode_map.png")
asked = parser.parse_args()

model = symbiode.load(asked.model)
print(symbiode.settle(model).summary())
symbiode.plot("mode_map", model).savefig(asked.out)
print(asked.out)
