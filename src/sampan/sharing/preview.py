"""What a preview says in the reader's language: what goes, what goes coarser, what is held back, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sampan.model.decisions import Asked, Decision, Part
from sampan.sharing.reasons import phrase, sentence
from sampan.sharing.vocabularies import label

Named = Callable[[str, str], str]  # ("condition" or "place", code) -> its name for the reader


def lines(decision: Decision, counted: Mapping[str, Any], language: str, named: Named) -> list[str]:
    """The whole preview: the outcome with its cells, each part once, and what is held back by reason.

    `counted` is the summary of the release that would be made.
    """
    outcome = phrase(f"outcome.{decision.outcome}", language)
    said = [phrase("preview.told", language, outcome=outcome, told=counted["told"], rows=counted["rows"])]
    if not counted["rows"]:
        said.append(phrase("preview.no-cell", language))
    said += [part_line(part, language, named) for part in decision.parts]
    if not decision.parts:
        said += [sentence(reason, language) for reason in decision.reasons]
    return [*dict.fromkeys(said), *held_lines(counted["held_back_by_reason"], language)]


def part_line(part: Part, language: str, named: Named) -> str:
    """One part: what it is about, its outcome and how fine, and every reason."""
    head = phrase(
        "preview.part",
        language,
        condition=named("condition", part.condition),
        place=named("place", part.place),
        measure=label("measure", part.measure, language),
        outcome=phrase(f"outcome.{part.outcome}", language),
        grain=grain_words(part.grain, language) if part.grain else "none",
    )
    said = [head, *(sentence(reason, language) for reason in part.reasons)]
    if part.obligations and part.obligations.minimum_cell > 1:
        below = part.obligations.minimum_cell - 1
        said.append(phrase("say.cell", language, below=below, purpose="none", condition="none"))
    if part.until:
        said.append(phrase("preview.until", language, day=part.until))
    return " ".join(dict.fromkeys(said))


def held_lines(held: Mapping[str, int], language: str) -> list[str]:
    """Cells held back, by reason; for their owner alone."""
    return [
        phrase("preview.held", language, why=phrase(f"held.{why}", language), cells=cells)
        for why, cells in held.items()
    ]


def grain_words(grain: Asked, language: str) -> str:
    """ "province, week"."""
    return f"{label('level', str(grain.level), language)}, {label('period', grain.period, language)}"
