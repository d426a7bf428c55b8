"""Draw the path of modes along a scenario: python scripts/scenario.py MODEL CARD --until T --out FILE."""

import argparse

import symbiode

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default="shenzhen-hongkong")
parser.add_argument("card", nargs="?", default="history", help="a scenario card, or the name of a shipped one")
parser.add_argument("--until", type=float, help="the last time")
parser.add_argument("--lang", choices=["en", "zh"], default="en")
parser.add_argument("--out", default="ladder.png")
asked = parser.parse_args()

model = symbiode.load(asked.model)
path = symbiode.mode_path(model, symbiode.load_scenario(asked.card, model), until=asked.until)
print(path.summary(asked.lang))
symbiode.plot("ladder", path, lang=asked.lang).savefig(asked.out)
print(asked.out)
