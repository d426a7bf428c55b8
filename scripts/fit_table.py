"""Fit a model to its data and write the coefficients as a table: python scripts/fit_table.py MODEL --out FILE."""

import argparse

import symbiode
from symbiode.show import tables

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default="lotka-volterra")
parser.add_argument("--out", default="fit_table.csv")
asked = parser.parse_args()

fit = symbiode.fit(symbiode.load(asked.model))
print(fit.summary())
print(tables.write(fit, asked.out, force=True))
