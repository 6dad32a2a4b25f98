"""Two owners who speak of one thing: Svay Rieng counts its patients, Tay Ninh its patients who live in Svay Rieng.

Everything invented. `lay` puts the sources into a home, `deliver` their weeks, `terms` the deposit terms of both.
"""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Sampan
from tests.stories import border

MINISTRY = "vn/preventive-medicine"  # it may send what its provinces prepare
OWN, ABROAD = "own-kh", "abroad-vn"
DEPOSIT = """
agreement: {id}
version: 1
kind: deposit
title: Terms of deposit of {party}
instrument: {{name: Terms of deposit, signed: 2025-08-01}}
parties:
  - {{party: {party}, country: {country}, zone: Asia/Phnom_Penh, posts: [{party}/surveillance]}}
  - {{party: office, zone: UTC, posts: [office/steward]}}
term: {{begins: 2025-09-01, ends: 2099-12-31}}
clauses:
  - clause: care
    from: {party}
    to: [office/steward]
    purposes: [{purposes}]
    sources: any
    conditions: any
    measures: any
    places: any
    resolution: {{level: 1, period: week}}
    minimum_cell: {{cell: {minimum}}}
    authorisation: {{mode: standing, approver: {party}/surveillance}}
"""
CROSSWALK = "term,value,match,author,approved_by,approved_on,note\nSvay Rieng,KH-20,exact,vn-37/surveillance,vn-37/surveillance,2026-01-05,\n"
STANDING = """country: VN
rules:
  - {rule: VN-G1-ministry, gate: to-office, step: ministry, post: vn/preventive-medicine, mode: standing,
     prepares: ["vn-[0-9]*/*"], law: A standing word of the ministry}
"""
CHECK, COMPARE = "keep, read-structure, harmonise, cross-check", "keep, read-structure, harmonise, cross-check, compare"
# Tay Ninh counts where patients were treated; nine of its twelve of week 31 are in Svay Rieng's list as well
KH = "province,week,disease,cases\nSvay Rieng,2026-W31,dengue,9\nSvay Rieng,2026-W32,dengue,14\n"
VN = "province,week,disease,cases\nSvay Rieng,2026-W31,dengue,12\nSvay Rieng,2026-W32,dengue,14\n"


def lay(home: Path) -> None:
    """The two sources."""
    for name, owner, country in ((OWN, "kh-20", "KH"), (ABROAD, "vn-37", "VN")):
        folder = home / "sources" / name
        folder.mkdir(parents=True, exist_ok=True)
        text = border.SOURCE.format(id=name, title=f"Weekly return of {owner}", owner=owner, country=country)
        if name == ABROAD:  # where its patients live; the neighbour's names stand in its crosswalk
            text = text.replace("{from: province, level: 1}", "{from: province, level: 1, role: residence}")
            (folder / "crosswalk").mkdir(exist_ok=True)
            (folder / "crosswalk" / "place.csv").write_text(CROSSWALK, encoding="utf-8")
        (folder / "source.yml").write_text(text.lstrip(), encoding="utf-8")


def deliver(sampan: Sampan, folder: Path, kh: str = KH, vn: str = VN) -> None:
    """Two weeks of both."""
    sampan("receive", OWN, border.written(folder / "kh.csv", kh), "--actor", "kh-20/surveillance", code=None)
    sampan("receive", ABROAD, border.written(folder / "vn.csv", vn), "--actor", MINISTRY, code=None)


def terms(sampan: Sampan, folder: Path, party: str, country: str, purposes: str, minimum: int = 1) -> None:
    """A party's deposit terms, from proposal to force."""
    code, post = f"deposit-{party}", f"{party}/surveillance"
    text = DEPOSIT.format(id=code, party=party, country=country, purposes=purposes, minimum=minimum)
    file = border.written(folder / f"{code}.yml", text)
    paper = border.written(folder / f"{code}.pdf", "the signed paper")
    sampan("agreements", "propose", file, "--post", post)
    sampan("agreements", "move", code, "agree", "--post", "office/steward")
    sampan("agreements", "move", code, "verify", "--post", post, "--paper", paper)
    sampan("agreements", "move", code, "activate", "--post", post)
    sampan("agreements", "move", code, "activate", "--post", "office/steward")


def open_gate(home: Path) -> None:
    """Tay Ninh's ministry has given a standing word: this home's ladder says so."""
    (home / "gates").mkdir(exist_ok=True)
    (home / "gates" / "vn.yml").write_text(STANDING, encoding="utf-8")
