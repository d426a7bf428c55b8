"""Files are the old one or the new one, never a mixture."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from symbiode.errors import OutputError, OutputExistsError, OutputLockedError
from symbiode.files import folder, lock, sha256, write_bytes, write_text


def names(path: Path) -> set[str]:
    return {p.name for p in path.iterdir()}


def test_a_file_is_written_and_nothing_else_is_left(tmp_path):
    write_text(tmp_path / "a.txt", "深圳\n")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "深圳\n"
    assert names(tmp_path) == {"a.txt"}


def test_an_earlier_file_is_refused_and_untouched_without_force(tmp_path):
    target = tmp_path / "a.txt"
    write_text(target, "old")
    with pytest.raises(OutputExistsError, match=r"a\.txt"):
        write_text(target, "new")
    assert target.read_text() == "old"
    write_text(target, "new", force=True)
    assert target.read_text() == "new"


def test_a_link_is_never_followed(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(OutputError, match="link"):
        write_text(tmp_path / "link", "new", force=True)
    assert (tmp_path / "real").read_text() == "old"


def test_a_missing_folder_is_an_output_error(tmp_path):
    with pytest.raises(OutputError, match="nowhere"):
        write_text(tmp_path / "nowhere" / "a.txt", "x")


def test_the_digest_is_the_published_one_of_abc(tmp_path):
    """FIPS 180-4, example SHA-256 of 'abc'."""
    path = write_bytes(tmp_path / "abc", b"abc")
    assert sha256(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_second_writer_is_told_who_holds_the_output(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from symbiode.files import lock\n"
        "with lock(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "a")], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(OutputLockedError, match=str(other.pid)), lock(tmp_path / "a"):
            pass
        other.kill()
    with lock(tmp_path / "a"):
        pass
    assert names(tmp_path) == set()


def test_a_folder_appears_whole_and_replaces_only_its_own(tmp_path):
    target = tmp_path / "study"
    with folder(target, owned_by="results.json") as part:
        (part / "results.json").write_text("{}")
        assert not target.exists()
    with folder(target, owned_by="results.json") as part:
        (part / "results.json").write_text("{1}")
    assert (target / "results.json").read_text() == "{1}"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "precious.txt").write_text("x")
    with pytest.raises(OutputExistsError), folder(tmp_path / "other", owned_by="results.json"):
        pass
    assert names(tmp_path) == {"study", "other"}


def test_a_failed_folder_leaves_the_old_one(tmp_path):
    target = tmp_path / "study"
    with folder(target, owned_by="results.json") as part:
        (part / "results.json").write_text("old")

    def fails() -> None:
        with folder(target, owned_by="results.json") as part:
            (part / "results.json").write_text("new")
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert (target / "results.json").read_text() == "old"
    assert names(tmp_path) == {"study"}


def _write_for_ever(path: str) -> None:
    content = [bytes([65 + k]) * 200_000 for k in range(2)]
    for k in range(10**9):
        write_bytes(path, content[k % 2], force=True)


def test_killing_a_writer_leaves_a_whole_file_and_the_next_one_sweeps(tmp_path):
    target = tmp_path / "a.bin"
    write_bytes(target, b"A" * 200_000)
    for wait in (0.02, 0.05, 0.08, 0.11, 0.14):
        process = multiprocessing.get_context("spawn").Process(target=_write_for_ever, args=(str(target),))
        process.start()
        time.sleep(0.2 + wait)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert target.read_bytes() in (b"A" * 200_000, b"B" * 200_000)
    write_bytes(target, b"C", force=True)
    assert names(tmp_path) == {"a.bin"}
