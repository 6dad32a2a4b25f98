"""Text under a class of secrets of the source's country: counted by column, never repeated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import polars as pl

from sampan.model.tables import ROW, RawTable
from sampan.vocab.personal.lexicon import SecrecyClass, secrecy_classes
from sampan.vocab.text import fold

SAMPLE_ROWS = 300
FEW_TERMS = 3_000  # so many are folded one by one, which also finds phrases with uneven spaces and marks
SHORT_CODE = re.compile(r"[!-~]{0,16}")  # dates, numbers and codes: no room for a disease of unknown agent


Published = frozenset[tuple[str, str]]  # (a class's id, folded text that its authority has made public)


@dataclass(frozen=True)
class Held:
    """A class, and the folded texts that its authority has made public."""

    secret: SecrecyClass
    published: tuple[str, ...]

    def covers(self, text: str) -> bool:
        """True if the text falls under the class and nothing of it is public."""
        folded = f" {fold(text)} "
        said = any(f" {word} " in folded for word in _folded(self.secret))
        return said and not any(f" {text} " in folded for text in self.published)


@dataclass(frozen=True)
class Secret:
    """A class met in a column, and the rows where it stands (none: in its header)."""

    secret: SecrecyClass
    column: str | None  # None: the sheet's name or a text above the header
    rows: tuple[int, ...]


def classes(country: str, on: date, lifted: Collection[str] = ()) -> tuple[SecrecyClass, ...]:
    """The classes of a country in force on a day, without those whose publication is on record."""
    return tuple(c for c in secrecy_classes() if c.country == country and c.in_force(on) and c.id not in lifted)


def secrets(table: RawTable, classes_held: Iterable[SecrecyClass], published: Published = frozenset()) -> list[Secret]:
    """Every class met in the table: in cells, in headers (wide layouts), above them and in the sheet's name.

    A text that holds one of the `published` texts of the class is no secret any more.
    """
    held = tuple(Held(secret, tuple(text for kind, text in published if kind == secret.id)) for secret in classes_held)
    if not held:
        return []
    above = [text for text in (table.sheet, *table.titles) if text]
    found = [Secret(one.secret, None, ()) for one in held if any(map(one.covers, above))]
    for column in table.columns:
        found += [Secret(one.secret, column.name, ()) for one in held if one.covers(column.header)]
        found += _in_cells(table, column.name, held)
    return found


def _in_cells(table: RawTable, name: str, held: tuple[Held, ...]) -> list[Secret]:
    values = table.frame.get_column(name)
    if _only_codes(values):
        return []
    terms = values.unique().cast(pl.String).drop_nulls()
    found = []
    for one in held:
        suspect = terms
        if len(terms) > FEW_TERMS:
            suspect = terms.filter(terms.str.contains_any(_spellings(one.secret), ascii_case_insensitive=True))
        if telling := [term for term in suspect.to_list() if one.covers(term)]:
            rows = table.frame.filter(pl.col(name).cast(pl.String).is_in(telling)).get_column(ROW)
            found.append(Secret(one.secret, name, tuple(rows.to_list())))
    return found


def _only_codes(values: pl.Series) -> bool:
    sampled = values.gather_every(max(1, len(values) // SAMPLE_ROWS)).cast(pl.String).drop_nulls()
    return all(SHORT_CODE.fullmatch(text) for text in sampled.to_list())


@lru_cache(maxsize=64)
def _folded(secret: SecrecyClass) -> tuple[str, ...]:
    return tuple(fold(word) for word in secret.words)


@lru_cache(maxsize=64)
def _spellings(secret: SecrecyClass) -> list[str]:
    """Each phrase as it may be written: composed, decomposed, in capitals, without marks."""
    out: set[str] = set()
    for word in secret.words:
        for form in (word, word.upper(), word.capitalize(), word.title(), fold(word)):
            out |= {form, unicodedata.normalize("NFD", form)}
    return sorted(out)
