"""The same pages as files in a folder, for readers without the office: they open from a disk and need no script."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sampan.model.errors import UserError
from sampan.operations import viewing
from sampan.operations.excerpts import excerpts
from sampan.operations.homes import Store
from sampan.operations.receiving import Act
from sampan.operations.viewing import RegionView, Wanted
from sampan.web.finding import finding_page
from sampan.web.links import Written
from sampan.web.reader import LANGUAGES
from sampan.web.region import FINDINGS_SHOWN, region_page

ASSETS = Path(__file__).parent / "static" / "sampan"
Told = Callable[[str, int], None]


@dataclass(frozen=True)
class What:
    """What is written: of which sources and conditions (none named: of all), in which languages."""

    sources: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)


def write(store: Store, folder: Path, what: What, told: Told) -> list[Path]:
    """Write a page for each condition with its pictures and findings; the pages, index.html first."""
    languages = what.languages
    unknown = [language for language in languages if language not in LANGUAGES]
    if unknown:
        raise UserError(f"no pages are written in {', '.join(unknown)}", do=f"choose among {', '.join(LANGUAGES)}")
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    shutil.copytree(ASSETS, folder / "assets", dirs_exist_ok=True)
    conditions = what.conditions or viewing.conditions_told(store, what.sources)
    shown = tuple(conditions)  # a written page leads only to pages that are written
    views = [
        replace(viewing.region(store, Wanted(condition, sources=what.sources)), conditions=shown)
        for condition in conditions
    ]
    pages = [_region(view, folder, language, languages, told, len(views)) for view in views for language in languages]
    if views:
        _findings(store, views[-1], folder, languages)
    index = folder / "index.html"
    index.write_text(pages[-len(languages)].read_text(encoding="utf-8"), encoding="utf-8")
    return [index, *pages]


def _region(view: RegionView, folder: Path, language: str, languages: Sequence[str], told: Told, views: int) -> Path:
    page = region_page(view, language=language, links=Written(), languages=languages)
    path = folder / Written().region(view.condition, language)
    path.write_text(page.html, encoding="utf-8")
    for name, picture in page.pictures.items():
        target = folder / Written().picture(view.condition, language, f"{name}.svg")
        target.write_text(picture.svg(), encoding="utf-8")
        told("Drawing pictures", views * len(languages) * len(page.pictures))
    return path


def _findings(store: Store, view: RegionView, folder: Path, languages: Sequence[str]) -> None:
    shown = view.findings[:FINDINGS_SHOWN]
    found = excerpts(store, shown, Act("office/reader", view.known_at + timedelta(days=2)))
    for one in shown:
        for language in languages:
            text = finding_page(
                view, one, found.get(one["finding"], []), language=language, links=Written(), languages=languages
            )
            (folder / Written().finding(one["finding"], language)).write_text(text, encoding="utf-8")
