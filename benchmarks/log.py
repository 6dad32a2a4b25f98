"""The log: durable appends beside a bare executemany, a proof in a large tree, and reading a million leaves.

Appends are measured in a process and a home of their own: `python -m benchmarks.log append BATCHES`.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from hashlib import sha256
from pathlib import Path
from typing import Any

import django
from django.db import connection, transaction

from benchmarks.figure import Figure
from sampan.log.leaf import SALT_BYTES, commitment
from sampan.log.merkle import inclusion_proof, leaf_hash, memory_reader, root_of, verify_inclusion
from sampan.log.tiles import tile_bytes, tile_reader, tiles_of

LEAVES = 1_000_000
BATCH, BATCHES, ROUNDS = 100, 60, 5
BODY = {"delivery": "D-000123", "source": "brook-weekly", "digest": "0" * 64, "size": 123456, "actor": "brook/sender"}


def figures() -> Iterator[Figure]:
    """All of them."""
    for name, server in (("SQLite", nullcontext("")), ("PostgreSQL", _postgres())):
        with server as url:
            if url is not None:
                yield _append_figure(name, url)
    openings = [(secrets.token_bytes(SALT_BYTES), _body(number)) for number in range(LEAVES)]
    yield _reading(openings)
    del openings
    yield _proving()


def _append_figure(name: str, url: str) -> Figure:
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "SAMPAN_HOME": home, "DJANGO_SETTINGS_MODULE": "sampan.office.settings"}
        environment.pop("SAMPAN_DATABASE_URL", None)
        if url:
            environment["SAMPAN_DATABASE_URL"] = url
        said = subprocess.run(
            [sys.executable, "-m", "benchmarks.log", "append"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    measured = json.loads(said)
    note = f"{measured['entries_each_second']:,} entries a second, batches of {BATCH}, beside a bare executemany"
    return Figure(f"log: durable append, {name}", measured["share"], 0.5, "x", at_most=False, note=note)


def append() -> dict[str, Any]:
    """Throughput of our append as a share of the bare one: the same rows, table, batches and durability."""
    django.setup()
    from sampan.operations import homes  # noqa: PLC0415 - the records are known only after setup
    from sampan.store import entries  # noqa: PLC0415 - as above

    homes.opened()

    def ours() -> None:
        with transaction.atomic():
            entries.append_many([entries.Draft("delivery:kept", BODY, ["brook-office"]) for _ in range(BATCH)])

    ours()
    columns, rows = _rows()
    bare = _bare(columns)
    shares, spent = [], []
    for number in range(ROUNDS):
        first = LEAVES * (number + 1)  # indexes of this round
        bare_s, ours_s = [], []
        for at in range(BATCHES):  # in turns, so that a busy disk is busy for both
            batch = [(first + at * BATCH + n, *row) for n, row in enumerate(rows)]
            bare_s.append(_seconds(bare, batch))
            ours_s.append(_seconds(ours))
        shares.append(sum(bare_s) / sum(ours_s))
        spent.append(sum(ours_s) / BATCHES)
    return {"share": statistics.median(shares), "entries_each_second": round(BATCH / statistics.median(spent))}


def _rows() -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and values of one batch as it stands, without the index."""
    with connection.cursor() as cursor:
        cursor.execute('select * from store_entry order by "index" limit %s', [BATCH])
        columns = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
    place = columns.index("index")
    return (
        ["index", *columns[:place], *columns[place + 1 :]],
        [(*row[:place], *row[place + 1 :]) for row in rows],
    )


def _bare(columns: list[str]) -> Callable[[list[tuple[Any, ...]]], None]:
    """The driver's own executemany and commit, into a table like ours with the same indexes."""
    marks = ", ".join(["?" if connection.vendor == "sqlite" else "%s"] * len(columns))
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("select sql from sqlite_master where tbl_name = 'store_entry' and sql is not null")
            for (sql,) in cursor.fetchall():
                cursor.execute(sql.replace("store_entry", "bare_entry"))
        else:
            cursor.execute("create table bare_entry (like store_entry including all)")
    connection.close()
    connection.ensure_connection()
    driver = connection.connection
    insert = f"insert into bare_entry ({names}) values ({marks})"

    def write(rows: list[tuple[Any, ...]]) -> None:
        cursor = driver.cursor()
        if connection.vendor == "sqlite":
            cursor.execute("begin immediate")
            cursor.executemany(insert, rows)
            cursor.execute("commit")
        else:
            with driver.transaction():
                cursor.executemany(insert, rows)

    return write


def _seconds(act: Callable[..., None], *arguments: Any) -> float:
    begin = time.perf_counter()
    act(*arguments)
    return time.perf_counter() - begin


def _reading(openings: list[tuple[bytes, bytes]]) -> Figure:
    """From salts and bodies to the root, beside one SHA-256 for each of the same openings."""
    root = root_of([leaf_hash(commitment(salt, body)) for salt, body in openings])
    ratios = []
    for _ in range(3):
        begin = time.perf_counter()
        for salt, body in openings:
            sha256(salt + body).digest()
        bare_s = time.perf_counter() - begin
        begin = time.perf_counter()
        assert root_of([leaf_hash(commitment(salt, body)) for salt, body in openings]) == root
        ratios.append((time.perf_counter() - begin) / bare_s)
    size = sum(len(salt) + len(body) for salt, body in openings) / LEAVES
    note = f"{LEAVES:,} openings of {size:.0f} bytes to one root, beside one SHA-256 each"
    return Figure("log: verifying leaves", statistics.median(ratios), 6, note=note)


def _proving() -> Figure:
    """An inclusion proof read from tiles on disk, no tile in memory beforehand."""
    hashes = [leaf_hash(number.to_bytes(32, "big")) for number in range(LEAVES)]
    read, chance, spent = memory_reader(hashes), random.Random(1), []
    with tempfile.TemporaryDirectory() as folder:
        for tile in tiles_of(LEAVES):
            path = Path(folder) / tile.path()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(tile_bytes(tile, read))
        root = root_of(hashes)
        for _ in range(500):
            index = chance.randrange(LEAVES)
            begin = time.perf_counter()
            proof = inclusion_proof(index, LEAVES, tile_reader(LEAVES, lambda path: _bytes(Path(folder) / path)))
            spent.append((time.perf_counter() - begin) * 1_000)
            verify_inclusion(hashes[index], index, LEAVES, proof, root)
    p95 = statistics.quantiles(spent, n=20)[-1]
    note = f"tree of {LEAVES:,} from tiles on disk, median of 500 proofs; p95 {p95:.2f} ms"
    return Figure("log: inclusion proof", statistics.median(spent), 2, "ms", note=note)


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _body(number: int) -> bytes:
    return json.dumps({"at": "2026-11-21T20:41:40.630634+00:00", "facts": {**BODY, "n": number}}).encode()


@contextmanager
def _postgres() -> Iterator[str | None]:
    """A private server that syncs as in production; None where there is no PostgreSQL."""
    try:
        from tests import postgres  # noqa: PLC0415 - only where the tests are

        with postgres.cluster(durable=True) as url:
            yield url
    except (ImportError, SystemExit):
        yield None


if __name__ == "__main__":
    print(json.dumps(append()))
