"""Two provinces with their people, sources and an agreement, in a home of its own process: before a browser comes.

`python -m tests.stories.neighbours FOLDER`. Svay Rieng sends the Khmer workbook and waits for its ministry's word;
Tay Ninh has told its weeks. The agreement is in force both ways.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

LAW = "Decree 7 of an invented year"
LADDERS = {
    "kh": f"""country: KH
rules:
  - {{rule: KH-ministry, gate: to-office, step: ministry, post: kh-20/desk, mode: per-release,
     prepares: ["kh-20/surveillance"], law: "{LAW}", usual_days: 3, source: invented, verified: false}}
""",
    "vn": "country: VN\nrules: []\n",
}
OWN_WEEKS = "province,week,disease,cases\n" + "".join(f"Tay Ninh,2024-W{week},dengue,9\n" for week in range(24, 32))
WEEK_30 = "province,week,disease,cases\nSvay Rieng,2024-W30,dengue,11\n"


def lay(home: Path) -> None:
    """Sources and ladders: the Khmer weekly workbook is Svay Rieng's here."""
    from tests.stories import border  # noqa: PLC0415 - the driver needs no command line

    from sampan.sources import catalogue  # noqa: PLC0415 - as above

    border.lay(home)
    folder = home / "sources" / "kh-weekly"
    shutil.copytree(Path(catalogue.__file__).parent / "kh_weekly", folder)
    told = (folder / "source.yml").read_text(encoding="utf-8")
    (folder / "source.yml").write_text(told.replace("owner: kh-cdc", "owner: kh-20\ninvented: true"), encoding="utf-8")
    (home / "gates").mkdir()
    for name, text in LADDERS.items():
        (home / "gates" / f"{name}.yml").write_text(text, encoding="utf-8")


def workbook(home: Path) -> Path:
    """The Khmer workbook of week 31 of 2024."""
    return home / "sources" / "kh-weekly" / "sample" / "week-31.xlsx"


def seated(folder: Path) -> None:
    """Run this in the home of the settings."""
    command = [sys.executable, "-m", "tests.stories.neighbours", str(folder)]
    subprocess.run(command, check=True, timeout=300)


def main(folder: Path) -> None:
    """The people, then the agreement, then Tay Ninh's weeks."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "sampan.office.settings"
    from tests.stories import border  # noqa: PLC0415 - settings are named first
    from tests.stories import seated as people  # noqa: PLC0415 - as above

    people.main()
    from sampan.operations import homes, receiving  # noqa: PLC0415 - as above
    from sampan.operations.sharing import making  # noqa: PLC0415 - as above

    store, now = homes.opened(), datetime.now(UTC)
    text = border.AGREEMENT.replace("vn/preventive-medicine", "vn-37/desk").replace("kh-20/director", "kh-20/desk")
    making.propose(text.lstrip(), "border.yml", "kh-20/surveillance", now)
    making.move("border", "agree", "vn-37/surveillance", now)
    making.move("border", "verify", "kh-20/surveillance", now, paper=b"the signed paper")
    for post in ("kh-20/desk", "vn-37/desk"):
        making.move("border", "activate", post, now)
    file = border.written(folder / "vn.csv", OWN_WEEKS)
    receiving.receive(store, homes.source(store, "border-vn"), file, receiving.Act("vn-37/surveillance", now))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
