"""What records of two figures say in a reader's words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from sampan.model.places import Unit
from sampan.web.reader import Reader

CAUSE_WORDS = {
    "definition": _("another case definition"),
    "dates": _("other dates: onset, diagnosis or report"),
    "place": _("place of residence or of report"),
    "double-entry": _("the same patients in both lists"),
    "late-report": _("late reports"),
    "transcription": _("a slip in copying"),
    "scope": _("other people or facilities are counted"),
    "other": _("something else"),
}
STATE_WORDS = {
    "apart": _("told to each owner alone"),
    "open": _("open"),
    "agreed": _("agreed"),
    "differ": _("agreed to differ"),
    "equal": _("equal now"),
}
BASIS_WORDS = {
    "released": _("each side released its figure to the other"),
    "terms": _("both owners' deposit terms let the office compare"),
    "consent": _("both owners consented"),
}
KIND_WORDS = {
    "explain": _("explains"),
    "propose": _("proposes"),
    "agree": _("agrees"),
    "differ": _("lets both figures stay"),
}
BY_WORDS = {
    "report": _("place of report"), "residence": _("place of residence"), "infection": _("place of infection"),
    "onset": _("day of onset"), "diagnosis": _("day of diagnosis"), "receipt": _("day of receipt"),
    "suspected": _("suspected"), "probable": _("probable"), "confirmed": _("laboratory-confirmed"),
    "total": _("all classes"),
}  # fmt: skip
MEASURE_WORDS = {"cases": _("cases"), "deaths": _("deaths")}
WAIT_WORDS = {"consent": _("waits for your consent"), "answer": _("waits for your answer"), "": ""}


def line(one: dict[str, Any], unit: Unit, reads: Reader) -> dict[str, Any]:
    """One case as a line of a list."""
    return {
        "code": one["discrepancy"],
        "place": reads.place(unit),
        "place_code": unit.place,
        "condition": reads.condition(one["condition"]),
        "measure": MEASURE_WORDS.get(one["measure"], one["measure"]),
        "span": reads.span(one["start"], one["end"]),
        "state": STATE_WORDS[one["state"]],
        "waits": WAIT_WORDS[one["waits"]],
        "late": one.get("late", False),
    }


def table(one: dict[str, Any], reads: Reader) -> list[dict[str, Any]]:
    """The periods of the newest snapshot, those that differ first shown as such; sides in the order of the lot."""
    snapshot = one["evidence"][-1]
    rows = []
    for left, right in zip(*snapshot["sides"], strict=True):
        agreed = one["agreed"].get(left["start"])
        rows.append(
            {
                "period": period(left["start"], left["end"], reads),
                "differs": left["start"] in snapshot["differ"],
                "figures": [reads.count(left["value"]), reads.count(right["value"])],
                "by": [_by(left["by"]), _by(right["by"])],
                "agreed": "" if agreed is None else reads.count(agreed),
            }
        )
    return rows


def _by(words: list[str]) -> str:
    """What a figure was counted by, as far as the source says it."""
    return ", ".join(str(BY_WORDS[word]) for word in words if word in BY_WORDS)


def period(start: str, end: str, reads: Reader) -> str:
    """First and last day."""
    return reads.span(date.fromisoformat(start), date.fromisoformat(end))


def said(one: dict[str, Any], ends: dict[str, str], reads: Reader) -> list[dict[str, Any]]:
    """Every word of both sides, oldest first; of a proposal its figures by period."""
    return [
        {
            "owner": word["owner"], "by": word["by"], "kind": KIND_WORDS[word["kind"]], "text": word["text"],
            "language": word["language"], "cause": CAUSE_WORDS.get(word["cause"], ""), "at": reads.moment(word["at"]),
            "figures": _figures(word["figures"], ends, reads),
        }
        for word in one["words"]
    ]  # fmt: skip


def proposal(one: dict[str, Any], ends: dict[str, str], reads: Reader) -> dict[str, Any] | None:
    """What the other side proposes now."""
    found = one["to_agree"]
    return found and {"cause": CAUSE_WORDS[found["cause"]], "figures": _figures(found["figures"], ends, reads)}


def _figures(figures: dict[str, int], ends: dict[str, str], reads: Reader) -> list[tuple[str, str]]:
    return [(period(day, ends.get(day, day), reads), reads.count(value)) for day, value in sorted(figures.items())]
