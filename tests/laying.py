"""What the examples of the commands' help find in their folder: files, a home with deliveries, a home with releases."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pyrage

import sampan as package
from tests.codes import nth
from tests.conftest import run_sampan
from tests.stories import banks, border

SAMPLES = Path(package.__file__).parent / "sources"
RECEIVED = ("kh_weekly", "la_weekly")  # so that a first delivery and its findings exist
CASES = "region,age,n\nhill,young,2\nhill,old,9\nriver,young,8\nriver,old,20\n"


def received(folder: Path) -> None:
    """Every bundled sample as a file, and some of them received."""
    samples = {path.parents[1].name: path for path in sorted(SAMPLES.glob("*/sample/*")) if path.is_file()}
    for sample in samples.values():
        shutil.copy(sample, folder / sample.name)
    for name in ("report-w31.xlsx", "week31.xlsx"):
        shutil.copy(samples["kh_weekly"], folder / name)
    (folder / "cases.csv").write_text(CASES, encoding="utf-8")
    for name in RECEIVED:
        run_sampan("receive", name.replace("_", "-"), samples[name], code=None)
    run_sampan("crosswalks", "propose", "kh-weekly", "place", "Bavet", "KH-20", "--actor", "office/steward")
    run_sampan("help-requests", "write", "ask", "translation", "--as", "a/b", "--words", "A form")


def logged(folder: Path) -> None:
    """What the log's examples name: a witness and its answer, a receipt, keys and a backup carried away."""
    for name in ("north", "east"):
        key = run_sampan("log", "witness-key", f"{name}.example/witness", "-o", folder / f"{name}.key").out
        (folder / f"{name}.vkey").write_text(key)
    run_sampan("log", "add-witness", "north", folder / "north.vkey")
    (folder / "log.vkey").write_text(run_sampan("log", "key").out)
    run_sampan("log", "ask-witness", "north", "-o", folder / "request.txt")
    run_sampan(
        "log", "witness", folder / "request.txt", "--key", folder / "north.key", "--log-key", folder / "log.vkey",
        "--memory", folder / "checkpoint.txt", "-o", folder / "answer.txt",
    )  # fmt: skip
    run_sampan("receipt", "write", nth("D", 1), "-o", folder / "receipt.tlog-proof")
    key = run_sampan("receipt", "sender-key", "north.example/sender", "-o", folder / "sender.key").out
    (folder / "sender.vkey").write_text(key)
    (folder / "passphrase.txt").write_text("five words taken at random\n")
    run_sampan("keys", "export", "-o", folder / "keys.age", "--passphrase-file", folder / "passphrase.txt")
    identity = pyrage.x25519.Identity.generate()
    (folder / "operator.key").write_text(f"{identity}\n")
    (folder / "operators.txt").write_text(f"{identity.to_public()}\n")
    run_sampan("backup", "-o", folder / "office.age", "--recipients", folder / "operators.txt")


def failed(home: Path) -> None:
    """Job 12 of the examples: it failed five times."""
    columns = "id, kind, subject, state, attempts, owner, due_at, made_at, said"
    at = "2026-08-03 08:00:00"
    row = (12, "read", nth("D", 1), "failed", 5, "", at, at, "ValueError at read, line 1")
    with closing(sqlite3.connect(home / "records.sqlite3")) as records, records:
        records.execute(f"insert into store_job ({columns}) values ({', '.join('?' * len(row))})", row)


def staffed(home: Path) -> None:
    """An office with one post and one key, abcdefghijkl."""
    run_sampan("deliveries")  # makes the home
    at = "2026-08-03 08:00:00"
    rows = {
        "people_party": {"id": 1, "code": "office", "name": "The office", "kind": "office", "country": "", "made_at": at},
        "people_post": {
            "id": 1, "code": "office/staff", "title": "Staff", "role": "staff", "place": "", "languages": "en",
            "phone": "", "hours": "", "made_at": at, "party_id": 1,
        },
        "people_apikey": {
            "name": "monitor", "public": "abcdefghijkl", "digest": "0" * 64, "scopes": "[]", "made_at": at,
            "expires_at": "2036-08-03 08:00:00", "revoked_by": "", "post_id": 1,
        },
    }  # fmt: skip
    with closing(sqlite3.connect(home / "records.sqlite3")) as records, records:
        for table, row in rows.items():
            marks = ", ".join("?" * len(row))
            records.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", tuple(row.values()))


def shared(folder: Path, home: Path) -> None:
    """Two returns and an agreement in force between their provinces; two releases; an answer that is waited for."""
    border.lay(home)
    kh, vn = "kh-20/surveillance", "vn-37/surveillance"
    first = border.written(folder / "kh.csv", border.KH_WEEK)
    second = border.written(folder / "vn.csv", border.VN_WEEK)
    later = border.written(folder / "vn-32.csv", border.VN_WEEK.replace("W31", "W32"))
    run_sampan("receive", "border-kh", first, "--actor", kh, code=None)
    run_sampan("receive", "border-vn", second, "--actor", vn, code=None)
    border.agree(run_sampan, folder)
    outbreak = ("agreements", "declare", "border-outbreak", "--post", "vn/preventive-medicine", "--reason", "cholera")
    run_sampan(*outbreak)
    run_sampan(*outbreak, "--end")  # its review waits
    run_sampan("receive", "border-vn", later, "--actor", vn, code=None)  # the second and third delivery wait
    waits = border.request(folder / "waits.yml", kh, "VN-37")
    run_sampan("release", waits, "-o", folder / "waits", code=4)  # the first request
    for name in ("out-march", "out-april"):
        run_sampan("release", border.request(folder / f"{name}.yml", vn, "KH-20"), "-o", folder / name)
    border.request(folder / "request.yml", vn, "KH-20")
    weekly = border.AGREEMENT.replace("agreement: border", "agreement: weekly")
    border.written(folder / "weekly.yml", weekly)
    border.written(folder / "draft.yml", weekly.replace("version: 1", "version: 2").replace("{cell: 5}", "{cell: 10}"))
    run_sampan("agreements", "propose", folder / "weekly.yml", "--post", kh)
    published(folder)
    informed()


def published(folder: Path) -> None:
    """Two publications built on the first release: the first waits for its owner's answer, which the second has."""
    vn = ("--post", "vn-37/surveillance")
    border.written(folder / "second.pdf", "another draft")
    draft = border.written(folder / "bulletin.pdf", "a draft")
    for title in ("A bulletin", "A map"):
        built = ("--outlet", "Bulletin 32", "--planned", "2099-01-01", "--release", nth("R", 1), "--draft", draft)
        run_sampan("publications", "announce", *vn, "--title", title, *built)
    run_sampan("publications", "agree", nth("P", 2), "--post", "kh-20/director")


def informed() -> None:
    """The owner of the first release is told what WHO will be informed of; it has not yet seen it."""
    run_sampan("informing", "tell", nth("R", 1), "--post", "vn-37/surveillance", "--words", "Cholera, 14 cases")


def apart(folder: Path, home: Path) -> None:
    """Figures that are not comparable, and a request to add them that waits for its owners; a practice that waits."""
    asked = border.lay_apart(run_sampan, home, folder)
    run_sampan("release", asked, "-o", folder / "sum", code=4)
    says = ("--counts", "confirmed", "--from", "2026-01-01", "--cites", "Circular 12")
    run_sampan("practices", "propose", "kh-weekly", *says, "--actor", "office/steward")


def disputed(folder: Path, home: Path) -> None:
    """Two figures for one thing: the first told to each alone, the second open, the third open with a proposal."""
    banks.lay(home)
    banks.open_gate(home)
    weeks = [f"Svay Rieng,2026-W31,{disease},{{n}}\n" for disease in ("cholera", "dengue", "measles")]
    table = "province,week,disease,cases\n" + "".join(weeks)
    banks.deliver(run_sampan, folder, table.replace("{n}", "9"), table.replace("{n}", "12"))
    kh, vn = "kh-20/surveillance", "vn-37/surveillance"
    for party, country in (("kh-20", "KH"), ("vn-37", "VN")):
        banks.terms(run_sampan, folder, party, country, banks.CHECK)
    run_sampan("discrepancies", "list", "--post", kh)
    for case in (nth("X", 2), nth("X", 3)):
        for post in (kh, vn):
            run_sampan("discrepancies", "consent", case, "--post", post)
    run_sampan("outages", "declare", "--post", kh, "--reason", "no power")
    figure = ("--cause", "double-entry", "--figure", "2026-07-27=9")
    run_sampan("discrepancies", "propose", nth("X", 3), "--post", kh, *figure)
