"""Pages: what is typed is never code, silences have words, the order is by lot, each language has every word."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import sampan.web
from sampan.model.places import Unit
from sampan.model.sources import Expectation, Source, Words
from sampan.model.tables import Layout
from sampan.operations.excerpts import Excerpt
from sampan.operations.regional import Cell, Rate
from sampan.operations.viewing import RegionView, SourceView, UnitView, by_lot
from sampan.web.finding import finding_page
from sampan.web.links import Written
from sampan.web.pictures import REPORTED, figures_of, shared_units
from sampan.web.reader import LANGUAGES, Reader
from sampan.web.region import region_page

WEB = Path(sampan.web.__file__).parent
MONDAY = date(2025, 6, 2)
KNOWN = datetime(2025, 7, 28, 10, tzinfo=UTC)


def _source(country: str, *, lists: bool = False) -> Source:
    return Source(
        id=f"invented-{country.lower()}", title=f"{country} weekly", owner=f"{country}-moh", country=country,
        kind="cases" if lists else "aggregate", practice="p", layout=Layout(), columns={},
        words=Words(languages=("km",)), expects=Expectation(level=1, every="week"), invented=True,
        notes="All ages.",
    )  # fmt: skip


def _view(country: str, cases: tuple[int | None, ...]) -> SourceView:
    unit = Unit(f"{country}-1@0001-01-01", f"{country}-1", country, 1, "admin", country, "Hill", {"km": "ភ្នំ"})
    found = []
    for number, value in enumerate(cases):
        start = MONDAY + timedelta(weeks=number)
        status = "not_reported" if value is None else "reported" if value else "zero"
        found.append(Cell(unit.id, start, start + timedelta(days=6), status, value, (3, 40)))
    rate = Rate("reported", 7, 1.2, 2, 3) if any(cases) else Rate("withheld", None, None, 0, 3)
    names = {"km": f"ប្រទេស {country}"}
    return SourceView(
        _source(country), names, f"Land {country}", (UnitView(unit, 1000, rate),), tuple(found), tuple(found)
    )


FINDING = {
    "finding": "F-000001", "rule": "unmapped-term", "title": "A word we do not know yet", "explanation": "e",
    "remedy": "r", "source": "invented-xp", "delivery": "D-000001", "column": "ជំងឺ", "term": "<script>alert(1)</script>",
    "count": 2, "cases": 9, "share": 0.125, "facts": {"candidates": ["dengue"]},
}  # fmt: skip
DELIVERY = {
    "delivery": "D-000001", "source": "invented-xp", "filename": "<b>file</b>.xlsx", "digest": "ab" * 32,
    "received_at": KNOWN.isoformat(), "rows_in": 12, "observed": 10, "set_aside": 2, "repeated": 0,
}  # fmt: skip
REGION = RegionView(
    condition="dengue",
    conditions=("cholera", "dengue"),
    known_at=KNOWN,
    first=MONDAY,
    last=date(2025, 7, 27),
    invented=True,
    sources=(_view("XP", (4, 0, None)), _view("XS", (None, None, None))),
    shapes=None,
    findings=(FINDING,),
    deliveries=(DELIVERY,),
)


def _page(view: RegionView = REGION, language: str = "en") -> str:
    return region_page(view, language=language, links=Written()).html


def test_what_a_partner_typed_is_shown_and_never_run():
    page = _page()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;file&lt;/b&gt;.xlsx" in page


def test_a_page_has_no_inline_script_or_style_and_fetches_nothing_from_elsewhere():
    page = _page()
    assert not re.search(r"<style|\sstyle=|\son\w+=|https?://", page)


def test_a_silence_is_told_in_words():
    assert re.search(r'<span class="sign withheld">×</span>\s*withheld', _page())
    assert re.search(r'<span class="sign withheld">×</span>\s*មិនទាន់បញ្ចេញ', _page(language="km"))


def test_invented_figures_say_so_and_real_ones_do_not():
    assert "INVENTED, NOT REAL" in _page()
    real = region_page(replace(REGION, invented=False), language="en", links=Written())
    assert "INVENTED" not in real.html
    assert all("INVENTED" not in picture.svg() for picture in real.pictures.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_makes_a_page_and_its_pictures(language):
    page = region_page(REGION, language=language, links=Written())
    assert f'<html lang="{language}">' in page.html
    assert len(page.pictures) == 6
    assert page.pictures["curve-0"].svg() == page.pictures["curve-0"].svg()


def test_a_country_and_its_places_are_named_in_the_readers_language():
    assert "ប្រទេស XP" in _page(language="km")
    assert "Land XP" in _page(language="en")
    assert Reader("km").place(REGION.sources[0].units[0].unit) == "ភ្នំ"
    assert Reader("vi").place(REGION.sources[0].units[0].unit) == "Hill"


def test_the_order_of_sources_knows_no_codes():
    """Codes and names exchanged, figures kept: the same figures stand in the same places."""
    figures = [(4, 0, None), (9, 9, 9), (1, None, 2), (0, 0, 0)]
    codes = ["XA", "XB", "XC", "XD"]
    turned = ["XD", "XC", "XB", "XA"]
    day = date(2025, 7, 28)
    one = by_lot([_view(code, cases) for code, cases in zip(codes, figures, strict=True)], day)
    two = by_lot([_view(code, cases) for code, cases in zip(turned, figures, strict=True)], day)
    order = [[cell.value for cell in view.own_cells] for view in one]
    assert order == [[cell.value for cell in view.own_cells] for view in two]
    later = by_lot(one, day + timedelta(weeks=3)), by_lot(one, day + timedelta(weeks=11))
    assert any(found != one for found in later), "the lot is drawn anew each week"


def test_of_two_sources_of_one_country_each_has_its_title_and_a_tile_shows_the_fuller_one():
    full, poor = _view("XP", (4, 0, 3)), _view("XP", (9, None, None))
    full = replace(full, units=(replace(full.units[0], rate=Rate("reported", 7, 2.3, 3, 3, 2.25)),))
    poor = replace(poor, source=replace(poor.source, title="XP hospitals"))
    for sources in ((full, poor), (poor, full)):
        view = replace(REGION, sources=sources, findings=(), deliveries=())
        assert [figure.value for figure in figures_of(view, REPORTED)] == [2.25]
        assert shared_units(view)
        assert {"XP weekly", "XP hospitals"} <= set(re.findall(r'<span class="own">(.*?)</span>', _page(view)))
    assert not shared_units(REGION)
    assert "XP weekly" not in _page()


def test_a_finding_shows_its_cells_with_the_rows_around_them():
    excerpt = Excerpt("Week 31", ("ខេត្ត", "ជំងឺ"), {6: ("a", "b"), 7: ("c", "<i>")}, frozenset({(7, 2)}))
    page = finding_page(REGION, FINDING, [excerpt], language="en", links=Written())
    assert re.search(r'<tr id="r7"><th scope="row">7</th><td>c</td><td class="here">&lt;i&gt;</td></tr>', page)
    assert "and 1 more cells" in page


def test_a_finding_of_published_figures_names_their_source_and_licence():
    excerpt = Excerpt(None, ("place",), {2: ("Hill",)}, frozenset({(2, 1)}))
    cited, other = REGION.sources
    terms = {"published": True, "citation": "Who counted, 2024.", "licence": "CC BY-SA 4.0"}
    sources = (replace(cited, source=replace(cited.source, **terms)), other)
    view = replace(REGION, sources=sources)
    told = "XP weekly. Who counted, 2024. CC BY-SA 4.0"
    for source, times in ((cited.source.id, 1), (other.source.id, 0)):
        page = finding_page(view, FINDING | {"source": source}, [excerpt], language="en", links=Written())
        assert page.count(told) == times


def test_the_letters_of_a_finding_are_the_files_own_where_a_column_of_persons_is_left_out():
    excerpt = Excerpt(None, ("ខេត្ត", "ជំងឺ"), {7: ("c", "d")}, frozenset({(7, 2)}), (1, 4))
    page = finding_page(REGION, FINDING, [excerpt], language="en", links=Written())
    assert re.findall(r'<th scope="col">([A-Z]+)</th>', page) == ["A", "D"]


def _texts() -> set[str]:
    """Every text of templates and code that is to be translated."""
    found: set[str] = set()
    for path in (WEB / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        found |= {match[2] for match in re.finditer(r"\{% translate (\"|')(.*?)\1 %\}", text)}
        for match in re.finditer(r"\{% blocktranslate.*?%\}(.*?)\{% endblocktranslate %\}", text, re.DOTALL):
            found.add(re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", match[1]))
    for path in WEB.glob("*.py"):
        found |= {
            match[1] for match in re.finditer(r'(?:\b_|gettext_lazy)\("(.*?)"\)', path.read_text(encoding="utf-8"))
        }
    return found


@pytest.mark.parametrize("language", ["km", "vi"])
def test_every_text_is_translated_with_the_same_fields(language):
    with (WEB / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    assert set(catalogue) == _texts()
    for text, told in catalogue.items():
        assert told, text
        assert sorted(re.findall(r"%\(\w+\)s", text)) == sorted(re.findall(r"%\(\w+\)s", told)), text
