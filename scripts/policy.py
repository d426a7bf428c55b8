"""Find the least change that reaches a target mode: python scripts/policy.py MODEL --lever KEY --out FILE."""

import argparse

import symbiode
from symbiode.policy.effort import worth

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default="shenzhen-hongkong")
parser.add_argument("--target", default="symmetric_mutualism")
parser.add_argument("--lever", action="append", help="a value, such as effects.shenzhen.hongkong; repeatable")
parser.add_argument("--out", default="policy.png")
asked = parser.parse_args()

levers = asked.lever or ["effects.shenzhen.hongkong", "effects.hongkong.shenzhen"]
found = symbiode.plan(symbiode.load(asked.model), asked.target, levers=levers)
print(found.summary())
for lever in worth(found):
    print(lever.name, "alone:", lever.alone, "without it:", lever.without)
symbiode.plot("policy", found).savefig(asked.out)
print(asked.out)
