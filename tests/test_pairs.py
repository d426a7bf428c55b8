"""Every pair of a panel: complete, resumable after any kill, the same bytes whoever does the work."""

from __future__ import annotations

import itertools
import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from symbiode import pairs as subject
from symbiode import scale
from symbiode.cli import run as command
from symbiode.errors import DataError, InvalidValueError, OutputExistsError
from symbiode.inference.observations import Observations
from symbiode.inference.panels import read_panel
from symbiode.pairs import Pairs, Settings, fit_pairs
from tests.benchmarks import crashes
from tests.seeds import fresh_seed

QUICK = Settings(starts=1, draws=50)


def panel(units: int, years: int = 8) -> Observations:
    """Return logistic paths with a little noise."""
    rng, t = np.random.default_rng(7), np.arange(2000.0, 2000 + years)
    y = 1 / (1 + np.exp(rng.uniform(0.5, 2, units) - rng.uniform(0.2, 0.6, units) * (t[:, None] - 2000)))
    return Observations(t=t, y=y * np.exp(rng.normal(0, 0.02, y.shape)), units=tuple(f"u{k}" for k in range(units)))


def fake(pair: subject._Pair) -> subject.Row:
    """Stand in for a fit where only the bookkeeping is tested."""
    a, b = pair.seen.units
    if (a, b) == ("u1", "u2"):
        return subject._failed(a, b, "no reason", 1)
    cells = dict.fromkeys(subject.COLUMNS, "") | {"a": a, "b": b, "state": "done", "verdict": "undetermined"}
    return list(cells.values())


def result(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in ("pairs.csv", "ledger.csv", "summary.json")}


@pytest.mark.parametrize("n", [2, 3, 7, 40])
def test_all_pairs_come_in_the_order_of_the_units_without_being_listed(n: int) -> None:
    units = [f"u{k}" for k in range(n)]
    assert list(subject._All(units)) == list(itertools.combinations(units, 2))


def test_the_last_pair_of_very_many_is_found_at_once() -> None:
    many = subject._All(range(5_000_000))
    assert many[len(many) - 1] == (4_999_998, 4_999_999)
    assert many[0] == (0, 1)


def test_a_run_stopped_anywhere_goes_on_to_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "_fitted", fake)
    monkeypatch.setattr(subject, "BLOCK", 4)
    seen = panel(6)
    whole = fit_pairs(seen, tmp_path / "whole")
    assert (whole.total, whole.failed, whole.verdicts) == (15, 1, (("undetermined", 14),))
    for stop in range(1, 16):
        left = itertools.count(1)

        def interrupted(state: subject.State, stop: int = stop, left: Iterator[int] = left) -> None:
            if next(left) == stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fit_pairs(seen, tmp_path / f"{stop}", progress=interrupted)
        journal = tmp_path / f"{stop}" / "journal.jsonl"
        journal.write_bytes(journal.read_bytes() + b'[14,["u4"')  # a kill in the middle of a line
        counted: list[int] = []
        fit_pairs(seen, tmp_path / f"{stop}", progress=lambda state, counted=counted: counted.append(state.before))
        assert set(counted) <= {stop}
        assert result(tmp_path / f"{stop}") == result(tmp_path / "whole")


def test_a_folder_of_another_run_or_of_somebody_else_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "_fitted", fake)
    fit_pairs(panel(3), tmp_path / "mine")
    with pytest.raises(InvalidValueError, match="seed was 0, now 1"):
        fit_pairs(panel(3), tmp_path / "mine", settings=Settings(seed=1))
    with pytest.raises(InvalidValueError, match="data was"):
        fit_pairs(panel(3, years=9), tmp_path / "mine")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputExistsError):
        fit_pairs(panel(3), tmp_path / "other")
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["thesis.txt"]


def test_a_pair_that_cannot_be_fitted_is_in_the_ledger_and_stops_nobody(tmp_path: Path) -> None:
    seen = panel(2)
    y = np.column_stack([seen.y, np.full(len(seen.t), np.nan)])
    y[0, 2] = 1.0
    done = fit_pairs(Observations(t=seen.t, y=y, units=("=cmd()", "b", "c")), tmp_path / "out", settings=QUICK)
    rows = done.frame().set_index(["a", "b"])
    assert (done.total, done.failed) == (3, 2)
    assert rows["state"].tolist() == ["done", "failed", "failed"]
    assert rows["reason"].iloc[1]
    assert rows.index[0][0] == "'=cmd()"  # a spreadsheet must not run a name
    assert rows["effect_a"].notna().tolist() == [True, False, False]
    assert done.summary().startswith("1 of 3 pairs fitted, 2 failed")


def test_discoveries_are_those_of_benjamini_and_hochberg() -> None:
    """Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57, section 3.2: 4 of these 15 hypotheses are rejected."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert subject._discoveries(p) == 4
    assert subject._discoveries([]) == 0


def test_a_panel_with_one_number_a_row_is_read_and_its_faults_named(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("year,unit,kind,value\n2000,B,x,1\n2000,A,x,2\n2001,B,x,3\n2000,B,y,9\n2000,A,y,8\n2001,B,y,7\n")
    seen = read_panel(path, where={"kind": "x"})
    assert seen.units == ("B", "A")
    np.testing.assert_array_equal(seen.y, [[1, 2], [3, np.nan]])
    with pytest.raises(DataError, match=r"long.csv:5: B has a second value at 2000 .*line 2"):
        read_panel(path)
    with pytest.raises(InvalidValueError, match="where"):
        read_panel(path, where={"kind": "z"})
    path.write_text("year,unit,value\n2000,,1\n2001,A,x\n")
    with pytest.raises(DataError, match=r"(?s)2: unit: the row names no unit.*3: value"):
        read_panel(path)


def written(path: Path, seen: Observations) -> Path:
    path.write_text(seen.to_csv(), encoding="utf-8")
    return path


def test_the_command_says_what_came_of_it_and_refuses_what_it_cannot_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = written(tmp_path / "wide.csv", panel(3)), tmp_path / "out"
    arguments = ["pairs", str(data), "--out", str(out), "--starts", "1", "--draws", "50", "--workers", "1"]
    assert command([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["total"], told["failed"]) == ("symbiode/pairs/1", 3, 0)
    assert command([*arguments, "--seed", "1"]) == 2
    assert "seed was 0, now 1" in capsys.readouterr().err
    assert command([*arguments, "--where", "kind"]) == 2
    assert "COLUMN=TEXT" in capsys.readouterr().err
    assert command([*arguments, "--units", "u0,nobody"]) == 2
    assert "nobody" in capsys.readouterr().err


@pytest.mark.slow
def test_a_driver_killed_at_any_moment_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    data = written(tmp_path / "panel.csv", crashes.panel(6))
    assert crashes.start(data, tmp_path / "whole", "--workers", "1").wait() == 0
    rng, kills = np.random.default_rng(fresh_seed()), 0
    for _ in range(6):
        run = crashes.start(data, tmp_path / "killed", "--workers", "2")
        time.sleep(rng.uniform(1, 5))
        if run.poll() is not None:
            break
        run.send_signal(signal.SIGKILL)
        run.wait()
        kills += 1
    assert crashes.start(data, tmp_path / "killed", "--workers", "2").wait() == 0
    assert kills > 0
    assert result(tmp_path / "killed") == result(tmp_path / "whole")


@pytest.mark.peer
def test_workers_and_drivers_of_a_dask_cluster_may_die_without_a_trace_in_the_answer(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    pairs, _, found = crashes.outcomes(tmp_path, units=6, workers=4, drivers=2)
    for run in found:
        assert run.workers + run.drivers > 0
        assert (run.same, run.listed, run.twice) == (True, pairs, 0)


@pytest.mark.peer
@pytest.mark.parametrize("kind", ["tcp", "tls"])
def test_a_cluster_that_is_not_there_is_said_to_be_so(kind: str) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(InvalidValueError, match="dask"), scale.cluster(f"{kind}://127.0.0.1:{1}", timeout=1):
        pass


def test_nothing_is_opened_where_no_cluster_is_asked_for() -> None:
    with scale.cluster(None) as found:
        assert found is None


def test_a_finished_run_asked_again_does_no_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "_fitted", fake)
    first = fit_pairs(panel(4), tmp_path / "out")
    monkeypatch.setattr(subject, "_fitted", None)
    assert fit_pairs(panel(4), tmp_path / "out") == first
    assert isinstance(first, Pairs)
