import subprocess
import sys
import warnings

import matplotlib
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from symbiode import words
from symbiode.show import fonts


def figure_with(text):
    figure = Figure(figsize=(2, 1))
    FigureCanvasAgg(figure)
    return figure, figure.text(0.1, 0.5, text)


def test_the_shipped_font_alone_covers_every_chinese_character_of_the_words():
    shipped = fonts._characters(str(fonts.FILE))
    chinese = {c for _, zh in words._all().values() for c in zh if ord(c) > 0x2E7F}
    assert len(chinese) > 500
    assert {c for c in chinese if ord(c) not in shipped} == set()


def test_both_languages_and_small_digits_are_covered():
    texts = [text for pair in words._all().values() for text in pair]
    assert fonts.uncovered([*texts, "d₁₂ x₁ ₀₁₂₃₄₅₆₇₈₉ → ≤ ≥ − ∞ λ Zürich Côte"]) == frozenset()


def test_the_font_is_small_and_carries_its_licence():
    assert fonts.FILE.stat().st_size < 1.1e6
    licence = (fonts.FILE.parent / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Source" not in fonts.FAMILY  # its reserved name


def test_style_gives_the_callers_settings_back():
    before = dict(matplotlib.rcParams)
    with matplotlib.rc_context({"axes.grid": True}):
        with fonts.style():
            assert not matplotlib.rcParams["axes.grid"]
        assert matplotlib.rcParams["axes.grid"]
    assert dict(matplotlib.rcParams) == before


def test_characters_that_no_font_has_give_one_warning_that_names_them(monkeypatch):
    monkeypatch.setattr(fonts, "INSTALLED", ())
    with fonts.style():
        figure, text = figure_with("深圳 \U0002a6d6 龘 龘")
        with pytest.warns(UserWarning, match="龘.*U\\+9F98.*install a Chinese font") as caught:
            fonts.finish(figure)
        figure.savefig("/dev/null", format="png")
    assert len(caught) == 1
    assert text.get_text() == "深圳 □ □ □"


def test_an_installed_font_fills_in_without_a_warning(monkeypatch):
    monkeypatch.setattr(fonts, "_installed_for", lambda missing: (["DejaVu Serif"], frozenset()))
    with fonts.style():
        figure, text = figure_with("龘")
        fonts.finish(figure)
    assert text.get_fontfamily()[-1] == "DejaVu Serif"


def test_dollars_and_control_characters_of_a_label_are_only_characters():
    with fonts.style(), warnings.catch_warnings():
        warnings.simplefilter("error")
        figure, text = figure_with("100 million US$ \x07 and $x_1$")
        fonts.finish(figure)
        figure.savefig("/dev/null", format="svg")
    assert text.get_text() == "100 million US$   and $x_1$"


def test_drawing_never_loads_pyplot():
    code = (
        "import sys, symbiode; from symbiode.show.plots import plot, drawn;"
        "assert 'matplotlib' not in sys.modules;"
        "drawn(plot('mode_map', symbiode.load('shenzhen-hongkong')), '.png');"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
