"""The records by noun: deliveries and parts, findings and crosswalks, the log, agreements, practices."""

from sampan.store.models.agreements import (
    AgreementAct,
    AgreementVersion,
    ComparisonOverride,
    Declaration,
    DisclosureLedger,
    GivenWord,
    Opening,
    ReleaseRecord,
    RequestRecord,
    UseNote,
)
from sampan.store.models.deliveries import Delivery, Erasure, Home, Part, Sending
from sampan.store.models.discrepancies import (
    DiscrepancyGround,
    DiscrepancyRecord,
    DiscrepancySearch,
    DiscrepancySide,
    DiscrepancyWord,
)
from sampan.store.models.findings import CrosswalkEntry, FindingRecord
from sampan.store.models.helping import HelpRecord
from sampan.store.models.informing import InformingRecord
from sampan.store.models.jobs import Job, WorkerSeen
from sampan.store.models.log import Checkpoint, Entry, Head, LogKey, Origin, Outbox, ReadMark, SenderKey, Witness
from sampan.store.models.mappings import CellAsk, MappingDraft
from sampan.store.models.practices import PracticeRecord
from sampan.store.models.publications import PublicationDraft, PublicationRecord, PublicationWord

__all__ = [
    "AgreementAct",
    "AgreementVersion",
    "CellAsk",
    "Checkpoint",
    "ComparisonOverride",
    "CrosswalkEntry",
    "Declaration",
    "Delivery",
    "DisclosureLedger",
    "DiscrepancyGround",
    "DiscrepancyRecord",
    "DiscrepancySearch",
    "DiscrepancySide",
    "DiscrepancyWord",
    "Entry",
    "Erasure",
    "FindingRecord",
    "GivenWord",
    "Head",
    "HelpRecord",
    "Home",
    "InformingRecord",
    "Job",
    "LogKey",
    "MappingDraft",
    "Opening",
    "Origin",
    "Outbox",
    "Part",
    "PracticeRecord",
    "PublicationDraft",
    "PublicationRecord",
    "PublicationWord",
    "ReadMark",
    "ReleaseRecord",
    "RequestRecord",
    "SenderKey",
    "Sending",
    "UseNote",
    "Witness",
    "WorkerSeen",
]
