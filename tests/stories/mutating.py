"""Ways to spoil a file: in its bytes, in its cells, in its parts. Every choice comes from the random numbers given."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

NASTY_CELLS = (
    "", " ", "-", "0", "-1", "1.5", "1e308", "-1e308", "NaN", "inf", "99999999999999999999", "1,234", "1.234", "๑๒", "៣",
    "31/02/2025", "29/02/2568", "2025-13-01", "00/00/0000", "01/01/0001", "31/12/9999", "45000", "W53", "2568-W53",
    "=1+1", "@x", "'", '"', '""', "a\nb", "\u202eabc", "\u200b", "\ufeff", "null", "NULL", "None", "?", "Unknown", "x" * 5000,
    "0" * 400, "12 ปี", "2 tháng", "-5", "200", "nam", "女", "Total", "รวม", "\x00", "\x1b[31m", "20\x1f25", "\x1f", "A|B;C,D\tE",
)  # fmt: skip
DELIMITERS = (b",", b";", b"\t")

Mutation = Callable[[bytes, random.Random], bytes]


def mutated(content: bytes, rng: random.Random) -> tuple[bytes, list[str]]:
    """The content after one to four changes, and their names."""
    ways = WORKBOOK_WAYS if content.startswith(b"PK") else TEXT_WAYS
    names = []
    for _ in range(rng.randint(1, 4)):
        way = rng.choice(ways)
        content = way(content, rng)
        names.append(way.__name__)
    return content, names


def flip_bytes(content: bytes, rng: random.Random) -> bytes:
    out = bytearray(content)
    for _ in range(rng.randint(1, 20)):
        if out:
            out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def cut_out(content: bytes, rng: random.Random) -> bytes:
    start, stop = _span(content, rng)
    return content[:start] + content[stop:]


def repeat(content: bytes, rng: random.Random) -> bytes:
    start, stop = _span(content, rng)
    return content[:stop] + content[start:stop] + content[stop:]


def truncate(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def insert_bytes(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.randbytes(rng.randint(1, 50)) + content[at:]


def shuffle_lines(content: bytes, rng: random.Random) -> bytes:
    lines = content.split(b"\n")
    for _ in range(rng.randint(1, 5)):
        one, two = rng.randrange(len(lines)), rng.randrange(len(lines))
        lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


def nasty_cells(content: bytes, rng: random.Random) -> bytes:
    delimiter = max(DELIMITERS, key=content.count)
    lines = content.split(b"\n")
    for _ in range(rng.randint(1, 30)):
        row = rng.randrange(len(lines))
        cells = lines[row].split(delimiter)
        cells[rng.randrange(len(cells))] = rng.choice(NASTY_CELLS).encode("utf-8", "replace")
        lines[row] = delimiter.join(cells)
    return b"\n".join(lines)


def swap_columns(content: bytes, rng: random.Random) -> bytes:
    delimiter = max(DELIMITERS, key=content.count)
    rows = [line.split(delimiter) for line in content.split(b"\n")]
    one, two = rng.randrange(len(rows[0])), rng.randrange(len(rows[0]))
    for row in rows if rng.random() < 0.5 else rows[1:]:
        if max(one, two) < len(row):
            row[one], row[two] = row[two], row[one]
    return b"\n".join(delimiter.join(row) for row in rows)


def drop_column(content: bytes, rng: random.Random) -> bytes:
    delimiter = max(DELIMITERS, key=content.count)
    rows = [line.split(delimiter) for line in content.split(b"\n")]
    at = rng.randrange(len(rows[0]))
    return b"\n".join(delimiter.join(row[:at] + row[at + 1 :]) for row in rows)


def other_encoding(content: bytes, rng: random.Random) -> bytes:
    before, after = (
        rng.choice(["utf-8", "cp874", "cp1258", "latin-1"]),
        rng.choice(["utf-8-sig", "utf-16", "gb18030", "cp1252"]),
    )
    return content.decode(before, "replace").encode(after, "replace")


def other_delimiter(content: bytes, rng: random.Random) -> bytes:
    return content.replace(max(DELIMITERS, key=content.count), rng.choice([b"|", b";", b" ", b",,"]))


def sheet_values(content: bytes, rng: random.Random) -> bytes:
    """Other numbers, other texts, other references in the parts of a workbook."""

    def change(part: bytes) -> bytes:
        def other(found: re.Match[bytes]) -> bytes:
            if rng.random() > 0.05:
                return found[0]
            text = rng.choice(NASTY_CELLS).replace("\x00", "").replace("\x1b", "")
            return found[1] + text.replace("&", "&amp;").replace("<", "&lt;").encode() + found[3]

        return re.sub(rb"(<(?:v|t)(?: [^>]*)?>)([^<]*)(</(?:v|t)>)", other, part)

    return _parts(content, rng, change, r"sheet\d+\.xml|sharedStrings\.xml")


def part_bytes(content: bytes, rng: random.Random) -> bytes:
    """Damage inside one part, packed again as a whole zip."""
    way = rng.choice((flip_bytes, cut_out, repeat, truncate))
    return _parts(content, rng, lambda part: way(part, rng), r".*", most=1)


def drop_part(content: bytes, rng: random.Random) -> bytes:
    return _parts(content, rng, lambda _: b"", r".*", most=1)


def _parts(content: bytes, rng: random.Random, change: Callable[[bytes], bytes], pattern: str, most: int = 99) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {info.filename: archive.read(info) for info in archive.infolist()}
    except Exception:
        return content  # an earlier change has broken the zip already
    chosen = [name for name in parts if re.search(pattern, name)]
    for name in rng.sample(chosen, min(most, len(chosen))):
        parts[name] = change(parts[name])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def _span(content: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(content) + 1)
    return start, min(len(content), start + rng.choice([1, 5, 50, 500]))


TEXT_WAYS: tuple[Mutation, ...] = (
    flip_bytes, cut_out, repeat, truncate, insert_bytes, shuffle_lines, nasty_cells, nasty_cells, nasty_cells,
    swap_columns, drop_column, other_encoding, other_delimiter,
)  # fmt: skip
WORKBOOK_WAYS: tuple[Mutation, ...] = (
    *[sheet_values] * 14, flip_bytes, cut_out, repeat, truncate, insert_bytes, part_bytes, part_bytes, drop_part,
)  # fmt: skip
