"""Measures side by side: each header told as a whole, where its parts do not all say one kind of thing."""

from __future__ import annotations

from collections.abc import Sequence

from sampan.harmonise.draft.headings import header_part
from sampan.harmonise.draft.mapped import Mapping
from sampan.harmonise.draft.profile import Profile
from sampan.harmonise.draft.said import Said

WHY_A_SUM = "a sum of the other columns"
SPLITS = ("age", "sex", "classification", "setting", "period", "condition")


def mixed(figures: Sequence[Profile]) -> bool:
    """True if headers say different kinds of things in one place, or several things in one part."""
    for at in range(max(len(one.parts) for one in figures)):
        texts = {one.parts[at] for one in figures if at < len(one.parts)}
        kinds = {header_part(text) for text in texts} - {None}
        if len(kinds) > 1:
            return True
    return any(len(one.saying.fields) > len(one.parts) or one.saying.total for one in figures)


def headers(done: Mapping, said: Said) -> dict[str, dict[str, str]]:
    """What each header says, as fields with our words; a header not wholly understood is asked about instead."""
    told: dict[str, dict[str, str]] = {}
    conditions = {one.saying.fields["condition"] for one in done.figures if "condition" in one.saying.fields}
    for one in done.figures:
        fields = {"measure": "cases"} | one.saying.fields
        if _is_sum(one, done.figures):
            done.ignore[done.place(one)] = said.guess(f"column {one.name}", WHY_A_SUM, "its header says total", 0.75)
        elif not one.saying.whole:
            done.ask(one, "What do the figures below this header count?", _why(one), said)
        elif "condition" not in fields and len(conditions) > 1:
            done.ask(one, "Which condition do these figures count?", f"the others name {len(conditions)}", said)
        elif same := next((name for name, known in told.items() if known == _completed(fields, conditions)), None):
            done.ask(one, "How do these figures differ from the others?", f"it says what {same!r} says", said)
        else:
            told[done.place(one)] = _say(one, _completed(fields, conditions), said)
    return told


def _completed(fields: dict[str, str], conditions: set[str]) -> dict[str, str]:
    """With the only condition that other headers name."""
    return fields if "condition" in fields or len(conditions) != 1 else fields | {"condition": min(conditions)}


def _say(one: Profile, fields: dict[str, str], said: Said) -> dict[str, str]:
    evidence = f"the words of its header: {', '.join(fields.values())}"
    if "condition" in fields and "condition" not in one.saying.fields:
        said.guess(f"column {one.name}", fields, f"{evidence}; the condition is the only one other headers name", 0.65)
    else:
        said.guess(f"column {one.name}", fields, evidence, 0.9)
    return fields


def _is_sum(one: Profile, figures: Sequence[Profile]) -> bool:
    """True if the header says total and other headers split the same thing."""
    mine = one.saying.fields
    if not one.saying.total:
        return False
    for other in figures:
        theirs = other.saying.fields
        alike = all(theirs.get(name, word) == word for name, word in mine.items() if name != "measure")
        if other is not one and alike and any(name in theirs and name not in mine for name in SPLITS):
            return True
    return False


def _why(one: Profile) -> str:
    if one.saying.doubtful:
        return "its words say two things of one kind"
    return f"not understood in it: {', '.join(map(repr, one.saying.left)) or 'all of it'}"
