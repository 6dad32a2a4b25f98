"""What a name means, or a question, or nothing; a wrong place is the worst answer.

1. A listed name is taken; of two levels that share it, the one nearer to the country, unless a word of kind,
   a level or a parent says otherwise. 2. Two units of one level: ask. 3. A misspelling is taken only if one place
   is near and every other name, of places or of other things, is clearly further. 4. Not in force on the day:
   the code without a unit. 5. Totals, diseases, hospitals, unknown: none. 6. What is nothing by itself may be a
   unit beside the unit above it; both must be listed, and one within the other.
"""

from __future__ import annotations

import re
from dataclasses import replace

from sampan.model.places import How, Resolution
from sampan.vocab.places.cuts import cuts, han, long_enough
from sampan.vocab.places.guess import Guess, guess
from sampan.vocab.places.index import AS_LISTED, AS_OFFICIAL, GENTLY, RUN_TOGETHER, Index, Query
from sampan.vocab.text import compact, fold, fold_gently, native_digits, squeeze
from sampan.vocab.zawgyi import burmese_encoding, zawgyi_to_unicode

SCORES = {AS_OFFICIAL: 1.0, AS_LISTED: 1.0}
FOLDED_SCORE = 0.98
MOST_CANDIDATES = 8
SHORTEST_SMALL_UNIT = 5  # letters from which a name alone may mean a unit below the first level
SHORTEST_WITHOUT_MARKS = 5  # letters from which a name is itself even if its marks are not as listed
_PARENTHESES = re.compile(r"^(.+?)\s*[(\[（](.+?)[)\]）]?\s*$")
_OPEN_END = re.compile(r"[(\[（]\s*$")
_JOINED = re.compile(r"[&+/]|\b(?:and|và|dan|et)\b|និង|และ|ແລະ|နှင့်|[与和與]", re.IGNORECASE)
_POSTCODE = re.compile(r"[\s,]\d{5,6}$")
_COMMA = re.compile(r"\s*[,;，、]\s*")


def resolve_one(index: Index, query: Query) -> Resolution:
    """The place one name means in one country."""
    text = squeeze(query.text)
    if not text or text in index.words.as_is:
        return _none(query)
    asked = query.saying(text)
    found = _cut_at_bracket(index, asked) or _listed(index, asked) or _as_zawgyi(index, asked)
    found = found or _with_postcode(index, asked) or _encoded_twice(index, asked)
    if found is None and index.words.no_place(fold(text)):
        return _none(query)
    if found is None:
        found = _in_parts(index, asked) or (_several if _JOINED.search(text) else _like_or_beside)(index, asked)
    return found.called(query.text) if found else _none(query)


def _cut_at_bracket(index: Index, query: Query) -> Resolution | None:
    """ "BAGO (" was cut where a bracket told which one; what stands before it is not the whole name."""
    if not _OPEN_END.search(query.text):
        return None
    start = compact(query.text)
    longer = index.continuing(start)
    return _ask(index, query, {place: 0 for name in longer for place in index.spaceless[name]}) if longer else None


def _as_zawgyi(index: Index, query: Query) -> Resolution | None:
    """Short Burmese looks alike in both encodings; if only its Zawgyi reading is a listed name, that was meant."""
    if burmese_encoding(query.text) in ("none", "zawgyi"):
        return None
    found = _listed(index, query.saying(zawgyi_to_unicode(query.text)))
    return replace(found, how="folded", score=FOLDED_SCORE) if found and found.place else None


def _with_postcode(index: Index, query: Query) -> Resolution | None:
    """ "Chiang Mai 50000": a listed name and the number of a post office."""
    text = native_digits(query.text)
    number = _POSTCODE.search(text)
    name = text[: number.start()].rstrip(" ,") if number else ""
    found = _listed(index, query.saying(name)) if any(map(str.isalpha, name)) else None
    return replace(found, how="folded", score=FOLDED_SCORE) if found and found.place else found


def _encoded_twice(index: Index, query: Query) -> Resolution | None:
    """UTF-8 that was read as Western letters and kept as such ("à¸•à¸²à¸"); by chance no other text turns back."""
    if query.text.isascii():
        return None
    try:
        once = b"".join(_western(sign) for sign in query.text).decode("utf-8")
    except UnicodeError:
        return None
    found = _listed(index, query.saying(squeeze(once)))
    return replace(found, how="folded", score=FOLDED_SCORE) if found and found.place else found


def _western(sign: str) -> bytes:
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:  # bytes that Windows leaves open come as control characters
        return sign.encode("latin-1")


def _listed(index: Index, query: Query) -> Resolution | None:
    """By a listed name, whole or without its words of kind."""
    met = _allowed(index, query, index.met(query.text, query.on))
    if met:
        doubtful = (
            _other_marks(index, query, met)
            or _marks_of_another(index, query, met)
            or _small_and_short(index, query, met)
        )
        return _ask(index, query, met) if doubtful else _choose(index, query, met)
    stripped = index.words.strip(query.text)
    if stripped.kinds is None:
        return None
    met = _allowed(index, query, index.met(stripped.base, query.on))
    fitting = _of_kind(index, met, stripped.kinds, loosely=stripped.loosely)
    if fitting:
        return _choose(index, query, {place: max(tier, GENTLY) for place, tier in fitting.items()})
    return _ask(index, query, met) if met else None


def _small_and_short(index: Index, query: Query, met: dict[str, int]) -> bool:
    """True for a short word that is only a small unit's name ("May", "Home"), asked without level or parent."""
    gentle = fold_gently(query.text)  # "May." is no longer than "May"
    if query.level is not None or query.parents is not None or len(gentle) >= SHORTEST_SMALL_UNIT:
        return False
    return gentle.isascii() and all(index.units(place)[-1].level > 1 for place in met)


def _other_marks(index: Index, query: Query, met: dict[str, int]) -> bool:
    """True if the marks typed say another word than the names met: "Vĩnh" is not "Vinh", "Sơn Đông" not "Sơn Động".

    Long names of the first level are taken all the same; there are few, and marks are often typed carelessly.
    """
    gentle, folded = fold_gently(query.text), fold(query.text)
    if gentle == folded or not folded.isascii() or min(met.values()) <= RUN_TOGETHER:
        return False
    if not index.marked & met.keys():  # "Paksé": no listed name bears marks that could say otherwise
        return False
    small = all(index.units(place)[-1].level > 1 for place in met) and query.level is None and query.parents is None
    return small or len(folded.replace(" ", "")) < SHORTEST_WITHOUT_MARKS


def _marks_of_another(index: Index, query: Query, met: dict[str, int]) -> bool:
    """True if with its marks the text is as near to another first-level name: "Hậ Giang" may be Hà or Hậu Giang."""
    gentle = fold_gently(query.text)
    if min(met.values()) <= RUN_TOGETHER or gentle == fold(query.text) or not fold(query.text).isascii():
        return False
    ours, others = index.marked_distances(gentle, frozenset(met))
    return others <= ours


def _allowed(index: Index, query: Query, met: dict[str, int]) -> dict[str, int]:
    """Those of the places that the level, the parent and the hierarchy allow."""
    return {place: tier for place, tier in met.items() if _fits(index, query, place)}


def _fits(index: Index, query: Query, place: str) -> bool:
    newest = index.units(place)[-1]
    if query.level is not None and newest.level != query.level:
        return False
    if newest.hierarchy != index.country.hierarchy_at(query.level, query.hierarchy) and newest.level != 0:
        return False
    return query.parents is None or bool(index.above(place) & query.parents)


def _of_kind(index: Index, met: dict[str, int], kinds: frozenset[str] | None, *, loosely: bool) -> dict[str, int]:
    """Places of the kind a word named; of any first-level kind if the word is said loosely and none fits."""
    exact = {place: tier for place, tier in met.items() if _kinds(index, place) & (kinds or frozenset())}
    if exact or not loosely:
        return exact
    return {place: tier for place, tier in met.items() if index.units(place)[-1].level == 1}


def _kinds(index: Index, place: str) -> frozenset[str]:
    return frozenset(kind for unit in index.units(place) for kind in unit.kind.split("|"))


def _choose(index: Index, query: Query, met: dict[str, int]) -> Resolution:
    """One of the places met: the level nearest to the country, what is in force, the closest spelling; else ask."""
    top = min(index.units(place)[-1].level for place in met)
    level = {place: tier for place, tier in met.items() if index.units(place)[-1].level == top}
    if query.on is not None:
        day = query.on
        level = {p: t for p, t in level.items() if any(unit.in_force(day) for unit in index.units(p))} or level
    nearest = max(min(level.values()), GENTLY)  # being official or a variant does not decide between two places
    closest = {place: tier for place, tier in level.items() if tier <= nearest}
    if len(closest) > 1:
        newest = _recoded(index, set(closest))
        return _told(index, query, newest, closest[newest]) if newest else _ask(index, query, closest)
    place, tier = next(iter(closest.items()))
    return _told(index, query, place, tier)


def _recoded(index: Index, places: set[str]) -> str | None:
    """The code now in use if all these codes name one unchanged territory, one after another."""
    units = [unit for place in places for unit in index.units(place)]
    ids = {unit.id for unit in units}
    recodes = [c for c in index.country.changes if c.change == "recode" and c.before in ids and c.after in ids]
    current = [unit.place for unit in units if unit.ends is None]
    return current[0] if len(current) == 1 and len(recodes) == len(places) - 1 else None


def _told(index: Index, query: Query, place: str, tier: int) -> Resolution:
    how: How = "exact" if tier == AS_OFFICIAL else "alias" if tier == AS_LISTED else "folded"
    return _placed(index, query, place, how, SCORES.get(tier, FOLDED_SCORE))


def _placed(index: Index, query: Query, place: str, how: How, score: float) -> Resolution:
    """The place with its unit: the one in force on the day, the only one without a day, else none of them."""
    units = index.units(place)
    if query.on is not None:
        day = query.on
        now = [unit.id for unit in units if unit.in_force(day)]
        if now:
            return Resolution(query.text, place, now[0], how, score)
        return Resolution(query.text, place, None, how, score, _followers(index, query, place))
    if len(units) == 1:
        return Resolution(query.text, place, units[0].id, how, score)
    return Resolution(query.text, place, None, how, score, tuple(unit.id for unit in units))


def _followers(index: Index, query: Query, place: str) -> tuple[str, ...]:
    """Units in force on the day that hold land of a place that is not: what may have been meant instead."""
    assert query.on is not None
    links = [(c.before, c.after) for c in index.country.changes]
    found: set[str] = set()
    for forward in (True, False):
        waiting, seen = [unit.id for unit in index.units(place)], set()
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            if index.country.units[current].in_force(query.on):
                found.add(current)
            else:
                waiting += [(b if forward else a) for a, b in links if (a if forward else b) == current]
    return tuple(sorted(found))


def _in_parts(index: Index, query: Query) -> Resolution | None:
    """ "Name (other name)" when both agree, "District, Province" with the second as parent; else a question."""
    pieces = _PARENTHESES.match(query.text)
    if pieces:
        return _both(index, query, [pieces[1], pieces[2]])
    parts = [part for part in _COMMA.split(query.text) if part]
    if len(parts) < 2 or index.words.no_place(fold(parts[0])):
        return None
    first, rest, last = parts[0], " ".join(parts[:-1]), parts[-1]
    turned = _within(index, query, first, " ".join(parts[1:])) or _within(index, query, last, rest)
    upper = _listed(index, query._replace(text=last, level=None, parents=None))
    if upper is None or upper.place is None:
        return turned
    country = index.units(upper.place)[-1].level == 0
    parents = query.parents if country else frozenset({upper.place})
    below = resolve_one(index, query._replace(text=rest, parents=parents))
    if country and not (turned and below.place and turned.place != below.place):
        return below
    if not country and below.place and _fits(index, query, below.place):
        return below
    return turned if turned and not country else _ask(index, query, {upper.place: 0})


def _like_or_beside(index: Index, query: Query) -> Resolution | None:
    """By likeness; else, or if what is near only begins or ends the text, as two listed names side by side.

    "广西壮族自治区柳州市" is near to the name of its region, and is not it.
    """
    found = _guessed(index, query)
    if found and found.place and not _more_than(index, query.text, found.place):
        return found
    return _beside(index, query) or found


def _more_than(index: Index, text: str, place: str) -> bool:
    """True if a whole name of the place stands at one end of the text, and more beside it."""
    whole = compact(text)
    names = [name.replace(" ", "") for name in index.folded_names(place)]
    return any(len(name) + 1 < len(whole) and (whole.startswith(name) or whole.endswith(name)) for name in names)


def _beside(index: Index, query: Query) -> Resolution | None:
    """ "Chhuk Kampot", "云南省昆明市": one unit and the unit above it, in either order, with no sign between them."""
    if query.level == 1:  # the unit above it would be the country
        return None
    found: dict[str, Resolution] = {}
    announced = han(query.text) or index.words.strip(query.text).kinds is not None
    for left, right in cuts(query.text, inside=announced):
        for upper, lower in ((left, right), (right, left)):
            one = _within(index, query, upper, lower)
            if one and _told_apart(index, query.text, upper, lower):
                found[one.place or ""] = one
    if len(found) > 1:
        return _ask(index, query, dict.fromkeys(found, 0))
    return next(iter(found.values()), None)


def _told_apart(index: Index, text: str, upper: str, lower: str) -> bool:
    """True if two names are plainly meant: a word of kind says so, a space between long names, or Chinese signs."""
    above, below = index.words.strip(upper), index.words.strip(lower)
    if below.kinds is not None or above.base == below.base:
        return below.kinds is not None
    return above.kinds is not None or han(text) or (" " in text and long_enough(lower))


def _within(index: Index, query: Query, upper: str, lower: str) -> Resolution | None:
    """The place of the listed name `lower` if it lies within the place of the listed name `upper`."""
    above = _listed(index, query._replace(text=upper, level=None, parents=None))
    if above is None or above.place is None:
        return None
    if index.units(above.place)[-1].level == 0 and not long_enough(upper):  # "La" is a district, too
        return None
    inside = query._replace(text=lower, parents=frozenset({above.place}))
    below = _listed(index, inside)
    if below is None:  # "อ.เมือง จ.เลย" is the district "เมืองเลย"
        bases = [index.words.strip(text).base for text in (lower, upper)]
        below = _listed(index, inside.saying("".join(bases)))
    return below if below and below.place and _fits(index, query, below.place) else None


def _several(index: Index, query: Query) -> Resolution | None:
    """ "Kep & Kampot" is no misspelling of either: asked, with those that are places."""
    found = [_listed(index, query.saying(part)) for part in map(squeeze, _JOINED.split(query.text)) if part]
    places = [one.place for one in found if one and one.place]
    return _ask(index, query, dict.fromkeys(places, 0)) if places else None


def _both(index: Index, query: Query, texts: list[str]) -> Resolution | None:
    found = [_listed(index, query.saying(text)) for text in texts]
    places = {one.place for one in found if one and one.place}
    if len(places) == 1 and all(one and one.place for one in found):
        first = found[0]
        return replace(first, how="folded", score=FOLDED_SCORE) if first else None
    if found[0] and found[0].place and fold(texts[1]) in index.words.kinds:
        return resolve_one(index, query.saying(f"{texts[0]} {texts[1]}"))
    return _ask(index, query, dict.fromkeys(places, 0)) if places else None


def _guessed(index: Index, query: Query) -> Resolution | None:
    """By a misspelling, a shortened or a reordered name that can be only one place."""
    found: Guess | None = guess(index, query.text, lambda place: _fits(index, query, place))
    if found is None:
        return None
    if found.place is None:
        return _ask(index, query, dict.fromkeys(found.candidates, 0))
    narrowed = query.level is not None or query.parents is not None
    if not narrowed and index.units(found.place)[-1].level > 1:
        return _ask(index, query, {found.place: 0})  # so many small units: only who says which level may misspell one
    placed = _placed(index, query, found.place, "fuzzy", found.score)
    if query.on is not None and placed.unit is None:
        return _ask(index, query, {found.place: 0})
    return placed


def _ask(index: Index, query: Query, met: dict[str, int]) -> Resolution:
    candidates = []
    for place in sorted(met, key=lambda place: (met[place], index.units(place)[-1].level, index.order[place])):
        units = index.units(place)
        day = query.on
        now = [unit.id for unit in units if day is None or unit.in_force(day)] or [units[-1].id]
        candidates += now
    return Resolution(query.text, None, None, "ask", 0.0, tuple(candidates[:MOST_CANDIDATES]))


def _none(query: Query) -> Resolution:
    return Resolution(query.text, None, None, "none", 0.0)
