"""What a plug-in folder holds: its file names are its choices, there is no registry.

Comes in: a package such as `symbiode.system.laws`. Goes out: the names of its files, and one member of one of them.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from symbiode.errors import UnknownNameError


def names(folder: ModuleType) -> tuple[str, ...]:
    """Return the names of the plug-ins in a folder, sorted; files starting with `_` are private parts.

    Examples
    --------
    >>> from symbiode.system import laws
    >>> "logistic" in names(laws)
    True
    """
    return tuple(sorted(m.name for m in pkgutil.iter_modules(folder.__path__) if not m.name.startswith("_")))


def module(folder: ModuleType, name: str, kind: str) -> ModuleType:
    """Return the plug-in file called `name`.

    Raises
    ------
    UnknownNameError
        If the folder holds no such file; the error lists the choices.
    """
    if name not in names(folder):
        raise UnknownNameError(kind, name, names(folder))
    return importlib.import_module(f"{folder.__name__}.{name}")
