"""The records by noun: deliveries and parts, findings and crosswalks, the log, agreements."""

from sampan.store.models.deliveries import Delivery, Erasure, Home, Part
from sampan.store.models.findings import CrosswalkEntry, FindingRecord
from sampan.store.models.log import Entry, Head, Outbox

__all__ = ["CrosswalkEntry", "Delivery", "Entry", "Erasure", "FindingRecord", "Head", "Home", "Outbox", "Part"]
