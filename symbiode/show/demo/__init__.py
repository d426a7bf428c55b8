"""The classroom page: one HTML file that opens offline, filled from a model; the same module serves notebooks.

Comes in: a `Model` of two or three units, and scenarios. Goes out: the page as text. The JavaScript is ours
(`solver.js`, `theory.js`, `drawing.js`, `page.js`); the equations in it are written by sympy from the model, so that
page and package integrate the same thing. Data go in as JSON and reach the page as text only.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from symbiode import __version__
from symbiode.show.demo import filling
from symbiode.system.model import Model, noise_of
from symbiode.system.scenario import Scenario

FOLDER = Path(__file__).parent
PARTS = ("solver.js", "theory.js", "drawing.js", "page.js")


def page(model: Model, *, lang: str = "en", scenarios: Mapping[str, Scenario] | None = None) -> str:
    """Return the classroom page of a model as one self-contained HTML file.

    Parameters
    ----------
    model : Model
        Two or three units, no delays; noise is left out and the page says so.
    lang : "en" or "zh"
        The language it opens in; a button switches.
    scenarios : mapping of str to Scenario, optional
        Offered for play-back, by name.

    Returns
    -------
    str
        HTML 5, with a content security policy that lets nothing in.

    Raises
    ------
    RefusedError
        `not_supported` for one unit, more than three, delays, or rates that name time.

    Examples
    --------
    >>> import symbiode
    >>> page(symbiode.load("shenzhen-hongkong")).splitlines()[0]
    '<!doctype html>'
    """
    import jinja2

    loader = jinja2.FileSystemLoader(FOLDER)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    style = (FOLDER / "page.css").read_text(encoding="utf-8")
    told = f'{module(model, lang=lang, scenarios=scenarios)}\nmount(document.getElementById("app"), SYSTEM, DATA);\n'
    return environment.get_template("page.html.j2").render(
        lang=lang, title=filling.title(model, lang), version=__version__, style=Markup(style), script=Markup(told),
        style_hash=Markup(_digest(style)), script_hash=Markup(_digest(told)),
    )  # fmt: skip


def module(model: Model, *, lang: str = "en", scenarios: Mapping[str, Scenario] | None = None) -> str:
    """Return the JavaScript of a model's page: our parts, ``SYSTEM`` (its equations) and ``DATA`` (everything else)."""
    ready = filling.prepared(model)
    told = filling.data(ready, scenarios or {}, lang) | {"noisy": any(noise_of(model))}
    plain = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":  # nothing in a text may end the script
        plain = plain.replace(character, f"\\u{ord(character):04x}")
    parts = [(FOLDER / name).read_text(encoding="utf-8") for name in PARTS]
    return "\n".join((*parts, filling.script(ready), f"const DATA = {plain};"))


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
