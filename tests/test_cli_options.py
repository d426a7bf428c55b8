"""A fault of an option names the option that was typed, what was given and what is allowed, in every verb."""

import shlex

import pytest

from symbiode.cli import run

FAULTS = (
    ("simulate --until -5", "--until: '-5.0' was given; allowed: a finite last time, after the first"),
    ("simulate --until nan", "--until: 'nan' was given"),
    ("simulate --begin 9 --until 3", "--begin, --until: '9.0; 3.0' was given"),
    ("simulate --times 3,2", "--times: '3,2' was given"),
    ("simulate --points 1", "--points"),
    ("simulate --seed -1", "--seed"),
    ("simulate --start shenzhen=-3", "--start: 'shenzhen=-3' was given; allowed: zero or more"),
    ("settle --start shenzhen=-3", "--start: 'shenzhen=-3' was given; allowed: zero or more"),
    ("follow --from 3 --to 1", "--from, --to: '3; 1' was given"),
    ("follow --to -9", "--to: '-9' was given"),
    ("follow --along a.growth --from 1", "a.growth"),
    ("map --from 2,2 --to 1,1", "--from, --to: '2,2; 1,1' was given"),
    ("map --from 2", "--from: '2' was given"),
    ("map --cells 3", "--cells"),
    ("basins --from 2,2 --to 1,1", "--from, --to: '2,2; 1,1' was given"),
    ("basins --from 2,x", "--from: '2,x' was given"),
    ("basins --from 5", "--from: '5' was given"),
    ("basins --cells 1", "--cells"),
    ("basins --draws 0", "--draws"),
    ("fit --level 2", "--level"),
    ("fit --starts 0", "--starts"),
    ("fit --draws 1", "--draws"),
    ("policy --tau -2", "--tau: '-2.0' was given"),
    ("policy --margin nan", "--margin: 'nan' was given"),
    ("policy --between a,b", "--between: 'a,b' was given"),
)


@pytest.mark.parametrize(("line", "told"), FAULTS, ids=[line for line, _ in FAULTS])
def test_a_fault_names_the_option_that_was_typed(line, told, capsys):
    verb, *options = shlex.split(line)
    assert run([verb, "shenzhen-hongkong", *options]) == 2
    said = capsys.readouterr().err
    assert told in said
    for name in ("between:", "region:", "times:", "window:", "a list was given"):
        assert name not in said.replace("--between:", "").replace("--times:", "")
