"""Which country a file speaks of, and what its place names mean there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from sampan.harmonise.draft.said import Said
from sampan.model.errors import UserError
from sampan.model.places import Resolution
from sampan.model.tables import RawTable
from sampan.vocab.places import Gazetteer
from sampan.vocab.text import native_digits

VOTING_TERMS = 60  # distinct terms of a column that vote for a country
KNOWN = ("exact", "alias", "folded")


@dataclass(frozen=True)
class Land:
    """A country (None: undecided) and the gazetteer that knows its places."""

    code: str | None
    gazetteer: Gazetteer

    def resolve(self, texts: Sequence[str]) -> list[Resolution]:
        """What the texts mean there; nothing while the country is undecided."""
        return self.gazetteer.resolve(texts, country=self.code) if self.code else []

    def level(self, texts: Sequence[str]) -> int | None:
        """The level most of the texts' places stand on; None if none is known."""
        found = [one.place for one in self.resolve(texts) if one.place]
        levels = Counter(unit.level for place in found for unit in self.gazetteer.of_place(place)[-1:])
        return levels.most_common(1)[0][0] if levels else None

    def share(self, texts: Sequence[str]) -> float:
        """Share of the texts that name places there, places to ask about included."""
        return sum(one.how in (*KNOWN, "ask") for one in self.resolve(texts)) / len(texts)


def given(country: str, gazetteer: Gazetteer) -> Land:
    """The country a person named. UserError if no registry holds it."""
    known = gazetteer.countries()
    if country.upper() not in known:
        raise UserError(
            f"country {country!r} is not in the registry", do=f"known: {', '.join(known)}; a new one is a folder"
        )
    return Land(country.upper(), gazetteer)


def guessed(table: RawTable, frame: pl.DataFrame, gazetteer: Gazetteer, said: Said) -> Land:
    """The country whose registry knows most of some column's texts; a tie or too few is a question."""
    votes: dict[str, tuple[float, str]] = {}
    for column in table.columns:
        terms = frame.get_column(column.name).cast(pl.String).drop_nulls().unique(maintain_order=True).to_list()
        texts = [term for term in terms if not re.search(r"\d", native_digits(term))][:VOTING_TERMS]
        for code in gazetteer.countries() if len(texts) > 1 else ():
            found = gazetteer.resolve(texts, country=code)
            share = sum(one.how in KNOWN for one in found) / len(texts)
            votes[code] = max(votes.get(code, (0.0, "")), (share, column.name))
    ranked = sorted(votes.items(), key=lambda vote: -vote[1][0])
    if ranked and ranked[0][1][0] >= 0.5 and (len(ranked) == 1 or ranked[1][1][0] < 0.5 * ranked[0][1][0]):
        code, (share, name) = ranked[0]
        evidence = f"{share:.0%} of the different texts in {name!r} are its places"
        return Land(said.guess("country", code, evidence, 0.5 + 0.45 * share), gazetteer)
    options = tuple(gazetteer.countries())
    said.ask("country", "Which country's file is this?", "its place names decide for none", options)
    return Land(None, gazetteer)
