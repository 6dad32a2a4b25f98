"""Agreement files before they are records: check, say, compare, export. Nothing is stored here.

The worlds a file is checked against are those of its own parties' countries and the sources of this office.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from sampan.model.agreements import Agreement
from sampan.model.errors import UserError
from sampan.sharing.agreements import compare as comparing
from sampan.sharing.agreements.check import Remark, remarks
from sampan.sharing.agreements.document import html, pdf
from sampan.sharing.agreements.names import names_for, names_of_row
from sampan.sharing.agreements.odrl import odrl as as_odrl
from sampan.sharing.agreements.parse import agreement_of, read_agreement
from sampan.sharing.agreements.reader import Slip
from sampan.sharing.agreements.say import sentences
from sampan.sharing.agreements.say import ways as ways_said
from sampan.sharing.agreements.witness import Teller, said
from sampan.sharing.fragment.domains import Domains
from sampan.sharing.fragment.known import domains
from sampan.sharing.vocabularies import LANGUAGES, SPOKEN, nearest
from sampan.sources.catalogue import sources
from sampan.vocab.places import Gazetteer

Worlds = Callable[[Sequence[Agreement]], Domains]


@dataclass(frozen=True)
class Checked:
    """What a check found: slips stop the reading, remarks come from an agreement that reads."""

    agreement: Agreement | None
    slips: tuple[Slip, ...]
    remarks: tuple[Remark, ...]

    @property
    def good(self) -> bool:
        """True when it can be proposed: no slip, and no clause that cannot work."""
        return not self.slips and not any(remark.severity == "cannot" for remark in self.remarks)

    def lines(self) -> list[str]:
        """What a person reads."""
        found = [str(slip) for slip in self.slips] + [f"{r.severity}: {r}" for r in self.remarks]
        if self.agreement is None:
            return found
        return [*found, f"{self.agreement.name}: clauses read: {len(self.agreement.clauses)}"]

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "agreement": self.agreement.name if self.agreement else None,
            "good": self.good,
            "slips": [slip.as_dict() for slip in self.slips],
            "remarks": [remark.as_dict() for remark in self.remarks],
        }


def check(text: str, name: str, worlds: Worlds | None = None) -> Checked:
    """Every slip of a file, or every remark on an agreement that reads, in these worlds (default: the bundled ones)."""
    agreement, slips = read_agreement(text, name)
    found = remarks(agreement, (worlds or worlds_of)([agreement])) if agreement else ()
    return Checked(agreement, slips, found)


def say(text: str, name: str, language: str) -> dict[str, list[str]]:
    """The agreement in plain sentences, under its headings."""
    _must_be_spoken(language)
    agreement = agreement_of(text, name)
    return sentences(agreement, language, names_for(agreement, language))


def document(text: str, name: str, *, as_pdf: bool, language: str | None = None) -> bytes:
    """The two-language document for signature, as HTML or PDF.

    In the agreement's own languages, or in the one that prevails and `language`. UserError if that is not spoken.
    """
    agreement = agreement_of(text, name)
    if language is not None:
        _must_be_spoken(language)
    page = html(agreement, text, (agreement.prevailing_language, language) if language else None)
    return pdf(page) if as_pdf else page.encode()


def _must_be_spoken(language: str) -> None:
    if language not in SPOKEN:
        raise UserError(
            f"there are no phrases in {language!r} yet",
            kept="nothing was changed",
            do=f"choose one of: {', '.join(SPOKEN)}",
        )


def compare(first: tuple[str, str], second: tuple[str, str] | None, worlds: Worlds | None = None) -> dict[str, Any]:
    """Two agreements (text, name), or the two directions of one, in these worlds (default: the bundled ones).

    What it finds is data; `compare_said` makes sentences of it.
    """
    a = agreement_of(*first)
    known = worlds or worlds_of
    if second is None:
        sides = [side.name for side in a.parties[:2]]
        return comparing.directions(a, known([a])).as_dict() | {
            "sides": sides, "directions": comparing.side_by_side(a)
        }  # fmt: skip
    b = agreement_of(*second)
    return comparing.compare(a, b, known([a, b])).as_dict()


def compare_said(found: dict[str, Any], language: str, known: Gazetteer) -> dict[str, str]:
    """The smallest rows of a comparison in plain words: "only_a_tells" and "only_b_tells", "" where there is none."""
    if language not in LANGUAGES:
        raise UserError(f"there are no such phrases in {language!r} yet", do=f"choose one of: {', '.join(LANGUAGES)}")
    rows = {side: found[f"only_{side}_tells"] for side in ("a", "b")}
    names = names_of_row(rows["a"], language, known) | names_of_row(rows["b"], language, known)
    sides = found.get("sides")
    first, second = sides or ("A", "B")
    teller = Teller(language, names, first, second, ways=bool(sides))
    return {
        "only_a_tells": said(rows["a"], found["why_only_a"], teller),
        "only_b_tells": said(rows["b"], found["why_only_b"], teller.turned()),
    }


def ways(text: str, name: str, language: str) -> dict[str, list[list[str]]]:
    """The clauses of each direction of an agreement in plain sentences, by the side that gives."""
    agreement = agreement_of(text, name)
    return ways_said(agreement, language, names_for(agreement, language))


def odrl(text: str, name: str) -> dict[str, Any]:
    """The agreement as ODRL 2.2 JSON-LD."""
    return as_odrl(agreement_of(text, name))


def code_of(text: str, name: str) -> str:
    """The code of the agreement in a file."""
    return agreement_of(text, name).id


def templates() -> dict[str, str]:
    """Template -> title, by name."""
    folder = files("sampan.sharing").joinpath("templates")
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".yml"))
    return {name[:-4]: agreement_of(folder.joinpath(name).read_text(encoding="utf-8"), name).title for name in names}


def template(name: str) -> str:
    """One template's text. UserError with the nearest name when there is none."""
    path = files("sampan.sharing").joinpath("templates", f"{name}.yml")
    if not name.replace("-", "").isalnum() or not path.is_file():
        near = nearest(name, templates())
        raise UserError(
            f"there is no template {name!r}",
            kept="nothing was changed",
            do=f"did you mean {near!r}" if near else f"choose one of: {', '.join(templates())}",
        )
    return path.read_text(encoding="utf-8")


def worlds_of(agreements: Iterable[Agreement]) -> Domains:
    """The worlds of these agreements: their posts, their countries, every source this office knows."""
    listed = list(agreements)
    sides = [side for agreement in listed for side in agreement.parties]
    owners = {source.id: source.owner for source in sources().values()}
    return domains(
        posts=[post for side in sides for post in side.posts],
        owners=owners,
        countries={side.country for side in sides if side.country} | set(_countries_named(listed)),
    )


def _countries_named(agreements: Iterable[Agreement]) -> Iterable[str]:
    for agreement in agreements:
        for clause in agreement.clauses:
            yield from (code[:2] for code in clause.scope.places or ())
