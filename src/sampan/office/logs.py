"""The program's own log: one JSON object a line, and nothing of a person, a cell or an address in it.

What a library or a fault says is never written with its arguments, since those may be anything: of another's record the
template stays, of a fault its class and its places in the code. Our own records give numbers and words under `said`.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType

FRAMES = 12
ATOMS = (str, int, float, bool)
NAMES = frozenset(
    {"kind", "job", "attempt", "fault", "route", "method", "status", "ms", "port", "count", "state"}
)  # what `said` may hold; anything else is left out, whoever put it there


class Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """time, level, from, event, said, and for a fault its class and where it rose."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": _template(record),
        }
        said = {**_refused(record), **getattr(record, "said", {})}
        line |= {name: value for name, value in said.items() if name in NAMES and isinstance(value, ATOMS)}
        if record.exc_info and record.exc_info[0] is not None:
            line |= {"fault": record.exc_info[0].__name__, "at": _places(record.exc_info[2])}
        return json.dumps(line, ensure_ascii=False)


def _template(record: logging.LogRecord) -> str:
    """What was said before anything was put into it; a text made at run time is somebody's, and is left out."""
    text = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    ours = record.name.startswith("sampan")
    return text if ours or record.args else f"{record.filename}:{record.lineno}"


def _refused(record: logging.LogRecord) -> dict[str, object]:
    """Of an answer that the server writes down itself: its status and the template of its route, never the address."""
    request = getattr(record, "request", None)
    match = getattr(request, "resolver_match", None)
    told = {"status": getattr(record, "status_code", None), "method": getattr(request, "method", None)}
    return {**told, "route": getattr(match, "route", None)} if request is not None else {}


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
