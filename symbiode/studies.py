"""study(): the main job as one function, from a model file and its data to a report.

Comes in: a model (or a CSV of two series). Goes out: a folder with `report.html`, figures as SVG and PNG, and
`results.json` with versions, seed and input digests; the folder is put in place only when all of it is there.
"""

from __future__ import annotations

import json
import platform
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from symbiode import __version__
from symbiode.dynamics.equilibrium import EquilibriumSet, equilibria
from symbiode.dynamics.modes import Settlement, settle
from symbiode.errors import RefusedError
from symbiode.files import folder, sha256, write_text
from symbiode.inference.estimators.trajectory import TrajectoryMatching
from symbiode.inference.fitting import Fit, fit
from symbiode.inference.histories import events_of
from symbiode.inference.observations import Observations, confined, of_model, of_source, read
from symbiode.inference.panels import plain_model
from symbiode.inference.places import apart
from symbiode.inference.pooling import Pooled, pool
from symbiode.inference.rivals import Basis, price_bases
from symbiode.inference.scrutiny import Scrutiny, scrutinise
from symbiode.policy.review import Review, review
from symbiode.scale import each
from symbiode.show import answers, walkthrough
from symbiode.show import scrutiny as questions
from symbiode.show.plots import plot, write
from symbiode.show.report import page
from symbiode.system.formats import load, save, scenarios_of
from symbiode.system.model import DataSource, Model
from symbiode.system.scenario import Scenario

RESULTS = "results.json"
QUICK, FULL = 200, 2000
_PARTS = ("numpy", "scipy", "sympy", "matplotlib", "pandas")
Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Study:
    """Everything one study found.

    Parameters
    ----------
    name : str
        The model's file name, for headings and the output folder.
    model : Model
        The model as given, or one made for a CSV.
    settlement, equilibria
        Where the model as given goes.
    fits : tuple of (name, Fit) pairs
        One per series of the model's data; the first is the model's own.
    figures : tuple of (name, file stem) pairs
        Written beside the report as SVG and PNG.
    folder : Path or None
        Where the report stands, None if nothing was written.
    seed : int
        Seed of every random draw.
    draws : int
        Bootstrap refits behind each probability.
    full : bool
        Whether every section ran at full replicate counts.
    versions : tuple of (package, version) pairs
    inputs : tuple of (path, sha256) pairs
        Every file that was read.
    model_is_made : bool
        Whether the model was only made to search a CSV, so that its own numbers mean nothing.
    review : Review or None
        What would change the model: indices, levers, paths, policy, claims; None for a model that was only made.
    scrutiny : Scrutiny or None
        What a referee would ask of the first fit; None without data.
    panel : Pooled or None
        What all units say together; None if the model file names no panel.
    """

    name: str
    model: Model
    settlement: Settlement
    equilibria: EquilibriumSet
    fits: tuple[tuple[str, Fit], ...]
    figures: tuple[tuple[str, str], ...]
    folder: Path | None
    seed: int
    draws: int
    full: bool
    versions: tuple[tuple[str, str], ...]
    inputs: tuple[tuple[str, str], ...]
    model_is_made: bool = False
    review: Review | None = None
    scrutiny: Scrutiny | None = None
    panel: Pooled | None = None


def study(
    target: Model | str | Path,
    *,
    units: Sequence[str] | None = None,
    scenarios: Sequence[str | Path] | None = None,
    out: Path | str | None = None,
    lang: str = "en",
    seed: int = 0,
    full: bool = False,
    workers: int = 1,
    progress: Progress = lambda text: None,
) -> Study:
    """Run the whole line: settle the model, fit every series it names, judge the modes, write the report.

    Parameters
    ----------
    target : Model, path or str
        A model, a model file, the name of a shipped model, or a CSV with a year column and one column per unit.
    units : sequence of str, optional
        For a CSV: the columns to take, two or more; default all but the time column.
    scenarios : sequence of path or str, optional
        Scenario cards, or names of shipped ones; default those shipped for this model.
    out : path, optional
        The folder to write; default ``./NAME-study``. A folder is replaced only if it holds its own results.json.
    lang : "en" or "zh"
        Language of report and figures.
    seed : int
        Seed of every random draw; the same seed gives the same bytes.
    full : bool
        2,000 instead of 200 refits behind each probability.
    workers : int
        Processes that share the fits; the answer is the same for any number. A program that asks for more than one
        guards its main part with ``if __name__ == "__main__"``.
    progress : callable
        Told in words what is being done.

    Returns
    -------
    Study

    Raises
    ------
    ModelFileError, DataError
        If model or data have faults.
    OutputExistsError
        If `out` is somebody else's folder.
    """
    name, model, path = _target(target, units)
    place = Path(out) if out is not None else Path(f"{name}-study")
    with folder(place, owned_by=RESULTS) as fresh:
        found = _found(name, model, path, seed=seed, full=full, workers=workers, progress=progress)
        cards = scenarios_of(name, model, scenarios)
        found = _reviewed(_questioned(found, cards, progress), cards, progress)
        progress("drawing the figures")
        figures = tuple(_draw(found, fresh, lang))
        done = replace(found, figures=figures, folder=place)
        progress("writing the report")
        write_text(fresh / "report.html", page(done, fresh, lang=lang))
        write_text(fresh / RESULTS, json.dumps(as_object(done), ensure_ascii=False, allow_nan=False, indent=1))
        for series, fitted in done.fits:
            save(fitted.model, fresh / f"fitted-{series}.toml")
    progress("")
    return done


def report(model: Model, path: Path | str, *, name: str, lang: str = "en", seed: int = 0, force: bool = False) -> Path:
    """Write the study's page alone, figures inside it; see `study` for the arguments."""
    found = _found(name, model, None, seed=seed, full=False, workers=1, progress=lambda text: None)
    cards = scenarios_of(name, model)
    found = _reviewed(_questioned(found, cards, lambda text: None), cards, lambda text: None)
    with tempfile.TemporaryDirectory() as aside:
        done = replace(found, figures=tuple(_draw(found, Path(aside), lang)))
        return write_text(path, page(done, Path(aside), lang=lang), force=force)


def as_object(done: Study) -> dict[str, object]:
    """Return a study as one JSON object: settlement, equilibria, fits, versions, seed, input digests.

    For a CSV the settlement and the equilibria are those of the fitted model: the numbers of a model made for a file
    mean nothing.
    """
    settled, listed = done.settlement, done.equilibria
    if done.model_is_made:
        settled, listed = settle(done.fits[0][1].model), equilibria(done.fits[0][1].model)
    return {
        "schema": "symbiode/study/1",
        "version": __version__,
        "name": done.name,
        **answers.settlement(settled),
        **{k: v for k, v in answers.equilibria(listed).items() if k not in ("status", "units")},
        "fits": {series: answers.fit(fitted) for series, fitted in done.fits},
        **({"scrutiny": questions.as_object(done.scrutiny)} if done.scrutiny is not None else {}),
        **({"panel": answers.panel(done.panel)} if done.panel is not None else {}),
        **({"review": walkthrough.as_object(done.review)} if done.review is not None else {}),
        "figures": dict(done.figures),
        "seed": done.seed,
        "draws": done.draws,
        "full": done.full,
        "versions": dict(done.versions),
        "inputs": [{"path": path, "sha256": digest} for path, digest in done.inputs],
    }


def _questioned(found: Study, cards: dict[str, Scenario], progress: Progress) -> Study:
    """Ask the first fit what a referee would ask; dated events come from the scenario called history."""
    if not found.fits:
        return found
    progress("asking what a referee would ask")
    dated = events_of(cards["history"]) if "history" in cards else ()
    return replace(found, scrutiny=scrutinise(found.fits[0][1], events=dated, full=found.full))


def _reviewed(found: Study, cards: dict[str, Scenario], progress: Progress) -> Study:
    return found if found.model_is_made else replace(found, review=review(found.settlement, cards, progress=progress))


def _target(target: Model | str | Path, units: Sequence[str] | None) -> tuple[str, Model, Path | None]:
    if isinstance(target, Model):
        return "model", target, None
    path = Path(target)
    if _is_series(path):
        return path.stem, _model_of(read(path, units=units), path), path
    model = load(target)
    return path.stem, model, path if path.is_file() else None


def _is_series(path: Path | None) -> bool:
    return path is not None and path.suffix.lower() in (".csv", ".tsv", ".txt")


def _model_of(seen: Observations, path: Path) -> Model:
    """Make a logistic pair for somebody's own series; its numbers are only where the search begins."""
    model = replace(plain_model(seen, path.stem), source=f"made for {path.name}: a start of the search, not a finding")
    columns = tuple((name, name) for name in seen.units)
    data = DataSource(file=path.name, time=seen.time_column, columns=columns, folder=str(path.resolve().parent))
    return replace(model, data=data)


def _found(
    name: str, model: Model, path: Path | None, *, seed: int, full: bool, workers: int, progress: Progress
) -> Study:
    progress("settling the model")
    settled, listed = settle(model), equilibria(model)
    draws = FULL if full else QUICK
    fits: list[tuple[str, Fit]] = []
    if model.data is not None:
        progress("fitting every price basis")
        names = tuple(_series(model))
        plain = [_Series(model=model, name=name, seed=seed, draws=draws) for name in names]
        bases = tuple(basis for known in each(_bases, plain, workers=workers) for basis in known)
        asked = [replace(series, bases=bases) for series in plain]
        for series, fitted in zip(asked, each(_fitted, asked, workers=workers), strict=True):
            progress(f"fitted {series.name or 'the data'}")
            fits.append((series.name or "data", fitted))
    panel, more = _pooled(model, seed, progress)
    inputs = [*([path] if path else []), *(Path(fitted.observations.path) for _, fitted in fits)]
    digests = sorted({(p.name, sha256(p)) for p in (*inputs, *more)})
    parts = [("symbiode", __version__), ("python", platform.python_version())]
    return Study(
        name=name, model=model, settlement=settled, equilibria=listed, fits=tuple(fits), figures=(), folder=None,
        seed=seed, draws=draws, full=full, inputs=tuple(digests),
        versions=(*parts, *((part, version(part)) for part in _PARTS)), model_is_made=_is_series(path),
        panel=panel,
    )  # fmt: skip


def _pooled(model: Model, seed: int, progress: Progress) -> tuple[Pooled | None, list[Path]]:
    """Return a model's panel and the files it was read from."""
    if (told := model.panel) is None:
        return None, []
    progress("estimating all units of the panel together")
    seen = of_source(model, told)
    labels = tuple({lang: unit.shown(lang) for lang in ("en", "zh")} for unit in model.units)
    read_from = [Path(seen.path), *([confined(told, told.places)] if told.places else [])]
    return pool(seen, distances=apart(model, told), labels=labels, seed=seed), read_from


@dataclass(frozen=True, kw_only=True)
class _Series:
    """What one fit of a study needs; travels to a worker."""

    model: Model
    name: str
    seed: int
    draws: int
    bases: tuple[Basis, ...] = ()


def _bases(asked: _Series) -> tuple[Basis, ...]:
    seen = of_model(asked.model, asked.name or None)
    return price_bases(asked.model, TrajectoryMatching(), seed=asked.seed, names=(seen.basis or asked.model.name,))


def _fitted(asked: _Series) -> Fit:
    seen = of_model(asked.model, asked.name or None)
    return fit(asked.model, seen, seed=asked.seed, draws=asked.draws, bases=asked.bases)


def _series(model: Model) -> Iterator[str]:
    if model.data is not None:
        yield ""
        yield from (name for name, _ in model.data.alternatives)


def _wanted(found: Study) -> list[tuple[str, str, object, dict[str, Any]]]:
    """Return (file stem, kind of figure, what it shows, options) of every figure of a study."""
    first = found.fits[0][1] if found.fits else found.model
    marked: dict[str, Any] = {} if found.model_is_made or first is found.model else {"model": found.model}
    wanted: list[tuple[str, str, object, dict[str, Any]]] = [
        ("phase_portrait", "phase_portrait", first if found.model_is_made else found.model, {}),
    ]
    if len(found.model.units) == 2 and found.model.law.scale == "capacity":
        wanted.append(("mode_map", "mode_map", first, marked))
    for series, fitted in found.fits:
        wanted += [(f"series-{series}", "series", fitted, {}), (f"profiles-{series}", "profiles", fitted, {})]
    if len(found.fits) > 1:
        wanted.append(("effects_by_basis", "effects_by_basis", found.fits, {}))
    if found.panel is not None:
        wanted.append(("pair_matrix", "pair_matrix", found.panel, {}))
    for kind in ("robustness", "history") if found.scrutiny is not None else ():
        if getattr(found.scrutiny, kind) is not None:
            wanted.append((kind, kind, getattr(found.scrutiny, kind), {}))
    if found.review is not None:
        wanted += walkthrough.drawings(found.review)
    return wanted


def _draw(found: Study, place: Path, lang: str) -> Iterator[tuple[str, str]]:
    about = {"study": found.name, "seed": found.seed, "versions": dict(found.versions), "inputs": dict(found.inputs)}
    for stem, kind, subject, options in _wanted(found):
        try:
            figure = plot(kind, subject, lang=lang, **options)
        except RefusedError:  # this figure has no meaning for this model, such as a plane for three units
            continue
        for suffix in (".svg", ".png"):
            write(figure, place / f"{stem}{suffix}", about=about)
        yield kind, stem
