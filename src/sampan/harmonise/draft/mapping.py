"""From what each column is to the parts of source.yml: fields, wide headers, persons, totals, what is left out."""

from __future__ import annotations

import glob
import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sampan.harmonise.draft import times, wholes
from sampan.harmonise.draft.headings import header_part
from sampan.harmonise.draft.mapped import Mapping
from sampan.harmonise.draft.profile import FITS, Profile, is_person
from sampan.harmonise.draft.said import SURE_ENOUGH, Said
from sampan.harmonise.draft.sayings import saying
from sampan.harmonise.outside import SHEET, TITLE, period_outside
from sampan.harmonise.readers import SEPARATOR
from sampan.model.sources import Words
from sampan.model.tables import RawTable
from sampan.vocab import conditions, measures
from sampan.vocab.text import fold

LEVELS = {"country": 0, "province": 1, "district": 2, "commune": 3}
CASE_FIELDS = (
    "case_id", "onset_date", "diagnosis_date", "admission_date", "report_date", "outcome_date", "condition",
    "classification", "outcome", "sex", "age", "age_months", "age_days", "laboratory", "setting", "origin",
)  # fmt: skip
OUTSIDE_KINDS = (
    "month",
    "week",
    "quarter",
    "range",
    "day",
    "year",
)  # a bare number up to 12 may be either: months first
AGGREGATE_FIELDS = ("condition", "classification", "sex", "setting", "sector", "origin")
CASE_SIGNS = ("case_id", "onset_date", "admission_date", "outcome", "outcome_date", "birth_date", "diagnosis_date")
PERIOD_SIGNS = ("period_start", "period_end", "period", "week", "month", "year")
NOT_FIGURES = ("year", "week", "month", "age", "age_months", "age_days", "case_id", "running_number", "place_code",
               "rate", "population", "phone", "id_number", "hospital_number", "total")  # fmt: skip
WHY_LEFT_OUT = {
    "running_number": "a running number of the sheet",
    "rate": "a rate; derived from the figures",
    "total": "a sum of the other columns",
    "place_code": "the names say it; compare the codes when reviewing",
    "remarks": "free text",
    "facility": "finer than what is exchanged",
    "vaccination": "not mapped",
    "source": "not mapped",
    "severity": "not mapped; severities do not compare across schemes",
}


def mapping(profiles: Sequence[Profile], tables: Sequence[RawTable], said: Said, country: str | None) -> Mapping:
    """What every column is for; columns nobody understands become questions."""
    persons = [one for one in profiles if is_person(one)]
    others = [one for one in profiles if one not in persons]
    done = Mapping(_kind(others, said), country)
    for one in persons:
        done.strip.append(done.place(one))
        why = one.personal or one.evidence or f"its header is a known word for {one.meaning}"
        said.guess(f"column {one.name}", "strip (persons)", why, max(0.8, one.confidence))
    _say_columns(others, said)
    if done.kind == "cases":
        _cases(done, others, said)
    else:
        _aggregate(done, others, tables, said)
    _codes_alone(done, others, said)
    _totals(done, others, said)
    _left(done, others, said)
    return done


def _kind(profiles: Sequence[Profile], said: Said) -> str:
    """One row a case, or one row a count."""
    single = [one.name for one in profiles if one.meaning in CASE_SIGNS]
    figures = [one.name for one in profiles if _is_figure(one)]
    spans = [one.name for one in profiles if one.meaning in PERIOD_SIGNS]
    evidence = "; ".join(
        f"columns of {what}: {', '.join(names[:6]) or 'none'}"
        for what, names in (("single cases", single), ("counts", figures), ("periods", spans))
    )
    likely = "aggregate" if len(figures) + len(spans) > len(single) else "cases"
    sure = not single or not figures
    return str(said.guess("kind", likely, evidence, 0.9 if sure else 0.6))


def _is_figure(one: Profile) -> bool:
    only_marks = not one.shares  # nothing but "-" and blanks: its header decides
    if (one.figures < FITS and not only_marks) or one.meaning in NOT_FIGURES or one.meaning in CASE_FIELDS:
        return False
    known = one.meaning in measures.values("measure") or any(header_part(text) for text in one.parts)
    return known or one.saying.counts


def _say_columns(profiles: Sequence[Profile], said: Said) -> None:
    for one in profiles:
        if one.meaning and not _is_figure(one):
            said.guess(f"column {one.name}", one.meaning, one.evidence, one.confidence)


def _cases(done: Mapping, profiles: Sequence[Profile], said: Said) -> None:
    for name in CASE_FIELDS:
        fitting = [one for one in profiles if (one.meaning == name or (name == "age" and one.meaning == "age_group"))]
        if not fitting:
            continue
        best = max(fitting, key=lambda one: (one.confidence, one.filled, -one.column.position))
        done.columns.setdefault(name, done.place(best))
        for one in fitting:
            if one is not best:
                done.ask(one, f"Two columns look like {name}; what is this one?", f"{best.name!r} was taken", said)
    done.dates = [one for one in profiles if (one.meaning and one.meaning.endswith("_date")) or one.meaning == "date"]
    for one in profiles:
        if one.meaning in ("date", "period_start", "period_end"):
            done.ask(one, "Which day of the case is this: onset, diagnosis, admission, report?", one.evidence, said)
    _case_places(done, profiles, said)


def _case_places(done: Mapping, profiles: Sequence[Profile], said: Said) -> None:
    """Places by role; a role that the header does not say is asked."""
    roles: dict[str, list[Profile]] = {}
    for one in profiles:
        if one.meaning in LEVELS or one.meaning == "place_infection":
            roles.setdefault(_role(one), []).append(one)
    unsaid = roles.pop("", [])
    if unsaid:
        free = next((role for role in ("residence", "report") if role not in roles), "residence")
        said.ask(
            f"columns.place_{free}",
            f"Is {', '.join(repr(one.name) for one in unsaid)} where the case lives or where it was reported?",
            "the header does not say",
            ("place_residence", "place_report", "place_infection"),
        )
        roles.setdefault(free, unsaid)
    for role, columns in roles.items():
        done.columns[f"place_{role}"] = _place_spec(done, columns)


def _codes_alone(done: Mapping, profiles: Sequence[Profile], said: Said) -> None:
    """Where places are told by codes only: which units they name is asked."""
    for one in profiles:
        if one.meaning == "place_code" and not any(field.startswith("place") for field in done.columns):
            question = "Which units do these codes name (level, how many first characters, our code)?"
            done.ask(one, question, f"{one.evidence}; no column holds names of places", said)


def _role(one: Profile) -> str:
    """The role a header names, by the words of the vocabulary it holds."""
    if one.meaning == "place_infection":
        return "infection"
    folded = f" {fold(one.column.header)} "
    for row in measures.words():
        word = fold(row["word"])
        held = f" {word} " in folded if word.isascii() else word in folded
        if row["vocabulary"] == "place_role" and held and len(word) > 3:
            return row["value"]
    return ""


def _place_spec(done: Mapping, columns: Sequence[Profile]) -> dict[str, Any]:
    """The best column of each level, from coarse to fine."""
    best: dict[int, Profile] = {}
    for one in sorted(columns, key=lambda one: (one.confidence, one.shares.get("place", 0), -one.column.position)):
        best[LEVELS.get(one.meaning or "", 1) if one.level is None else one.level] = one
    levels = sorted(best)
    names = [done.place(best[level]) for level in levels]
    return {"from": names[0], "level": levels[0]} if len(names) == 1 else {"from": names, "levels": levels}


def _aggregate(done: Mapping, profiles: Sequence[Profile], tables: Sequence[RawTable], said: Said) -> None:
    done.figures = [one for one in profiles if _is_figure(one)]
    index = [one for one in profiles if one not in done.figures]
    places = [one for one in index if one.meaning in LEVELS]
    if places:
        done.columns["place"] = _place_spec(done, places) | {"role": "report"}
    else:
        said.ask("columns.place", "Which place do the figures belong to?", "no column of places was found")
    _figures(done, said)
    if "period" in done.parts:
        times.period_of_headers(done, index, tables, said)
    else:
        times.period(done, index, tables, said)
    for name in AGGREGATE_FIELDS:
        if fitting := [one for one in index if one.meaning == name]:
            done.columns[name] = done.place(max(fitting, key=lambda one: one.confidence))
    if ages_of := [one for one in index if one.meaning in ("age", "age_group")]:
        done.columns["age"] = done.place(ages_of[0])
    if "condition" not in done.columns and "condition" not in done.parts:
        _condition_outside(done, tables, said)
    if "period" not in done.columns and "period" not in done.parts:
        _period_outside(done, tables, said)


def _figures(done: Mapping, said: Said) -> None:
    """One column of figures is `value`; several are a wide table whose headers say the rest."""
    if not done.figures:
        said.ask("columns.value", "Which column holds the figures?", "no column of counts was understood")
        return
    [one, *others] = done.figures
    if (
        not others
        and one.meaning in measures.values("measure")
        and one.saying.fields.keys() <= {"measure", "condition"}
    ):
        done.columns |= {"value": done.place(one), "measure": {"is": one.meaning}}
        said.guess(f"column {one.name}", f"value ({one.meaning})", one.evidence, one.confidence)
    elif wholes.mixed(done.figures):
        told = wholes.headers(done, said)
        done.wide = {"headers": told} if told else None
    else:
        depth = max(len(one.parts) for one in done.figures)
        parts = [_part_name(done.figures, at, said) for at in range(depth)]
        done.wide = {"columns": [glob.escape(done.place(one)) for one in done.figures], "parts": parts}


def _part_name(figures: Sequence[Profile], at: int, said: Said) -> str:
    """What the n-th part of the wide headers says, by the words most of them are."""
    texts = list(dict.fromkeys(one.parts[at] for one in figures if at < len(one.parts)))
    votes: dict[str, int] = {}
    for text in texts:
        if found := header_part(text):
            votes[found] = votes.get(found, 0) + 1
    best = max(sorted(votes), key=lambda name: votes[name]) if votes else "none"
    share = votes.get(best, 0) / len(texts)
    evidence = f"{votes.get(best, 0)} of {len(texts)} different texts in header part {at + 1} are words for {best}"
    return str(said.guess(f"wide.parts.{at + 1}", best, evidence, 0.95 * share))


def _condition_outside(done: Mapping, tables: Sequence[RawTable], said: Said) -> None:
    """A condition named in a title, a sheet's name, the file's name or a header: likely, and asked about."""
    sheets = [table.sheet for table in tables if table.sheet]
    named = {str(one.value) for one in conditions.resolve(sheets, country=done.country) if one.value}
    if len(named) > 1:
        evidence = f"no column of conditions; the names of the sheets say {', '.join(sorted(named))}"
        done.columns["condition"] = said.guess("columns.condition", {"in": SHEET}, evidence, 0.65)
        return
    for text in [*_outside(tables), *(one.column.header for one in done.figures)]:
        for piece in (text, *text.replace("_", " ").replace("-", " ").replace(".", " ").split()):
            [reading] = conditions.resolve([piece], country=None if piece.isdecimal() else done.country)
            held = saying(piece, done.country)
            found = reading.value or (None if held.doubtful else held.fields.get("condition"))
            if found:
                evidence = f"no column of conditions; it stands outside the rows, in {piece!r}"
                done.columns["condition"] = {"is": said.guess("columns.condition", str(found), evidence, 0.6)}
                return
    said.ask("columns.condition", "Which condition do the figures count?", "no column, title or name says it")


def _period_outside(done: Mapping, tables: Sequence[RawTable], said: Said) -> None:
    """A period that each sheet's title or name says is looked for there in each file to come."""
    titles = [replace(table, sheet="", file="") for table in tables]
    for of, era, kind in itertools.product((titles, tables), ("gregorian", "buddhist"), OUTSIDE_KINDS):
        found = [period_outside(table, kind, Words(date_order="dmy", calendar=era)) for table in of]
        told = [text.replace(SEPARATOR, " | ") for text in found if text]
        if len(told) == len(tables) and (len(tables) == 1 or len(set(told)) == len(tables)):
            done.columns["period"] = {"in": TITLE, "as": kind}
            done.years += told
            shown = ", ".join(map(repr, told[:3])) + (" ..." if len(told) > 3 else "")
            evidence = f"no column of time; titles, sheets or the file's name say {shown}"
            said.guess("columns.period", done.columns["period"], evidence, 0.65)
            return
    said.ask("columns.period", "Which period do the figures belong to?", "no column, title or name says it")


def _outside(tables: Sequence[RawTable]) -> list[str]:
    texts = [title for table in tables for title in table.titles]
    return list(dict.fromkeys([*texts, *(table.sheet for table in tables if table.sheet), *(t.file for t in tables)]))


def _totals(done: Mapping, profiles: Sequence[Profile], said: Said) -> None:
    """Rows that are sums of others, told by a word for total among the places or in a column nobody takes."""
    marks: list[tuple[int, Profile, list[str]]] = []
    for one in profiles:
        if one in done.figures or (
            one.name in done.placed and one.meaning not in LEVELS and one.name not in done.ignore
        ):
            continue
        words = [t for t in one.terms if measures.resolve([t], vocabulary="header")[0].value == "total"]
        if words:
            marks.append((sum(one.terms[word] for word in words), one, words))
    if marks:
        rows, one, words = max(marks, key=lambda mark: (mark[0], mark[1].meaning in LEVELS, -mark[1].column.position))
        evidence = f"rows with a word for total: {rows}"
        done.totals[one.name] = said.guess(f"totals.{one.name}", words, evidence, 0.9)


def _left(done: Mapping, profiles: Sequence[Profile], said: Said) -> None:
    """Columns with a known meaning that we do not take are ignored with the reason; the others are asked."""
    for one in profiles:
        if one.name in done.placed | done.asked:
            continue
        reason = WHY_LEFT_OUT.get(one.meaning or "")
        if reason and one.confidence >= SURE_ENOUGH:
            done.ignore[done.place(one)] = reason
        elif not one.terms:
            done.ignore[done.place(one)] = "empty in the file this draft was made from"
        elif not one.meaning or one.confidence >= SURE_ENOUGH:  # below, it is asked about already
            looks = f"it looks like {one.meaning}, which has no place here" if one.meaning else "not known by header"
            seen = f"different texts: {len(one.terms)}, cells: {one.filled}"  # not quoted: they could name persons
            done.ask(one, "What is in this column, and should it be taken?", f"{looks}; {seen}", said)
