"""From a file never seen to a working source: drafted, asked about, helped with, approved by its owner alone.

begin     sealed file first, then one transaction with its Entry        a crash between: a sealed file nobody names
approve   folder written beside, then renamed into the home's sources   a crash between: nothing, or a source whose
          with its Entry                                                approval is said again by approving again
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from sampan import formats
from sampan.harmonise import draft as drafting
from sampan.harmonise.draft.said import Draft
from sampan.model.errors import Refused, UserError
from sampan.model.sources import Source
from sampan.model.tables import RawTable
from sampan.operations import homes, looking
from sampan.operations.mapping import answers, sealed
from sampan.operations.receiving import Act
from sampan.operations.sharing import gates
from sampan.sources.definition import load_folder, must_be_complete
from sampan.store import entries, home, numbering
from sampan.store.home import Store
from sampan.store.models import MappingDraft, Outbox
from sampan.vocab.places import registry

OFFICE = "office"
NOTHING = "nothing was changed"
MATCHES = ("exact", "broader", "narrower", "related")


@dataclass(frozen=True)
class Wish:
    """What the owner says of a new source: its id, title and country."""

    source: str
    title: str
    country: str


def begin(store: Store, path: Path, wish: Wish, party: str, act: Act) -> MappingDraft:
    """Draft a mapping for a file. UserError if it cannot be opened or the id is taken."""
    if wish.source in homes.sources(store) or MappingDraft.objects.filter(source=wish.source, state="draft").exists():
        raise UserError(f"there is a source {wish.source} already", kept=NOTHING, do="choose another id")
    places = registry(store.places) if store.places.is_dir() else registry()
    made = drafting.draft(path, path.name, country=wish.country, gazetteer=places).as_dict()
    made["source"] |= {"id": wish.source, "title": wish.title, "owner": party, "practice": f"{wish.source}-practice"}
    if home.is_invented():
        made["source"]["invented"] = True
    fresh = MappingDraft(source=wish.source, filename=path.name, proposal=made, answers={}, lines=[])
    _may_come(fresh, path, act)
    name = sealed.seal(store, path)
    with transaction.atomic():
        number = numbering.following(MappingDraft)
        record = MappingDraft.objects.create(
            code=numbering.code(MappingDraft, number), owner=party, post=act.actor, source=wish.source,
            title=wish.title, country=wish.country, filename=path.name, sealed=name, proposal=made, made_at=act.now,
        )  # fmt: skip
        facts = {"mapping": record.code, "source": wish.source, "by": act.actor}
        entries.append("mapping:begun", facts, [party], at=act.now, rows=[record])
    return record


def of_party(party: str) -> list[MappingDraft]:
    """A party's drafts, newest first."""
    return list(MappingDraft.objects.filter(owner=party).order_by("-pk"))


def found(code: str, party: str) -> MappingDraft | None:
    """One of a party's drafts; the office's staff find those they were asked to help with."""
    drafts = MappingDraft.objects.filter(code=code)
    mine = drafts.filter(helped_at__isnull=False) if party == OFFICE else drafts.filter(owner=party)
    return mine.first()


def help_wanted(store: Store, record: MappingDraft, act: Act) -> None:
    """From now on the steward sees the structure of this draft and may propose; never a row.

    Where a country's gate to the office wants a word before a file is sent, it wants it here too.
    """
    _owners(record, act)
    with tempfile.TemporaryDirectory(prefix="sampan-map-") as room:
        gate, why = gates.first_gate(store, _written(record, Path(room) / record.source, None), act.actor, act.now)
    if gate != gates.PASSED:
        raise Refused(f"this post may not show a file to the office: {why}", rule="first-gate", kept=NOTHING)
    with transaction.atomic():
        record.helped_at = record.helped_at or act.now
        record.save(update_fields=["helped_at"])
        _tell(record, "mapping:help-wanted", act, {OFFICE})


def answer(record: MappingDraft, about: str, value: str, act: Act) -> None:
    """Answer one question. The steward's answer is a proposal that the owner approves with the whole."""
    asked = {one["about"]: one for one in record.proposal["questions"]}
    options = answers.options_of(asked[about]) if about in asked else ()
    if about not in asked or not value.strip() or (options and value not in options):
        raise UserError("this is no answer to that question", kept=NOTHING, do=f"choose one of: {', '.join(options)}")
    with transaction.atomic():
        record = _open(record)
        record.answers = {**record.answers, about: {"value": value.strip(), "by": act.actor, "at": act.now.isoformat()}}
        record.save(update_fields=["answers"])
        _tell(record, "mapping:answered", act, set())


def translate(record: MappingDraft, line: dict[str, str], act: Act) -> None:
    """Say what a term means: one crosswalk line with author, day and kind of match."""
    if line.get("match") not in MATCHES or not line.get("value", "").strip():
        raise UserError("a line needs our word and a kind of match", kept=NOTHING, do=f"one of: {', '.join(MATCHES)}")
    with transaction.atomic():
        record = _open(record)
        kept = [one for one in record.lines if (one["field"], one["term"]) != (line["field"], line["term"])]
        said = {name: line[name].strip() for name in ("field", "term", "value", "match")}
        record.lines = [*kept, {**said, "author": act.actor, "on": act.now.date().isoformat()}]
        record.save(update_fields=["lines"])
        _tell(record, "mapping:line", act, set())


def approve(store: Store, record: MappingDraft, act: Act) -> Source:
    """The owner's word: the draft becomes a source that deliveries are read by, and the file is destroyed."""
    _owners(record, act)
    with tempfile.TemporaryDirectory(prefix=".mapping-", dir=_beside(store)) as room:
        folder = Path(room) / record.source
        source = _written(record, folder, act)
        digest = hashlib.sha256((folder / "source.yml").read_bytes()).hexdigest()
        with transaction.atomic():
            record = _open(record)
            record.state, record.ended_at, gone = "approved", act.now, record.sealed
            record.sealed = ""
            record.save(update_fields=["state", "ended_at", "sealed"])
            facts = {"mapping": record.code, "source": record.source, "digest": digest, "by": act.actor}
            entries.append("mapping:approved", facts, [record.owner, OFFICE], at=act.now, rows=[record])
            Outbox.objects.create(to_party=record.owner, kind="mapping:approved", facts=facts, at=act.now)
            folder.rename(store.sources / record.source)
    record.sealed = gone
    sealed.destroy(store, record)
    return source


def drop(store: Store, record: MappingDraft, act: Act) -> None:
    """Give the draft up; its file is destroyed."""
    _owners(record, act)
    with transaction.atomic():
        record = _open(record)
        record.state, record.ended_at = "dropped", act.now
        record.save(update_fields=["state", "ended_at"])
        _tell(record, "mapping:dropped", act, set())
    sealed.destroy(store, record)


def tables(store: Store, record: MappingDraft) -> list[RawTable]:
    """The raw tables of the file, as the draft opens them."""
    with tempfile.TemporaryDirectory(prefix="sampan-map-") as room:
        source = _written(record, Path(room) / record.source, None)
        with sealed.opened(store, record) as path:
            return list(formats.read(path, record.filename, source.layout))


def _written(record: MappingDraft, folder: Path, act: Act | None) -> Source:
    """The folder of the source; complete and approved when the owner acts, else as it stands."""
    body = answers.source_of(record.proposal, record.answers)
    post, day = (act.actor, act.now.date().isoformat()) if act else ("", "")
    lines = answers.crosswalks(record.proposal, record.lines, post, day)
    drafting.write(Draft(record.filename, body, lines, [], (), ()), folder)
    (source,) = load_folder(folder)
    if act is not None:
        must_be_complete(source)
    return source


def _may_come(record: MappingDraft, path: Path, act: Act) -> None:
    """What must not leave the country stops here as it does when it is sent; columns of persons are to be stripped."""
    with tempfile.TemporaryDirectory(prefix="sampan-map-") as room:
        looking.must_pass(_written(record, Path(room) / record.source, None), path, on=act.now.date())


def _beside(store: Store) -> Path:
    store.sources.mkdir(parents=True, exist_ok=True)
    for late in store.sources.glob(".mapping-*"):  # what a crash left
        shutil.rmtree(late, ignore_errors=True)
    return store.sources


def _open(record: MappingDraft) -> MappingDraft:
    locked = MappingDraft.objects.select_for_update().get(pk=record.pk)
    if locked.state != "draft":
        raise UserError(f"this draft is {locked.state} already", kept=NOTHING)
    return locked


def _owners(record: MappingDraft, act: Act) -> None:
    """A mapping is its owner's: the office neither asks itself in nor approves."""
    if act.actor.split("/", maxsplit=1)[0] != record.owner:
        raise Refused("only its owner says so", rule="own-mapping", kept=NOTHING)


def _tell(record: MappingDraft, kind: str, act: Act, others: set[str]) -> None:
    facts: dict[str, Any] = {"mapping": record.code, "by": act.actor}
    for party in {record.owner, *others} - {act.actor.split("/", maxsplit=1)[0]}:
        Outbox.objects.create(to_party=party, kind=kind, facts=facts, at=act.now)
    entries.append(kind, facts, sorted({record.owner, *others}), at=act.now, rows=[record])
