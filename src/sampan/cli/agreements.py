"""`sampan agreements`: check, say, compare and export agreement files; draft one from a template."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

import click

from sampan.cli import speaking
from sampan.cli.agreed import Agreed, AgreementText
from sampan.cli.main import emit, text_of
from sampan.cli.tables import print_table
from sampan.cli.written import Written
from sampan.operations import agreements as operations
from sampan.operations import homes, receiving
from sampan.operations.receiving import Act
from sampan.operations.sharing import checking, emergencies, making, reviewing, standard_terms, sunsets, trying
from sampan.operations.sharing.gates import party_of
from sampan.operations.sharing.making import VERBS
from sampan.operations.sharing.terms import ENDS
from sampan.sharing.agreements.witness import terms_said
from sampan.sharing.reasons import phrase
from sampan.sharing.vocabularies import SPOKEN

AGREEMENT = click.argument("agreement", type=Agreed())
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
STOPS = {
    "suspend": "suspended by {by}", "terminate": "ended by {by}", "end-at-once": "ended at once by both sides",
    "run-out": "ended by notice of {by}, with its last day", "expire": "expired, with its last day",
    "replace": "replaced by {by} with a new version",
}  # fmt: skip
HALVES = {
    "activate": "Activated by {post} on {at} UTC; it waits for {waits_for} to activate it too.",
    "end-at-once": "{post} would end it at once, since {at} UTC; it waits for {waits_for} to take this step too.",
}
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")


@click.group()
def agreements() -> None:
    """Agreements as data: check them, say them, compare them, export them.

    \b
    Example:
      sampan agreements check weekly.yml
    """


@agreements.command()
@AGREEMENT
@AS_JSON
def check(agreement: AgreementText, as_json: bool) -> None:
    """Read one agreement and tell every slip and every clause that will not work, by line.

    AGREEMENT is a file, or the code of one that is kept, as `agreements list` shows it.

    \b
    Example:
      sampan agreements check weekly.yml
    """
    found = checking.check_here(*agreement)
    if as_json:
        emit(found.as_dict())
    else:
        for line in found.lines():
            click.echo(line)
    if not found.good:
        sys.exit(2)


@agreements.command()
@AGREEMENT
@click.option(
    "--language",
    "-l",
    help="en, km, vi, lo, th, my or zh; by default that of `sampan --lang`, printed: the agreement's.",
)
@click.option("--print", "target", type=Written(".pdf", ".html"), help="Two languages side by side: a .pdf or .html.")
@AS_JSON
def say(agreement: AgreementText, language: str | None, target: Path | None, as_json: bool) -> None:
    """Say an agreement in plain sentences, or print it for signature.

    AGREEMENT is a file, or the code of one that is kept ("weekly"; an older version: "weekly v1").

    \b
    Example:
      sampan agreements say weekly.yml --language km
    """
    if target is not None:
        as_pdf = target.suffix.lower() == ".pdf"
        target.write_bytes(operations.document(*agreement, as_pdf=as_pdf, language=language))
        click.echo(f"Written: {target}", err=True)
        return
    said = operations.say(*agreement, language or speaking.among(SPOKEN))
    if as_json:
        emit(said)
        return
    for heading, lines in said.items():
        click.echo(heading)
        for line in lines:
            click.echo(f"  {line}")


@agreements.command()
@click.argument("a", type=Agreed())
@click.argument("b", type=Agreed(), required=False)
@click.option("--language", "-l", help="en, km or vi; by default that of `sampan --lang`.")
@AS_JSON
def compare(a: AgreementText, b: AgreementText | None, language: str | None, as_json: bool) -> None:
    """Is A stricter than B, and what is the smallest thing that one tells and the other does not?

    Each is a file, or the code of one that is kept. With one: its two directions side by side, each read as if the
    other side had signed it.

    \b
    Example:
      sampan agreements compare weekly.yml draft.yml
    """
    found = checking.compare_here(a, b)
    language = speaking.of_phrases(language)
    said = checking.compare_said_here(found, language)
    if as_json:
        emit(found | {"said": said})
        return
    _compared(found, said, [a.name, b.name if b else ""], language)
    if b is None:
        sides = operations.ways(*a, language)
        rows = zip_longest(*(["\n".join(lines) for lines in clauses] for clauses in sides.values()), fillvalue="")
        click.echo()
        print_table(tuple(sides), list(rows))


def _compared(found: dict[str, Any], said: dict[str, str], files: list[str], language: str) -> None:
    """The verdict, each smallest difference in a sentence, and the terms that differ."""
    click.echo("  ".join(f"{side}: {name}" for side, name in zip("AB", found.get("sides", files), strict=True)))
    click.echo(phrase(f"compare.{found['verdict']}", language))
    for sentence in filter(None, said.values()):
        click.echo(sentence)
    if found["obligations"]:
        click.echo(phrase("compare.differs", language))
        for term, one, two in terms_said(found["obligations"], language):
            click.echo(f"  {term}: A {one}; B {two}")


@agreements.command()
@AGREEMENT
@click.option("--odrl", is_flag=True, required=True, help="ODRL 2.2 as JSON-LD, with DPV purposes and DUO codes.")
@AS_JSON
def export(agreement: AgreementText, odrl: bool, as_json: bool) -> None:
    """Export an agreement, a file's or a kept one's by its code, in a public standard.

    \b
    Example:
      sampan agreements export weekly.yml --odrl
    """
    emit(operations.odrl(*agreement))


@agreements.command()
@click.argument("name", required=False)
@AS_JSON
def template(name: str | None, as_json: bool) -> None:
    """List the templates, or print one to begin with.

    \b
    Example:
      sampan agreements template weekly-pair > weekly.yml
    """
    if name is None:
        found = operations.templates()
        if as_json:
            emit([{"template": code, "title": title} for code, title in found.items()])
        else:
            for code, title in found.items():
                click.echo(f"{code:22} {title}")
        return
    click.echo(operations.template(name), nl=False)


@agreements.command()
@click.argument("file", type=FILE)
@click.option("--post", required=True, help="The post that proposes; one of the agreement's own.")
@click.option("--request", "as_request", is_flag=True, help="As the one who asks, not the one who gives.")
@click.option("--counter", is_flag=True, help="In answer to the other side: a new version.")
@AS_JSON
def propose(file: Path, post: str, as_request: bool, counter: bool, as_json: bool) -> None:
    """Propose an agreement, or counter one: a version that was proposed never changes.

    \b
    Example:
      sampan agreements propose draft.yml --post kh-20/surveillance
    """
    homes.opened()
    text, now = text_of(file), datetime.now(UTC)
    if counter:
        code = operations.code_of(text, file.name)
        record = making.counter(code, text, file.name, post, now)
    else:
        record = making.propose(text, file.name, post, now, as_request=as_request)
    _moved(record, as_json)


@agreements.command()
@click.argument("code")
@click.argument("verb", type=click.Choice(VERBS))
@click.option("--post", required=True, help="The post that takes the step.")
@click.option("--note", default="", help="What the other side should know about this step.")
@click.option("--paper", type=FILE, help="The signed paper, for verify; only its digest is kept.")
@AS_JSON
def move(code: str, verb: str, post: str, note: str, paper: Path | None, as_json: bool) -> None:
    """Take one step with the newest version it is open to, or with the one that CODE names ("weekly v1").

    Agree, verify, activate (two posts), suspend at once; terminate gives notice, and the agreement holds until the
    notice has run out; withdraw-notice takes it back; end-at-once needs a post of each side.

    \b
    Example:
      sampan agreements move weekly agree --post vn-37/surveillance
    """
    store = homes.opened()
    content = paper.read_bytes() if paper else None
    moved = making.move(code, verb, post, datetime.now(UTC), note=note, paper=content)
    if moved.kind == "deposit":  # what was kept and not read may be read now; what they close must not stand
        receiving.resume(store, Act(post, datetime.now(UTC)))
    _moved(moved, as_json)


@agreements.command("deposit-terms")
@click.argument("party")
@click.option("--name", required=True, help="The party's name, as it wants to be cited.")
@click.option("--country", default="", help="Its country's code; none for an organisation.")
@click.option("--post", "posts", multiple=True, required=True, help="A post of the party; the one that signs first.")
def deposit_terms(party: str, name: str, country: str, posts: tuple[str, ...]) -> None:
    """Print the standard deposit terms for a party: the office keeps, reads, harmonises and checks, and no more.

    \b
    Example:
      sampan agreements deposit-terms kh-20 --name "Svay Rieng" --country KH --post kh-20/director > deposit.yml
    """
    click.echo(standard_terms.text_for(party, name, country, posts, datetime.now(UTC)), nl=False)


@agreements.command("try")
@click.argument("file", type=FILE)
@click.option("--post", required=True, help="A post of the side whose figures it is tried on.")
@click.option("--language", "-l", help="en, km or vi; by default that of `sampan --lang`.")
@AS_JSON
def try_(file: Path, post: str, language: str | None, as_json: bool) -> None:
    """Try an agreement on the own figures of the last weeks: what each clause would let go and hold back.

    \b
    Example:
      sampan agreements try weekly.yml --post kh-20/surveillance
    """
    text, now = text_of(file), datetime.now(UTC)
    found = trying.try_on(homes.opened(), text, post, now, speaking.of_phrases(language))
    if as_json:
        emit([one.as_dict() for one in found])
        return
    for one in found:
        click.echo(f"{one.clause} to {one.post}: cells {one.told} of {one.rows}, {one.first} to {one.last}.")
        for line in one.says:
            click.echo(f"  {line}")
        for why, cells in one.held.items():
            click.echo(f"  held back, {why}: {cells}")


@agreements.command("list")
@click.option("--party", help="Only those of one party.")
@AS_JSON
def list_(party: str | None, as_json: bool) -> None:
    """List agreements with their state and steps.

    \b
    Example:
      sampan agreements list --party kh-20
    """
    homes.opened()
    making.expire_due(datetime.now(UTC))
    found = making.listed(party)
    if as_json:
        emit(found)
        return
    for one in found:
        click.echo(_line(one))


@agreements.command()
@click.argument("code")
@click.option("--version", type=int, help="By default the newest.")
@click.option("--text", "as_text", is_flag=True, help="Its YAML, byte for byte as it was proposed.")
@AS_JSON
def show(code: str, version: int | None, as_text: bool, as_json: bool) -> None:
    """Show one agreement: its state, its days, how it ended, reminders to come, and every step that was taken.

    \b
    Example:
      sampan agreements show weekly
    """
    homes.opened()
    if as_text:
        click.echo(making.kept(f"{code} v{version}" if version else code)[0], nl=False)
        return
    making.expire_due(datetime.now(UTC))
    found = making.shown(code, version)
    if as_json:
        emit(found)
        return
    click.echo(_line(found))
    if stop := found["stopped"]:
        days = ", ".join(f"{day} ({zone})" for zone, day in stop["days"].items())
        click.echo(f"  {STOPS[stop['verb']].format(by=', '.join(stop['by']))}: {days}")
    _waiting(found, "  ")
    for due in found["reminders"]:
        about = "last day" if due["kind"] == ENDS else "review"
        click.echo(f"  {due['on']}  its posts are reminded of the {about}, {due['day']}")
    for step in found["steps"]:
        to = f" -> {step['to']}" if step["to"] != step["from"] else ""
        click.echo(f"  {step['at'][:16]}  {step['verb']}{to}  {step['post']}  {step['note']}".rstrip())


@agreements.command()
@click.argument("trigger")
@click.option("--post", required=True, help="A post that the agreement lets declare it.")
@click.option("--reason", default="", help="Why; it is told to every party.")
@click.option("--end", is_flag=True, help="Call it off.")
def declare(trigger: str, post: str, reason: str, end: bool) -> None:
    """Declare a named emergency, or call it off; clauses that name it hold until their sunset.

    While it holds the same side declares it again only after its review (`agreements review`).

    \b
    Example:
      sampan agreements declare border-outbreak --post vn/preventive-medicine --reason "cholera at the crossing"
    """
    homes.opened()
    record = emergencies.declare(trigger, post, datetime.now(UTC), reason=reason, end=end)
    over, due = sunsets.ending(record)
    click.echo(f"{trigger}: {'called off' if end else 'declared'} by {post}.")
    click.echo(f"It ends {over:%Y-%m-%d %H:%M} UTC at the latest; its review by the parties is due by {due:%Y-%m-%d}.")


@agreements.command()
@click.argument("trigger", required=False)
@click.option("--post", required=True, help="A post that the agreement names.")
@click.option("--note", default="", help="What came of the review; it is told to the other parties.")
@AS_JSON
def review(trigger: str | None, post: str, note: str, as_json: bool) -> None:
    """Say that your side has reviewed an emergency that is over; without TRIGGER, list the reviews it owes.

    The side that declared one may say so while it holds, and may then declare it again.

    \b
    Example:
      sampan agreements review border-outbreak --post kh-20/director --note "the minimum cell of 1 was not needed"
    """
    homes.opened()
    now = datetime.now(UTC)
    if trigger is not None:
        found = [reviewing.review(trigger, post, now, note=note)]
    else:
        found = [one for one in reviewing.of_party(party_of(post), now) if post in one.posts]
    if as_json:
        emit([{"trigger": o.declaration.trigger, "over": o.over, "due": o.due, "late": o.late(now)} for o in found])
        return
    for one in found:
        state = "reviewed" if trigger else f"review due by {one.due:%Y-%m-%d}" + (", overdue" if one.late(now) else "")
        held = f"{one.over:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{one.declaration.trigger}: {'holds until' if one.over > now else 'over since'} {held}, {state}.")


def _line(one: dict[str, Any]) -> str:
    """A version, its state, its days, and whose notice ends it."""
    said = f"{one['agreement']:30} {one['state']:11} {one['begins']} to {one['last_day'] or 'open'}"
    return f"{said}, by notice of {', '.join(one['notice_by'])}" if one["last_day"] != one["ends"] else said


def _waiting(one: dict[str, Any], indent: str = "") -> None:
    """Whose half of a step is taken, whose is missing, and who may take it."""
    for half in one["waits"]:
        click.echo(indent + HALVES[half["verb"]].format(**half | {"at": half["at"][:16].replace("T", " ")}))
        click.echo(f"{indent}Any of these posts may take the same step: {', '.join(half['posts'])}.")


def _moved(record: making.AgreementVersion, as_json: bool) -> None:
    one = making.shown(record.code, record.version)
    if as_json:
        names = ("agreement", "state", "digest", "last_day", "notice_by", "waits")
        emit({name: one[name] for name in names})
        return
    click.echo(f"{one['agreement']} is {one['state']}.")
    _waiting(one)
    if one["notice_by"] and one["last_day"] != one["ends"]:
        click.echo(f"It holds until the end of {one['last_day']}, by notice of {', '.join(one['notice_by'])}.")
