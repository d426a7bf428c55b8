"""Rows to text, HTML and LaTeX, with escaping: the one place where user text becomes markup.

Comes in: a heading and rows of strings. Goes out: a table a reader or a program can take.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Sequence

_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}",
}  # fmt: skip

Row = Sequence[str]


def escape_latex(text: str) -> str:
    """Return text that LaTeX prints as it stands.

    Examples
    --------
    >>> escape_latex("50% of {x}")
    '50\\\\% of \\\\{x\\\\}'
    """
    return "".join(_LATEX.get(c, c) for c in text)


def escape_html(text: str) -> str:
    """Return text that a browser shows as it stands."""
    return html.escape(text, quote=True)


def csv_text(text: str) -> str:
    """Return a text cell that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def width(text: str) -> int:
    """Return how many terminal columns a text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


def text_table(head: Row, rows: Sequence[Row], *, left: int = 1) -> str:
    """Return an aligned plain-text table; the first `left` columns are left-aligned, the others right-aligned.

    Parameters
    ----------
    head : sequence of str, shape (column,)
        Headings.
    rows : sequence of sequence of str, shape (row, column)
        Cells, already formatted.
    left : int
        How many leading columns hold words.
    """
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(width(line[k]) for line in lines) for k in range(len(head))]

    def aligned(line: tuple[str, ...]) -> str:
        cells = []
        for k, cell in enumerate(line):
            space = " " * (widths[k] - width(cell))
            cells.append(cell + space if k < left else space + cell)
        return "  ".join(cells).rstrip()

    rule = "  ".join("─" * w for w in widths)
    return "\n".join([aligned(lines[0]), rule, *map(aligned, lines[1:])])


def html_table(head: Row, rows: Sequence[Row], *, caption: str = "") -> str:
    """Return an HTML table; every cell is escaped."""
    top = "".join(f'<th scope="col">{escape_html(cell)}</th>' for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape_html(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    title = f"<caption>{escape_html(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def html_text(text: str) -> str:
    """Return a paragraph of escaped text, its lines kept; columns of a text table stay aligned.

    Examples
    --------
    >>> html_text("a < b")
    '<p>a &lt; b</p>'
    """
    if "──" in text:
        return f"<pre>{escape_html(text)}</pre>"
    return "<p>" + escape_html(text).replace("\n", "<br>\n") + "</p>"


def latex_table(head: Row, rows: Sequence[Row], *, left: int = 1) -> str:
    """Return a LaTeX tabular; every cell is escaped."""
    spec = "l" * left + "r" * (len(head) - left)
    lines = [" & ".join(escape_latex(cell) for cell in row) + r" \\" for row in [head, *rows]]
    body = [r"\hline", lines[0], r"\hline", *lines[1:], r"\hline"]
    return "\n".join([rf"\begin{{tabular}}{{{spec}}}", *body, r"\end{tabular}"])


def between(value: float, digits: int = 0, top: float = 100.0) -> str:
    """Return a share in percent (or of `top`) for a reader, rounded, but never to 0 or all where it is neither.

    Examples
    --------
    >>> between(0.2), between(0.0), between(99.7), between(0.99996, 3, top=1.0)
    ('<1', '0', '>99', '>0.999')
    """
    step, text = 10.0**-digits, f"{value:.{digits}f}"
    if value > 0 and float(text) == 0:
        return f"<{step:.{digits}f}"
    return f">{top - step:.{digits}f}" if value < top <= float(text) else text


def significant(value: float | None, digits: int = 4) -> str:
    """Return a number for a reader: `digits` significant digits, an en dash for no number.

    Examples
    --------
    >>> significant(0.123456), significant(1234567.0), significant(None)
    ('0.1235', '1.235e+06', '–')
    """
    if value is None or value != value:
        return "–"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{digits}g}"
