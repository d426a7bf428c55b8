"""Model files, one file per format; this docstring is the contract for a new one.

A file `symbiode/system/formats/SUFFIX.py` handles files that end in ``.SUFFIX`` and offers some of::

    def read(path) -> Model      # or raises ModelFileError with every fault and its line
    def write(model, path, *, force=False) -> Path     # what `read` turns into an equal model
    def text(model, until=50) -> str                   # the same model for another program; or raises ModelError
    RUNS = True                                        # if `text` asks for a run until a last time

`load` and `save` pick the format by suffix; `load` also takes the name of a shipped model.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import symbiode
from symbiode import discover
from symbiode.errors import Fault, InputError, InvalidValueError, ModelFileError, UnknownNameError
from symbiode.files import write_text
from symbiode.system.model import Model
from symbiode.system.scenario import Scenario


def models_folder() -> Path:
    """Return the folder of the shipped model files, wherever symbiode is installed.

    Examples
    --------
    >>> (models_folder() / "shenzhen-hongkong.toml").exists()
    True
    """
    package = Path(str(symbiode.__file__)).parent
    inside = package / "models"
    return inside if inside.is_dir() else package.parent / "models"


def shipped() -> tuple[str, ...]:
    """Return the names of the shipped models, sorted.

    Examples
    --------
    >>> "shenzhen-hongkong" in shipped()
    True
    """
    return tuple(sorted(path.stem for path in models_folder().glob("*.toml")))


def load(path_or_name: str | Path) -> Model:
    """Return the model of a file, or a shipped model by its name.

    Parameters
    ----------
    path_or_name : str or Path
        A path whose suffix is a known format, or a name that `shipped` lists.

    Returns
    -------
    Model

    Raises
    ------
    UnknownNameError
        If a name without a suffix is no shipped model, or the suffix is no format that is read.
    ModelFileError
        If the file cannot be read or has faults: all of them, each with its line.

    Examples
    --------
    >>> load("shenzhen-hongkong").name
    'Shenzhen and Hong Kong'
    """
    path = Path(path_or_name)
    name = str(path_or_name)
    if name in shipped():
        path = models_folder() / f"{name}.toml"
    elif not path.suffix and not _there(path):
        raise UnknownNameError("model", name, shipped())
    found = _format(path)
    if not hasattr(found, "read"):
        raise UnknownNameError("model format to read", path.suffix.removeprefix(".").lower(), formats("read"))
    model: Model = found.read(path)
    return model


def formats(does: str) -> tuple[str, ...]:
    """Return the formats whose file offers `does`: ``"read"``, ``"write"``, ``"text"`` or ``"RUNS"``.

    Examples
    --------
    >>> "xmile" in formats("read")
    True
    """
    here = sys.modules[__name__]
    return tuple(name for name in discover.names(here) if hasattr(discover.module(here, name, "model format"), does))


def save(
    model: Model, path: str | Path, *, to: str | None = None, until: float | None = None, force: bool = False
) -> Path:
    """Write a model to a file: in TOML, which `load` reads back to an equal model, or for another program.

    Parameters
    ----------
    model : Model
    path : str or Path
        Its suffix picks the format: ``.toml``, ``.xmile`` and what else `formats` lists.
    to : str, optional
        The format, whatever the suffix is.
    until : float, optional
        The last time of the run, 50 after its start at 0 if not said; for formats with a run.
    force : bool
        Whether a file that exists is replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OutputExistsError
        If the file exists and `force` is not set.
    UnknownNameError
        If there is no such format.
    ModelError
        If the format cannot say the model: everything that is in the way.
    InvalidValueError
        If `until` is not a time after 0, or the format has no run.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save(load("shenzhen-hongkong"), Path(folder) / "mine.toml")
    ...     load(path) == load("shenzhen-hongkong")
    True
    """
    found = _format(Path(f"-.{to}") if to is not None else Path(path))
    if until is not None and not hasattr(found, "RUNS"):
        raise InvalidValueError("until", until, f"nothing for this format; a run is in: {', '.join(formats('RUNS'))}")
    if hasattr(found, "write"):
        target: Path = found.write(model, Path(path), force=force)
        return target
    return write_text(Path(path), found.text(model, *([] if until is None else [until])), force=force)


def shipped_scenarios() -> tuple[str, ...]:
    """Return the names of the shipped scenario cards, sorted."""
    return tuple(sorted(path.stem for path in (models_folder() / "scenarios").glob("*.toml")))


def load_scenario(path_or_name: str | Path, model: Model | None = None) -> Scenario:
    """Return the scenario of a card, or a shipped scenario by its name.

    The shortest valid card names a model and one lever; `symbiode.system.scenario` shows one with every key::

        model = "shenzhen-hongkong"

        [levers.rail]
        at = 2018
        moves = { "effects.shenzhen.hongkong" = { add = 0.1 } }

    Parameters
    ----------
    path_or_name : str or Path
        A TOML file, or a name that `shipped_scenarios` lists.
    model : Model, optional
        What the levers move; by default the model that the card names: a shipped one, or a file seen from the card.

    Returns
    -------
    Scenario

    Raises
    ------
    UnknownNameError
        If a name without a suffix is no shipped scenario.
    ModelFileError
        If the card cannot be read, or has faults: all of them, each with its line.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     card = Path(folder) / "rail.toml"
    ...     _ = card.write_text('''model = "shenzhen-hongkong"
    ... levers.rail = { at = 2018, moves = { "effects.shenzhen.hongkong" = { add = 0.1 } } }''')
    ...     load_scenario(card).levers[0].at
    2018
    """
    from symbiode.system.formats import _cards

    path = _card_path(path_or_name)
    table, lines = _cards.read_table(path)
    try:
        return _cards.scenario_of(table, lines, path, model or model_of_card(path))
    except ModelFileError as error:
        told = _cards.misfit(table, lines, error, model) if model is not None else None
        if told is not None and _fits_its_own(path):
            raise told from None
        raise


def scenarios_of(
    name: str, model: Model, asked: Sequence[str | Path] | None = None
) -> dict[str, Scenario]:
    """Return the scenarios asked for, else those shipped for a model of this name that still fit it.

    Parameters
    ----------
    name : str
        As scenario cards name the model.
    model : Model
    asked : sequence of path or str, optional

    Examples
    --------
    >>> "history" in scenarios_of("shenzhen-hongkong", load("shenzhen-hongkong"))
    True
    """
    if asked is not None:
        return {Path(card).stem: load_scenario(card, model) for card in asked}
    found = {}
    for card in shipped_scenarios():
        with suppress(InputError):
            scenario = load_scenario(card, model)
            if scenario.model == name:
                found[card] = scenario
    return found


def _fits_its_own(path: Path) -> bool:
    """Whether a card has no fault for the model that it names."""
    try:
        load_scenario(path)
    except InputError:
        return False
    return True


def _card_path(path_or_name: str | Path) -> Path:
    path, name = Path(path_or_name), str(path_or_name)
    if name in shipped_scenarios():
        return models_folder() / "scenarios" / f"{name}.toml"
    if not path.suffix and not _there(path):
        raise UnknownNameError("scenario", name, shipped_scenarios())
    return path


def model_of_card(path_or_name: str | Path) -> Model:
    """Return the model that a scenario card names; raises as `load_scenario`."""
    from symbiode.system.formats import _cards

    path = _card_path(path_or_name)
    table, lines = _cards.read_table(path)
    name = table.get("model")
    if not isinstance(name, str):
        problem = "the card names no model" if name is None else "the name of a model is text in quotes"
        fault = Fault(path=("model",), problem=problem, remedy='add model = "…"', line=lines.get(("model",), 1))
        raise ModelFileError(path, [fault])
    beside = path.parent / name
    try:
        return load(name if name in shipped() or not _there(beside) else beside)
    except UnknownNameError as error:
        raise ModelFileError(path, [Fault(path=("model",), problem=str(error), line=lines.get(("model",)))]) from None


def is_card(path: str | Path) -> bool:
    """Whether a file is a scenario card: TOML with levers and no units."""
    from symbiode.system.formats import _cards

    try:
        table, _ = _cards.read_table(Path(path))
    except ModelFileError:
        return False
    return "levers" in table and "units" not in table


def save_scenario(scenario: Scenario, path: str | Path, *, force: bool = False) -> Path:
    """Write a scenario to a card that `load_scenario` reads back to an equal scenario.

    Parameters
    ----------
    scenario : Scenario
    path : str or Path
        A file that ends in ``.toml``, written whole or not at all.
    force : bool
        Whether a file that exists is replaced.

    Returns
    -------
    Path

    Raises
    ------
    OutputExistsError
        If the file exists and `force` is not set.
    InvalidValueError
        If the name does not end in ``.toml``.

    Examples
    --------
    >>> import symbiode, tempfile
    >>> model = symbiode.load("shenzhen-hongkong")
    >>> rail = {"at": 2018, "moves": {"effects.shenzhen.hongkong": {"add": 0.1}}}
    >>> scenario = symbiode.build_scenario(model, {"rail": rail}, name="rail")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_scenario(scenario, Path(folder) / "rail.toml")
    ...     load_scenario(path, model) == scenario
    True
    """
    from symbiode.system.formats import _cards

    if Path(path).suffix != ".toml":
        raise InvalidValueError("path", str(path), "a name that ends in .toml")
    return write_text(Path(path), _cards.text_of(scenario), force=force)


def _there(path: Path) -> bool:
    """Whether there is such a file; a name too long for one is none."""
    try:
        return path.exists()
    except OSError:
        return False


def _format(path: Path) -> ModuleType:
    return discover.module(sys.modules[__name__], path.suffix.removeprefix(".").lower(), "model format")
