"""An agreement in plain sentences of one language, from controlled phrases only: nothing is free text.

The sentences are what two posts sign under; each clause says everything that binds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from sampan.model.agreements import NOT_DONE_YET, Agreement, Clause, Codes, Grain, MinimumCell
from sampan.model.decisions import ZERO
from sampan.sharing.reasons import phrase, phrases
from sampan.sharing.vocabularies import label

Names = Mapping[str, str]  # code of a condition or place -> its name in the reader's language


def sentences(agreement: Agreement, language: str = "en", names: Names | None = None) -> dict[str, list[str]]:
    """The whole agreement: "agreement", then one entry for each clause ("clause kh-weekly"), then "terms"."""
    said = {"agreement": _head(agreement, language)}
    for clause in agreement.clauses:
        said[f"clause {clause.id}"] = clause_sentences(agreement, clause, language, names or {})
    return said | {"terms": _terms(agreement, language)}


def ways(agreement: Agreement, language: str, names: Names) -> dict[str, list[list[str]]]:
    """The two directions side by side: the name of each side -> of each of its clauses what matters for fairness."""
    found: dict[str, list[list[str]]] = {side.name: [] for side in agreement.parties}
    for clause in agreement.clauses:
        said = [_who(agreement, clause, language, names)]
        if clause.effect == "permit":
            said += [_grain(grain, language) for grain in clause.grains]
            said += [_cell(cell, language, names) for cell in clause.minimum_cells]
            said += [*_when(agreement, clause, language), _word(clause, language)]
            said += [_emergency(clause, language)] if clause.emergency is not None else []
        found[agreement.party(clause.owner).name].append(said)
    return found


def clause_sentences(agreement: Agreement, clause: Clause, language: str, names: Names) -> list[str]:
    """What one clause says, in the order a reader asks: who, what, how fine, when, on whose word, what else."""
    said = [_who(agreement, clause, language, names)]
    scope = clause.scope
    if scope.sources is not None:
        said.append(phrase("say.sources", language, sources=_list(scope.sources)))
    if scope.populations != ("general",):
        people = [label("population", code, language) for code in scope.populations]
        said.append(phrase("say.populations", language, populations=_list(people)))
    if scope.classes != ("open", "official"):
        classes = [label("class", code, language) for code in scope.classes]
        said.append(phrase("say.classes", language, classes=_list(classes)))
    said += [phrase("say.data-from", language, day=scope.data_from)] if scope.data_from else []
    said += [phrase("say.data-to", language, day=scope.data_to)] if scope.data_to else []
    if clause.effect == "prohibit":
        return said
    if agreement.kind == "deposit" and (idle := [one for one in scope.purposes if one in NOT_DONE_YET]):
        purposes = _list(label("purpose", code, language) for code in idle)
        said.append(phrase("say.opens-nothing-today", language, purposes=purposes))
    said += [_grain(grain, language) for grain in clause.grains]
    said += [_cell(cell, language, names) for cell in clause.minimum_cells]
    said += _when(agreement, clause, language)
    said.append(_word(clause, language))
    if clause.emergency is not None:
        said.append(_emergency(clause, language))
    return [*said, *_marks(clause, language)]


def _head(agreement: Agreement, language: str) -> list[str]:
    paper = agreement.instrument
    said = [phrase("say.instrument", language, name=paper.name, day=paper.signed or "none")]
    said.append(phrase("say.term", language, begins=agreement.begins, ends=agreement.ends or "none"))
    said += [phrase("say.review", language, day=agreement.review)] if agreement.review else []
    return [*said, phrase("say.exit", language, days=agreement.exit_days)]


def _who(agreement: Agreement, clause: Clause, language: str, names: Names) -> str:
    scope = clause.scope
    kinds = [label("kind", code, language) for code in scope.kinds]
    what = phrase(
        "say.what",
        language,
        kinds=_list(kinds),
        conditions=_codes(scope.conditions, "condition", language, names),
        measures=_measures(scope.measures, language),
        places=_codes(scope.places, "place", language, names),
    )
    purposes = _list(label("purpose", code, language) for code in scope.purposes)
    owner = agreement.party(clause.owner).name
    return phrase(f"say.{clause.effect}", language, owner=owner, posts=_list(scope.posts), purposes=purposes, what=what)


def _grain(grain: Grain, language: str) -> str:
    ages = (
        phrase("say.ages-none", language)
        if grain.age_years is None
        else phrase("say.ages-width", language, years=int(grain.age_years))
    )
    sex = phrase("say.sex-yes" if grain.sex else "say.sex-no", language)
    level = label("level", str(grain.level), language)
    return phrase(
        "say.grain", language, level=level, period=label("period", grain.period, language), ages=ages, sex=sex
    )


def _cell(cell: MinimumCell, language: str, names: Names) -> str:
    facts = {
        "purpose": label("purpose", cell.purpose, language) if cell.purpose else "none",
        "condition": names.get(cell.condition, cell.condition) if cell.condition else "none",
    }
    if cell.cell == 1:
        return phrase("say.cell-none", language, **facts)
    return phrase("say.cell", language, below=cell.cell - 1, **facts)


def _when(agreement: Agreement, clause: Clause, language: str) -> list[str]:
    """After how many days, and not before which moment in the zone of the owner."""
    said = [
        phrase("say.delay", language, days=clause.delay_days) if clause.delay_days else phrase("say.no-delay", language)
    ]
    if clause.embargo_until is not None:
        zone = agreement.zone_of(clause)
        there = clause.embargo_until.astimezone(ZoneInfo(zone))
        said.append(phrase("say.embargo", language, until=f"{there:%Y-%m-%d %H:%M} {zone}"))
    return said


def _word(clause: Clause, language: str) -> str:
    word = clause.authorisation
    approver = word.approver or f"{clause.owner}/coordinator"
    if word.mode == "none":
        return phrase("say.word-none", language)
    if word.mode == "standing":
        return phrase("say.word-standing", language, approver=approver)
    return phrase("say.word-per-release", language, approver=approver, days=str(word.response_days or "none"))


def _emergency(clause: Clause, language: str) -> str:
    terms = clause.emergency
    assert terms is not None, clause.id
    return phrase(
        "say.emergency",
        language,
        posts=_list(terms.declared_by),
        trigger=label("trigger", terms.trigger, language),
        hours=terms.sunset_hours,
        widens=_list(terms.widens),
        days=terms.review_days,
    )


def _marks(clause: Clause, language: str) -> list[str]:
    said = [phrase("say.tlp", language, label=label("tlp", clause.tlp, language))]
    if max(cell.cell for cell in clause.minimum_cells) > 1 and ZERO not in clause.silences:
        said.append(phrase("say.zeros-held", language))
    if clause.silences:
        shown = _list(label("silence", code, language) for code in clause.silences)
        said.append(phrase("say.silences", language, silences=shown))
    else:
        said.append(phrase("say.silences-none", language))
    if clause.practices:
        shown = _list(label("practice", code, language) for code in clause.practices)
        said.append(phrase("say.practices", language, practices=shown))
    said.append(phrase("say.corrections", language, when=label("corrections", clause.corrections, language)))
    if clause.protected_for_days is not None:
        said.append(phrase("say.protected", language, days=clause.protected_for_days))
    return said


def _terms(agreement: Agreement, language: str) -> list[str]:
    terms = agreement.terms
    right = label("publication_right", terms.publication.right, language)
    said = [phrase("say.onward", language, onward=label("onward", terms.onward, language))]
    if terms.retention_days is not None:
        said.append(phrase("say.retention", language, days=terms.retention_days))
    said.append(phrase("say.publication", language, days=terms.publication.review_days, right=right))
    if terms.attribution:
        said.append(phrase("say.attribution", language, citation=terms.attribution))
    if terms.benefits:
        benefits = _list(label("benefit", code, language) for code in terms.benefits)
        said.append(phrase("say.benefits", language, benefits=benefits))
    said.append(phrase("say.reciprocity", language, how=label("reciprocity", terms.reciprocity, language)))
    how = label("ihr_article_9", terms.ihr_article_9, language)
    said.append(phrase("say.ihr", language, how=how, hours=terms.ihr_tell_hours))
    if terms.dispute:
        said.append(phrase("say.dispute", language, ladder=_list(label("dispute", c, language) for c in terms.dispute)))
    said.append(phrase("say.breach", language, hours=terms.breach_hours))
    said += [phrase("say.licence", language, licence=terms.licence)] if terms.licence else []
    for side in agreement.parties:
        if side.focal_point:
            said.append(phrase("say.focal-point", language, party=side.name, post=side.focal_point))
        if side.country:  # the office and organisations have no territory that could be merged
            how = label("successor", side.successor, language)
            said.append(phrase("say.successor", language, party=side.name, how=how))
    return said


def _codes(codes: Codes, world: str, language: str, names: Names) -> str:
    if codes is None:
        return phrase(f"say.any-{world}", language)
    return _list(names.get(code, code) for code in codes)


def _measures(codes: Codes, language: str) -> str:
    if codes is None:
        return phrase("say.any-measure", language)
    return _list(label("measure", code, language) for code in codes)


def _list(words: Iterable[str]) -> str:
    return phrases("en")["list.and"].join(words)
