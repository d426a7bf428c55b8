"""How long the classroom page takes from a key press to the finished repaint, in headless Chromium.

    PYTHONPATH=. python tests/benchmarks/repaint.py

Prints the median and the 95th percentile of 200 key presses in milliseconds; each ends by reading a pixel back, so
that no drawing is left undone. The goal is a 95th percentile under 20 ms.
"""

import sys
import tempfile
from pathlib import Path

import symbiode
from symbiode.show import demo
from symbiode.system.formats import scenarios_of
from tests.show import browser

SCRIPT = """
mount(document.getElementById("app"), SYSTEM, DATA);
const slider = document.getElementById("v" + DATA.effects["0,1"]), canvases = document.querySelectorAll("canvas");
const times = [];
for (let k = 0; k < 220; k++) {
  const begun = performance.now();
  slider.dispatchEvent(new KeyboardEvent("keydown", { key: k % 40 < 20 ? "ArrowRight" : "ArrowLeft", bubbles: true }));
  for (const canvas of canvases) canvas.getContext("2d").getImageData(0, 0, 1, 1);
  if (k >= 20) times.push(performance.now() - begun);
}
times.sort((a, b) => a - b);
done([times[100], times[190]]);
"""


def main() -> None:
    """Print one line per model."""
    style = (demo.FOLDER / "page.css").read_text(encoding="utf-8")
    for name in ("shenzhen-hongkong", "saturating-mutualism"):
        model = symbiode.load(name)
        made = demo.module(model, scenarios=scenarios_of(name, model))
        with tempfile.TemporaryDirectory() as folder:
            body = '<main class="symbiode" id="app"></main>'
            median, late = browser.run(Path(folder), f"{made}\n{SCRIPT}", body=body, style=style)
        sys.stdout.write(f"{name:24} median {median:5.1f} ms   95 % {late:5.1f} ms\n")


if __name__ == "__main__":
    main()
