"""Tables align in a terminal and never let user text become markup."""

import csv
import html.parser
import io

import pytest

from symbiode.render import (
    csv_text,
    escape_html,
    escape_latex,
    html_table,
    latex_table,
    significant,
    text_table,
    width,
)

HOSTILE = ["<script>alert(1)</script>", r"\input{/etc/passwd}", "50% & $x_1^2$ #{}~", "\"q\"", "=HYPERLINK(1)", "深圳"]


def test_columns_align_also_with_chinese_text():
    table = text_table(("unit", "growth"), [("深圳", "0.11"), ("Hong Kong", "0.06")])
    assert {width(line) for line in table.splitlines()} == {width("Hong Kong  growth")}


@pytest.mark.parametrize("text", HOSTILE)
def test_html_shows_text_as_it_stands(text):
    tags, shown = [], []

    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag, attributes):
            tags.append(tag)

        def handle_data(self, data):
            shown.append(data)

    Reader().feed(html_table((text,), [(text,)], caption=text))
    assert set(tags) == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert "".join(shown) == text * 3
    assert "<" not in escape_html(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_latex_has_no_command_of_the_users(text):
    body = escape_latex(text)
    assert body in latex_table(("name",), [(text,)])
    for ours in ("textbackslash{}", "textasciitilde{}", "textasciicircum{}", "textless{}", "textgreater{}"):
        body = body.replace(f"\\{ours}", "")
    for ours in "{}&%$#_":
        body = body.replace(f"\\{ours}", "")
    assert not set(body) & set("\\{}&%$#_~^<>")


@pytest.mark.parametrize("text", [*HOSTILE, "+1", "-1", "@x", "\tx", "\rx"])
def test_no_spreadsheet_takes_a_text_cell_for_a_formula(text):
    out = io.StringIO(newline="")
    csv.writer(out).writerow([csv_text(text)])
    cell = next(csv.reader(io.StringIO(out.getvalue(), newline="")))[0]
    assert cell[0] not in "=+-@\t\r"
    assert cell.removeprefix("'") == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.123456, "0.1235"), (None, "–"), (float("nan"), "–"), (float("inf"), "∞"), (float("-inf"), "−∞")],
)
def test_numbers_for_readers(value, expected):
    assert significant(value) == expected
