"""A file never seen: drafted, helped with by structure alone, approved by its owner, and received."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.codes import nth

from sampan.model.errors import Refused, UserError
from sampan.model.sources import CrosswalkLine
from sampan.operations import crosswalks, homes, observing, receiving
from sampan.operations.mapping import answers, desk, drafts
from sampan.operations.mapping.drafts import Wish
from sampan.operations.receiving import Act
from sampan.store.figures import Asked
from sampan.store.models import CrosswalkEntry, Entry, MappingDraft

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
NOW = datetime(2026, 8, 10, 8, tzinfo=UTC)
OWNER, STEWARD = Act("kh-20/surveillance", NOW), Act("office/steward", NOW)
# Kokir stands once; the remarks are free text; persons' names are in the last column
ROWS = [
    ("Svay Rieng", "dengue", 9), ("Svay Rieng", "dengue", 4), ("Svay Rieng", "cholera", 2),
    ("Prey Veng", "dengue", 7), ("Prey Veng", "dengue", 1), ("Prey Veng", "cholera", 0), ("Kokir", "dengue", 3),
]  # fmt: skip
HEAD = "province,week,disease,cases,patient name\n"
WISH = Wish("weekly-new", "The new weekly form", "KH")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A week of a form nobody has mapped."""
    path = tmp_path / "week.csv"
    names = ("Sok Dara", "Chan Lina", "Keo Vuthy", "Pich Sreymom", "Meas Rith", "Ros Bopha", "Nhem Sothea")
    lines = [
        f"{place},2026-W{24 + n},{disease},{count},{name}\n"
        for n, ((place, disease, count), name) in enumerate(zip(ROWS, names, strict=True))
    ]
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def draft(file: Path) -> MappingDraft:
    """Its draft, with help wanted."""
    store = homes.opened()
    made = drafts.begin(store, file, WISH, "kh-20", OWNER)
    drafts.help_wanted(store, made, OWNER)
    return made


def _words(look: desk.Look) -> str:
    return repr([look.columns, look.questions, look.untranslated, look.opened])


def test_the_steward_sees_structure_and_never_a_row_a_person_or_a_rare_term(draft: MappingDraft):
    look = desk.look(homes.opened(), draft, STEWARD, "session")
    kinds = {view.header or "?": view.kind for view in look.columns}
    assert kinds == {"province": "terms", "week": "figures", "disease": "terms", "cases": "figures", "?": "person"}
    assert dict(look.columns[0].terms) == {"Svay Rieng": "3–9", "Prey Veng": "3–9"}
    assert look.columns[0].rare == 1
    for hidden in ("Kokir", "Sok", "Dara", "patient name", "2026-W30"):
        assert hidden not in _words(look), hidden
    [read] = Entry.objects.filter(kind="staff:read")
    assert "|kh-20|" in read.parties, "the owner sees each look"


def test_a_rare_term_shows_while_its_owner_opens_it_and_a_person_never(draft: MappingDraft):
    store = homes.opened()
    place, person = (desk.ask(draft, column, "to translate it", STEWARD) for column in (1, 5))
    desk.open_cells(draft, place.pk, 2, OWNER)
    desk.open_cells(draft, person.pk, 2, OWNER)
    opened = desk.look(store, draft, STEWARD, "session").opened
    assert opened == {1: ["Kokir"], 5: []}
    told = {entry.facts["resource"] for entry in Entry.objects.filter(kind="staff:read")}
    assert told == {
        f"{nth('M', 1)}: structure",
        f"{nth('M', 1)}: cells of column 1",
        f"{nth('M', 1)}: cells of column 5",
    }
    late = Act("office/steward", NOW + timedelta(hours=2))
    assert desk.look(store, draft, late, "session").opened == {}, "it closes by itself"
    with pytest.raises(UserError):
        desk.open_cells(draft, place.pk, 73, OWNER)


def test_only_the_owner_approves_and_then_the_file_is_received_by_the_new_source(draft: MappingDraft, file: Path):
    store = homes.opened()
    for question in answers.open_questions(draft.proposal, draft.answers):
        if question["options"]:
            value = "total" if "total" in question["options"] else question["options"][0]
            drafts.answer(draft, question["about"], value, STEWARD)
        draft.refresh_from_db()
    drafts.translate(draft, {"field": "place", "term": "Kokir", "value": "KH-20", "match": "narrower"}, STEWARD)
    draft.refresh_from_db()
    sealed = store.root / "mappings" / draft.sealed
    assert sealed.is_file()
    assert b"Svay" not in sealed.read_bytes(), "the file lies sealed"
    with pytest.raises(Refused):
        drafts.approve(store, draft, STEWARD)
    source = drafts.approve(store, draft, OWNER)
    assert not sealed.exists(), "it is gone with the approval"
    assert homes.source(store, "weekly-new").owner == "kh-20"
    kokir = source.crosswalk_for("place")["Kokir"]
    assert (kokir.author, kokir.approved_by, kokir.match) == ("office/steward", "kh-20/surveillance", "narrower")
    receipt = receiving.receive(store, homes.source(store, "weekly-new"), file, OWNER)
    assert receipt.balance["observed"] == 7
    told = observing.observations(store, Asked(sources=["weekly-new"]))
    assert told.filter(told["place_raw"] == "Kokir")["unit"].to_list() == ["KH-20@0001-01-01"]
    shares = crosswalks.shares(store, homes.source(store, "weekly-new"))
    assert shares["place"]["narrower"] == pytest.approx(3 / 26)


def test_drafts_of_the_smallest_partner_come_first_and_ids_are_taken_once(draft: MappingDraft, file: Path):
    with pytest.raises(UserError):
        drafts.begin(homes.opened(), file, WISH, "vn-37", OWNER)
    assert [one["draft"].code for one in desk.waiting()] == [nth("M", 1)]
    drafts.drop(homes.opened(), draft, OWNER)
    assert desk.waiting() == []
    assert list((homes.opened().root / "mappings").iterdir()) == []


def test_a_line_the_office_proposes_waits_for_its_owner(draft: MappingDraft):
    store = homes.opened()
    drafts.approve(store, draft, OWNER)
    source = homes.source(store, "weekly-new")
    line = crosswalks.propose(source, CrosswalkLine("place", "Bavet", "KH-20", "broader"), "office/steward", NOW)
    assert [one["approved_by"] for one in crosswalks.listed(source) if one["line"] == line.pk] == [""]
    for actor in ("office/steward", "vn-37/surveillance"):
        with pytest.raises(Refused):
            crosswalks.approve(homes.sources(store), [line.pk], actor, NOW)
    assert crosswalks.approve(homes.sources(store), [line.pk], "kh-20/desk", NOW) == 1
    with pytest.raises(Refused):
        crosswalks.propose(source, CrosswalkLine("place", "Bavet", "KH-14"), "office/steward", NOW)
    assert CrosswalkEntry.objects.get(pk=line.pk).approved_by == "kh-20/desk"
