"""Draw all equilibria along one coefficient: python scripts/follow.py MODEL --along KEY --from X --to Y --out FILE."""

import argparse

import symbiode

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default="shenzhen-hongkong")
parser.add_argument("--along", help="the coefficient, such as effects.shenzhen.hongkong")
parser.add_argument("--from", dest="low", help="where the interval begins")
parser.add_argument("--to", dest="high", help="where it ends")
parser.add_argument("--out", default="branches.png")
asked = parser.parse_args()

found = symbiode.follow(symbiode.load(asked.model), asked.along, (asked.low, asked.high))
print(found.summary())
symbiode.plot("branches", found).savefig(asked.out)
print(asked.out)
