"""The state of a home as one text: what is worked out from figures is remembered under it, and rebuilt identically.

The text changes with every delivery, version, withdrawal, word at a gate, answer and edited source; nothing else that a
view of figures shows can change without one of them.
"""

from __future__ import annotations

from django.db.models import Count, Max, Q

from sampan.store.home import Store
from sampan.store.models import Delivery, FindingRecord, GivenWord, Part


def state(store: Store) -> str:
    """A text that differs whenever what is told of figures may differ; five queries, no figure is read."""
    parts = Part.objects.aggregate(last=Max("pk"), erased=Count("pk", filter=Q(erased_at__isnull=False)))
    deliveries = Delivery.objects.aggregate(
        last=Max("pk"), ended=Count("pk", filter=Q(ended_at__isnull=False)), passed=Count("pk", filter=Q(gate="passed"))
    )
    words = GivenWord.objects.aggregate(last=Max("pk"))  # one closed and one opened leave the same count of passed
    findings = FindingRecord.objects.aggregate(last=Max("pk"), open=Count("pk", filter=Q(state="open")))
    edited = sorted((path.name, path.stat().st_mtime_ns) for path in store.sources.rglob("*") if path.is_file())
    return repr((str(store.root), parts, deliveries, words, findings, edited))
