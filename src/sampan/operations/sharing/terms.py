"""What comes due of an agreement, and how long before the posts it names are told: its last day, and its review.

    term      60 and 14 days before its last day
    notice    14 and 3 days before its last day
    review    30 days before the day the agreement itself names

A lead longer than the term or the notice is left out; where none is left, it is the day before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sampan.model.agreements import Agreement
from sampan.operations.sharing import notices
from sampan.operations.sharing.acting import side_named
from sampan.sharing.states import LIVE
from sampan.store.models import AgreementVersion

TERM_DAYS, NOTICE_DAYS, REVIEW_DAYS = (60, 14), (14, 3), 30
ENDS, REVIEW = "agreement:ends-soon", "agreement:review-soon"
KINDS = (ENDS, REVIEW)  # of messages


@dataclass(frozen=True)
class Coming:
    """A day that comes, and how many days before it the posts are told."""

    agreement: Agreement
    kind: str
    day: date
    lead_days: int

    @property
    def on(self) -> date:
        """The day on which it is told."""
        return self.day - timedelta(days=self.lead_days)

    def facts(self) -> dict[str, object]:
        """What the message says."""
        by = self.agreement.notice_by if self.kind == ENDS and self.agreement.ends_by_notice else ()
        return {
            "agreement": self.agreement.name, "day": self.day.isoformat(), "lead_days": self.lead_days,
            "notice_by": list(by),
        }  # fmt: skip


def coming(record: AgreementVersion) -> list[Coming]:
    """Everything that comes due of a version, in the order of the days on which it is told; none once it has ended."""
    if record.state not in LIVE:
        return []
    agreement = notices.as_it_stands(record)
    last = agreement.last_day
    found = [Coming(agreement, ENDS, last, lead) for lead in _leads(record, agreement) if last]
    if agreement.review is not None and (last is None or agreement.review <= last):
        found.append(Coming(agreement, REVIEW, agreement.review, REVIEW_DAYS))
    return sorted(found, key=lambda one: (one.on, one.kind))


def due(now: datetime) -> Iterator[tuple[str, str, Coming]]:
    """(party, post, what is due) to be told by now; of several leads that have passed, the last alone."""
    for record in AgreementVersion.objects.filter(state__in=LIVE).order_by("pk").prefetch_related("acts"):
        found = coming(record)
        for side in found[0].agreement.parties if found else ():
            today = now.astimezone(ZoneInfo(side.zone)).date()
            late = {one.kind: one for one in found if one.on <= today <= one.day}
            posts = [post for post in side.posts if side_named(found[0].agreement, post) == side]
            yield from ((side.party, post, one) for one in late.values() for post in posts)


def _leads(record: AgreementVersion, agreement: Agreement) -> Iterable[int]:
    """How many days before the last day: of the notice that ends it, else of the term."""
    if agreement.last_day is None:
        return ()
    if agreement.ends_by_notice:
        given = min(notices.standing(record)[party] for party in agreement.notice_by)
        length, leads = agreement.last_day - given.date(), NOTICE_DAYS
    else:
        length, leads = agreement.last_day - agreement.begins, TERM_DAYS
    return [lead for lead in leads if lead < length.days] or ([1] if length.days > 1 else [])
