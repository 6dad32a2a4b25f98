"""Agreements among the countries of the neutral region, written for whatever identities its territories bear.

Territory 1 takes from 0 and from 2, each of them from 1; the three tell different things at different terms, so that an
answer which depended on a code or a name would differ somewhere.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.conftest import run_sampan

from sampan.demo.neutral import IDENTITIES

OUTCOMES = {"added": "allow", "two": "coarsen", "coarser": "coarsen", "waits": "needs-approval", "stranger": "deny"}
DATA = "{from: 2025-09-01, to: 2025-09-28}"
PARTY = """  - party: {code}-moh
    name: {name}
    country: {code}
    zone: Etc/UTC
    posts: [{code}-moh/desk, {code}-moh/head]
"""
CLAUSE = """  - clause: {name}
    from: {giver}-moh
    to: [{taker}-moh/desk]
    purposes: [routine-monitoring, alert]
    sources: any
    conditions: [{conditions}]
    measures: [{measures}]
    places: {places}
    resolution: {{level: {level}, period: week}}
    minimum_cell: {{cell: {cell}}}
    authorisation: {{mode: {mode}, approver: {giver}-moh/head{days}}}
    silences: [zero]
    corrections: immediate
"""


def codes(order: str) -> list[str]:
    """The code that each territory bears under an order."""
    return [IDENTITIES[int(number)][0] for number in order]


def agreements(order: str) -> dict[str, str]:
    """The texts of two agreements by their code: territories 0 and 1, and 1 and 2."""
    borne = codes(order)
    names = [f"{IDENTITIES[int(number)][1]}ria" for number in order]
    told = {"conditions": "dengue, cholera, malaria", "measures": "cases, deaths", "places": "any", "level": 1}
    standing = {"mode": "standing", "days": ""}
    each = {"mode": "per-release", "days": ", response_days: 5"}
    some = f"[{borne[2]}-01, {borne[2]}-02, {borne[2]}-03, {borne[2]}-04]"
    return {
        "first": _agreement("first", 0, 1, (borne, names), [
            {**told, **standing, "cell": 5, "giver": borne[0], "taker": borne[1]},
            {**told, **each, "cell": 3, "giver": borne[1], "taker": borne[0]},
        ]),
        "second": _agreement("second", 1, 2, (borne, names), [
            {**told, **standing, "cell": 5, "giver": borne[2], "taker": borne[1], "places": some},
            {**told, **standing, "cell": 10, "level": 0, "giver": borne[1], "taker": borne[2]},
        ]),
    }  # fmt: skip


def _agreement(
    code: str, one: int, other: int, called: tuple[list[str], list[str]], clauses: list[dict[str, Any]]
) -> str:
    borne, names = called
    parties = "".join(PARTY.format(code=borne[side], name=names[side]) for side in (one, other))
    told = "".join(CLAUSE.format(name=f"{code}-{number}", **clause) for number, clause in enumerate(clauses))
    return (
        f"agreement: {code}\nversion: 1\nkind: exchange\ntitle: Weekly figures, {code}\nlanguages: [en]\n"
        f"instrument: {{name: Memorandum, signed: 2025-01-01}}\nparties:\n{parties}"
        f"term: {{begins: 2025-01-01, ends: 2099-12-31}}\nclauses:\n{told}"
        f"terms:\n  attribution: Both\n  benefits: [feedback-report]\n"
    )


def requests(order: str) -> dict[str, str]:
    """Who asks for what: every outcome there is, from all of it to nothing."""
    zero, one, two, _, four = codes(order)

    def asked(code: str, post: str, places: str, more: str = "") -> str:
        return (
            f"request: {code}\npost: {post}-moh/desk\npurpose: routine-monitoring\nconditions: [dengue]\n"
            f"places: [{places}]\nmeasures: [cases]\ndata: {DATA}\nresolution: {{level: 1, period: week}}\n{more}"
        )

    return {
        "two": asked("two", one, f"{zero}, {two}"),
        "waits": asked("waits", zero, one),
        "coarser": asked("coarser", two, one),
        "stranger": asked("stranger", four, zero),
        "added": asked("added", one, f"{zero}-01, {two}-01", "operation: sum\n"),
    }


def shared(folder: Path, order: str) -> dict[str, Any]:
    """Lay the gates and agreements in the home and ask: what `say`, `may`, `preview` and `release` answer."""
    borne = codes(order)
    home = folder / "sampan-home"
    (home / "gates").mkdir(exist_ok=True)
    for code in borne:
        (home / "gates" / f"{code.lower()}.yml").write_text(f"country: {code}\nrules: []\n", encoding="utf-8")
    for (code, text), (one, other) in zip(agreements(order).items(), ((0, 1), (1, 2)), strict=True):
        _agree(folder, code, text, (borne[one], borne[other]))
    said: dict[str, Any] = {
        "agreements": run_sampan("agreements", "list", "--json").json,
        "said": [run_sampan("agreements", "say", folder / f"{code}.yml", "--json").json for code in agreements(order)],
        "compared": [run_sampan("agreements", "compare", folder / f"{code}.yml", "--json", code=None).json
                     for code in agreements(order)],
        "may": [_may(borne, giver, taker, count) for giver, taker in ((0, 1), (1, 0), (2, 1), (1, 2), (4, 1))
                for count in (2, 40)],
    }  # fmt: skip
    for code, text in requests(order).items():
        file = folder / f"{code}.yml"
        file.write_text(text, encoding="utf-8")
        said[f"preview {code}"] = run_sampan("preview", file, "--json", code=None).json
        out = folder / f"out-{code}"
        said[f"release {code}"] = run_sampan("release", file, "-o", out, "--json", code=None).json
        for left in sorted(out.glob("*.csv")) if out.is_dir() else ():
            # a table's rows are a set: they are listed by their keys, which hold the codes
            said[f"{code} {left.name}"] = left.read_text(encoding="utf-8").splitlines()
    said["waiting"] = [run_sampan("gate", "list", "--post", f"{code}-moh/head", "--json").json for code in borne]
    return said


def _agree(folder: Path, code: str, text: str, sides: tuple[str, str]) -> None:
    file, paper = folder / f"{code}.yml", folder / "signed.pdf"
    file.write_text(text, encoding="utf-8")
    paper.write_bytes(b"the signed paper")
    one, other = sides
    run_sampan("agreements", "propose", file, "--post", f"{one}-moh/desk")
    run_sampan("agreements", "move", code, "agree", "--post", f"{other}-moh/desk")
    run_sampan("agreements", "move", code, "verify", "--post", f"{one}-moh/desk", "--paper", paper)
    run_sampan("agreements", "move", code, "activate", "--post", f"{one}-moh/head")
    run_sampan("agreements", "move", code, "activate", "--post", f"{other}-moh/head")


def _may(borne: list[str], giver: int, taker: int, count: int) -> Any:
    return run_sampan(
        "may", "--post", f"{borne[giver]}-moh/desk", "--to", f"{borne[taker]}-moh/desk", "--condition", "dengue",
        "--place", f"{borne[giver]}-01", "--from", "2025-09-22", "--until", "2025-09-28", "--count", str(count),
        "--json", code=None,
    ).json  # fmt: skip


def timeless(text: str) -> str:
    """The text without what two runs cannot share: moments of the clock and digests."""
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(\+00:00|Z)?( UTC)?", "MOMENT", text)
    return re.sub(r"\b(sha256:)?[0-9a-f]{12,64}\b", "DIGEST", text)
