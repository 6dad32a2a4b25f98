"""Two provinces on a border and their agreement, for stories of sharing; every figure invented.

Svay Rieng (kh-20) may send to the office on its own; Tay Ninh (vn-37) may prepare, and its ministry passes.
"""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Sampan

SOURCE = """
id: {id}
title: {title} (invented)
owner: {owner}
country: {country}
kind: aggregate
practice: border-weekly
invented: true
calendar: iso
read: {{format: csv}}
delivery: {{mode: snapshot, scope: [period]}}
numbers: {{locale: en}}
dates: {{order: ymd}}
silences: {{"?": unknown}}
columns:
  place: {{from: province, level: 1}}
  period: {{from: week, as: week}}
  condition: disease
  measure: {{is: cases}}
  value: cases
"""

AGREEMENT = """
agreement: border
version: 1
kind: exchange
title: Weekly counts of Svay Rieng and Tay Ninh
languages: [en, km]
instrument: {name: Memorandum of the two provinces, signed: 2025-08-01}
parties:
  - party: kh-20
    name: Svay Rieng
    country: KH
    zone: Asia/Phnom_Penh
    posts: [kh-20/surveillance, kh-20/director]
  - party: vn-37
    name: Tay Ninh
    country: VN
    zone: Asia/Ho_Chi_Minh
    posts: [vn-37/surveillance, vn/preventive-medicine]
term: {begins: 2025-09-01, ends: 2099-12-31}
clauses:
  - clause: kh-weekly
    from: kh-20
    to: [vn-37/surveillance, vn/preventive-medicine]
    purposes: [routine-monitoring, alert]
    sources: any
    conditions: [acute-watery-diarrhoea, dengue]
    measures: [cases]
    places: [KH-20]
    resolution: {level: 1, period: week}
    minimum_cell: {cell: 5}
    authorisation: {mode: standing, approver: kh-20/director}
    silences: [zero]
    corrections: immediate
  - clause: vn-weekly
    from: vn-37
    to: [kh-20/surveillance]
    purposes: [routine-monitoring, alert]
    sources: any
    conditions: [acute-watery-diarrhoea, dengue]
    measures: [cases]
    places: [VN-37]
    resolution: {level: 1, period: week}
    minimum_cell: {cell: 5}
    authorisation: {mode: per-release, approver: vn/preventive-medicine, response_days: 5}
    silences: [release-pending, zero]
  - clause: vn-outbreak
    from: vn-37
    to: [kh-20/surveillance]
    purposes: [joint-investigation, routine-monitoring]
    sources: any
    conditions: [acute-watery-diarrhoea]
    measures: [cases]
    places: [VN-37]
    resolution: {level: 1, period: day}
    minimum_cell: {cell: 1}
    tlp: red
    authorisation: {mode: standing, approver: vn/preventive-medicine}
    emergency:
      trigger: border-outbreak
      declared_by: [vn/preventive-medicine]
      sunset_hours: 72
      widens: [vn-weekly]
      review_days: 30
terms:
  attribution: Svay Rieng and Tay Ninh
  benefits: [feedback-report]
"""

KH_WEEK = "province,week,disease,cases\nSvay Rieng,2026-W31,acute watery diarrhoea,14\nSvay Rieng,2026-W31,cholera,0\n"
VN_WEEK = "province,week,disease,cases\nTay Ninh,2026-W31,cholera,9\n"


def lay(home: Path) -> None:
    """The two sources of the border in a home."""
    for name, title, owner, country in (
        ("border-kh", "Weekly return of Svay Rieng", "kh-20", "KH"),
        ("border-vn", "Weekly return of Tay Ninh", "vn-37", "VN"),
    ):
        folder = home / "sources" / name
        folder.mkdir(parents=True, exist_ok=True)
        text = SOURCE.format(id=name, title=title, owner=owner, country=country)
        (folder / "source.yml").write_text(text.lstrip(), encoding="utf-8")


def agree(sampan: Sampan, folder: Path, text: str = AGREEMENT, code: str = "border") -> None:
    """The agreement from proposal to force: offered, agreed, verified, activated by a post of each side."""
    file, paper = folder / f"{code}.yml", folder / "signed.pdf"
    file.write_text(text.lstrip(), encoding="utf-8")
    paper.write_bytes(b"the signed paper")
    sampan("agreements", "propose", file, "--post", "kh-20/surveillance")
    sampan("agreements", "move", code, "agree", "--post", "vn-37/surveillance")
    sampan("agreements", "move", code, "verify", "--post", "kh-20/surveillance", "--paper", paper)
    sampan("agreements", "move", code, "activate", "--post", "kh-20/director")
    sampan("agreements", "move", code, "activate", "--post", "vn/preventive-medicine")


def written(path: Path, text: str) -> Path:
    """A file with this text."""
    path.write_text(text.lstrip(), encoding="utf-8")
    return path


def request(path: Path, post: str, places: str, **more: str) -> Path:
    """A request for week 31 by a post."""
    lines = {
        "request": path.stem,
        "post": post,
        "purpose": "routine-monitoring",
        "conditions": "[cholera]",
        "places": f"[{places}]",
        "measures": "[cases]",
        "data": "{from: 2026-07-27, to: 2026-08-02}",
        "resolution": "{level: 1, period: week}",
        **more,
    }
    return written(path, "".join(f"{name}: {value}\n" for name, value in lines.items()))


def lay_apart(sampan: Sampan, home: Path, folder: Path) -> Path:
    """Two returns of one week that count different patients, an agreement in force, and a request to add them."""
    lay(home)
    (home / "gates").mkdir()
    for name, practice, country in (("border-kh", "kh-dengue-hospital", "kh"), ("border-vn", "vn-circular-54", "vn")):
        file = home / "sources" / name / "source.yml"
        text = file.read_text(encoding="utf-8").replace("practice: border-weekly", f"practice: {practice}")
        file.write_text(text, encoding="utf-8")
        written(home / "gates" / f"{country}.yml", f"country: {country.upper()}\nrules: []\n")
    for name, place, post, cases in (
        ("border-kh", "Svay Rieng", "kh-20/surveillance", 14),
        ("border-vn", "Tay Ninh", "vn-37/surveillance", 9),
    ):
        file = written(folder / f"{name}.csv", f"province,week,disease,cases\n{place},2026-W31,dengue,{cases}\n")
        sampan("receive", name, file, "--actor", post, code=None)
    each_time = "mode: per-release, approver: vn/preventive-medicine, response_days: 5"
    agree(sampan, folder, AGREEMENT.replace(each_time, "mode: none"))
    asked = {"operation": "sum", "conditions": "[dengue]", "sources": "[border-kh, border-vn]"}
    return request(folder / "sum.yml", "kh-20/surveillance", "KH-20, VN-37", **asked)
