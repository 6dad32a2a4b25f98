"""Informing WHO about an owner's territory (IHR 2005, Article 9(2)): its clock, and whether the owner was told first.

A State Party that receives evidence of a public health risk outside its territory informs WHO, as far as practicable,
within 24 hours. No agreement takes that away. What parties agree is that the owner's focal point is told first, or at
the same time, and within how many hours of the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

WHO_HOURS = 24  # IHR (2005), Article 9(2)
FIRST = "tell-owner-first"
LEAD = timedelta(hours=2)  # before the end of the 24 hours, in which who has not said so is reminded


@dataclass(frozen=True)
class Informing:
    """One evidence: when it was received, when its owner was told and has seen it, and when WHO was informed."""

    how: str  # tell-owner-first, tell-owner-together
    within_hours: int  # in which the owner is told
    learned_at: datetime
    told_at: datetime
    seen_at: datetime | None = None
    informed_at: datetime | None = None

    @property
    def due(self) -> datetime:
        """Until when WHO is to be informed."""
        return self.learned_at + timedelta(hours=WHO_HOURS)

    @property
    def told_late(self) -> bool:
        """Whether the owner was told later than the agreement says."""
        return self.told_at > self.learned_at + timedelta(hours=self.within_hours)

    @property
    def told_after(self) -> bool:
        """Whether WHO was informed before the owner was told."""
        return self.informed_at is not None and self.informed_at < self.told_at

    def state(self, now: datetime) -> str:
        """waits, overdue, informed in time, or informed late."""
        if self.informed_at is not None:
            return "informed" if self.informed_at <= self.due else "informed-late"
        return "waits" if now <= self.due else "overdue"
