"""One palette for modes, one for units: plain data, used by figures, report and pages alike.

Comes in: nothing. Goes out: dictionaries of strings and numbers that `json.dumps` takes. The hues are those of Okabe
and Ito, their lightness moved so that all modes differ in greyscale too; an outcome that is no mode has a hatch.

References
----------
Okabe, M. and Ito, K. (2008), Color Universal Design, https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

Colour = str

MODES: dict[str, dict[str, Colour]] = {
    "parasitism": {"colour": "#D96A1C", "fill": "#EFB793"},
    "commensalism": {"colour": "#B8A800", "fill": "#F8F3A8"},
    "asymmetric_mutualism": {"colour": "#3C9DD0", "fill": "#B3DDF6"},
    "symmetric_mutualism": {"colour": "#005F96", "fill": "#63A2CA"},
    "neutralism": {"colour": "#303030", "fill": "#7A7A7A"},
    "amensalism": {"colour": "#A56B90", "fill": "#CFA6BD"},
    "competition": {"colour": "#6B2C55", "fill": "#AD7F9F"},
}
"""Per mode a strong colour for lines and marks, and a quiet one for areas that carry text."""

OUTCOMES: dict[str, dict[str, str]] = {
    "coexistence": {"colour": "#009E73", "fill": "#CFE9DF", "hatch": ""},
    "exclusion": {"colour": "#6E6E6E", "fill": "#F1F1F1", "hatch": "///"},
    "extinction": {"colour": "#000000", "fill": "#C9C9C9", "hatch": "xxx"},
    "cycle": {"colour": "#00785A", "fill": "#DDF0E9", "hatch": "ooo"},
    "neutral_orbits": {"colour": "#00785A", "fill": "#EAF5F1", "hatch": "OO"},
    "heteroclinic": {"colour": "#5A5A5A", "fill": "#E9E9E9", "hatch": "oo."},
    "chaotic": {"colour": "#5A5A5A", "fill": "#E4E4E4", "hatch": "**"},
    "continuum": {"colour": "#404040", "fill": "#DADADA", "hatch": "---"},
    "unbounded": {"colour": "#8C6D00", "fill": "#FFFBE0", "hatch": "|||"},
    "blow_up": {"colour": "#8C6D00", "fill": "#FFF8D6", "hatch": "..."},
    "depends_on_start": {"colour": "#4D4D4D", "fill": "#E2E2E2", "hatch": "\\\\\\"},
    "undecided": {"colour": "#808080", "fill": "#FFFFFF", "hatch": "+++"},
}
"""Outcomes that are no mode: pale and hatched, so that print and colour-blind readers tell them from modes."""

UNITS: tuple[dict[str, str], ...] = (
    {"colour": "#00548A", "dash": "-", "marker": "o"},
    {"colour": "#D55E00", "dash": "--", "marker": "s"},
    {"colour": "#009E73", "dash": "-.", "marker": "^"},
    {"colour": "#A04F7C", "dash": ":", "marker": "D"},
    {"colour": "#E69F00", "dash": "-", "marker": "v"},
    {"colour": "#56B4E9", "dash": "--", "marker": "P"},
    {"colour": "#5A5A5A", "dash": "-.", "marker": "X"},
    {"colour": "#B8A800", "dash": ":", "marker": "h"},
)
"""Per unit a colour, a dash and a marker: any one of them is enough to tell two neighbours apart."""

STABILITIES: dict[str, dict[str, str]] = {
    "stable_node": {"colour": "#009E73", "face": "#009E73", "marker": "o"},
    "stable_focus": {"colour": "#009E73", "face": "#009E73", "marker": "p"},
    "unstable_node": {"colour": "#D55E00", "face": "#FFFFFF", "marker": "o"},
    "unstable_focus": {"colour": "#D55E00", "face": "#FFFFFF", "marker": "p"},
    "saddle": {"colour": "#000000", "face": "#F0E442", "marker": "D"},
    "centre": {"colour": "#0072B2", "face": "#FFFFFF", "marker": "8"},
    "degenerate": {"colour": "#000000", "face": "#BBBBBB", "marker": "^"},
}
"""Equilibria: full and green attract, hollow and vermillion repel, diamonds are saddles."""

INK = {
    "text": "#1A1A1A",
    "axis": "#4A4A4A",
    "flow": "#9AA3AB",
    "trajectory": "#56646F",
    "separatrix": "#000000",
    "data": "#1A1A1A",
    "border": "#2B2B2B",
    "threshold": "#7A7A7A",
    "paper": "#FFFFFF",
}
"""Everything that is neither mode nor unit."""


def unit(index: int) -> dict[str, str]:
    """Return colour, dash and marker of the unit at a position; beyond the palette a colour comes with other dashes.

    Examples
    --------
    >>> unit(0)["colour"] != unit(1)["colour"], unit(0)["colour"] == unit(8)["colour"], unit(0) == unit(8)
    (True, True, False)
    """
    look, other = UNITS[index % len(UNITS)], UNITS[(index + index // len(UNITS)) % len(UNITS)]
    return look if other is look else {**other, "colour": look["colour"]}


def lightness(colour: Colour) -> float:
    """Return the CIE lightness L* (0 black to 100 white) of an ``#RRGGBB`` colour: what is left of it in greyscale.

    References
    ----------
    IEC 61966-2-1 (sRGB); CIE 15:2004, equation 8.6.

    Examples
    --------
    >>> round(lightness("#FFFFFF")), round(lightness("#000000"))
    (100, 0)
    """
    channels = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16 if y > (6 / 29) ** 3 else y * (29 / 3) ** 3
