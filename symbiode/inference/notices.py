"""Notice: one thing a reader of the data should know; no fault, but never silent.

Comes in: a key of `symbiode.words` and its values. Goes out: an English sentence (it is a `str`) that can also be said
in the other languages.
"""

from __future__ import annotations

from symbiode.words import say


class Notice(str):
    """A sentence about data, in English, that knows its key and values.

    Parameters
    ----------
    key : str
        A key of `symbiode.words`.
    **values : str or number
        What the sentence holds.

    Examples
    --------
    >>> notice = Notice("data_sorted", time="year")
    >>> print(notice)
    The rows were not in the order of year and were sorted.
    >>> notice.said("zh")
    '各行未按 year 排序，已重新排序。'
    """

    key: str
    values: dict[str, object]

    def __new__(cls, key: str, **values: object) -> Notice:
        """Return the English sentence of a key."""
        made = super().__new__(cls, say(key, "en", **values))
        made.key, made.values = key, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """Return what pickle and copy make an equal notice from."""
        return (self.key,), self.values

    def said(self, lang: str = "en") -> str:
        """Return the sentence in a language."""
        return say(self.key, lang, **self.values)
