"""Two gates for each country, as data: who may deliver to the office, and who may pass it on.

A ladder is a list of rules; every rule that speaks of a subject must be satisfied, the nearest office first.
A post that may prepare but not send leaves the subject closed: no broker, no other party, no derived figure.
"""

from sampan.sharing.gates.ladder import (
    GateRule,
    Stop,
    Subject,
    Word,
    clock,
    stops,
)
from sampan.sharing.gates.reading import ladder_of, read_ladder

__all__ = ["GateRule", "Stop", "Subject", "Word", "clock", "ladder_of", "read_ladder", "stops"]
