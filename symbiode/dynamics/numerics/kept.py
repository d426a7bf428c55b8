"""Kernels compiled by numba, kept in the user's cache folder so that the next process need not compile them.

Comes in: the text of a kernel, written by `straight`. Goes out: the compiled function. numba keeps its machine code
beside the file that a function says it comes from, and its index there is a pickle: whoever can write to that folder
can run code. So the folder is used only if it, and all that is in it, belongs to the user and nobody else may write
there; no link is followed; and what is compiled is always our own text, never what a file holds. Where any of this
fails, the kernel is compiled in memory: slower to start, the same answers.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import math
import os
import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

Kernel = Callable[..., None]


def available() -> bool:
    """Whether numba can be imported; it is not imported for that."""
    return importlib.util.find_spec("numba") is not None


def kernel(text: str, name: str) -> Kernel:
    """Compile a text, or take what an earlier process compiled of it.

    Parameters
    ----------
    text : str
        Written by this package.
    name : str
        The function in it that is wanted.
    """
    import numba
    import numpy as np
    from llvmlite import ir
    from numba.extending import intrinsic

    file = None if numba.config.CACHE_DIR else _kept(text)  # another folder is not ours to check
    names: dict[str, Any] = {
        "np": np, "njit": numba.njit, "types": numba.types, "intrinsic": intrinsic, "ir": ir, "inf": math.inf,
        "nan": math.nan, "KEPT": file is not None, "__name__": __name__,
    }  # fmt: skip
    # What runs is the text we generated, never what the file holds; the file only gives numba a place for its cache.
    exec(compile(text, str(file or "<kernel>"), "exec"), names)
    made: Kernel = names[name]
    return made


def shared_out(members: int, block: int, run: Callable[[int, int], None]) -> None:
    """Run through all members, a block at a time, on as many threads as numba is told to use."""
    import numba

    begins = range(0, members, block)
    threads = min(numba.config.NUMBA_NUM_THREADS, len(begins))

    def share(k: int) -> None:
        for lo in begins[k::threads]:
            run(lo, min(lo + block, members))

    if threads < 2:
        share(0)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(share, range(threads)))


def folder() -> Path:
    """Return where kernels are kept on this system."""
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA", "")
        return Path(base) / "symbiode" / "cache" if base else Path.home() / "AppData" / "Local" / "symbiode" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "symbiode"
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "symbiode"


def _kept(text: str) -> Path | None:
    """Return the file that holds a text, written if it is new; None if the folder or the file is not to be trusted."""
    try:
        home = folder()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = home / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.py"
        if not _private(home) or not all(map(_sound, home.resolve().parents)):
            return None
        with contextlib.suppress(FileExistsError):
            _write(file, text)
        inner = home / "__pycache__"
        inner.mkdir(mode=0o700, exist_ok=True)
        sure = _private(inner) and all(_own(entry) for place in (home, inner) for entry in place.iterdir())
        return file if sure and file.read_bytes() == text.encode() else None
    except (OSError, RuntimeError):
        return None


def _write(file: Path, text: str) -> None:
    """Write a new file that is whole from the first moment that it can be seen."""
    if os.path.lexists(file):
        return
    part = file.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(text.encode())
    os.replace(part, file)


def _private(place: Path) -> bool:
    """Whether a folder is the user's own, with no rights for anybody else, and no link."""
    found = place.lstat()
    mine = os.name == "nt" or (found.st_uid == os.getuid() and found.st_mode & 0o077 == 0)
    return stat.S_ISDIR(found.st_mode) and mine


def _sound(place: Path) -> bool:
    """Whether nobody but the user and root can put another folder in the place of one in here."""
    found = place.lstat()
    trusted = os.name == "nt" or found.st_uid in (0, os.getuid())
    return trusted and (not found.st_mode & 0o022 or bool(found.st_mode & stat.S_ISVTX) or os.name == "nt")


def _own(entry: Path) -> bool:
    """Whether a file or folder is the user's own, nobody else may write to it, and it is no link."""
    found = entry.lstat()
    mine = os.name == "nt" or (found.st_uid == os.getuid() and not found.st_mode & 0o022)
    return mine and (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode))
