"""What a recipient could work out from everything it ever got of an owner's figures: read from the ledgers.

The ledgers know more than the tables: earlier releases, what stood side by side in a discrepancy, cumulative figures'
turns, and what others of the recipient's pools hold. They hold counts that were never told, so the answer goes to the
owner of the figures alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from sampan.model.errors import UserError
from sampan.operations import homes
from sampan.operations.sharing import ledgers
from sampan.operations.sharing.gates import party_of
from sampan.operations.sharing.pools import pooled
from sampan.sharing.adding_up import measures_with
from sampan.sharing.disclosure.attack import Figure, Findings, attack
from sampan.sharing.disclosure.ledger import PUBLIC, Ledger, Terms
from sampan.sharing.disclosure.series import Series, given_away, protected
from sampan.sharing.schedule import Schedule
from sampan.store.home import Store
from sampan.store.models import DisclosureLedger
from sampan.vocab import conditions

MOST_BOUNDED = 400  # held-back sums of one ledger for which bounds are worked out; beyond it, algebra alone
SERIES = "series|"


@dataclass(frozen=True)
class Audited:
    """One ledger: its name, how many sums were told, and what was found of those held back."""

    name: str
    told: int
    held: int
    recovered: tuple[dict[str, Any], ...]


def audit(store: Store, recipient: str, post: str) -> dict[str, Any]:
    """For a post of the owner: what a party, with all it may pool with, could infer of the owner's small figures."""
    owner = party_of(post)
    mine = {name for name, source in homes.sources(store).items() if source.owner == owner}
    holders = pooled(recipient) | {PUBLIC}
    found = list(_ledgers(mine, holders))
    return {
        "recipient": recipient,
        "pool": sorted(holders - {PUBLIC, recipient}),
        "owner": owner,
        "figures": sum(one.told for one in found),
        "held_back": sum(one.held for one in found),
        "recovered": sum(len(one.recovered) for one in found),
        "ledgers": [asdict(one) for one in found],
    }


def released_table(folder: Path) -> pl.DataFrame | None:
    """The table of a release's folder as text cells, whatever format was asked for; None for one as CSV, or none."""
    parquet, workbook = folder / "table.parquet", folder / "table.xlsx"
    try:
        if parquet.is_file():
            return pl.read_parquet(parquet).cast(pl.String)
        if not workbook.is_file():
            return None
        head, *rows = CalamineWorkbook.from_path(workbook).get_sheet_by_index(0).to_python()
    except (pl.exceptions.PolarsError, CalamineError, OSError, ValueError) as slip:
        raise UserError(
            "the release's table cannot be read",
            where=str(folder),
            kept="nothing was written",
            do="take the release's folder again as it came",
        ) from slip
    cells = [[_text(cell, str(name)) for cell, name in zip(row, head, strict=True)] for row in rows]
    return pl.DataFrame(cells, schema=dict.fromkeys(map(str, head), pl.String), orient="row")


def altered(folder: Path) -> bool:
    """True if a release's folder holds a table that its manifest does not name by this digest, or no readable one."""
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return False
    try:
        digests = json.loads(manifest.read_bytes())["files"]
        tables = [folder / name for name in digests if name.startswith("table.")]
        return any(hashlib.sha256(one.read_bytes()).hexdigest() != digests[one.name] for one in tables) or not tables
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        return True


def _text(cell: object, column: str) -> str | None:
    """A cell of a workbook as the CSV file of the same table has it."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and not column.startswith("age_"):
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _ledgers(sources: set[str], holders: frozenset[str]) -> Iterator[Audited]:
    keys = DisclosureLedger.objects.order_by("key").values_list("key", flat=True)
    mine = [key for key in keys if key.removeprefix(SERIES).partition("|")[0] in sources]
    plain = (tuple(key.split("|")) for key in mine if not key.startswith(SERIES))
    for source, condition, measure in dict.fromkeys((s, conditions.head(c), measures_with(m)[0]) for s, c, m in plain):
        yield _of_ledger(f"{source}|{condition}|{measure}", ledgers.of(source, condition, measure), holders)
    for record in DisclosureLedger.objects.filter(key__in=[key for key in mine if key.startswith(SERIES)]).order_by(
        "key"
    ):
        yield _of_series(record.key.removeprefix(SERIES), Schedule.from_dict(record.content))


def _of_ledger(name: str, ledger: Ledger, holders: frozenset[str]) -> Audited:
    """The sums these hold as equations, the small sums that stay protected as what is asked."""
    told = list(dict.fromkeys(row.terms for row in ledger.rows if row.recipient in holders))
    hidden = [terms for terms in ledger.targets if terms not in set(told)]
    figures = [Figure(_label(terms), terms, ledger.value(terms)) for terms in told]
    figures += [Figure("", one, ledger.value(one) - ledger.value(other), other) for one, other in ledger.equal]
    figures += [Figure(_label(terms), terms, None) for terms in hidden]
    found: Findings = attack(figures, bounds=len(hidden) <= MOST_BOUNDED) if told else Findings((), False)
    recovered = tuple({"what": one.label, "how": one.how, "count": one.low} for one in found.recoveries)
    return Audited(name, len(told), len(hidden), recovered)


def _of_series(name: str, schedule: Schedule) -> Audited:
    """The turns of a cumulative series: alike for every recipient, so all that it told is taken as held."""
    series: Series = schedule.series
    small_new, small_count = protected(series)
    lost = given_away(series)
    recovered = tuple(
        {"what": f"{schedule.areas[area]} {schedule.spans[column]}", "how": "turns", "count": None}
        for area, column in zip(*np.nonzero(lost), strict=True)
    )
    return Audited(name, int(series.told.sum()), int((small_new | small_count).sum()), recovered)


def _label(terms: Terms) -> str:
    """A sum in words: its one count, or the first of them and how many more."""
    first = terms[0].rpartition("#")[0].replace("|-", "")
    return first if len(terms) == 1 else f"{first} and {len(terms) - 1} more"
