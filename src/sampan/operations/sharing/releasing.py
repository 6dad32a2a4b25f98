"""Preview and release: one path from a request to a table; only release records it, and lets it leave.

    prepared   request read, state frozen, decided, table built          nothing is written
    release    request, release, messages and Entry in one transaction   -> it has left
    files      written after it, from the recorded table                 a crash here: open the release again

The table is the same for preview and release when as-of, ledgers and words given are the same.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction

from sampan.formats.writing import to_bytes
from sampan.model.decisions import Decision, Reason, Request
from sampan.model.errors import Refused, UserError
from sampan.model.observations import ERASED
from sampan.operations import crosswalks
from sampan.operations.proving import witnessing
from sampan.operations.sharing import calendars, ledgers
from sampan.operations.sharing.frozen import Frozen, digest_of, freeze
from sampan.operations.sharing.gates import closed_deliveries, party_of
from sampan.operations.sharing.pools import pooled, pools
from sampan.sharing.adding_up import measures_with
from sampan.sharing.admission import Audience
from sampan.sharing.agreements.names import place_name
from sampan.sharing.agreements.parse import request_of
from sampan.sharing.decide import decide
from sampan.sharing.disclosure.ledger import PUBLIC
from sampan.sharing.manifest import dictionary, manifest
from sampan.sharing.obligations import PERSONS, what_gap_tells
from sampan.sharing.preview import Named, lines
from sampan.sharing.reasons import phrase, sentence
from sampan.sharing.release import TOLD, UNSAID, Books, Released, build, summary
from sampan.sharing.rollup import FITS
from sampan.sharing.vocabularies import LANGUAGES, label
from sampan.store import bindings, checkpoints, entries, figures, numbering
from sampan.store.figures import Asked
from sampan.store.home import Store
from sampan.store.models import Opening, Origin, Outbox, ReleaseRecord, RequestRecord
from sampan.vocab import conditions, places

WAITS = ("waits", "no-answer")


@dataclass(frozen=True)
class Prepared:
    """A request decided and its table built; nothing written yet."""

    text: str
    frozen: Frozen
    decision: Decision
    released: Released
    table: pl.DataFrame  # what leaves, names of places in the recipient's language added
    as_of: datetime
    checkpoint: int  # entries under the last published checkpoint: the live count would tell of others' acts
    deliveries: tuple[str, ...]

    @property
    def request(self) -> Request:
        """The request under its recorded code."""
        return self.frozen.request

    @property
    def owners(self) -> tuple[str, ...]:
        """The parties whose clauses let something go, or who are asked."""
        cited = {reason.rule for part in self.decision.parts for reason in part.reasons}
        clauses = [c for a in self.frozen.state.agreements for c in a.clauses if f"{a.id}/{c.id}" in cited]
        sources = [self.frozen.sources[p.source].owner for p in self.decision.parts if p.source in self.frozen.sources]
        return tuple(sorted({clause.owner for clause in clauses} | set(sources)))


def prepare(store: Store, text: str, name: str, now: datetime, *, latest: bool = False) -> Prepared:
    """Decide a request and build its table, without writing anything; `latest` overrides the as-of it asks for."""
    asked = request_of(text, name)
    frozen = freeze(store, asked, text, now)
    as_of = now if latest else asked.as_of or now
    if as_of > now:
        raise UserError("as_of lies in the future", where=name, kept="nothing was changed", do="leave it out for now")
    return decided(store, text, frozen, as_of)


def decided(store: Store, text: str, frozen: Frozen, as_of: datetime) -> Prepared:
    """The decision in a frozen state and the table it would let go; nothing is written."""
    decision = decide(frozen.request, frozen.state, frozen.domains)
    observed = _observations(store, frozen, decision, as_of)
    today = frozen.state.now.date()
    recipient = party_of(frozen.request.post)
    audience = Audience(recipient, frozen.request.id, today, pools(), as_of=as_of.date())
    books = Books(ledgers.read(decision), audience, ledgers.read_schedules(decision))
    released = build(frozen.request, decision, frozen.state, observed, frozen.domains, _spans(frozen), books)
    table = _named(store, released.table, frozen.request.language)
    return Prepared(text, frozen, decision, released, table, as_of, _told(), _used(frozen, decision, observed))


def _told() -> int:
    """Entries under the newest checkpoint that everybody is shown; 0 before there is one."""
    origin = Origin.objects.order_by("-base", "-pk").first()
    shown = checkpoints.published(origin) if origin else None
    return shown.size if shown else 0


def _used(frozen: Frozen, decision: Decision, observed: pl.DataFrame) -> tuple[str, ...]:
    """The deliveries behind the parts that go: those that speak of their places and of the days asked for."""
    below, last = frozen.domains.places_below, frozen.request.data_to
    roots = {frozen.domains.unit_of(part.place, last) or part.place for part in decision.goes}
    units = frozenset().union(*(below.get(root, frozenset((root,))) for root in roots), roots)
    asked = pl.col("condition").is_in(frozen.request.conditions) & pl.col("measure").is_in(frozen.request.measures)
    growing = pl.col("accumulation") == "cumulative"
    days = (growing | (pl.col("period_end") >= frozen.request.data_from)) & (pl.col("period_start") <= last)
    spoken = observed.filter(asked & days & pl.col("unit").is_in(sorted(units)))
    return tuple(sorted(spoken.get_column("delivery").drop_nulls().unique().to_list()))


def preview(store: Store, text: str, name: str, now: datetime, language: str = "") -> dict[str, Any]:
    """What a release would say, for the owner: what goes, what is coarsened, what is withheld and why.

    `in_words` says it in the reader's language; without one, in the language of the request.
    """
    made = prepare(store, text, name, now)
    asked = made.request
    language = spoken(language) if language else (asked.language if asked.language in LANGUAGES else "en")
    counted = summary(made.released, made.decision)
    return {
        **manifest(asked, made.decision, made.frozen.state, made.released),
        **counted,
        "as_of": made.as_of.isoformat(),
        "log_checkpoint": made.checkpoint,
        "digest": hashlib.sha256(to_bytes(made.table, asked.format)).hexdigest(),
        "withheld": made.released.held.with_columns(pl.col("period_start").cast(pl.String)).to_dicts(),
        "says": [sentence(reason, language) for reason in made.decision.reasons],
        "gaps": [*gaps(made, language), *never_fitting(made, language), *same_persons(made, language)],
        "in_words": lines(made.decision, counted, language, names(store, language, asked.data_to)),
    }


def spoken(language: str) -> str:
    """The language if there are phrases in it. UserError with the choice if there are none."""
    if language not in LANGUAGES:
        raise UserError(f"there are no phrases in {language!r} yet", do=f"choose one of: {', '.join(LANGUAGES)}")
    return language


def names(store: Store, language: str, on: date) -> Named:
    """What the reader calls conditions, and places as of a day."""
    gazetteer = places.registry(store.places) if store.places.is_dir() else places.registry()
    known = {condition.code for condition in conditions.all_conditions()}

    def named(kind: str, code: str) -> str:
        if kind == "place":
            return place_name(code, language, gazetteer, on)
        return conditions.name(code, language) if code in known else code

    return named


def _reaches_something(made: Prepared) -> None:
    """An allowed request that no unit or period answers to is a slip of the agreement or the request, not a release."""
    if made.decision.goes and not made.table.height:
        raise UserError(
            "the request reaches no cell: no unit and period lies both in it and in the clauses",
            kept="nothing was recorded",
            do="check `places:`, `resolution:` and the days; a party without `country:` has no places",
        )


def gaps(made: Prepared, language: str) -> list[str]:
    """What the cells held back would tell the reader, with the alternatives; before they are held back."""
    if made.released.cells_held == 0:
        return []
    held = [part.obligations for part in made.decision.goes if part.obligations]
    return list(dict.fromkeys(phrase(key, language) for bound in held for key in what_gap_tells(bound)))


def never_fitting(made: Prepared, language: str, only: Sequence[str] | None = None) -> list[str]:
    """Sources (of `only` these) whose declared period adds up to none that is granted; the same whatever they hold."""
    found: dict[str, None] = {}
    for part in made.decision.goes:
        source = made.frozen.sources.get(part.source or "")
        kind = source.period_kind if source else None
        if (
            source
            and part.grain
            and (only is None or source.id in only)
            and kind in FITS
            and kind not in FITS[part.grain.period]
        ):
            said = {"kind": label("period", kind, language), "period": label("period", part.grain.period, language)}
            found[phrase("preview.never-fits", language, source=source.id, **said)] = None
    return list(found)


def same_persons(made: Prepared, language: str, party: str = "") -> list[str]:
    """For the owner: sources of its own that may count the same persons, where the reader holds figures of both.

    No ledger ties two sources together, so what one holds back is not tested against the other. `party`: of one owner.
    """
    holders = pooled(party_of(made.request.post)) | {PUBLIC}
    shown = set(made.table.filter(pl.col("status").is_in(TOLD)).get_column("source").to_list())
    shown |= set(made.released.held.get_column("source").to_list())
    found: dict[tuple[str, ...], None] = {}
    for part in made.decision.goes:
        if part.source is None or part.source not in shown or part.measure not in PERSONS or part.obligations is None:
            continue
        owner = made.frozen.sources[part.source].owner
        beside = [name for name, one in made.frozen.sources.items() if one.owner == owner and name != part.source]
        for other in beside if part.obligations.minimum_cell > 1 and party in ("", owner) else ():
            if other in shown or ledgers.told_to(other, part.condition, part.measure, holders):
                found[tuple(sorted((part.source, other)))] = None
    return [phrase("preview.same-persons", language, first=first, second=second) for first, second in found]


def table_bytes(store: Store, text: str, name: str, now: datetime) -> bytes:
    """The table a release would write now, in the format asked for."""
    made = prepare(store, text, name, now)
    return to_bytes(made.table, made.request.format)


def release(store: Store, text: str, name: str, out: Path, now: datetime) -> dict[str, Any]:
    """Let it leave: recorded, told to the owners, logged; then written to a folder. Refused where nothing goes."""
    made = _going(prepare(store, text, name, now), now)
    _reaches_something(made)
    witnessed = _witnessed(made, now)
    with transaction.atomic():
        entries.lock_head(now)  # two releases at once may each be safe alone, and not together
        made = prepare(store, text, name, now)
        granted = _granted(made, witnessed, now) if made.decision.goes else None
    if granted is None:  # a word, a suspension or another release came between
        raise _turned_down(made, now)
    record, index = granted
    # a crash here: the release stands and is logged; `sampan releases open` writes the files again
    files = write_files(record, out)
    return {"release": record.code, "entry": index, "folder": str(out), "files": files, **record.manifest}


def _going(made: Prepared, now: datetime) -> Prepared:
    """The same, if something goes; Refused otherwise, and the decision stands in the log."""
    if made.decision.goes:
        return made
    raise _turned_down(made, now)


def _witnessed(made: Prepared, now: datetime) -> dict[str, Any]:
    """What witnesses' cosignatures add to it. Refused, and logged, where a routine release must wait for them."""
    try:
        return witnessing.let_go(_urgency(made), now)
    except Refused as waits:
        _deny(made, [{"reason": "waits", "rule": waits.rule}], now)
        raise


def _granted(made: Prepared, witnessed: dict[str, Any], now: datetime) -> tuple[ReleaseRecord, int]:
    """In the caller's transaction: release, ledgers, messages, and the Entry that binds them; its index."""
    request = _request_record(made, now)
    made = replace(made, frozen=replace(made.frozen, request=replace(made.request, id=request.code)))
    record = _record(made, request, witnessed, now)
    books = ledgers.keep({**made.released.ledgers, **made.released.schedules}, now)
    told = {"release": record.code, "post": made.request.post, "purpose": made.request.purpose, **witnessed}
    for owner in made.owners:
        Outbox.objects.create(to_party=owner, kind="release:granted", facts=told, at=now)
    opening = Opening.objects.create(release=record, post=made.request.post, at=now)
    body = {
        **told, "request": request.code, "table_seal": record.manifest["table_seal"],
        "ledgers": [bindings.name_of(book) for book in books], "clauses": record.manifest["clauses"],
        "agreements": [a["agreement"] for a in record.manifest["agreements"]], "as_of": made.as_of.isoformat(),
        # the recipient reads its entries: what was held, and what was delivered, stands in the record for the owner
        "rows": made.table.height, "held_back": record.manifest["held_back"],
        "expires_at": record.manifest["expires_at"],
    }  # fmt: skip
    parties = sorted({*made.owners, record.party})
    return record, entries.append(
        "release:granted", body, parties, at=now, rows=[record, request, opening, *books]
    ).index


def _urgency(made: Prepared) -> str:
    """What the witnesses' silence is asked about: an alert and what a declared emergency lets go never wait."""
    if made.request.purpose == "alert":
        return "alert"
    cited = {reason.rule for part in made.decision.goes for reason in part.reasons if reason.word == "allowed"}
    clauses = ((f"{a.id}/{c.id}", c) for a in made.frozen.state.agreements for c in a.clauses)
    return "emergency" if any(clause.emergency and rule in cited for rule, clause in clauses) else "release"


def write_files(record: ReleaseRecord, out: Path) -> dict[str, str]:
    """The table, the dictionary and the manifest of a recorded release; name -> SHA-256."""
    out.mkdir(parents=True, exist_ok=True)
    asked = request_of(record.request.text, record.request.name)
    table = pl.read_parquet(io.BytesIO(bytes(record.table)))
    contents = {
        f"table.{asked.format}": to_bytes(table, asked.format),
        "dictionary.csv": to_bytes(dictionary(table, asked.language), "csv"),
    }
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    shown = {"release": record.code, **record.manifest, "files": digests}
    contents["manifest.json"] = (json.dumps(shown, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
    for name, content in contents.items():
        (out / name).write_bytes(content)
    return digests


def _observations(store: Store, frozen: Frozen, decision: Decision, as_of: datetime) -> pl.DataFrame:
    """The figures behind the parts that go, as known at as-of; nothing that waits at the first gate.

    With what adds up to them, or they to it, and who is counted among them: what one kind of malaria tells depends on
    the others and on their sum, what the cases tell on their deaths.
    Of a cumulative source all its weeks: what one week tells depends on every week that was told before; and where a
    source reports longer periods beside shorter ones, all that lie within one.
    """
    request = frozen.request
    going = sorted({part.source for part in decision.goes if part.source})
    growing = [code for code in going if code in frozen.sources and frozen.sources[code].mode == "cumulative"]
    wanted = Asked(
        at=as_of,
        sources=[code for code in going if code not in growing] or ["-"],  # no part goes: no source is read at all
        conditions=_families(request.conditions),
        measures=sorted({one for measure in request.measures for one in measures_with(measure)}),
        from_date=request.data_from,
        to_date=request.data_to,
        but=closed_deliveries(),
    )
    found = figures.latest(store, wanted)
    # a year beside its months: all of them, whichever is asked for; weeks beside months: also those that share a week
    for _ in range(2):
        if found.get_column("period_kind").n_unique() < 2:
            break
        first, last = found.select(pl.min("period_start"), pl.max("period_end")).row(0)
        found = figures.latest(store, replace(wanted, from_date=first, to_date=last))
    if growing:
        found = pl.concat([found, figures.latest(store, replace(wanted, sources=growing, from_date=None))])
    taken = pl.when(pl.col("status") == ERASED).then(pl.lit("withheld")).otherwise("status")  # by its owner
    found = found.with_columns(taken.alias("status"))
    return crosswalks.waiting(found, [frozen.sources[code] for code in going if code in frozen.sources], UNSAID)


def _families(asked: Sequence[str]) -> list[str]:
    """The conditions asked for and all that share a ledger with them."""
    heads = {conditions.head(code) for code in asked}
    return sorted({*asked, *(one.code for one in conditions.all_conditions() if conditions.head(one.code) in heads)})


def _spans(frozen: Frozen) -> Any:
    asked = frozen.request

    def spans(source: str | None, kind: str) -> tuple[tuple[date, date], ...]:
        return calendars.spans(frozen.sources.get(source or ""), kind, asked.data_from, asked.data_to)

    return spans


def _named(store: Store, table: pl.DataFrame, language: str) -> pl.DataFrame:
    """The table with the names of its places in the recipient's language."""
    units = table.get_column("place").unique().to_list()
    gazetteer = places.registry(store.places) if store.places.is_dir() else places.registry()
    countries = sorted({unit[:2] for unit in units} & set(gazetteer.countries()))
    known = {unit.id: unit for country in countries for unit in gazetteer.every_unit(country)}
    names = {u: known[u].called(language) if u in known else u for u in units}
    column = pl.col("place").replace_strict(names, default=None, return_dtype=pl.String).alias("place_name")
    return table.with_columns(column) if units else table.with_columns(pl.lit(None, pl.String).alias("place_name"))


def _request_record(made: Prepared, now: datetime) -> RequestRecord:
    digest = digest_of(made.request.post, made.text)
    found = RequestRecord.objects.filter(digest=digest).first()
    if found is not None:
        return found
    number = numbering.following(RequestRecord)
    return RequestRecord.objects.create(
        code=numbering.code(RequestRecord, number),
        name=request_of(made.text).id,
        post=made.request.post,
        digest=digest,
        text=made.text,
        asked_at=now,
    )


def _record(made: Prepared, request: RequestRecord, witnessed: dict[str, Any], now: datetime) -> ReleaseRecord:
    content = to_bytes(made.table, "parquet")
    left, key = to_bytes(made.table, made.request.format), secrets.token_bytes(32)
    told = manifest(made.request, made.decision, made.frozen.state, made.released) | {
        "as_of": made.as_of.isoformat(),
        "log_checkpoint": made.checkpoint,
        "released_at": now.isoformat(),
        **witnessed,
        "table_digest": hashlib.sha256(left).hexdigest(),
        # of the table the entry says this alone: each owner reads it, and none may try out the others' small counts
        "table_key": key.hex(),
        "table_seal": hmac.digest(key, left, "sha256").hex(),
    }
    number = numbering.following(ReleaseRecord)
    expires = told["expires_at"]
    return ReleaseRecord.objects.create(
        code=numbering.code(ReleaseRecord, number),
        request=request,
        recipient=made.request.post,
        party=party_of(made.request.post),
        owners="|" + "|".join(made.owners) + "|",
        agreements="|" + "|".join(agreement.id for agreement in made.frozen.state.agreements) + "|",
        deliveries=list(made.deliveries),
        manifest=told,
        table=content,
        digest=hashlib.sha256(content).hexdigest(),
        released_at=now,
        expires_at=datetime.fromisoformat(expires) if expires else None,
    )


def _turned_down(made: Prepared, now: datetime) -> Refused:
    """The refusal, once its decision stands in the log: asked of whoever has a word to say, or denied."""
    waits = any(reason.word in WAITS for part in made.decision.parts for reason in part.reasons)
    if not _ask(made, now) and not waits:  # what waits already has its Entry
        _deny(made, [reason.as_dict() for reason in made.decision.reasons], now)
    return _refusal(made)


def _deny(made: Prepared, reasons: list[dict[str, Any]], now: datetime) -> None:
    """The Entry of a decision that lets nothing go. It concerns the asker alone: reasons name its own agreements."""
    asked = made.request
    body = {
        "post": asked.post, "purpose": asked.purpose, "request_digest": digest_of(asked.post, made.text),
        "reasons": reasons, "agreements": list(made.decision.agreements),
    }  # fmt: skip
    with transaction.atomic():  # a crash here: nothing left, and nothing says that it was asked
        entries.append("request:denied", body, [party_of(asked.post)], at=now)


def _ask(made: Prepared, now: datetime) -> bool:
    """Record a request that waits for a word, once, and ask the post whose word it needs; True if it was recorded.

    What was refused because figures are not comparable is recorded too: its owners may say that it shall go.
    """
    waits = [(part, reason) for part in made.decision.parts for reason in part.reasons if reason.word in WAITS]
    apart = [reason for reason in made.decision.reasons if reason.word == "not-comparable"]
    if not (waits or apart) or made.frozen.record is not None:
        return False
    with transaction.atomic():
        entries.lock_head(now)  # as `release` does, before numbers are asked for: in one order, nobody waits in a ring
        record = _request_record(made, now)
        asked = {(part.approver or "", dict(reason.facts)["rule_id"]) for part, reason in waits}
        for post, rule in sorted(asked):
            facts = {"request": record.code, "rule": rule, "from": record.post, "purpose": made.request.purpose}
            Outbox.objects.create(to_party=party_of(post), to_post=post, kind="gate:waits", facts=facts, at=now)
        for owner in made.owners if apart else ():
            facts = {"request": record.code, "rule": apart[0].rule, "from": record.post}
            Outbox.objects.create(to_party=owner, kind="comparison:waits", facts=facts, at=now)
        rules = {(party_of(post), rule) for post, rule in asked}
        rules |= {(owner, reason.rule) for owner in made.owners for reason in apart}
        entries.append_many(list(_waits(record, rules)), at=now)
    return True


def _waits(record: RequestRecord, rules: set[tuple[str, str]]) -> Iterator[entries.Draft]:
    """An Entry for each owner whose word it needs, with that owner's rules alone: what another's say is not its own."""
    for owner in sorted({owner for owner, _ in rules}):
        own = sorted(rule for whose, rule in rules if whose == owner)
        body = {"request": record.code, "post": record.post, "rules": own}
        yield entries.Draft("request:waits", body, sorted({party_of(record.post), owner}), rows=[record])


def _refusal(made: Prepared) -> Refused:
    """The refusal in the reader's words; the same whatever figures there are."""
    reasons: tuple[Reason, ...] = made.decision.reasons
    language = made.request.language
    word = reasons[0].word if reasons else ""
    return Refused(
        " ".join(sentence(reason, language) for reason in reasons),
        rule=reasons[0].rule if reasons else "sharing/1",
        kept="nothing left",
        do="`sampan may` says whose word would be needed" if word in WAITS
        else "ask for each figure by itself, or every owner of the figures may say yes to this one request"
        if word == "not-comparable" else "",
    )  # fmt: skip
