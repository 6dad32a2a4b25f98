"""The terms a file uses, translated where the vocabulary is sure; the rest is listed with what it could be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sampan.harmonise.draft.land import Land
from sampan.harmonise.draft.mapped import Mapping
from sampan.harmonise.draft.profile import MARKS, Profile
from sampan.model.tables import Reading
from sampan.vocab import conditions, measures
from sampan.vocab.text import fold

WORD_FIELDS = ("classification", "outcome", "sex", "setting", "sector", "origin", "measure")
NO_PLACE = "none"

Lines = dict[str, list[dict[str, str]]]


def crosswalks(done: Mapping, profiles: Sequence[Profile], land: Land) -> tuple[Lines, list[dict[str, str]]]:
    """Lines by field (term, value, match, author, note), and the open terms (field, term, cells, candidates).

    A line is proposed where a term was recognised only after folding or as another name, so that it is
    reviewed once; terms that are exact words of the vocabulary need no line.
    """
    by_name = {one.name: one for one in profiles}
    lines: Lines = {}
    open_terms: list[dict[str, str]] = []
    for field, spec in done.columns.items():
        totals = {word for words in done.totals.values() for word in words}
        for one in _columns(spec, by_name):
            terms = {term: count for term, count in one.terms.items() if _counts(term) and term not in totals}
            _add(field, terms, _read(field, list(terms), land), lines, open_terms)
    for at, part in enumerate(done.wide.get("parts", []) if done.wide else []):
        terms = {one.parts[at]: one.filled for one in done.figures if at < len(one.parts)}
        _add(part, terms, _read(part, list(terms), land), lines, open_terms)
    return lines, open_terms


def _counts(term: str) -> bool:
    return term.casefold() not in MARKS and fold(term) not in ("na", "n a", "null")


def _columns(spec: object, by_name: dict[str, Profile]) -> Iterable[Profile]:
    names = spec.get("from", []) if isinstance(spec, dict) else spec
    for name in names if isinstance(names, list) else [names]:
        if name in by_name:
            yield by_name[name]


def _read(field: str, terms: list[str], land: Land) -> list[Reading] | None:
    """Readings of a field's terms; None for fields that have no crosswalk (dates, ages, figures)."""
    if not terms:
        return []
    if field == "condition":
        return conditions.resolve(terms, country=land.code)
    if field in WORD_FIELDS:
        return measures.resolve(terms, vocabulary=field, country=land.code)
    if field.startswith("place") and land.code:
        found = land.resolve(terms)
        return [
            Reading(one.name, one.place, None if one.place else "unmapped", one.how, one.candidates) for one in found
        ]
    return None


def _add(
    field: str, terms: dict[str, int], readings: list[Reading] | None, lines: Lines, open_terms: list[dict[str, str]]
) -> None:
    name = "place" if field.startswith("place") else field
    for reading in readings or []:
        term = str(reading.term)
        if reading.problem:
            known = {"field": name, "term": term, "cells": str(terms[term]), "problem": reading.problem}
            open_terms.append(known | {"candidates": "; ".join(reading.candidates)})
        elif reading.how != "exact":
            line = {"term": term, "value": str(reading.value), "match": "exact", "author": "draft"}
            line |= {"approved_by": "", "approved_on": "", "note": f"recognised as {reading.how}"}
            if line not in lines.setdefault(name, []):
                lines[name].append(line)
