"""The classroom page as a notebook widget (Jupyter, marimo): the same module, with values flowing both ways.

Comes in: a `Model`. Goes out: an anywidget whose traits are the page's values; needs the extra ``[notebook]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symbiode.errors import InvalidValueError, quote
from symbiode.show import demo
from symbiode.show.demo import filling
from symbiode.system.model import Model
from symbiode.system.scenario import Scenario

_RENDER = """
function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "symbiode";
  el.append(root);
  const names = [...DATA.values, ...DATA.starts].map((v) => v.path);
  let told = false;
  const page = mount(root, SYSTEM, DATA, { linked: false, onChange: ({ values, start, verdict }) => {
    if (!told) return;
    model.set("values", Object.fromEntries(names.map((name, k) => [name, [...values, ...start][k]])));
    model.set("outcome", verdict.outcome);
    model.set("mode", verdict.mode ?? "");
    model.save_changes();
  } });
  const take = () => page.take(model.get("values"));
  take();
  told = true;
  page.update();
  model.on("change:values", take);
  return () => model.off("change:values", take);
}
export default { render };
"""


def widget(model: Model, *, lang: str = "en", scenarios: Mapping[str, Scenario] | None = None) -> Any:
    """Return the classroom page of a model as a widget for Jupyter or marimo.

    Parameters
    ----------
    model : Model
        Two or three units, no delays.
    lang : "en" or "zh"
        The language it opens in.
    scenarios : mapping of str to Scenario, optional
        Offered for play-back.

    Returns
    -------
    anywidget.AnyWidget
        Traits: ``values`` (key path -> number; sliders write it, and setting it moves them), ``outcome`` and ``mode``
        of what is shown (empty where it settles in no mode).

    Raises
    ------
    InvalidValueError
        If anywidget is not installed.
    RefusedError
        `not_supported`, as for the page.
    """
    try:
        import anywidget
        import traitlets
    except ImportError as error:
        allowed = "anywidget installed: pip install 'symbiode[notebook]'"
        raise InvalidValueError("widget", model.name, allowed) from error
    ready = filling.prepared(model)
    starts = [unit.initial for unit in ready.units if unit.initial is not None]
    told = (*ready.parameters, *starts)
    values = {".".join(map(quote, p.path)): float(ready.values.get(p.symbol, p.value)) for p in told}
    kind = type("Classroom", (anywidget.AnyWidget,), {
        "_esm": demo.module(model, lang=lang, scenarios=scenarios) + _RENDER,
        "_css": (demo.FOLDER / "page.css").read_text(encoding="utf-8"),
        "values": traitlets.Dict(values).tag(sync=True),
        "outcome": traitlets.Unicode().tag(sync=True),
        "mode": traitlets.Unicode().tag(sync=True),
    })  # fmt: skip
    return kind()
