"""Draw which mode two coefficients lead to: python scripts/mode_map.py MODEL --x KEY --y KEY --out FILE."""

import argparse

import symbiode

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default="shenzhen-hongkong")
parser.add_argument("--x", help="a coefficient, such as effects.shenzhen.hongkong or parameters.interface")
parser.add_argument("--y")
parser.add_argument("--out", default="mode_map.png")
asked = parser.parse_args()

found = symbiode.mode_map(symbiode.load(asked.model), asked.x, asked.y, cells=400)
print(found.summary())
symbiode.plot("mode_map", found, page=True).savefig(asked.out)
print(asked.out)
