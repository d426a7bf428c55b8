"""Draw the pictures of the README: python scripts/gallery.py --out FOLDER."""

import argparse
from pathlib import Path

import symbiode

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--out", default="docs/pictures", type=Path)
folder = parser.parse_args().out
folder.mkdir(parents=True, exist_ok=True)

PICTURES = {
    "framework": ("framework", "actors"),
    "phase_portrait": ("phase_portrait", "shenzhen-hongkong"),
    "mode_map": ("mode_map", "shenzhen-hongkong"),
    "fold": ("branches", "saturating-mutualism"),
    "basins": ("basins", "rabbits-sheep"),
    "cycle": ("branches", "everlasting-oscillation"),
}
for name, (kind, model) in PICTURES.items():
    symbiode.plot(kind, symbiode.load(model)).savefig(folder / f"{name}.png", dpi=200)
    print(folder / f"{name}.png")
