"""Atomic durable writes, locks, digests: a file is the old one or the new one, never a mixture.

Comes in: a path and its whole content. Goes out: the path, written beside its place, flushed to disk and renamed; an
earlier file is replaced only when told to, a link is never followed, one run at a time holds an output.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such lock; there a second writer is not noticed, but files stay whole
    fcntl = None  # type: ignore[assignment]

from symbiode.errors import OutputError, OutputExistsError, OutputLockedError


def write_text(path: Path | str, text: str, *, force: bool = False) -> Path:
    """Write a UTF-8 text file, whole or not at all; see `write_bytes`."""
    return write_bytes(path, text.encode("utf-8"), force=force)


def write_bytes(path: Path | str, content: bytes | Iterable[bytes], *, force: bool = False) -> Path:
    """Write a file, whole or not at all.

    Parameters
    ----------
    path : path
        Where; its folder must exist.
    content : bytes, or iterable of bytes
        The whole content, or its pieces one after the other.
    force : bool
        Whether an earlier file may be replaced.

    Returns
    -------
    Path

    Raises
    ------
    OutputExistsError
        If the file exists and `force` is not set; it is left as it is.
    OutputError
        If the place cannot be written to; nothing is left behind.
    OutputLockedError
        If another run holds the file.
    """
    target = Path(path)
    if target.is_symlink():
        raise OutputError(target, "it is a link, and links are not followed")
    with lock(target):
        if target.exists() and not force:
            raise OutputExistsError(target)
        part = _part(target)
        try:
            _durable(part, content)
            os.replace(part, target)
            _sync_folder(target.parent)
        except OSError as error:
            raise OutputError(target, error.strerror or str(error)) from error
        finally:
            part.unlink(missing_ok=True)
    return target


@contextlib.contextmanager
def folder(path: Path | str, *, owned_by: str) -> Iterator[Path]:
    """Fill a folder aside and put it in place when all of it is there.

    Parameters
    ----------
    path : path
        Where the folder goes; an earlier one is replaced only if it holds the file `owned_by`.
    owned_by : str
        The file that marks a folder as ours, such as ``results.json``.

    Yields
    ------
    Path
        A fresh folder to fill; thrown away if an error passes through.

    Raises
    ------
    OutputExistsError, OutputError, OutputLockedError
    """
    target = Path(path)
    if target.is_symlink():
        raise OutputError(target, "it is a link, and links are not followed")
    if target.exists() and not (target.is_dir() and ((target / owned_by).is_file() or not any(target.iterdir()))):
        raise OutputExistsError(target)
    with lock(target):
        part, old = _part(target), target.with_name(f".{target.name}.{os.getpid()}.old")
        try:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            yield part
            if target.exists():
                os.replace(target, old)
            os.replace(part, target)
            _sync_folder(target.parent)
        except OSError as error:
            raise OutputError(target, error.strerror or str(error)) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def lock(target: Path) -> Iterator[None]:
    """Hold an output for this run; a lock left by a killed run is taken over.

    Raises
    ------
    OutputLockedError
        If another living process holds it; the error names it.
    OutputError
        If the folder cannot be written to.
    """
    held = target.with_name(f".{target.name}.lock")
    try:
        handle = _claim(held)
    except OSError as error:
        raise OutputError(target, error.strerror or str(error)) from error
    if handle is None:
        raise OutputLockedError(target, _holder(held) or 0)
    try:
        os.truncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        _sweep(target)
        yield
    finally:
        held.unlink(missing_ok=True)
        os.close(handle)


def _claim(held: Path) -> int | None:
    """Return an open, locked file, or None if a living process holds it; the kernel frees it with its process."""
    while True:
        handle = os.open(held, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        # Between open and lock the holder may have removed the file: then this lock is on a name nobody sees.
        with contextlib.suppress(FileNotFoundError):
            if os.stat(held).st_ino == os.fstat(handle).st_ino:
                return handle
        os.close(handle)


def sha256(path: Path | str) -> str:
    """Return the SHA-256 digest of a file, in hexadecimal."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _part(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.part")


def _durable(path: Path, content: bytes | Iterable[bytes]) -> None:
    with open(path, "xb") as stream:
        stream.writelines([content] if isinstance(content, bytes) else content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(path: Path) -> None:
    """Make a rename durable where folders can be synchronised (not on Windows)."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _holder(held: Path) -> int | None:
    try:
        return int(held.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _sweep(target: Path) -> None:
    """Remove what a killed run left beside an output; the lock is held, so nobody else is writing it."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.part"):
        shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
