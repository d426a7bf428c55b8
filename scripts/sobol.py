"""Which coefficients decide a unit's gain: Sobol indices over their ranges. python scripts/sobol.py MODEL --at YEAR."""

import argparse

import symbiode

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default="shenzhen-hongkong")
parser.add_argument("--at", type=float, default=50, help="the time at which gains are taken")
parser.add_argument("--draws", type=int, default=1024, help="a power of two")
asked = parser.parse_args()

try:
    from SALib.analyze.sobol import analyze
    from SALib.sample.sobol import sample
except ImportError:
    raise SystemExit("This script draws and analyses with SALib: pip install SALib") from None

model = symbiode.load(asked.model)
chosen = [p for p in model.parameters if p.path[0] == "effects" or p.path[-1] in ("growth", "capacity")]
names, levels = [".".join(p.path) for p in chosen], [float(model.values[p.symbol]) for p in chosen]
ranges = [sorted((0.8 * level, 1.2 * level)) for level in levels]
problem = {"num_vars": len(names), "names": names, "bounds": ranges}
drawn = dict(zip(names, sample(problem, asked.draws, calc_second_order=False, seed=1).T, strict=True))
alone = {name: 0 * column if name.startswith("effects.") else column for name, column in drawn.items()}
together, apart = (symbiode.ensemble(model, values=v, times=[0, asked.at]).y[:, -1] for v in (drawn, alone))
for unit, gain in zip(model.units, (together / apart - 1).T, strict=True):
    found = analyze(problem, gain, calc_second_order=False, seed=1)
    for name, first, total in sorted(zip(names, found["S1"], found["ST"], strict=True), key=lambda row: -row[2]):
        print(f"{unit.name:12}  {name:32}  first order {first:6.3f}  total {total:6.3f}")
