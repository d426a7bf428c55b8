"""Draw the phase portrait of a model: python scripts/phase_portrait.py MODEL --out FILE."""

import argparse

import symbiode

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default="shenzhen-hongkong")
parser.add_argument("--out", default="phase_portrait.png")
asked = parser.parse_args()

model = symbiode.load(asked.model)
symbiode.plot("phase_portrait", model).savefig(asked.out)
print(asked.out)
