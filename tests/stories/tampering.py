"""Trials of tampering in one process: `python -m tests.stories.tampering HOME WORK TRIALS SEED`, one JSON line each.

HOME is an office with a signed log. Each trial copies it, lets somebody change something, and runs the check.
A thief has the disk but not the log's key, and makes everything fit that can be made to fit without it. An
insider has the key as well, and signs the changed log anew: what a party holds is then what finds it.
"""

from __future__ import annotations

import json
import random
import secrets
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from django.db import connection

from sampan.log import checkpoint
from sampan.log.leaf import commitment
from sampan.log.merkle import Frontier, leaf_hash, root_of
from sampan.log.note import Signer

django.setup()

from sampan.operations.proving import verifying  # noqa: E402 - the records are known only after setup
from sampan.store import bindings  # noqa: E402 - as above
from sampan.store.bindings import STRICT, strict  # noqa: E402 - as above
from sampan.store.tilefolder import TileFolder  # noqa: E402 - as above

Change = Callable[["Thief"], str]
DATABASE = "records.sqlite3"


class Thief:
    """Somebody with the disk of a copied home, and luck of their own."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.root, self.chance = root, chance
        self.records = sqlite3.connect(root / DATABASE, isolation_level=None)
        self.records.row_factory = sqlite3.Row
        self.signed = self.one("select max(size) from store_checkpoint")

    def one(self, sql: str, *values: object) -> object:
        """A single value."""
        return self.records.execute(sql, values).fetchone()[0]

    def run(self, sql: str, *values: object) -> None:
        """A statement."""
        self.records.execute(sql, values)

    def entry(self) -> sqlite3.Row:
        """Some entry before the last signed checkpoint that still has its opening."""
        rows = self.records.execute(
            'select * from store_entry where "index" < ? and salt is not null', (self.signed,)
        ).fetchall()
        return self.chance.choice(rows)

    def file(self, *patterns: str) -> Path:
        """Some file of the home."""
        found = [path for pattern in patterns for path in sorted(self.root.glob(pattern)) if path.is_file()]
        return self.chance.choice(found)

    def turned(self, content: bytes) -> bytes:
        """The bytes with one bit changed."""
        at = self.chance.randrange(len(content))
        return content[:at] + bytes([content[at] ^ (1 << self.chance.randrange(8))]) + content[at + 1 :]

    def spoil(self, path: Path) -> str:
        """Change, cut or remove a file."""
        how = self.chance.choice(["turned", "cut", "removed", "emptied"])
        content = path.read_bytes()
        if how == "removed":
            path.unlink()
        else:
            changed = {"turned": self.turned(content), "cut": content[:-1], "emptied": b""}
            path.write_bytes(changed[how])
        return how

    def refit(self) -> None:
        """Make leaves, head and tiles follow from the bodies again: all that needs no key."""
        for row in self.records.execute('select * from store_entry where salt is not null order by "index"').fetchall():
            leaf = commitment(row["salt"], row["body"].encode())
            self.run('update store_entry set leaf = ? where "index" = ?', leaf, row["index"])
        leaves = [row["leaf"] for row in self.records.execute('select leaf from store_entry order by "index"')]
        edge = Frontier().extend(map(leaf_hash, leaves))
        self.run("update store_head set size = ?, edge = ?", len(leaves), edge.to_bytes())
        sizes = [row["size"] for row in self.records.execute("select size from store_checkpoint order by size")]
        shutil.rmtree(self.root / "log" / "1" / "tile", ignore_errors=True)
        done, tiles = 0, TileFolder(self.root / "log" / "1")
        for size in (size for size in sizes if size <= len(leaves)):
            tiles.grow(done, size, leaves[done - done % 256 : size])
            done = size

    def append(self, kind: str, facts: dict[str, object], rows: dict[str, str]) -> None:
        """An entry that concerns nobody, after all others, signed by no one."""
        index = self.one('select max("index") + 1 from store_entry')
        said = {"v": 1, "kind": kind, "parties": [], "at": "2030-01-01T00:00:00.000000+00:00", "facts": facts}
        body = json.dumps(said | ({"rows": rows} if rows else {}), sort_keys=True, separators=(",", ":"))
        salt = self.chance.randbytes(32)
        self.run(
            'insert into store_entry ("index", kind, body, salt, leaf, parties, at) values (?, ?, ?, ?, ?, ?, ?)',
            index, kind, body, salt, commitment(salt, body.encode()), "", "2030-01-01 00:00:00",
        )  # fmt: skip
        self.refit()

    def said_of(self, table: str, pk: object) -> dict[str, str]:
        """The name of a row in bodies, and its digest as the records have it now."""
        settings.HOME = self.root
        connection.close()
        connection.settings_dict["NAME"] = self.root / DATABASE
        model = next(model for model in strict() if model._meta.db_table == table)
        said = bindings.veiled(bindings.of_names(model, [f"{table}/{pk}"]))
        connection.close()
        return said

    def resign(self) -> None:
        """Sign the changed log with its own key: every checkpoint, and the key's memory of them."""
        signer = Signer.parse((self.root / "keys" / "log.key").read_text().strip())
        leaves = [
            leaf_hash(row["leaf"]) for row in self.records.execute('select leaf from store_entry order by "index"')
        ]
        for row in self.records.execute("select id, size from store_checkpoint order by size").fetchall():
            if row["size"] > len(leaves):
                self.run("delete from store_checkpoint where id = ?", row["id"])
                continue
            head = checkpoint.Checkpoint(signer.name, row["size"], root_of(leaves[: row["size"]]))
            note = checkpoint.sign(head, signer)
            self.run("update store_checkpoint set root = ?, note = ? where id = ?", head.root, note, row["id"])
            said = {"origin": head.origin, "size": head.size, "root": head.root.hex()}
            (self.root / "keys" / "log.signed").write_text(json.dumps(said))


def originals(thief: Thief) -> str:
    return "original " + thief.spoil(thief.file("blobs/*"))


def swapped_originals(thief: Thief) -> str:
    first, second = thief.chance.sample(sorted(thief.root.glob("blobs/*")), 2)
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(kept)
    return "originals swapped"


def parts(thief: Thief) -> str:
    return "part " + thief.spoil(thief.file("parts/*/*.parquet"))


def tiles(thief: Thief) -> str:
    size = int(str(thief.signed))
    paths = [f"log/1/tile/0/000.p/{size}", f"log/1/tile/entries/000.p/{size}"] if size < 256 else ["log/1/tile/0/000"]
    return "tile " + thief.spoil(thief.file(*paths))


def bodies(thief: Thief) -> str:
    row = thief.entry()
    facts = json.loads(row["body"])
    facts["facts"]["actor"] = "somebody/else"
    body = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    thief.run('update store_entry set body = ? where "index" = ?', body, row["index"])
    return f"body of entry {row['index']}"


def parties(thief: Thief) -> str:
    row = thief.entry()
    thief.run(
        'update store_entry set parties = ?, at = ? where "index" = ?', "|else|", "2020-01-01 00:00:00", row["index"]
    )
    return f"columns of entry {row['index']}"


def salts(thief: Thief) -> str:
    row = thief.entry()
    thief.run('update store_entry set salt = ? where "index" = ?', thief.turned(row["salt"]), row["index"])
    return f"salt of entry {row['index']}"


def exchanged_salts(thief: Thief) -> str:
    one, other = thief.entry(), thief.entry()
    while other["index"] == one["index"]:
        other = thief.entry()
    for row, salt in ((one, other["salt"]), (other, one["salt"])):
        thief.run('update store_entry set salt = ? where "index" = ?', salt, row["index"])
    return f"exchanged salts of entries {one['index']} and {other['index']}"


def unlawful_erasures(thief: Thief) -> str:
    row = thief.entry()
    thief.run('update store_entry set salt = null, body = null where "index" = ?', row["index"])
    return f"opening of entry {row['index']} destroyed"


def leaves(thief: Thief) -> str:
    row = thief.entry()
    thief.run('update store_entry set leaf = ? where "index" = ?', thief.turned(row["leaf"]), row["index"])
    return f"leaf of entry {row['index']}"


def missing_entries(thief: Thief) -> str:
    index = thief.entry()["index"]
    thief.run('delete from store_entry where "index" = ?', index)
    if thief.chance.random() < 0.5:
        thief.run('update store_entry set "index" = -"index" where "index" > ?', index)
        thief.run('update store_entry set "index" = -"index" - 1 where "index" < 0')
    return f"entry {index} removed"


def exchanged_entries(thief: Thief) -> str:
    one, other = thief.chance.sample(range(int(str(thief.signed))), 2)
    for old, new in ((one, -1), (other, one), (-1, other)):
        thief.run('update store_entry set "index" = ? where "index" = ?', new, old)
    return f"entries {one} and {other} exchanged"


def emptied_entries(thief: Thief) -> str:
    """What a lawful erasure left of an entry says another thing."""
    index = thief.one('select "index" from store_entry where salt is null order by random() limit 1')
    column, value = thief.chance.choice([("kind", "original:opened"), ("at", "2020-01-01 00:00:00")])
    thief.run(f'update store_entry set "{column}" = ? where "index" = ?', value, index)
    return f"emptied entry {index}: its {column}"


def undone_erasures(thief: Thief) -> str:
    """A destroyed delivery stands again, as the records have it."""
    what = thief.chance.choice(["state", "key", "parts", "word"])
    match what:
        case "state":
            thief.run("update store_delivery set state = 'committed' where state = 'erased'")
        case "key":
            thief.run("update store_delivery set wrapped_key = randomblob(40) where state = 'erased'")
        case "parts":
            thief.run("update store_part set erased_at = null where erased_at is not null")
        case _:
            thief.run("delete from store_erasure")
    return f"undone erasure: its {what}"


def hidden_rows(thief: Thief) -> str:
    """A moment that reads as none, or as the same, and is asked for and sorted as another."""
    table, column = thief.chance.choice([("store_part", "erased_at"), ("store_delivery", "ended_at")])
    word: str | None = thief.chance.choice(["-", "2999", "{}"])
    if thief.chance.random() < 0.5:
        table, column = thief.chance.choice([("store_part", "committed_at"), ("store_delivery", "received_at")])
        word = None
    where = "erased_at is null" if table == "store_part" else "ended_at is null"
    pk = thief.one(f"select min(id) from {table} where {where}")
    same = str(thief.one(f"select {column} from {table} where id = ?", pk)).replace(" ", "T")
    thief.run(f"update {table} set {column} = ? where id = ?", word or same, pk)
    return f"hidden {table}.{column}"


def cosignatures(thief: Thief) -> str:
    """A witness's word taken away, from the record and the public file, with or without the note that it was there."""
    path = thief.root / "log" / "1" / "checkpoint"

    def without(content: bytes) -> bytes:
        return b"".join(line for line in content.splitlines(keepends=True) if b" north.example/w " not in line)

    for row in thief.records.execute("select id, note from store_checkpoint").fetchall():
        thief.run("update store_checkpoint set note = ? where id = ?", without(row["note"]), row["id"])
    path.write_bytes(without(path.read_bytes()))
    if thief.chance.random() < 0.5:
        thief.run("update store_checkpoint set witnessed_at = null")
    return "cosignature taken away"


def forgotten_heads(thief: Thief) -> str:
    """The record of a checkpoint, not the newest, is gone."""
    size = thief.one("select size from store_checkpoint where size < ? order by random() limit 1", thief.signed)
    thief.run("delete from store_checkpoint where size = ?", size)
    return f"forgotten checkpoint of {size}"


def strange_files(thief: Thief) -> str:
    """Something that is no file where one should be."""
    path = thief.file("blobs/*", "keys/log.*", f"log/1/tile/*/000.p/{thief.signed}", "log/1/checkpoint")
    path.unlink()
    if thief.chance.random() < 0.5:
        path.mkdir()
    else:
        path.symlink_to(path)
    return f"strange {path.name}"


BOUND = {model._meta.db_table: STRICT[model._meta.label] for model in strict()}  # table -> columns left out


def rows(thief: Thief) -> str:
    """One column of one row of a table that the log binds."""
    table = thief.chance.choice([*BOUND, "store_home"])
    found = thief.records.execute(f"select * from {table}").fetchall()
    if not found:
        return rows(thief)
    row = thief.chance.choice(found)
    column = thief.chance.choice([name for name in row.keys() if name != "id" and name not in BOUND.get(table, ())])  # noqa: SIM118 - a Row iterates over values
    old = row[column]
    match old:
        case None:
            kinds = {one["name"]: one["type"] for one in thief.records.execute(f"pragma table_info({table})")}
            new: object = "2020-01-01" if kinds[column] == "date" else "2020-01-01 00:00:00"  # else it reads as none
        case int() | float():
            new = old + 1
        case bytes():
            new = thief.turned(old) if old else b"x"
        case str() if old[:1] in ("{", "["):
            new = '{"else": 1}'
        case _:
            new = thief.chance.choice([f"{old}x", "", str(old)[::-1] + "-"])
            new = new if new != old else "x"
    try:
        thief.run(f'update {table} set "{column}" = ? where id = ?', new, row["id"])
    except sqlite3.IntegrityError:  # the records themselves refuse it
        return rows(thief)
    return f"{table}.{column}"


OTHERWISE = {  # what no two rows share
    **{name: f"\"{name}\" || '-2'" for name in ("code", "key", "name", "vkey", "public")}, "version": '"version" + 1',
}  # fmt: skip


def row_lists(thief: Thief) -> str:
    """A row taken off a list or slipped in."""
    table = thief.chance.choice(list(BOUND))
    pks = [row[0] for row in thief.records.execute(f"select id from {table}")]
    if not pks:
        return row_lists(thief)
    pk = thief.chance.choice(pks)
    if thief.chance.random() < 0.5:
        thief.run(f"delete from {table} where id = ?", pk)
        return f"{table} row removed"
    names = [row[1] for row in thief.records.execute(f"pragma table_info({table})") if row[1] != "id"]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(OTHERWISE.get(name, f'"{name}"') for name in names)
    try:
        thief.run(f"insert into {table} ({columns}) select {values} from {table} where id = ?", pk)
    except sqlite3.IntegrityError:
        return row_lists(thief)
    return f"{table} row slipped in"


def public_heads(thief: Thief) -> str:
    """The public file spoiled, or an older one put back in its place."""
    path = thief.root / "log" / "1" / "checkpoint"
    if thief.chance.random() < 0.5:
        return "public checkpoint " + thief.spoil(path)
    path.write_bytes(thief.one("select note from store_checkpoint order by size limit 1"))  # type: ignore[arg-type] # bytes
    return "public checkpoint of an older day"


def memories(thief: Thief) -> str:
    return "memory " + thief.spoil(thief.root / "keys" / "log.signed")


def heads(thief: Thief) -> str:
    thief.run("update store_head set edge = ?", thief.turned(thief.one("select edge from store_head")))  # type: ignore[arg-type] # bytes
    return "head"


def signed_heads(thief: Thief) -> str:
    column = thief.chance.choice(["root", "note"])
    content = thief.one(f"select {column} from store_checkpoint order by size desc")
    changed = thief.turned(content)  # type: ignore[arg-type] # bytes
    thief.run(f"update store_checkpoint set {column} = ? where size = ?", changed, thief.signed)
    return f"checkpoint {column}"


def another_key(thief: Thief) -> str:
    """The changed log signed with a key of the thief's own, put on the list of keys."""
    bodies(thief)
    thief.refit()
    kept = (thief.root / "keys" / "log.key").read_text()
    own = Signer.generate(Signer.parse(kept.strip()).name)
    (thief.root / "keys" / "log.key").write_text(own.skey)
    thief.resign()
    (thief.root / "keys" / "log.key").write_text(kept)
    thief.run("update store_logkey set vkey = ?", own.verifier.vkey)
    return "signed with another key"


def slipped_key(thief: Thief) -> str:
    """The same with the thief's key in the file too, and beside the old one on the list."""
    what = another_key(thief)
    kept = Signer.parse((thief.root / "keys" / "log.key").read_text().strip())
    own = Signer.generate(kept.name)
    (thief.root / "keys" / "log.key").write_text(own.skey)
    thief.resign()
    thief.run("update store_logkey set vkey = ?", kept.verifier.vkey)
    thief.run("insert into store_logkey (vkey, since, origin_id) values (?, 0, 1)", own.verifier.vkey)
    return what + " in the key's place"


def laundered(thief: Thief) -> str:
    """A changed record, and an entry of a read that says it is so."""
    row = thief.one("select id from store_agreementversion order by random()")
    thief.run("update store_agreementversion set text = text || '# more' where id = ?", row)
    thief.append("staff:read", {}, thief.said_of("store_agreementversion", row))
    return "record changed, and said again by a read"


def false_erasures(thief: Thief) -> str:
    """An opening destroyed, and an erasure that names it."""
    index = thief.entry()["index"]
    thief.run('update store_entry set salt = null, body = null where "index" = ?', index)
    code = thief.one("select code from store_delivery order by state = 'erased', random()")
    thief.append("delivery:erased", {"delivery": code, "erases": [index]}, {})
    return f"opening of entry {index} destroyed, and an erasure slipped in"


def vanished(thief: Thief) -> str:
    """Every record gone; keys, tiles, parts and originals stay."""
    thief.run("pragma foreign_keys = off")
    names = [row[0] for row in thief.records.execute("select name from sqlite_master where type = 'table'")]
    for name in names:
        if name.startswith(("store_", "people_")):
            thief.run(f"delete from {name}")
    left = thief.chance.choice(["keys", "log", "parts"])
    for folder in {"keys", "log", "parts"} - {left}:
        shutil.rmtree(thief.root / folder)
    return f"vanished: every record, and all but {left}"


EVIDENCE: list[Change] = [
    originals, swapped_originals, parts, tiles, bodies, parties, salts, unlawful_erasures, leaves, missing_entries,
    exchanged_entries, rows, rows, row_lists, row_lists, heads, signed_heads, public_heads, memories, another_key,
    slipped_key, laundered, false_erasures, vanished, exchanged_salts, emptied_entries, undone_erasures, hidden_rows,
    cosignatures, forgotten_heads, strange_files,
]  # fmt: skip
IN_THE_TREE: list[Change] = [bodies, salts, missing_entries, exchanged_entries, exchanged_salts]


def rewritten(thief: Thief) -> str:
    """A bound record changed, and its digest in the body of the last entry that names it."""
    table = thief.chance.choice(["store_agreementversion", "store_disclosureledger", "store_requestrecord", "people_seat",
                                 "store_findingrecord", "store_givenword", "store_part", "people_post"])  # fmt: skip
    pk = thief.one(f"select id from {table} order by random() limit 1")
    column = thief.chance.choice([row["name"] for row in thief.records.execute(f"pragma table_info({table})")
                                  if row["type"].startswith(("varchar", "text")) and row["notnull"]])  # fmt: skip
    thief.run(f'update {table} set "{column}" = "{column}" || ? where id = ?', thief.chance.choice("xyz"), pk)
    ((name, digest),) = thief.said_of(table, pk).items()
    row = thief.records.execute(
        'select "index", body from store_entry where body like ? and "index" < ? order by "index" desc',
        (f'%"{name}"%', thief.signed),
    ).fetchone()
    body = json.loads(row["body"])
    body["rows"][name] = digest
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    thief.run('update store_entry set body = ? where "index" = ?', text, row["index"])
    return f"rewritten {table}.{column} and entry {row['index']}"


BY_INSIDERS: list[Change] = [*IN_THE_TREE, rewritten, rewritten]


def trial(home: Path, copy: Path, chance: random.Random, held: bytes, number: int) -> dict[str, object]:
    """One copy, one change, one check; the first trials take each kind of change in turn."""
    shutil.copytree(home, copy)
    thief = Thief(copy, chance)
    who = "thief" if number < len(EVIDENCE) else chance.choice(["thief", "thief", "insider"])
    since: list[bytes] = []
    if who == "thief":
        change = EVIDENCE[number] if number < len(EVIDENCE) else chance.choice(EVIDENCE)
        what = change(thief)
        if change in IN_THE_TREE and chance.random() < 0.7:
            thief.refit()
            what += ", made to fit"
    else:
        what = chance.choice(BY_INSIDERS)(thief) + ", made to fit and signed anew"
        thief.refit()
        thief.resign()
        since = [held]
    thief.records.close()
    found = check(copy, since)
    shutil.rmtree(copy)
    return {"who": who, "what": what, "alarms": found}


def check(root: Path, since: list[bytes]) -> list[str]:
    """The alarms of a home, checked in this process."""
    settings.HOME = root
    connection.close()
    connection.settings_dict["NAME"] = root / DATABASE
    report = verifying.verify(since)
    connection.close()
    return [f"{alarm.where}: {alarm.what}" for alarm in report.alarms]


def main(home: Path, work: Path, trials: int, seed: str) -> None:
    """Run the trials; the home's own newest checkpoint is what a party holds."""
    held = (home / "log" / "1" / "checkpoint").read_bytes()
    for number in range(trials):
        chance = random.Random(f"{seed}:{number}")
        said = trial(home, work / f"copy-{number}-{secrets.token_hex(4)}", chance, held, number)
        print(json.dumps({"trial": number, **said}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
