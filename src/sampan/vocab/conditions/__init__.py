"""Notifiable conditions: their hierarchy, codes, names in seven languages, and what a source's term means.

A local code means what its country's list says (Thai 26 is DHF; Viet Nam prints hand, foot and mouth
disease as A08.4); a name that could be two conditions is asked about; likeness alone never decides.
"""

from sampan.vocab.conditions.registry import (
    Condition,
    all_conditions,
    ancestors,
    condition,
    covers,
    head,
    local_codes,
    name,
    spellings,
)
from sampan.vocab.conditions.resolving import resolve

__all__ = [
    "Condition",
    "all_conditions",
    "ancestors",
    "condition",
    "covers",
    "head",
    "local_codes",
    "name",
    "resolve",
    "spellings",
]
