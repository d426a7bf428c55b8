"""Figures, one per file; this docstring is the contract for a new one.

A file `symbiode/show/plots/NAME.py` offers `size`, `compute` and `draw` and is then known as ``plot("NAME", …)``, to
the command line and to the report. `compute` takes a model or a result and returns a frozen result with numbers and no
artists; `draw` puts it on axes and returns the artists by name. The shortest valid example::

    '''Levels over time as points.'''
    def size(result): return COLUMN, COLUMN  # inches

    def compute(model_or_result): return subject(model_or_result)

    def draw(ax, result, *, lang="en"):
        ax.set_xlabel(say("figure_year", lang))
        ax.set_ylabel(axis_label(result.model, 0, lang))
        return {"data": ax.plot(result.t, result.y[:, 0], "o")}

Colours come from `symbiode.show.palette`, words from `symbiode.words`; pyplot is never used.
"""

from __future__ import annotations

import hashlib
import inspect
import io
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symbiode import discover
from symbiode.errors import InvalidValueError, UnknownNameError
from symbiode.files import write_bytes
from symbiode.show import fonts
from symbiode.words import LANGUAGES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SUFFIXES = (".svg", ".png", ".pdf")


def kinds() -> tuple[str, ...]:
    """Return the kinds of figures there are, sorted.

    Examples
    --------
    >>> "phase_portrait" in kinds()
    True
    """
    return discover.names(sys.modules[__name__])


def plot(
    kind: str, model_or_result: object, *, ax: Axes | None = None, lang: str = "en", **options: object
) -> Figure:
    """Draw a figure.

    Parameters
    ----------
    kind : str
        A file of `symbiode/show/plots`: ``phase_portrait``, ``mode_map``, ``series``, ``profiles``, …
    model_or_result : Model or result
        What it is about; a `Fit` brings its observations along.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; by default a new figure at journal width.
    lang : "en" or "zh"
        The language of labels.
    **options
        Passed to the `compute` of this kind.

    Returns
    -------
    matplotlib.figure.Figure
        With an Agg canvas, independent of pyplot; `write` saves it.

    Raises
    ------
    UnknownNameError
        If there is no such kind or option; the error lists the choices.
    InvalidValueError
        If the language is not one of ours.
    RefusedError
        If the figure has no meaning for this model.

    Examples
    --------
    >>> import symbiode
    >>> figure = plot("phase_portrait", symbiode.load("shenzhen-hongkong"))
    >>> len(figure.axes)
    1
    """
    if lang not in LANGUAGES:
        raise InvalidValueError("lang", lang, " or ".join(LANGUAGES))
    module: Any = discover.module(sys.modules[__name__], kind, "figure")
    known = list(inspect.signature(module.compute).parameters)[1:]
    for name in options:
        if name not in known:
            raise UnknownNameError(f"option of {kind}", name, known)
    result = module.compute(model_or_result, **options)
    with fonts.style():
        axes = _axes(module.size(result)) if ax is None else ax
        module.draw(axes, result, lang=lang)
        figure: Figure = axes.get_figure(root=True)  # type: ignore[assignment]
        fonts.finish(figure)
        if ax is None:  # the layout is found once: drawing a figure twice gives the same bytes
            fonts.lay_out(figure)
            figure.set_layout_engine(None)
    return figure


def _axes(size: tuple[float, float]) -> Axes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained", label=fonts.OWN)
    FigureCanvasAgg(figure)
    return figure.add_subplot()


def write(figure: Figure, path: Path | str, *, about: Mapping[str, object] | None = None, force: bool = False) -> Path:
    """Write a figure as SVG, PNG (200 dpi) or PDF, by suffix; the same figure gives the same bytes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    path : path
        Ends in ``.svg``, ``.png`` or ``.pdf``.
    about : mapping, optional
        Where it comes from (versions, seed, hashes of inputs); written into the file's own description as JSON.
    force : bool
        Whether an earlier file may be replaced.

    Returns
    -------
    Path

    Raises
    ------
    InvalidValueError
        If the suffix is another one.
    OutputExistsError, OutputError, OutputLockedError
        See `symbiode.files.write_bytes`.
    """
    target = Path(path)
    if target.suffix.lower() not in SUFFIXES:
        raise InvalidValueError("path", str(path), f"a name that ends in {', '.join(SUFFIXES)}")
    return write_bytes(target, drawn(figure, target.suffix.lower(), about=about), force=force)


def drawn(figure: Figure, suffix: str, *, about: Mapping[str, object] | None = None) -> bytes:
    """Return a figure as the bytes of an SVG, PNG or PDF file; see `write`."""
    told = json.dumps(about, sort_keys=True, default=str) if about else None
    described = {"svg": "Description", "png": "Description", "pdf": "Subject"}
    kind = suffix.removeprefix(".")
    metadata: dict[str, str | None] = {"Creator": "symbiode"} if kind != "png" else {"Software": "symbiode"}
    dates: dict[str, dict[str, str | None]] = {
        "svg": {"Date": None}, "pdf": {"CreationDate": None, "Producer": "symbiode"}, "png": {}
    }  # fmt: skip
    metadata |= dates[kind]
    if told:
        metadata[described[kind]] = told
    stream = io.BytesIO()
    with fonts.style():
        packed: dict[str, Any] = {"pil_kwargs": {"compress_level": 1}} if kind == "png" else {}  # smaller than 6, too
        figure.savefig(stream, format=kind, metadata=metadata, **packed)
    return _renamed(stream.getvalue()) if kind == "svg" else stream.getvalue()


_NAME = re.compile(rb'(?:(?<=id=")|(?<=url\(#)|(?<=href="#))(?:C[0-9a-f]+_[0-9a-f]+_|[a-z])[0-9a-f]{10}(?=[")])')


def _renamed(svg: bytes) -> bytes:
    """Name the parts of a drawing after what is printed: the layout's last digits differ from run to run."""
    places: dict[bytes, int] = {}
    numbered = _NAME.sub(lambda found: b"n%d" % places.setdefault(found.group(), len(places)), svg)
    whole = hashlib.sha256(numbered).hexdigest()[:10].encode()
    return _NAME.sub(lambda found: b"n%d-%s" % (places[found.group()], whole), svg)
