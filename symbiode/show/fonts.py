"""Type and settings of every figure: one shipped font for Latin, Greek and Chinese, and no global state.

Comes in: a figure. Goes out: the same figure with fonts that cover its labels. Matplotlib is imported when a figure is
drawn, its settings are changed inside `style()` only, and pyplot is never used.
"""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symbiode.show.palette import INK

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FAMILY = "Symbiode Sans"
FILE = Path(__file__).parent / "fonts" / "SymbiodeSans.ttf"
MM = 1 / 25.4
COLUMN, PAGE = 85 * MM, 175 * MM
"""Widths of one and two journal columns, in inches."""
OWN = "symbiode figure"
"""The label of figures made by `plot`: their legends stand outside the axes."""

INSTALLED = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "PingFang SC",
    "Hiragino Sans GB", "Microsoft YaHei", "SimHei", "Droid Sans Fallback", "Noto Sans CJK JP", "Arial Unicode MS",
)  # fmt: skip
"""Fonts that fill in for characters outside the shipped font, where one is installed."""

SETTINGS: dict[str, Any] = {
    "font.size": 7.5,
    "axes.labelsize": 7.5,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.linewidth": 0.6,
    "axes.edgecolor": INK["axis"],
    "axes.labelcolor": INK["text"],
    "axes.unicode_minus": True,
    "axes.axisbelow": False,
    "text.color": INK["text"],
    "text.parse_math": False,
    "text.usetex": False,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.color": INK["axis"],
    "ytick.color": INK["axis"],
    "xtick.labelcolor": INK["text"],
    "ytick.labelcolor": INK["text"],
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "legend.columnspacing": 1.4,
    "legend.labelspacing": 0.35,
    "lines.linewidth": 1.2,
    "lines.solid_capstyle": "round",
    "lines.solid_joinstyle": "round",
    "hatch.linewidth": 0.35,
    "hatch.color": "#8A8A8A",
    "path.simplify": False,
    "figure.dpi": 200,
    "savefig.dpi": 200,
    "svg.fonttype": "path",
    "svg.hashsalt": "symbiode",
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "pdf.compression": 9,
}


@contextmanager
def style() -> Iterator[None]:
    """Apply the house settings on top of matplotlib's defaults; the caller's settings return afterwards.

    Examples
    --------
    >>> import matplotlib
    >>> before = matplotlib.rcParams["font.size"]
    >>> with style():
    ...     size = matplotlib.rcParams["font.size"]
    >>> size, matplotlib.rcParams["font.size"] == before
    (7.5, True)
    """
    import matplotlib

    _register()
    private = ("backend", "interactive", "toolbar", "webagg", "tk.", "macosx", "timezone", "date.epoch")
    settings: dict[Any, Any] = {k: v for k, v in matplotlib.rcParamsDefault.items() if not k.startswith(private)}
    settings |= SETTINGS | {"font.family": [FAMILY, "DejaVu Sans"]}
    with matplotlib.rc_context(settings):
        yield


def finish(figure: Figure) -> None:
    """Give every text of a figure fonts that cover it.

    Characters outside the shipped font are drawn with an installed Chinese font if there is one; what is left is shown
    as □ and named in one warning. Control characters become spaces.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Its texts are changed in place.
    """
    from matplotlib.text import Text

    texts = [text for text in figure.findobj(Text) if isinstance(text, Text) and text.get_text()]
    for text in texts:
        text.set_text(_one_line(text.get_text()))
    missing = uncovered(text.get_text() for text in texts)
    if not missing:
        return
    family, left = _installed_for(missing)
    for text in texts:
        text.set_fontfamily([FAMILY, "DejaVu Sans", *family])
        text.set_text("".join("□" if c in left else c for c in text.get_text()))
    if left:
        warnings.warn(
            f"no installed font has {', '.join(f'{c} (U+{ord(c):04X})' for c in sorted(left))}; shown as □; "
            "install a Chinese font such as fonts-noto-cjk",
            stacklevel=3,
        )


def lay_out(figure: Figure) -> None:
    """Give the axes of a figure their places, if it has a layout engine, without drawing it."""
    engine = figure.get_layout_engine()
    alone = figure.get_label() == OWN and [axes.get_box_aspect() for axes in figure.axes] == [1]
    if engine is not None and alone:
        _square(figure, figure.axes[0], float(engine.get()["h_pad"]))
    elif engine is not None:
        engine.execute(figure)
    for axes in figure.axes:
        axes.apply_aspect()


def _square(figure: Any, axes: Any, pad: float) -> None:
    """Let square axes fill the width above a legend, and the figure be as high as they need.

    The room around the axes hardly depends on their size, so that two measurings do; the general engine, which
    measures ten times, would leave a figure of a given height half empty.
    """
    width, renderer = figure.get_figwidth(), figure.canvas.get_renderer()
    legends = sum(legend.get_tightbbox(renderer).height / figure.dpi + 2 * pad for legend in figure.legends)
    axes.set_position((0.13, 0.2, 0.84, 0.84 * width / figure.get_figheight()))
    for _ in range(2):
        axes.apply_aspect()
        inner, outer = axes.get_window_extent(renderer), axes.get_tightbbox(renderer, for_layout_only=True)
        left, low, right, high = (
            pad + max(room, 0.0) / figure.dpi
            for room in (inner.x0 - outer.x0, inner.y0 - outer.y0, outer.x1 - inner.x1, outer.y1 - inner.y1)
        )
        low, side = low + legends, width - left - right
        height = low + side + high
        figure.set_figheight(height)
        axes.set_position((left / width, low / height, side / width, side / height))
    axes.apply_aspect()


def uncovered(texts: Iterable[str]) -> frozenset[str]:
    """Return the characters that neither the shipped font nor matplotlib's own has.

    Examples
    --------
    >>> sorted(uncovered(["深圳 d₁₂ Hong Kong"]))
    []
    """
    return frozenset(c for text in texts for c in text if ord(c) not in _shipped() and not c.isspace())


def _one_line(text: str) -> str:
    return "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") else " " for c in text)


def _installed_for(characters: frozenset[str]) -> tuple[list[str], frozenset[str]]:
    """Return the installed families that add characters, and what no family has."""
    from matplotlib import font_manager

    files = {entry.name: entry.fname for entry in font_manager.fontManager.ttflist}
    chosen, left = [], characters
    for name in INSTALLED:
        found = {c for c in left if name in files and ord(c) in _characters(files[name])}
        if found:
            chosen.append(name)
            left = left - found
    return chosen, left


@cache
def _characters(path: str) -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(path).get_charmap())


@cache
def _shipped() -> frozenset[int]:
    from matplotlib import font_manager

    own = font_manager.findfont("DejaVu Sans", rebuild_if_missing=False)
    return _characters(str(FILE)) | _characters(own)


@cache
def _register() -> None:
    from matplotlib import font_manager

    font_manager.fontManager.addfont(str(FILE))
