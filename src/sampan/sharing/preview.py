"""What a preview says in the reader's language: what goes, what goes coarser, what is held back, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import prod
from typing import Any

from sampan.model.decisions import Asked, Decision, Part
from sampan.sharing.reasons import phrase, sentence
from sampan.sharing.vocabularies import label

BESIDE = " / "
Named = Callable[[str, str], str]  # ("condition" or "place", code) -> its name for the reader


def lines(decision: Decision, counted: Mapping[str, Any], language: str, named: Named) -> list[str]:
    """The whole preview: the outcome with its cells, each part once, and what is held back by reason.

    `counted` is the summary of the release that would be made.
    """
    outcome = phrase(f"outcome.{decision.outcome}", language)
    said = [phrase("preview.told", language, outcome=outcome, told=counted["told"], rows=counted["rows"])]
    if not counted["rows"] and (decision.goes or not decision.parts):
        said.append(phrase("preview.no-cell", language))
    said += part_lines(decision.parts, language, named)
    if not decision.parts:
        said += [sentence(reason, language) for reason in decision.reasons]
    held = held_lines(counted["held_back_by_reason"], language)
    return [
        *dict.fromkeys(said),
        *held,
        *rest_lines(counted["rows"] - counted["told"] - counted["held_back"], language),
    ]


def part_lines(parts: Iterable[Part], language: str, named: Named) -> list[str]:
    """What each part is about, its outcome and how fine, and every reason; parts with one answer are said together."""
    alike: dict[tuple[str, str, str], list[Part]] = {}
    for part in parts:
        alike.setdefault(_answer(part, language), []).append(part)
    return [
        _line(answer, together, language, named)
        for answer, group in alike.items()
        for together in _crossed(group)
    ]  # fmt: skip


def _answer(part: Part, language: str) -> tuple[str, str, str]:
    """A part's outcome, how fine, and all that is said after them."""
    said = [sentence(reason, language) for reason in part.reasons]
    if part.obligations and part.obligations.minimum_cell > 1:
        below = part.obligations.minimum_cell - 1
        said.append(phrase("say.cell", language, below=below, purpose="none", condition="none"))
    if part.until:
        said.append(phrase("preview.until", language, day=part.until))
    grain = grain_words(part.grain, language) if part.grain else "none"
    return phrase(f"outcome.{part.outcome}", language), grain, " ".join(dict.fromkeys(said))


def _crossed(parts: list[Part]) -> list[list[Part]]:
    """Parts that are every condition at every place by every measure of theirs; where they are not, apart."""
    about = {(part.condition, part.place, part.measure) for part in parts}
    if len(about) == prod(len(set(names)) for names in zip(*about, strict=True)):
        return [parts]
    for name in ("condition", "place", "measure"):
        groups: dict[str, list[Part]] = {}
        for part in parts:
            groups.setdefault(getattr(part, name), []).append(part)
        if len(groups) > 1:
            return [crossed for group in groups.values() for crossed in _crossed(group)]
    return [[part] for part in parts]


def _line(answer: tuple[str, str, str], parts: list[Part], language: str, named: Named) -> str:
    outcome, grain, rest = answer

    def listed(names: Iterable[str]) -> str:
        return BESIDE.join(dict.fromkeys(names))

    head = phrase(
        "preview.part",
        language,
        condition=listed(named("condition", part.condition) for part in parts),
        place=listed(named("place", part.place) for part in parts),
        measure=listed(label("measure", part.measure, language) for part in parts),
        outcome=outcome,
        grain=grain,
    )
    return f"{head} {rest}".strip()


def held_lines(held: Mapping[str, int], language: str) -> list[str]:
    """Cells held back, by reason; for their owner alone."""
    return [
        phrase("preview.held", language, why=phrase(f"held.{why}", language), cells=cells)
        for why, cells in held.items()
    ]


def rest_lines(cells: int, language: str) -> list[str]:
    """Cells neither told nor held back: for their owner, that silence there hides nothing."""
    return [phrase("preview.rest", language, cells=cells)] if cells else []


def grain_words(grain: Asked, language: str) -> str:
    """ "province, week"."""
    return f"{label('level', str(grain.level), language)}, {label('period', grain.period, language)}"
