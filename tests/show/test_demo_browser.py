"""The classroom page in a real browser: its mathematics against Python, its speed, its accessibility, its controls."""

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

import symbiode
from symbiode.errors import RefusedError
from symbiode.show import demo
from symbiode.show.demo import filling
from symbiode.system.building import build
from symbiode.system.formats import scenarios_of
from tests.seeds import fresh_seed
from tests.show import browser

pytestmark = pytest.mark.browser
OTHERS = (
    "gompertz-growth", "saturating-mutualism", "critical-mass", "plant-pollinator", "lotka-volterra", "rabbits-sheep",
)  # fmt: skip
PARTS = "\n".join((demo.FOLDER / part).read_text(encoding="utf-8") for part in demo.PARTS)


def pair(rng, own, step):
    """A pair with numbers of two digits; effects on a coarse grid meet the borders -1, 0 and d12 d21 = 1 exactly."""
    def some(low, high):
        return round(rng.uniform(low, high), 2)

    def effect():
        return rng.choice([k * step for k in range(-8, 9)]) if step else some(-2, 2)

    units = {
        name: {"growth": some(0.1, 1), "capacity": some(0.5, 5), "initial": some(0.05, 3), "own_growth": s}
        for name, s in zip("ab", own, strict=True)
    }
    return build(units, effects={"a.b": effect(), "b.a": effect()})


def trio(rng):
    units = {name: {"growth": round(rng.uniform(0.2, 1), 2), "capacity": 1, "initial": 0.3} for name in "abc"}
    effects = {f"{i}.{j}": round(rng.uniform(-0.6, 0.45), 2) for i in "abc" for j in "abc" if i != j}
    return build(units, effects=effects)


def setting(model):
    told = filling.data(model, {}, "en")
    return f"[(() => {{ {filling.script(model)} return SYSTEM; }})(), {json.dumps(told)}]"


ASKED = """
done(SETTINGS.map(([system, data]) => {
  const values = data.values.map((v) => v.value), start = data.starts.map((v) => v.value);
  const scale = data.scales;
  const both = data.scaled && system.n === 2, at = data.effects;
  const effects = both ? [values[at["0,1"]], values[at["1,0"]]] : null;
  const alone = data.alone.every((k) => k !== null) ? data.alone.map((k) => values[k]) : null;
  const path = integrate(system, values, start, [0, 1, 2, 5, 10], { scale });
  const { equilibria, ...told } = verdict(system, values, start, { effects, alone, scale });
  return { ...told, path, count: equilibria.length, types: equilibria.map((e) => e.type) };
}));
"""


def asked(folder, models):
    return browser.run(folder, f"{PARTS}\nconst SETTINGS = [{','.join(map(setting, models))}];{ASKED}")


def test_two_hundred_random_settings_agree_with_the_package(tmp_path):
    """Theorem against theorem, path against path, to 1e-6; effects on the grid of quarters meet the exact borders."""
    rng = random.Random(fresh_seed())
    owns = [(1, 1)] * 6 + [(1, -1), (-1, -1), (1, 0), (0, 0)]
    models = [pair(rng, own, step) for k, own in enumerate(owns) for step in ([0.25, 0.0] * 10)]
    models = [filling.prepared(model) for model in models]
    for model, told in zip(models, asked(tmp_path, models), strict=True):
        where = model.summary()
        settled = symbiode.settle(model)
        assert told["outcome"] == settled.outcome.value, where
        assert told["reason"] == settled.reason[0][0], where
        assert told["nominal"] == settled.nominal_mode.value, where
        if settled.state is not None:
            assert told["y"] == pytest.approx([float(x) for x in settled.state], rel=1e-9, abs=1e-12), where
        starts = all(s == 1 for s in model.symbols.units["own_growth"])
        if starts and settled.outcome.value != "depends_on_start":
            assert told["mode"] == (settled.mode.value if settled.mode else None), where
        listed = symbiode.equilibria(model)
        if not listed.families:
            assert told["count"] == len(listed.equilibria), where
        _same_path(model, told, where)


def _same_path(model, told, where):
    path = symbiode.simulate(model, [0, 1, 2, 5, 10], "initial")
    seen = told["path"]["t"]
    expected = path.y[: len(seen)]
    for got, wanted in zip(told["path"]["y"], expected.tolist(), strict=False):
        assert got == pytest.approx(wanted, rel=1e-6), where
    if told["path"]["status"] == "ran_away":
        from_start = symbiode.settle(model, start="initial")
        assert told["path"]["end"] == pytest.approx(from_start.blow_up_time, rel=1e-6), where


def test_paths_and_ends_of_other_laws_and_three_units_agree_with_the_package(tmp_path):
    rng = random.Random(fresh_seed())
    models = [filling.prepared(symbiode.load(name)) for name in OTHERS] + [trio(rng) for _ in range(10)]
    for model, told in zip(models, asked(tmp_path, models), strict=True):
        where = model.summary()
        path = symbiode.simulate(model, [0, 1, 2, 5, 10], "initial")
        assert told["path"]["status"] == "done", where
        for got, wanted in zip(told["path"]["y"], path.y.tolist(), strict=True):
            assert got == pytest.approx(wanted, rel=1e-6), where
        settled = symbiode.settle(model, start="initial")
        if settled.state is not None and told["end"] != "undecided":
            assert told["end"] == settled.outcome.value, where
            assert told["y"] == pytest.approx([float(x) for x in settled.state], rel=1e-6, abs=1e-8), where
        listed = symbiode.equilibria(model)
        assert not set(told["types"]) - {"degenerate"} - {e.stability.value for e in listed.equilibria}, where


USED = """
const handle = mount(document.getElementById("app"), SYSTEM, DATA);
const app = document.getElementById("app"), wait = (ms) => new Promise((go) => setTimeout(go, ms));
const slider = document.getElementById("v" + DATA.effects["0,1"]);
let cleared = 0;
const { clearRect } = CanvasRenderingContext2D.prototype;
CanvasRenderingContext2D.prototype.clearRect = function (...box) { cleared++; clearRect.apply(this, box); };
slider.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
const redrawn = cleared, set = handle.state.p[DATA.effects["0,1"]];
const texts = {};
const told = () => app.querySelector(".big").textContent;
for (const button of app.querySelectorAll(".presets button")) { button.click(); texts[button.dataset.say] = told(); }
const buttons = [...app.querySelectorAll(".buttons button")];
buttons[2].click();
const english = told();
buttons[0].click();
const chinese = told(), lang = document.documentElement.lang;
buttons[0].click();
const canvas = app.querySelector("canvas"), box = canvas.getBoundingClientRect();
const middle = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
canvas.dispatchEvent(new PointerEvent("pointerdown", { ...middle, pointerId: 1, buttons: 1 }));
const start = [...handle.state.start];
await wait(300);
const hash = location.hash;
done({ redrawn, set, texts, english, chinese, lang, start, hash, width: document.documentElement.scrollWidth });
"""


def used(folder, window=(1280, 900), name="shenzhen-hongkong"):
    model = symbiode.load(name)
    made = demo.module(model, scenarios=scenarios_of(name, model))
    style = (demo.FOLDER / "page.css").read_text(encoding="utf-8")
    # A pointer made by a script cannot be captured.
    script = f"Element.prototype.setPointerCapture = () => {{}};\n{made}\n{USED}"
    return browser.run(folder, script, body='<main class="symbiode" id="app"></main>', window=window, style=style)


def test_keys_presets_language_and_dragging_work(tmp_path):
    """A key moves a slider by a hundredth of its range and draws each of the three figures once."""
    told = used(tmp_path)
    assert told["redrawn"] == 3
    assert told["set"] == pytest.approx(0.35 + 4 / 100)
    assert told["english"] == "From every positive start: coexistence, asymmetric mutualism"
    assert told["chinese"] == "从任何正初值出发：共存，非对称互惠共生"
    assert told["lang"] == "zh"
    assert "symmetric mutualism" in told["texts"]["symmetric_mutualism"]
    assert told["texts"]["demo_preset_bistable"].endswith("depends on the start")
    assert told["texts"]["demo_preset_blow_up"].endswith("blow-up in finite time")
    assert all(abs(x - 0.8) < 0.4 for x in told["start"])
    assert "shenzhen.initial=" in told["hash"]


def test_the_page_fits_a_phone(tmp_path):
    assert used(tmp_path, window=(500, 800))["width"] <= 500


def test_a_link_brings_back_the_state(tmp_path):
    page = tmp_path / "demo.html"
    page.write_text(demo.page(symbiode.load("shenzhen-hongkong")), encoding="utf-8")
    linked = f"{page.as_uri()}#effects.shenzhen.hongkong=1.3&effects.hongkong.shenzhen=1.1&lang=zh&bad=1&span=abc"
    told = browser.dump(tmp_path, linked)
    assert "有限时间爆破" in told


@pytest.mark.parametrize("dark", [False, True])
def test_no_rule_of_axe_is_broken(tmp_path, dark):
    """axe-core's own rules, all of them but those that need a whole site; 0 violations."""
    axe = axe_source()
    model = symbiode.load("shenzhen-hongkong")
    made = demo.module(model, scenarios=scenarios_of("shenzhen-hongkong", model))
    style = (demo.FOLDER / "page.css").read_text(encoding="utf-8")
    script = f"""{made}
    const handle = mount(document.getElementById("app"), SYSTEM, DATA);
    handle.state.dark = {json.dumps(dark)};
    handle.update();
    const found = await axe.run(document);
    done(found.violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 200))]));
    """
    body = f'<main class="symbiode" id="app"></main><script>{axe}</script>'
    assert browser.run(tmp_path, script, body=body, style=style) == []


def axe_source():
    """axe-core as npm has it, in the folder that AXE_FOLDER names or fetched once beside the tests' cache."""
    folder = Path(os.environ.get("AXE_FOLDER", Path.home() / ".cache" / "symbiode-tests"))
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        assert shutil.which("npm"), "npm is needed to fetch axe-core"
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), "axe-core@4.10.2"]
        subprocess.run(command, check=True, timeout=300, capture_output=True)
    return script.read_text(encoding="utf-8")


def test_a_model_with_a_delay_is_refused():
    made = symbiode.load("late-imitation")
    with pytest.raises(RefusedError, match="delay"):
        demo.page(made)
