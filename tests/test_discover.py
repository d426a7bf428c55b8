"""A plug-in folder is its own list of choices."""

import importlib
import sys

import pytest

from symbiode import discover
from symbiode.errors import UnknownNameError
from symbiode.system import formats, laws


def test_a_new_file_is_a_new_choice_and_private_parts_are_none(tmp_path):
    folder = tmp_path / "plugins_of_a_test"
    folder.mkdir()
    for name in ("__init__", "second", "first", "_private"):
        (folder / f"{name}.py").write_text(f"NAME = {name!r}\n")
    sys.path.insert(0, str(tmp_path))
    try:
        package = importlib.import_module(folder.name)
        assert discover.names(package) == ("first", "second")
        assert discover.module(package, "second", "plug-in").NAME == "second"
        for wrong in ("_private", "third", "second.NAME", "../second", ""):
            with pytest.raises(UnknownNameError, match="choices are: first, second"):
                discover.module(package, wrong, "plug-in")
    finally:
        sys.path.remove(str(tmp_path))


def test_the_folders_of_the_system_room_offer_their_files():
    assert {"logistic", "lotka_volterra"} <= set(discover.names(laws))
    assert "toml" in discover.names(formats)
