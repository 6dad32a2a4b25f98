"""Dates as the reader has them written: `{{ at|moment:reads }}`, `{{ on|day:reads }}`; `reads` stands in every page."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from sampan.model.errors import SampanError
from sampan.vocab import telling
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


@register.filter
def told(text: object) -> str | SafeString:
    """A sentence of ours in the reader's language; marked as English where it is not yet told in it."""
    language = get_language() or "en"
    found = telling.told(str(text), language)
    return found.text if found.language == language else format_html('<span lang="en">{}</span>', found.text)


@register.filter
def line(problem: SampanError) -> str:
    """A problem in one line of the reader's language."""
    return problem.in_words(lambda text: telling.tell(text, get_language() or "en"))
