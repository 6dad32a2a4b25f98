"""What a release says of itself, and the dictionary of its columns in the recipient's language."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl

from sampan.model.decisions import Decision, Obligations, Part, Request
from sampan.sharing.reasons import phrase, sentence
from sampan.sharing.release import COLUMNS, TOLD, Released
from sampan.sharing.state import State
from sampan.sharing.totals import BESIDE
from sampan.sharing.vocabularies import label, words
from sampan.vocab import conditions


def manifest(request: Request, decision: Decision, state: State, released: Released) -> dict[str, Any]:
    """The manifest without what only the moment of release adds (code, digests, log entry).

    How many cells are not told stands there, for whatever reason; how many of them a rule held back (`held_back`) only
    where every clause lets suppression be seen, else null.
    """
    bound = [part.obligations for part in decision.goes if part.obligations is not None]
    told = released.table.filter(pl.col("status").is_in(TOLD)).height
    seen = bool(bound) and all("suppressed" in one.silences for one in bound)
    clauses = sorted({r.rule for part in decision.goes for r in part.reasons if r.word == "allowed"})
    return {
        "request": {"id": request.id, "post": request.post, "purpose": request.purpose, "operation": request.operation},
        "agreements": [
            {
                "agreement": agreement.name,
                "title": agreement.title,
                "instrument": agreement.instrument.name,
                "instrument_digest": agreement.instrument.digest or None,
            }
            for agreement in state.agreements
        ],
        "clauses": clauses,
        "decision": {"outcome": decision.outcome, "decided_at": decision.decided_at.isoformat()},
        "parts": [_part(part, request.language) for part in decision.parts],
        "comparability": [
            {"sources": [c.first, c.second], "verdict": c.word, "reasons": list(c.reasons)} for c in state.comparisons
        ],
        "overrides": [
            {"owner": o.owner, "by": o.by, "at": o.at.isoformat()} for o in state.overrides if o.request == request.id
        ],
        "caveats": _caveats(released),
        "rows": released.table.height,
        "told": told,
        "not_told": released.table.height - told,
        "held_back": released.cells_held if seen else None,
        **_binding(bound),
        "ihr_article_9": _ihr(state, set(clauses)),
    }


def _ihr(state: State, clauses: set[str]) -> list[dict[str, Any]]:
    """What a recipient whom Article 9(2) of the IHR obliges to inform WHO of an owner's territory does first."""
    found = {
        (clause.owner, agreement.terms.ihr_article_9, agreement.terms.ihr_tell_hours,
         agreement.party(clause.owner).focal_point)
        for agreement in state.agreements for clause in agreement.clauses if f"{agreement.id}/{clause.id}" in clauses
    }  # fmt: skip
    names = ("owner", "do", "within_hours", "focal_point")
    return [dict(zip(names, one, strict=True)) for one in sorted(found, key=str)]


def _caveats(released: Released) -> list[dict[str, Any]]:
    """What its owner lets be known of how figures were made: source, caveat, and how many cells have it."""
    said = released.table.with_columns(pl.col("caveat").str.split(BESIDE)).explode("caveat")
    met = said.filter(pl.col("caveat").is_not_null() & pl.col("source").is_not_null())
    return met.group_by("source", "caveat").agg(pl.len().alias("cells")).sort("source", "caveat").to_dicts()


def _part(part: Part, language: str) -> dict[str, Any]:
    grain = part.grain
    return {
        "source": part.source,
        "condition": part.condition,
        "place": part.place,
        "measure": part.measure,
        "outcome": part.outcome,
        "given": None if grain is None else {"level": grain.level, "period": grain.period, "sex": grain.sex,
                                             "age_years": grain.age_years},
        "until": part.until.isoformat() if part.until else None,
        "minimum_cell": part.obligations.minimum_cell if part.obligations else None,
        "reasons": [reason.as_dict() | {"says": sentence(reason, language)} for reason in part.reasons],
    }  # fmt: skip


def _binding(bound: list[Obligations]) -> dict[str, Any]:
    """The obligations of the whole release: the most restrictive of its parts."""
    expiries = [one.expires_at for one in bound if one.expires_at]
    retention = [one.retention_days for one in bound if one.retention_days is not None]
    order = ("clear", "green", "amber", "amber+strict", "red")
    return {
        "expires_at": min(expiries).isoformat() if expiries else None,
        "retention_days": min(retention) if retention else None,
        "tlp": max((one.tlp for one in bound), key=order.index, default=None),
        "onward": min((one.onward for one in bound), key=words("onward").index, default=None),
        "attribution": list(dict.fromkeys(text for one in bound for text in one.attribution)),
        "licence": list(dict.fromkeys(text for one in bound for text in one.licence)),
        "publication": {
            "review_days": max((one.publication_review_days for one in bound), default=None),
            "right": "veto" if any(one.publication_right == "veto" for one in bound) else "comment",
        },
        "benefits": sorted({benefit for one in bound for benefit in one.benefits}),
        "corrections": "immediate" if bound and all(o.corrections == "immediate" for o in bound) else "scheduled",
    }


def dictionary(table: pl.DataFrame, language: str) -> pl.DataFrame:
    """Columns of a released table: name, what it holds and its words, in the recipient's language.

    Of conditions and measures the words that stand in this table, so that it tells of no other.
    """
    names = (*COLUMNS, "place_name")
    rows = [(name, phrase(f"dictionary.{name}", language), _words(name, table, language)) for name in names]
    return pl.DataFrame(rows, schema={"column": pl.String, "meaning": pl.String, "words": pl.String}, orient="row")


def _words(column: str, table: pl.DataFrame, language: str) -> str:
    if column in ("condition", "measure"):
        name = conditions.name if column == "condition" else partial(label, "measure")
        return "; ".join(f"{code} = {name(code, language)}" for code in sorted(set(table[column].drop_nulls())))
    if column == "status":
        codes = ("reported", "zero", "unknown", "not_reported", "not-shared", "release-pending", "suppressed")
        return "; ".join(f"{code} = {phrase(f'silence.{code}', language)}" for code in codes)
    if column == "caveat":
        return "; ".join(f"{code} = {label('caveat', code, language)}" for code in sorted(words("caveat")))
    return "; ".join(f"{code} = {label('period', code, language)}" for code in words("period") if column == "period")
