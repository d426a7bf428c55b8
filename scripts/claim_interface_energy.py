"""Is the interface the source of energy? Open it from shut to wide: python scripts/claim_interface_energy.py MODEL.

For two logistic units whose effects c d12 and c d21 go through an interface of conductance c the symbiosis energy is
(c (K1 d12 + K2 d21) + c^2 d12 d21 (K1 + K2))/(1 - c^2 d12 d21): opening pays where K1 d12 + K2 d21 > 0.
"""

import argparse

import symbiode

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default="shenzhen-hongkong")
parser.add_argument("--out", default="claims.png")
asked = parser.parse_args()

model = symbiode.load(asked.model)
(claim,) = symbiode.claims(model, ["interface_energy"])
print(claim.summary())
for conductance, energy in zip(claim.at, dict(claim.curves).get("energy", ()), strict=True):
    print(f"conductance {conductance:.1f}  energy {'none' if energy is None else f'{energy:.4f}'}")
symbiode.plot("claims", symbiode.claims(model)).savefig(asked.out)
print(asked.out)
