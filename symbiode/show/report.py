"""The report: a study as one HTML page that opens offline, prints on A4 and needs no script.

Comes in: a `Study` and the folder with its figures. Goes out: the page as text. Every text passes the template's
escaping; the only markup taken as it stands is our own MathML and style sheet.
"""

from __future__ import annotations

import base64
import hashlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from symbiode import __version__
from symbiode.show import evidence, scrutiny, sections, story, walkthrough
from symbiode.show.palette import MODES, OUTCOMES
from symbiode.words import say

if TYPE_CHECKING:
    from symbiode.studies import Study

TEMPLATES = Path(__file__).parent / "templates"


def page(study: Study, folder: Path | str, *, lang: str = "en") -> str:
    """Return a study as one self-contained HTML page.

    Parameters
    ----------
    study : Study
        What `symbiode.study` found.
    folder : path
        Where its figures stand as SVG (``STEM.svg``); they are put into the page.
    lang : "en" or "zh"
        Language of the page.

    Returns
    -------
    str
        HTML 5, with a content security policy that lets nothing in.
    """
    import jinja2

    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8") + _swatches()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("report.html.j2").render(
        lang=lang,
        say=partial(_say, lang),
        style=Markup(style),
        style_hash=Markup(f"sha256-{digest}"),
        version=__version__,
        title=say("report_title", lang, name=_heading(study, lang)),
        **_content(study, Path(folder), lang),
    )


def _say(lang: str, key: str, /, **values: object) -> str:
    return say(key, lang, **values)


def _heading(study: Study, lang: str) -> str:
    """Return the model's name; in another language than English the units' labels, where they have one."""
    labels = [dict(unit.label).get(lang, "") for unit in study.model.units]
    if lang == "zh" and len(labels) == 2 and all(labels):
        return "与".join(labels)
    return study.model.name or study.name


def _swatches() -> str:
    looks = {key: look["colour"] for key, look in MODES.items()} | {k: v["colour"] for k, v in OUTCOMES.items()}
    return "".join(f".{key} {{ background: {colour}; }}\n" for key, colour in looks.items())


def _content(study: Study, folder: Path, lang: str) -> dict[str, Any]:
    made = say("report_made", lang, version=__version__, seed=study.seed, draws=f"{study.draws:,}")
    if not study.full and study.fits:
        made += ("" if lang == "zh" else " ") + say("report_reduced", lang)
    figures = _Figures(study, folder, lang)
    pictures = [section for section in _pictures(study, figures, lang) if section]
    walk = walkthrough.sections(study, figures, lang)
    fits = [sections.fit(name, fit, figures, lang) for name, fit in study.fits]
    asked = scrutiny.sections(study, figures, lang)
    panel = scrutiny.panel(study, figures, lang)
    content: dict[str, Any] = {
        "made": made,
        "answer": story.answer(study, lang),
        "data": story.data(study, lang),
        "loses": scrutiny.first(study, lang),
        "asked": asked,
        "panel": panel,
        "asked_lead": scrutiny.lead(study, lang) if asked else "",
        "evidence": story.table(study, lang) if study.fits else None,
        "evidence_note": say("report_evidence_note", lang, level=_percent(study)),
        "failed": story.failed(study, lang),
        "needed": story.needed(study, lang),
        "change": walkthrough.summary(study, lang),
        "walk": walk,
        "walk_lead": say("walk_lead", lang) if any(part["id"] == "concepts" for part in walk) else "",
        "model": sections.model(study.model, lang),
        "equilibria": sections.equilibria(study.equilibria, lang),
        "pictures": pictures,
        "fits": fits,
        "methods": _methods(study, lang),
        "command": _command(study, lang),
        "seed": study.seed,
        "versions": ", ".join(f"{part} {number}" for part, number in study.versions),
        "inputs": study.inputs,
        "cite": _cite(study, lang),
        "glossary": sections.glossary(lang),
    }
    listed = [("walk", say("walk_title", lang), False)] if walk else []
    listed += [(section["id"], section["title"], True) for section in walk]
    plain = [("failed", say("report_failed", lang))] if content["failed"] else []
    plain += [("model", say("report_model", lang)), ("equilibria", say("report_equilibria", lang))]
    plain += [(section["id"], section["title"]) for section in pictures]
    plain += [("fits", say("report_fits", lang))] if fits else []
    listed += [(key, text, False) for key, text in plain]
    listed += [("asked", say("scrutiny_title", lang), False)] if asked else []
    listed += [(section["id"], section["title"], True) for section in asked]
    listed += [("panel", say("panel_title", lang), False)] if panel else []
    plain = [(key, say(f"report_{key}", lang)) for key in ("methods", "reproduce", "cite", "glossary")]
    listed += [(key, text, False) for key, text in plain]
    return content | {"contents": listed}


def _percent(study: Study) -> str:
    levels = {e.level for _, fit in study.fits for e in evidence.effects_of(fit)}
    return " / ".join(f"{100 * level:g}" for level in sorted(levels)) or "95"


class _Figures:
    """Reads figures of a study as data for ``<img>``: an image in a page can run nothing."""

    def __init__(self, study: Study, folder: Path, lang: str) -> None:
        self.stems = [stem for _, stem in study.figures]
        self.folder, self.lang = folder, lang

    def __call__(self, stem: str, alt: str, caption: str, size: str = "column") -> dict[str, str] | None:
        if stem not in self.stems:
            return None
        content = (self.folder / f"{stem}.svg").read_bytes()
        data = f"data:image/svg+xml;base64,{base64.b64encode(content).decode()}"
        return {"data": data, "alt": alt, "caption": caption, "size": size}


def _pictures(study: Study, figures: _Figures, lang: str) -> list[dict[str, Any] | None]:
    cloud = ""
    if study.fits:
        cloud = say("report_map_cloud", lang, series=evidence.basis(study.fits[0][1], study.fits[0][0], lang))
    captions = {
        "phase_portrait": ("portrait", say("report_portrait_caption", lang), "column"),
        "mode_map": ("map", say("report_map_caption", lang, cloud=cloud), "column"),
        "effects_by_basis": ("basis", say("report_basis_caption", lang, level=_percent(study)), "page"),
    }
    shown: list[dict[str, Any] | None] = []
    for stem, (key, caption, size) in captions.items():
        title = say(f"report_{key}", lang)
        drawn = figures(stem, title, caption, size)
        shown.append({"id": key, "title": title, "figure": drawn} if drawn else None)
    return shown


def _methods(study: Study, lang: str) -> list[str]:
    levels = {fit.verdict.level for _, fit in study.fits} or {0.8}
    told = [say("report_method_settle", lang)]
    if study.fits:
        told.append(say("report_method_fit", lang))
        told.append(say("report_method_verdict", lang, level=" / ".join(f"{level:g}" for level in sorted(levels))))
    return [*told, say("report_method_limits", lang)]


def _command(study: Study, lang: str) -> str:
    said = f"symbiode study {study.name}" + (f" --lang {lang}" if lang != "en" else "")
    said += f" --seed {study.seed}" if study.seed else ""
    return said + (" --full" if study.full else "")


def _cite(study: Study, lang: str) -> list[str]:
    lines = [say("report_cite_us", lang, version=__version__), say("report_cite_paper", lang)]
    sources = dict.fromkeys(fit.observations.source for _, fit in study.fits if fit.observations.source)
    return lines + [say("report_cite_data", lang, source=source.rstrip(".")) for source in sources]
