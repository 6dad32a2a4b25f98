"""Files in, text tables with locators out; and the writers. One file for each container."""

from sampan.formats.reading import once, read, read_first
from sampan.formats.rewriting import mark_cells
from sampan.formats.sniffing import SheetGuess, sniff, unread
from sampan.formats.writing import to_bytes, write

__all__ = ["SheetGuess", "mark_cells", "once", "read", "read_first", "sniff", "to_bytes", "unread", "write"]
