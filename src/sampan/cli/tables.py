"""Tables that stay readable: side by side where the terminal is wide enough, one block for each row where it is not.

print_table(("finding", "what"), [("F-048-659", "Which place is meant?")])
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

READABLE = 12  # a phrase squeezed below this many signs is hard to read
LINE, SENTENCE = 60, 20  # and a text longer than a line below these
FOLDED = 30  # scripts without spaces write a whole name as one word


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[str] = ()) -> None:
    """Print rows under headers; `numbers` names the columns set to the right. Cells may be empty."""
    console = Console()
    least = [max(map(_needed, cells)) for cells in zip(headers, *rows, strict=True)]
    if rows and 1 + sum(width + 3 for width in least) > console.width:
        for row in rows:
            console.print(_block(headers, row))
        return
    columns = [
        Column(name, overflow="fold", min_width=width, justify="right" if name in numbers else "left")
        for name, width in zip(headers, least, strict=True)
    ]
    table = Table(*columns)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _needed(text: str) -> int:
    """The width a cell wants: its longest word, more if it holds a sentence; but a word longer than that folds."""
    longest = max((Text(word).cell_len for word in text.split()), default=0)
    whole = Text(text).cell_len
    return max(min(longest, FOLDED), min(whole, SENTENCE if whole > LINE else READABLE))


def _block(headers: Sequence[str], row: Sequence[str]) -> Text:
    """One row as a line of its first cells in bold and the others below, each with its header."""
    block = Text(row[0], style="bold")
    told = [f"{name}: {cell}" for name, cell in zip(headers[1:], row[1:], strict=True) if cell]
    return block.append("\n  " + "; ".join(told), style="not bold")
