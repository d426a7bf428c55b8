"""The contract of a figure: every file of `symbiode/show/plots` keeps it."""

import importlib
import inspect
import warnings
import xml.etree.ElementTree as ET

import matplotlib
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from symbiode.errors import InvalidValueError, OutputExistsError, UnknownNameError
from symbiode.show import fonts
from symbiode.show.plots import drawn, kinds, plot, write
from symbiode.words import LANGUAGES

NEEDS_FITS = {"profiles", "effects_by_basis", "pair_matrix", "robustness"}


@pytest.fixture(scope="module")
def figures(pair, quick_fit, quick_panel, quick_robustness):
    """Every kind in every language, drawn once with warnings as errors."""
    made = {}
    own = {
        "effects_by_basis": {"first": quick_fit, "second": quick_fit},
        "pair_matrix": quick_panel,
        "robustness": quick_robustness,
    }
    for kind in kinds():
        for lang in LANGUAGES:
            made[kind, lang] = plot(kind, own.get(kind, quick_fit), lang=lang)
    return made


@pytest.mark.parametrize("kind", kinds())
def test_a_figure_offers_size_compute_and_draw_with_docstrings(kind):
    module = importlib.import_module(f"symbiode.show.plots.{kind}")
    assert module.__doc__
    for name in ("size", "compute", "draw"):
        assert inspect.getdoc(getattr(module, name)), f"{kind}.{name}"
    assert list(inspect.signature(module.draw).parameters) == ["ax", "result", "lang"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", kinds())
def test_axes_are_labelled_and_every_text_is_covered(figures, kind, lang):
    figure = figures[kind, lang]
    shown = [axes for axes in figure.axes if axes.axison]
    assert shown
    assert all(axes.get_xlabel() or axes.get_title(loc="left") for axes in shown)
    texts = [text.get_text() for text in figure.findobj(Text)]
    assert fonts.uncovered(texts) == frozenset()
    assert not any("□" in text for text in texts)


@pytest.mark.parametrize("kind", kinds())
def test_figures_have_journal_width(figures, kind):
    width = figures[kind, "en"].get_size_inches()[0]
    assert width * 25.4 == pytest.approx(85) or width * 25.4 == pytest.approx(175)


@pytest.mark.parametrize("kind", kinds())
def test_the_languages_differ_in_words_only(figures, kind):
    english, chinese = ({t.get_text() for t in figures[kind, lang].findobj(Text)} for lang in LANGUAGES)
    assert english != chinese
    assert len(figures[kind, "en"].findobj()) == pytest.approx(len(figures[kind, "zh"].findobj()), rel=0.05)


@pytest.mark.parametrize(
    ("kind", "suffix"), [*((kind, ".svg") for kind in kinds()), ("mode_map", ".png"), ("series", ".pdf")]
)
def test_the_same_figure_gives_the_same_bytes(figures, kind, suffix):
    figure = figures[kind, "en"]
    once = drawn(figure, suffix, about={"seed": 1})
    assert drawn(figure, suffix, about={"seed": 1}) == once
    assert b"seed" in once or suffix == ".pdf"
    assert b"Date" not in once.replace(b"CreationDate", b"") or suffix != ".svg"


@pytest.mark.parametrize("kind", kinds())
def test_vector_output_is_well_formed_and_needs_no_font(figures, kind):
    svg = drawn(figures[kind, "zh"], ".svg")
    tree = ET.fromstring(svg)
    assert tree.tag.endswith("svg")
    assert not tree.findall(".//{http://www.w3.org/2000/svg}text")
    assert b"<script" not in svg


def test_a_second_run_gives_the_same_bytes(figures, quick_fit):
    assert drawn(plot("phase_portrait", quick_fit), ".svg") == drawn(figures["phase_portrait", "en"], ".svg")


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind not in NEEDS_FITS])
def test_figures_are_drawn_on_somebody_elses_axes(pair, kind):
    before = dict(matplotlib.rcParams)
    figure = Figure(figsize=(5, 4))
    axes = figure.add_subplot(1, 2, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert plot(kind, pair, ax=axes) is figure
    assert dict(matplotlib.rcParams) == before
    assert figure.get_size_inches() == pytest.approx((5, 4))


def test_unknown_kinds_options_and_languages_are_named(pair):
    with pytest.raises(UnknownNameError, match="did you mean 'mode_map'"):
        plot("modemap", pair)
    with pytest.raises(UnknownNameError, match="did you mean 'limits'"):
        plot("mode_map", pair, limit=(0, 1))
    with pytest.raises(InvalidValueError, match="en or zh"):
        plot("mode_map", pair, lang="fr")
    with pytest.raises(InvalidValueError, match="a Model, or a result that carries one"):
        plot("phase_portrait", 3)


def test_figures_are_written_by_suffix_and_never_over_another_file(figures, tmp_path):
    path = write(figures["mode_map", "en"], tmp_path / "map.png", about={"seed": 0})
    assert path.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(OutputExistsError):
        write(figures["mode_map", "en"], path)
    with pytest.raises(InvalidValueError, match=r"\.svg, \.png, \.pdf"):
        write(figures["mode_map", "en"], tmp_path / "map.jpeg")


def test_markup_in_a_units_name_stays_text(tmp_path):
    from symbiode.system.building import build

    unit = {"growth": 1, "capacity": 1, "initial": 0.5}
    model = build({"<script>alert(1)</script>": unit, "$x$ & y": unit}, name="names")
    for kind in ("phase_portrait", "series"):
        figure = plot(kind, model)
        texts = " ".join(text.get_text() for text in figure.findobj(Text))
        assert "<script>alert(1)</script>" in texts
        assert b"<script" not in drawn(figure, ".svg", about={"unit": model.units[0].name})


def test_the_last_digits_of_a_layout_leave_no_trace_in_a_drawing() -> None:
    """Two clip rectangles that print alike are hashed apart where their floats differ; the file must not show it."""
    one = b'<path clip-path="url(#pd8e83523d2)"/><use href="#m0123456789"/><clipPath id="pd8e83523d2"/>'
    two = one.replace(b"d8e83523d2", b"cc8e783ac2")
    from symbiode.show.plots import _renamed

    assert _renamed(one) == _renamed(two) != one
    assert _renamed(one).count(b"#n0-") == _renamed(one).count(b'"n0-') == 1
    assert _renamed(b'<text id="text_1">#pd8e83523d2</text>') == b'<text id="text_1">#pd8e83523d2</text>'
