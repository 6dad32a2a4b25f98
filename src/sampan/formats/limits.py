"""What we are willing to open: every limit has a name here, and going over it is a clear refusal.

The numbers are set so that a year of a large country's case list passes and a bomb does not.
Example: `MAX_COLUMNS` is a spreadsheet's own limit; no list of cases or counts comes near it.
"""

from __future__ import annotations

from sampan.model.errors import UserError

MIB = 1 << 20

MAX_COLUMNS = 16_384
MAX_LINE_BYTES = 16 * MIB
MAX_CELL_LINES = 200  # a quoted cell that runs over more lines than this was never closed
MAX_UNPACKED_BYTES = 2048 * MIB  # of one archive member, and of all members of a workbook
MAX_RATIO = 300  # unpacked to packed, once more than RATIO_FROM_BYTES came out
RATIO_FROM_BYTES = 32 * MIB
MAX_MEMBERS = 2_000
MAX_NESTING = 2  # csv.gz inside a zip is 2
MAX_SHEET_CELLS = 50_000_000  # of the rectangle that a sheet spans, blank cells included
MAX_SHEETS = 500
MAX_JSON_DEPTH_BYTES = 4 * MIB  # of one line of JSON

KEPT = "nothing was read from it"


def refuse(what: str, where: str, do: str) -> UserError:
    """The error for a file that we do not open, in four parts."""
    return UserError(what, where=where, kept=KEPT, do=do)
