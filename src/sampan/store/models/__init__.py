"""The records by noun: deliveries and parts, findings and crosswalks, the log, agreements."""

from sampan.store.models.deliveries import Delivery, Erasure, Home, Part
from sampan.store.models.findings import CrosswalkEntry, FindingRecord
from sampan.store.models.log import Checkpoint, Entry, Head, LogKey, Origin, Outbox, Witness

__all__ = [
    "Checkpoint",
    "CrosswalkEntry",
    "Delivery",
    "Entry",
    "Erasure",
    "FindingRecord",
    "Head",
    "Home",
    "LogKey",
    "Origin",
    "Outbox",
    "Part",
    "Witness",
]
