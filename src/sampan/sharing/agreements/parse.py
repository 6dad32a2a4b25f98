"""One YAML file -> one Agreement or Request, or all of its slips with their lines.

    agreement = agreement_of(path.read_text(), "weekly.yml")

Words of closed vocabularies are checked while reading; posts, parties and clauses named inside the
file are checked against the file itself; places and conditions are checked by check.py, which knows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from sampan.model.agreements import (
    DEFAULT_MINIMUM_CELL,
    Agreement,
    Authorisation,
    Clause,
    Emergency,
    Grain,
    Instrument,
    MinimumCell,
    PartyTerms,
    Publication,
    Scope,
    Terms,
)
from sampan.model.decisions import Asked, Request
from sampan.model.errors import UserError
from sampan.sharing.agreements.fields import AGREEMENT, REQUEST
from sampan.sharing.agreements.reader import Reading, Slip, compose, mapping
from sampan.sharing.vocabularies import nearest

YEARS = range(1900, 2200)  # of figures that anybody asks for
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def agreement_of(text: str, name: str = "agreement") -> Agreement:
    """The agreement in a file. UserError naming every slip when there is one."""
    agreement, slips = read_agreement(text, name)
    if agreement is None or slips:
        raise _slips_error(slips, name)
    return agreement


def read_agreement(text: str, name: str = "agreement") -> tuple[Agreement | None, tuple[Slip, ...]]:
    """The agreement (None when it cannot be built) and its slips in the order of lines."""
    reading = Reading()
    values = mapping(AGREEMENT)(reading, compose(text, name), "")
    _check_names(reading, values)
    if reading.slips:
        return None, tuple(sorted(reading.slips, key=lambda slip: (slip.line, slip.path)))
    return _agreement(values, reading.lines), ()


def request_of(text: str, name: str = "request") -> Request:
    """The request in a file. UserError naming every slip when there is one."""
    reading = Reading()
    values = mapping(REQUEST)(reading, compose(text, name), "")
    if not reading.slips and values["data"]["from"] > values["data"]["to"]:
        reading.slips.append(Slip(reading.lines["data"], "data", "it ends before it begins"))
    for end in ("from", "to") if not reading.slips else ():
        if values["data"][end].year not in YEARS:
            what = f"years go from {YEARS[0]} to {YEARS[-1]}"  # the calendars stop short of the first and the last day
            reading.slips.append(Slip(reading.lines[f"data.{end}"], f"data.{end}", what))
    if reading.slips:
        raise _slips_error(tuple(reading.slips), name)
    grain = values["resolution"]
    return Request(
        id=values["request"],
        post=values["post"],
        purpose=values["purpose"],
        conditions=values["conditions"],
        places=values["places"],
        measures=values["measures"],
        data_from=values["data"]["from"],
        data_to=values["data"]["to"],
        asked=Asked(int(grain["level"]), grain["period"], grain.get("age_years"), grain.get("sex", False)),
        kind=values.get("kind", "aggregate"),
        sources=_codes(values.get("sources", "any")),
        population=values.get("population", "general"),
        legal_class=values.get("class", "official"),
        operation=values.get("operation", "list"),
        as_of=values.get("as_of"),
        format=values.get("format", "csv"),
        language=values.get("language", "en"),
        trigger=values.get("trigger"),
        layout=values.get("as"),
    )


def _slips_error(slips: Iterable[Slip], name: str) -> UserError:
    listed = [str(slip) for slip in slips]
    return UserError(
        f"{len(listed)} thing{'s' if len(listed) != 1 else ''} to put right: " + "; ".join(listed),
        where=name,
        kept="nothing was changed",
    )


def _check_names(reading: Reading, values: dict[str, Any]) -> None:
    """Posts, parties and clauses that the file names must stand in the file."""
    parties = [side for side in values.get("parties", ()) if side.get("party")]
    codes = [side["party"] for side in parties]
    posts = [post for side in parties for post in side.get("posts", ())]
    clauses = values.get("clauses", ())
    names = [clause.get("clause") for clause in clauses if clause.get("clause")]
    if len(parties) != 2 and values.get("parties"):
        _slip(reading, "parties", f"an agreement has two parties, found {len(parties)}")
    for index, side in enumerate(values.get("parties", ())):
        _check_zone(reading, f"parties[{index}]", side)
    for repeated in sorted({name for name in names if names.count(name) > 1}):
        _slip(reading, "clauses", f"the clause name {repeated!r} is used twice")
    digest = values.get("instrument", {}).get("digest")
    if digest and not DIGEST.fullmatch(digest):
        _slip(reading, "instrument.digest", "a digest is written sha256: and 64 hexadecimal digits")
    _check_term(reading, values.get("term", {}))
    for index, clause in enumerate(clauses):
        path = f"clauses[{index}]"
        _known(reading, f"{path}.from", clause.get("from"), codes, "a party of this file")
        for at, post in enumerate(clause.get("to", ())):
            _known(reading, f"{path}.to", post, posts, "a post of this file", f"{path}.to[{at}]")
        for widened in clause.get("emergency", {}).get("widens", ()):
            _known(reading, f"{path}.emergency.widens", widened, names, "a clause of this file")
        if clause.get("effect", "permit") == "permit" and not clause.get("resolution"):
            _slip(reading, path, "a clause that permits must say its resolution")


def _check_zone(reading: Reading, path: str, side: dict[str, Any]) -> None:
    try:
        ZoneInfo(side.get("zone") or "UTC")
    except (KeyError, ValueError, OSError):
        _slip(reading, f"{path}.zone", f"there is no time zone {side['zone']!r}; an example is Asia/Phnom_Penh")


def _check_term(reading: Reading, term: dict[str, Any]) -> None:
    if term.get("begins") and term.get("ends") and term["ends"] < term["begins"]:
        _slip(reading, "term.ends", "the term ends before it begins")


def _known(reading: Reading, path: str, value: str | None, known: list[str], what: str, shown: str = "") -> None:
    if value is not None and value not in known:
        line = reading.lines.get(path, 1)
        reading.slips.append(Slip(line, shown or path, f"{value!r} is not {what}", nearest(value, known)))


def _slip(reading: Reading, path: str, what: str) -> None:
    reading.slips.append(Slip(reading.lines.get(path, 1), path, what))


def _agreement(values: dict[str, Any], lines: dict[str, int]) -> Agreement:
    instrument, term = values["instrument"], values["term"]
    return Agreement(
        id=values["agreement"],
        version=values["version"],
        kind=values["kind"],
        title=values["title"],
        instrument=Instrument(
            instrument["name"],
            instrument.get("signed"),
            instrument.get("signatories", ()),
            instrument.get("digest", ""),
        ),
        parties=tuple(_party(side) for side in values["parties"]),
        begins=term["begins"],
        ends=term.get("ends"),
        review=term.get("review"),
        exit_days=term.get(
            "exit_days", 0 if values["kind"] == "deposit" else 30
        ),  # one takes back at once what is one's own
        clauses=tuple(
            _clause(clause, lines.get(f"clauses[{index}]")) for index, clause in enumerate(values["clauses"])
        ),
        terms=_terms(values.get("terms", {})),
        prevailing_language=values.get("prevailing_language", "en"),
        languages=values.get("languages", ("en",)),
    )


def _party(side: dict[str, Any]) -> PartyTerms:
    return PartyTerms(
        party=side["party"],
        name=side.get("name", side["party"]),
        country=side.get("country"),
        zone=side["zone"],
        posts=side["posts"],
        focal_point=side.get("focal_point"),
        successor=side.get("successor", "continues"),
    )


def _clause(values: dict[str, Any], line: int | None) -> Clause:
    cells = tuple(
        MinimumCell(cell["cell"], cell.get("purpose"), cell.get("condition")) for cell in values.get("minimum_cell", ())
    )
    word = values.get("authorisation", {"mode": "per-release"})
    return Clause(
        id=values["clause"],
        effect=values.get("effect", "permit"),
        owner=values["from"],
        scope=_scope(values),
        grains=tuple(
            Grain(int(grain["level"]), grain["period"], grain.get("age_years"), grain.get("sex", False))
            for grain in values.get("resolution", ())
        ),
        minimum_cells=cells or (MinimumCell(DEFAULT_MINIMUM_CELL),),
        delay_days=values.get("delay_days", 0),
        embargo_until=values.get("embargo_until"),
        tlp=values.get("tlp", "amber"),
        authorisation=Authorisation(word["mode"], word.get("approver"), word.get("response_days")),
        emergency=Emergency(**values["emergency"]) if values.get("emergency") else None,
        silences=values.get("silences", ()),
        practices=values.get("practices", ()),
        protected_for_days=values.get("protected_for_days"),
        corrections=values.get("corrections", "scheduled"),
        line=line,
    )


def _scope(values: dict[str, Any]) -> Scope:
    return Scope(
        posts=values["to"],
        purposes=values["purposes"],
        sources=_codes(values["sources"]),
        conditions=_codes(values["conditions"]),
        kinds=values.get("kinds", ("aggregate",)),
        measures=_codes(values["measures"]),
        places=_codes(values["places"]),
        populations=values.get("populations", ("general",)),
        classes=values.get("classes", ("open", "official")),
        data_from=values.get("data_from"),
        data_to=values.get("data_to"),
    )


def _terms(values: dict[str, Any]) -> Terms:
    publication = values.get("publication")
    plain = {name: value for name, value in values.items() if name != "publication"}
    return Terms(**plain, publication=Publication(**publication) if publication else Publication())


def _codes(value: Any) -> tuple[str, ...] | None:
    return None if value == "any" else tuple(value)
