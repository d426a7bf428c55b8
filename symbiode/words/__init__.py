"""Every text a reader sees, in English and Chinese, by key; names of modes and outcomes.

A file of this folder holds ``WORDS = {key: (english, chinese)}`` for one kind of text; keys are unique over the
folder. `say` fills in the values.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

LANGUAGES = ("en", "zh")


@cache
def _all() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for module in pkgutil.iter_modules(__path__):
        found |= importlib.import_module(f"{__name__}.{module.name}").WORDS
    return found


def known(key: str, /) -> bool:
    """Return whether there is a text of this key."""
    return key in _all()


def say(key: str, lang: str = "en", /, **values: object) -> str:
    """Return the text of a key in a language, with the values filled in.

    Examples
    --------
    >>> say("symmetric_mutualism"), say("symmetric_mutualism", "zh")
    ('symmetric mutualism', '对称互惠共生')
    """
    text = _all()[key][LANGUAGES.index(lang)]
    return text.format(**values) if values else text
