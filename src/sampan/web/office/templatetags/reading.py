"""Dates as the reader has them written: `{{ at|moment:reads }}`, `{{ on|day:reads }}`; `reads` stands in every page."""

from __future__ import annotations

from datetime import date, datetime

from django import template

from sampan.web.reader import Reader

register = template.Library()


@register.filter
def moment(at: datetime | None, reads: Reader) -> str:
    """A day and a time, in UTC; empty for none."""
    return reads.moment(at) if at else ""


@register.filter
def day(on: date | None, reads: Reader) -> str:
    """A day; empty for none."""
    return reads.day(on) if on else ""
