import base64
import hashlib
import re
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from symbiode import words
from symbiode.dynamics.equilibrium import equilibria
from symbiode.dynamics.modes import settle
from symbiode.inference.identifiability import Reading
from symbiode.inference.verdict import CONDITIONS, reason
from symbiode.show import story
from symbiode.show.plots import plot, write
from symbiode.show.report import page
from symbiode.system.model import DataSource

VOID = {"meta", "img", "br", "link", "hr"}


class Outline(HTMLParser):
    """Collects tags, text and attributes; fails on tags that are not closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text += data


def open_ended(fit, basis):
    """The fit with effects that the data do not limit, of the other sign, and a verdict that says so."""
    profiles = tuple(
        replace(p, low=None, high=None, estimate=-p.estimate, reading=Reading.FLAT) if "effects" in p.name else p
        for p in fit.profiles
    )
    east, west = fit.model.units
    failed = (reason("verdict_effect_flat", receiver=east, source=west), reason("verdict_one_basis"))
    verdict = replace(fit.verdict, mode=None, reasons=failed, needed=(reason("needed_bases"),))
    return replace(fit, profiles=profiles, verdict=verdict, observations=replace(fit.observations, basis=basis))


def study(model, fits=(), figures=(), **named):
    return SimpleNamespace(
        name="east-west", model=model, settlement=settle(model), equilibria=equilibria(model), fits=tuple(fits),
        figures=tuple((stem, stem) for stem in figures), seed=7, draws=60, full=False,
        versions=(("symbiode", "0.1.0"), ("python", "3.11")), inputs=(("pair.csv", "ab" * 32),),
        **{"model_is_made": False, "review": None, "scrutiny": None, "panel": None, **named},
    )  # fmt: skip


@pytest.fixture(scope="module")
def undetermined(quick_fit):
    return [("data", open_ended(quick_fit, "current prices")), ("real", open_ended(quick_fit, "prices of 2015"))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, pair):
    place = tmp_path_factory.mktemp("study")
    write(plot("phase_portrait", pair), place / "phase_portrait.svg")
    return place


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_well_formed_and_complete_in_both_languages(pair, undetermined, folder, lang):
    text = page(study(pair, undetermined, ["phase_portrait"]), folder, lang=lang)
    outline = Outline(text)
    assert outline.tags.count("h1") == 1
    targets = {value for _, key, value in outline.attributes if key == "href"}
    assert targets == {f"#{value}" for tag, key, value in outline.attributes if key == "id"} - {"#answer"}
    for key in ("report_answer", "report_model_says", "report_data_say", "report_methods", "report_glossary"):
        assert words.say(key, lang) in outline.text
    assert not re.search(r"\{[a-z_]+\}", outline.text)  # no slot left open


def test_nothing_can_be_loaded_or_run(pair, undetermined, folder):
    text = page(study(pair, undetermined, ["phase_portrait"]), folder)
    outline = Outline(text)
    assert "script" not in outline.tags
    assert all(not key.startswith("on") and key != "style" for _, key, _ in outline.attributes)
    sources = [value for _, key, value in outline.attributes if key == "src"]
    assert sources
    assert all(value.startswith("data:image/svg+xml;base64,") for value in sources)
    policy = next(value for _, key, value in outline.attributes if key == "content" and "default-src" in value)
    assert policy.startswith("default-src 'none'; img-src data:;")
    style = re.search(r"<style>(.*?)</style>", text, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "http" not in style


def test_markup_in_labels_stays_a_label(pair, undetermined, folder):
    odd = replace(pair.units[0], label=(("en", "<script>alert(1)</script>"),))
    model = replace(pair, units=(odd, pair.units[1]), name="<b>bold</b>", source="<img src=x onerror=y>")
    fits = [(name, replace(fit, model=model)) for name, fit in undetermined]
    outline = Outline(page(study(model, fits), folder))
    assert "script" not in outline.tags
    assert "img" not in outline.tags
    assert "<script>alert(1)</script>" in outline.text
    assert "<b>bold</b>" in outline.text


def test_the_first_page_says_where_the_model_settles_and_why(pair, folder):
    answer = Outline(page(study(pair), folder)).text
    assert "Coexistence, parasitism" in answer
    assert "d₁₂ = -0.3" in answer or "d₁₂ = −0.3" in answer
    assert words.say("report_illustrative") in answer
    assert words.say("report_no_data") in answer


def test_the_first_page_says_that_no_series_identifies_a_coefficient(pair, undetermined, folder):
    answer = Outline(page(study(pair, undetermined), folder)).text
    assert "None of the 2 pairs of series identifies a symbiosis coefficient" in answer
    assert "unbounded" in answer
    assert "fails conditions 2, 6" in answer
    assert words.say("needed_bases") in answer


def test_a_sign_that_changes_with_the_price_basis_is_told(pair, quick_fit, undetermined, folder):
    source = DataSource(file="a.csv", time="year", columns=())
    model = replace(pair, data=replace(source, alternatives=(("real", source),)))
    named = replace(quick_fit.verdict, mode=None, reasons=(reason("verdict_one_basis"),))
    fits = [("data", replace(quick_fit, verdict=named)), ("real", undetermined[1][1])]
    answer = Outline(page(study(model, fits), folder)).text
    assert "The sign of the best estimate changes with the unit of account: d₁₂" in answer
    assert "negative (data), positive (prices of 2015)" in answer
    assert "Places, years and method are the same" in answer


def test_another_quantity_is_no_other_price_basis(pair, quick_fit, undetermined):
    source = DataSource(file="a.csv", time="year", columns=())
    model = replace(pair, data=replace(source, alternatives=(("rd", replace(source, kind="quantity")),)))
    told = story.data(study(model, [("data", quick_fit), ("rd", undetermined[1][1])]), "en")
    assert not any("unit of account" in paragraph for paragraph in told["paragraphs"])


def test_a_determined_mode_is_named_with_its_probability(pair, quick_fit, undetermined, folder):
    answer = Outline(page(study(pair, [("data", quick_fit), undetermined[1]]), folder)).text
    assert "Of 2 pairs of series, 1 determine a mode: data: parasitism" in answer


def test_a_model_made_for_a_file_claims_no_settled_mode(pair, undetermined, folder):
    answer = Outline(page(study(pair, undetermined, model_is_made=True), folder)).text
    assert "No model was given" in answer
    assert "Coexistence, parasitism" not in answer


def test_every_reason_of_the_verdict_belongs_to_a_condition(quick_fit):
    keys = [key for key in words._all() if key.startswith("verdict_")]
    headings = ("verdict_undetermined", "verdict_named", "verdict_needed")
    reasons = [key for key in keys if not key.startswith(headings) and key != "verdict_basis"]
    for key in reasons:
        failing = replace(quick_fit, verdict=replace(quick_fit.verdict, reasons=(reason(key),)))
        assert len(story.conditions(failing)) == 1, key
    assert len(story._CONDITIONS) == len(CONDITIONS)


def test_seed_versions_inputs_and_command_are_printed(pair, undetermined, folder):
    text = Outline(page(study(pair, undetermined), folder, lang="zh")).text
    assert "symbiode study east-west --lang zh --seed 7" in text
    assert "ab" * 32 in text
    assert "symbiode 0.1.0, python 3.11" in text
    assert "60" in text


@pytest.mark.browser
def test_a_browser_shows_and_prints_the_page(pair, undetermined, folder, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(page(study(pair, undetermined, ["phase_portrait"]), folder), encoding="utf-8")
    flags = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
    ]  # fmt: skip
    command = ["chromium", *flags, f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={tmp_path / 'page.pdf'}"]
    ran = subprocess.run([*command, path.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    assert "Content Security Policy" not in ran.stderr
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
