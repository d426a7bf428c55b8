"""fit_pairs(): every pair of a panel, resumable after any kill, over processes or a Dask cluster.

Comes in: `Observations` of many units. Goes out: a folder with `pairs.csv` (one row a pair), `ledger.csv` (pair, done
or failed, reason) and `summary.json`. Each finished fit is in the folder's journal, flushed to disk, before the next is
counted; whole blocks of pairs become parts. A run that was killed goes on where it stopped and ends with the same bytes
as one that was not, whatever the number of workers. Memory does not grow with the number of pairs, but for 16 bytes of
p-values a pair at the very end.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import math
import os
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO, overload

import numpy as np

from symbiode import __version__, scale
from symbiode.errors import InvalidValueError, OutputError, OutputExistsError, SymbiodeError, quote
from symbiode.files import lock, write_bytes, write_text
from symbiode.inference.draws import ProfileDraws
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.fitting import Fit, fit
from symbiode.inference.observations import Observations
from symbiode.inference.panels import plain_model
from symbiode.render import csv_text

RUN, JOURNAL, PARTS, PAIRS, LEDGER, SUMMARY = (
    "run.json", "journal.jsonl", "parts", "pairs.csv", "ledger.csv", "summary.json",
)  # fmt: skip
BLOCK = 500
_SIDES = ("a", "b")
_OF_SIDE = ("growth", "growth_low", "growth_high", "capacity", "capacity_low", "capacity_high")
_OF_EFFECT = ("effect", "effect_low", "effect_high", "effect_reading", "effect_p")
COLUMNS = (
    "a", "b", "state", "reason", "n", "first", "last", "status", "verdict", "leading_mode", "leading_probability",
    *(f"{name}_{side}" for side in _SIDES for name in (*_OF_SIDE, *_OF_EFFECT)),
    "sigma", "llf", "aicc", "failed_conditions", "seed",
)  # fmt: skip
Row = list[str]
Progress = Callable[["State"], None]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How each pair is fitted; part of what a resumed run must share with the first.

    Parameters
    ----------
    error : "log" or "level"
        The error model.
    starts : int
        Starts of each search.
    draws : int
        Draws along the profiles behind the mode probabilities.
    level : float
        Probability that naming a mode takes.
    seed : int
        Each pair's own seed follows from this one and the names of its units.
    """

    error: str = "log"
    starts: int = 20
    draws: int = 1000
    level: float = 0.80
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class State:
    """How far a run is: pairs in all, done before this run, done and failed now, seconds since it began."""

    total: int
    before: int
    now: int
    failed: int
    seconds: float

    @property
    def left(self) -> float | None:
        """Seconds left at the pace of this run, None before the first pair."""
        return (self.total - self.before - self.now) * self.seconds / self.now if self.now else None


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """What a finished run left behind.

    Parameters
    ----------
    folder : Path
        Where `pairs.csv`, `ledger.csv` and `summary.json` are.
    total, failed : int
        Pairs in all, and those that could not be fitted; the ledger says why.
    verdicts : tuple of (mode or "undetermined", count) pairs
        Of the pairs that were fitted, most frequent first.
    effects : int
        Effects with a p-value (t-test of the coefficient against zero).
    significant, expected, kept : int
        Effects with p below 5 %; how many of them chance alone would give on average; how many are left when at most
        5 % of those kept may be false (Benjamini and Hochberg 1995).
    """

    folder: Path
    total: int
    failed: int
    verdicts: tuple[tuple[str, int], ...]
    effects: int
    significant: int
    expected: int
    kept: int

    def summary(self) -> str:
        """Return the run in a few lines of text."""
        fitted = self.total - self.failed
        lines = [f"{fitted:,} of {self.total:,} pairs fitted, {self.failed:,} failed ({LEDGER} says why)"]
        lines += [f"  {count:>8,}  {name.replace('_', ' ')}" for name, count in self.verdicts]
        lines.append(
            f"{self.significant:,} of {self.effects:,} effects differ from zero at 5 %; chance alone would give about "
            f"{self.expected:,}. {self.kept:,} are left if at most 5 % of them may be false (Benjamini and Hochberg)."
        )
        return "\n".join([*lines, str(self.folder / PAIRS)])

    def frame(self) -> Any:
        """Return `pairs.csv` as a pandas frame."""
        import pandas as pd

        return pd.read_csv(self.folder / PAIRS, keep_default_na=False, na_values=[""])


@dataclass(frozen=True, kw_only=True, eq=False)
class _Pair:
    """What one fit needs; travels to a worker."""

    seen: Observations
    settings: Settings


def fit_pairs(
    observations: Observations,
    out: Path | str,
    *,
    pairs: Sequence[tuple[str, str]] | None = None,
    settings: Settings | None = None,
    workers: int = 1,
    cluster: Any = None,
    progress: Progress = lambda state: None,
) -> Pairs:
    """Fit two coupled logistic laws to every pair of a panel.

    Parameters
    ----------
    observations : Observations
        From `read_panel` or `read`; rows where one unit of a pair has no value are left out for that pair.
    out : path
        The folder to write. If it holds an unfinished run of the same data and settings, that run goes on.
    pairs : sequence of (unit, unit), optional
        By default every pair, in the order of the units.
    settings : Settings, optional
    workers : int
        Processes of this machine. A program that asks for more than one guards its main part with
        ``if __name__ == "__main__"``.
    cluster : distributed.Client, optional
        A Dask cluster instead (`scale.cluster` opens one).
    progress : callable
        Told the `State` after every pair.

    Returns
    -------
    Pairs

    Raises
    ------
    OutputExistsError
        If `out` is no folder of ours.
    OutputLockedError
        If another run is writing to it.
    InvalidValueError
        If `out` holds a run of other data or settings, or a pair names an unknown unit, or the same one twice.

    Examples
    --------
    >>> import symbiode, tempfile
    >>> seen = symbiode.Observations(t=range(9), y=[[2.0**k, 3.0**k, 1 + k] for k in range(9)], units=("a", "b", "c"))
    >>> done = fit_pairs(seen, tempfile.mkdtemp(), pairs=[("a", "b")], settings=Settings(starts=2, draws=50))
    >>> done.total
    1
    """
    chosen = _chosen(observations, pairs)
    asked = settings if settings is not None else Settings()
    place = Path(out)
    if place.is_symlink():
        raise OutputError(place, "it is a link, and links are not followed")
    with lock(place):
        told = _identity(observations, chosen, asked)
        _open(place, told)
        _run(place, observations, chosen, asked, workers, cluster, progress)
        return _finish(place, len(chosen))


def _same(place: Path, before: str, now: str) -> None:
    """Refuse to go on with a run of other data or settings, and say what differs."""
    try:
        old, new = json.loads(before), json.loads(now)
        differs = [f"{name} was {old.get(name)}, now {new[name]}" for name in new if old.get(name) != new[name]]
    except (ValueError, AttributeError):
        raise OutputExistsError(place) from None
    if differs:
        raise InvalidValueError("out", str(place), f"a new folder, or the same run again ({'; '.join(differs)})")


class _All(Sequence[tuple[str, str]]):
    """Every pair of some units, in their order, without listing them."""

    def __init__(self, units: Sequence[str]) -> None:
        self.units = units

    def __len__(self) -> int:
        return len(self.units) * (len(self.units) - 1) // 2

    @overload
    def __getitem__(self, index: int) -> tuple[str, str]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[str, str]]: ...
    def __getitem__(self, index: int | slice) -> tuple[str, str] | Sequence[tuple[str, str]]:
        if isinstance(index, slice):
            return [self[k] for k in range(*index.indices(len(self)))]
        n, first = len(self.units), 0
        if not 0 <= index < len(self):
            raise IndexError(index)
        first = int(n - 0.5 - math.sqrt((n - 0.5) ** 2 - 2 * index))
        while first * (2 * n - first - 1) // 2 > index:
            first -= 1
        while (first + 1) * (2 * n - first - 2) // 2 <= index:
            first += 1
        return self.units[first], self.units[index - first * (2 * n - first - 1) // 2 + first + 1]


def _chosen(seen: Observations, pairs: Sequence[tuple[str, str]] | None) -> Sequence[tuple[str, str]]:
    if pairs is None:
        if len(seen.units) < 2:
            raise InvalidValueError("observations", len(seen.units), "two or more units")
        return _All(seen.units)
    for a, b in pairs:
        if a == b or a not in seen.units or b not in seen.units:
            raise InvalidValueError("pairs", f"{a}, {b}", f"two different units of {', '.join(seen.units[:8])}…")
    return tuple(pairs)


def _identity(seen: Observations, pairs: Sequence[tuple[str, str]], settings: Settings) -> str:
    """Return what must be the same for a run to go on, as JSON."""
    digest = hashlib.sha256()
    for part in (seen.t.tobytes(), seen.y.tobytes(), json.dumps([seen.units, seen.currency, seen.basis]).encode()):
        digest.update(part)
    if not isinstance(pairs, _All):
        digest.update(json.dumps(pairs).encode())
    told = {
        "schema": "symbiode/pairs-run/1", "version": __version__, "data": digest.hexdigest()[:16], "pairs": len(pairs),
        **{field.name: getattr(settings, field.name) for field in fields(settings)},
    }  # fmt: skip
    return json.dumps(told, indent=1)


def _open(place: Path, told: str) -> None:
    """Begin a new folder, or find the same run begun in it."""
    try:
        place.mkdir(exist_ok=True)
        begun = place / RUN
        if begun.is_file():
            _same(place, begun.read_text(encoding="utf-8"), told)
        elif any(place.iterdir()):
            raise OutputExistsError(place)
        else:
            write_text(begun, told)
        (place / PARTS).mkdir(exist_ok=True)
    except (OSError, UnicodeDecodeError) as error:
        raise OutputError(place, str(error)) from error


def _run(
    place: Path, seen: Observations, pairs: Sequence[tuple[str, str]], settings: Settings, workers: int, cluster: Any,
    progress: Progress,
) -> None:  # fmt: skip
    """Fit what is not yet done; write each row down as it comes and each block as it is whole."""
    total = len(pairs)
    journal = _Journal(place, total)
    before, now, failed, began = journal.done(), 0, 0, time.monotonic()
    under_way: dict[int, int] = {}

    def items() -> Iterator[_Pair]:
        for at, index in enumerate(journal.missing()):
            under_way[at] = index
            yield _Pair(seen=seen.only(pairs[index]), settings=settings)

    with closing(journal), closing(scale.unordered(_fitted, items(), workers=workers, cluster=cluster)) as answers:
        for at, answer in answers:
            index = under_way.pop(at)
            row = answer if not isinstance(answer, scale.Lost) else _lost(pairs[index], answer)
            journal.add(index, row)
            now, failed = now + 1, failed + (row[2] == "failed")
            seconds = time.monotonic() - began
            progress(State(total=total, before=before, now=now, failed=failed, seconds=seconds))


class _Journal:
    """The rows of blocks that are not yet whole, a line of JSON each, flushed to disk one by one; then a part."""

    def __init__(self, place: Path, total: int) -> None:
        self.place, self.total, self.path = place, total, place / JOURNAL
        self.whole = {k for k in range(_blocks(total)) if _part(place, k).is_file()}
        self.rows: dict[int, Row] = {}
        text = self.path.read_bytes() if self.path.is_file() else b""
        for line in text[: text.rfind(b"\n") + 1].splitlines():  # a kill may have cut the last line
            index, row = json.loads(line)
            if index // BLOCK not in self.whole:
                self.rows[index] = row
        self.stream = self.rewritten()
        for block in sorted({index // BLOCK for index in self.rows}):
            self.settle(block)  # a kill may have come between the last row of a block and its part

    def rewritten(self) -> BinaryIO:
        """Replace the journal by the rows that no part holds, and return it open for more."""
        lines = b"".join(_line(index, row) for index, row in sorted(self.rows.items()))
        write_bytes(self.path, lines, force=True)
        return self.path.open("ab")

    def block(self, k: int) -> range:
        return range(k * BLOCK, min((k + 1) * BLOCK, self.total))

    def done(self) -> int:
        return len(self.rows) + sum(len(self.block(k)) for k in self.whole)

    def missing(self) -> Iterator[int]:
        for k in range(_blocks(self.total)):
            if k not in self.whole:
                yield from [index for index in self.block(k) if index not in self.rows]

    def add(self, index: int, row: Row) -> None:
        self.rows[index] = row
        self.stream.write(_line(index, row))
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self.settle(index // BLOCK)

    def settle(self, k: int) -> None:
        """Write a block as a part if all its rows are there."""
        if not all(index in self.rows for index in self.block(k)):
            return
        write_text(_part(self.place, k), _csv([self.rows.pop(index) for index in self.block(k)]), force=True)
        self.whole.add(k)
        self.stream.close()
        self.stream = self.rewritten()

    def close(self) -> None:
        self.stream.close()


def _blocks(total: int) -> int:
    return -(-total // BLOCK)


def _line(index: int, row: Row) -> bytes:
    return json.dumps([index, row], ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _part(place: Path, block: int) -> Path:
    return place / PARTS / f"{block:06d}.csv"


def _csv(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _fitted(pair: _Pair) -> Row:
    """Fit one pair; whatever goes wrong is the reason in its row, never the end of the run."""
    a, b = pair.seen.units
    seed = _seed(pair.settings.seed, a, b)
    try:
        both = np.flatnonzero(~np.isnan(pair.seen.y).any(axis=1))
        seen = pair.seen.without(np.delete(pair.seen.t, both)) if len(both) < len(pair.seen.t) else pair.seen
        asked = pair.settings
        found = fit(
            plain_model(seen, f"{a}, {b}"), seen, method=TrajectoryMatching(error=asked.error, starts=asked.starts),  # type: ignore[arg-type]
            seed=seed, level=asked.level, draws=ProfileDraws(count=asked.draws),
        )  # fmt: skip
        return _row(found, seed)
    except SymbiodeError as error:
        reason = " ".join(str(error).split())
    except Exception as error:  # noqa: BLE001 -- one of thousands of pairs must not end the others; its row says what it was
        reason = f"fault of the program: {type(error).__name__}: {error}"
    return _failed(a, b, reason, seed)


def _seed(seed: int, a: str, b: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}\0{a}\0{b}".encode()).digest()[:4], "big")


def _failed(a: str, b: str, reason: str, seed: int | None = None) -> Row:
    cells = {**dict.fromkeys(COLUMNS), "a": a, "b": b, "state": "failed", "reason": reason, "seed": seed}
    return [_cell(name, value) for name, value in cells.items()]


def _lost(pair: tuple[str, str], answer: scale.Lost) -> Row:
    return _failed(*pair, f"its worker died {answer.deaths} times")


def _row(found: Fit, seed: int) -> Row:
    a, b = found.observations.units
    cells: dict[str, object] = dict.fromkeys(COLUMNS, "")
    verdict, t = found.verdict, found.observations.t
    failed = dict.fromkeys(reason.key.removeprefix("verdict_") for reason in verdict.reasons)
    cells |= {
        "a": a, "b": b, "state": "done", "n": len(t), "first": float(t[0]), "last": float(t[-1]),
        "status": found.status.code.value, "verdict": verdict.mode.value if verdict.mode else "undetermined",
        "leading_mode": verdict.leading.value if verdict.leading else "", "leading_probability": verdict.probability,
        "sigma": found.sigma, "llf": found.llf, "aicc": found.aicc,
        "failed_conditions": " ".join(failed), "seed": seed,
    }  # fmt: skip
    pvalues, readings = found.pvalues, found.identifiability
    for side, unit, partner in (("a", quote(a), quote(b)), ("b", quote(b), quote(a))):
        for slot in ("growth", "capacity"):
            cells |= _numbers(found, f"{unit}.{slot}", slot, side)
        effect = f"effects.{unit}.{partner}"
        cells |= _numbers(found, effect, "effect", side)
        cells |= {f"effect_reading_{side}": readings[effect].value, f"effect_p_{side}": float(pvalues[effect])}
    return [_cell(name, cells[name]) for name in COLUMNS]


def _numbers(found: Fit, name: str, slot: str, side: str) -> Mapping[str, object]:
    low, high = found.intervals[name]
    return {f"{slot}_{side}": float(found.params[name]), f"{slot}_low_{side}": low, f"{slot}_high_{side}": high}


def _cell(name: str, value: object) -> str:
    """Return a number as its shortest exact decimal, empty if missing or not finite; other people's text guarded."""
    if name in ("a", "b", "reason"):
        return csv_text(str(value)) if value else ""
    if isinstance(value, float):
        return repr(float(value)) if np.isfinite(value) else ""
    return "" if value is None else str(value)


def _rows(place: Path, total: int) -> Iterator[dict[str, str]]:
    for block in range(_blocks(total)):
        with _part(place, block).open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                yield dict(zip(COLUMNS, row, strict=True))


def _finish(place: Path, total: int) -> Pairs:
    """Join the parts, tell how often each verdict stands, and weigh the many tests together."""
    verdicts: Counter[str] = Counter()
    failed, tests = 0, array("d")
    for row in _rows(place, total):
        failed += row["state"] == "failed"
        verdicts.update([row["verdict"]] if row["state"] == "done" else [])
        tests.extend(float(row[f"effect_p_{side}"]) for side in _SIDES if row[f"effect_p_{side}"])
    parts = (_part(place, k).read_bytes() for k in range(_blocks(total)))
    write_bytes(place / PAIRS, itertools.chain([_csv([list(COLUMNS)]).encode()], parts), force=True)
    told = ([row[name] for name in COLUMNS[:4]] for row in _rows(place, total))
    lines = (_csv([line]).encode() for line in itertools.chain([list(COLUMNS[:4])], told))
    write_bytes(place / LEDGER, lines, force=True)
    done = Pairs(
        folder=place, total=total, failed=failed, effects=len(tests),
        verdicts=tuple(sorted(verdicts.items(), key=lambda item: (-item[1], item[0]))),
        significant=sum(p < 0.05 for p in tests), expected=round(0.05 * len(tests)), kept=_discoveries(tests),
    )  # fmt: skip
    write_text(place / SUMMARY, json.dumps(as_object(done), indent=1, ensure_ascii=False), force=True)
    return done


def _discoveries(p: Sequence[float], share: float = 0.05) -> int:
    """Return how many of the smallest p-values are kept if at most this share of them may be false."""
    ordered = np.sort(np.asarray(p, float))
    below = np.flatnonzero(ordered <= share * np.arange(1, len(ordered) + 1) / max(len(ordered), 1))
    return int(below[-1]) + 1 if below.size else 0


def as_object(done: Pairs) -> dict[str, object]:
    """Return a finished run as one JSON object."""
    return {
        "total": done.total, "failed": done.failed, "verdicts": dict(done.verdicts), "effects": done.effects,
        "significant": done.significant, "expected_by_chance": done.expected, "kept_at_5_percent_false": done.kept,
    }  # fmt: skip
