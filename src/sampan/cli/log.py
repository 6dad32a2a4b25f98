"""`sampan log`: check the log, prove an entry, read a proof, cut and witness checkpoints, change the key."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from sampan.cli import witnessing
from sampan.cli.main import emit
from sampan.cli.witnessing import ACTOR, FILE, JSON
from sampan.cli.written import Written
from sampan.operations import homes
from sampan.operations.proving import keeping, offering, verifying
from sampan.operations.sharing import gates

FAULT = 1
WHAT_NOW = (
    "Stop web and worker, and copy home and database as they are: they are the evidence. Then run it --from the last "
    "checkpoint of a witness and of two parties. docs/how-to/operate.md says what each alarm asks for."
)


@click.group()
def log() -> None:
    """What the office did, provable to outsiders without telling them anything."""


@log.command(epilog="Example: sampan log verify --from checkpoint.txt --key log.vkey")
@click.option(
    "--from", "since", multiple=True, type=FILE, help="A checkpoint or receipt you hold; the log must contain it."
)
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="KEY|FILE",
    help="A public key of the log you hold; it must be the one.",
)
@JSON
def verify(since: tuple[Path, ...], keys: tuple[str, ...], as_json: bool) -> None:
    """Compute everything the log binds again, and compare. Exit code 1 if anything was changed."""
    given = offering.policy_from(offering.key_text(item) for item in keys).logs if keys else ()
    report = verifying.of_home([_read(path) for path in since], given)
    if as_json:
        emit(report.as_dict())
    else:
        _tell_report(report)
    if not report.ok:
        sys.exit(FAULT)


@log.command(epilog="Example: sampan log proof 1 -o entry-1.tlog-proof")
@click.argument("entry", type=click.IntRange(min=0))
@click.option("-o", "--output", required=True, type=Written(), help="Where the proof goes.")
@click.option("--post", default="", help="Who asks: an entry is proved to the parties it concerns.")
@JSON
def proof(entry: int, output: Path, post: str, as_json: bool) -> None:
    """Write the proof of ENTRY: opening, hashes up to the root, signed checkpoint. It is checked offline.

    Cuts a checkpoint out of turn if none covers the entry yet.
    """
    homes.opened()
    content = offering.prove(entry, _now(), party=gates.party_of(post) if post else "")
    output.write_bytes(content)
    keys = [key.vkey for key in keeping.own_keys(_now())]
    if as_json:
        emit({"entry": entry, "file": str(output), "bytes": len(content), "key": keys[0]})
    else:
        click.echo(f"{output}: the proof of entry {entry}. It is checked with the log's public key:\n{keys[0]}")


@log.command("check-proof", epilog="Example: sampan log check-proof receipt.tlog-proof --key log.vkey")
@click.argument("file", type=FILE)
@click.option("--key", "keys", multiple=True, metavar="KEY|FILE", help="The log's public key, or a policy file.")
@JSON
def check_proof(file: Path, keys: tuple[str, ...], as_json: bool) -> None:
    """Check a proof FILE offline. Without --key the keys of this home are used. Exit code 4 if it proves nothing."""
    tell_checked(offering.check_proof(_read(file), trusted(keys)).as_dict(), as_json)


@log.command(epilog="Example: sampan log checkpoint -o today.txt")
@click.option("--early", is_flag=True, help="Cut one out of turn; it is not published before its time.")
@click.option("-o", "--output", type=Written(), help="Write the signed checkpoint there.")
@JSON
def checkpoint(early: bool, output: Path | None, as_json: bool) -> None:
    """The newest checkpoint, cut now if one is due. Run it from a timer; `sampan serve` does so by itself."""
    homes.opened()
    said = offering.newest_checkpoint(_now(), early=early)
    if output:
        output.write_text(said["note"], encoding="utf-8")
    if as_json:
        emit(said)
    elif not output:
        click.echo(said["note"], nl=False)


@log.command(epilog="Example: sampan log key > log.vkey")
@JSON
def key(as_json: bool) -> None:
    """The log's public keys, newest first: give the first to every party, on paper if you can."""
    homes.opened()
    keys = [key.vkey for key in keeping.own_keys(_now())]
    if as_json:
        emit({"origin": keys[0].partition("+")[0], "keys": keys})
    else:
        click.echo("\n".join(keys))


@log.command("rotate-key", epilog="Example: sampan log rotate-key --reason 'the old machine was sold'")
@click.option("--reason", required=True, help="Why; the entry says so.")
@ACTOR
@JSON
def rotate_key(reason: str, actor: str, as_json: bool) -> None:
    """A new signing key. An entry names both keys; checkpoints are signed by both until one so signed is published."""
    homes.opened()
    old, new = keeping.rotate(actor=actor, reason=reason, now=_now())
    if as_json:
        emit({"old": old.vkey if old else None, "new": new.vkey})
    else:
        click.echo(
            f"The log now signs with\n{new.vkey}\nGive this key to every party and witness: the proof of the entry "
            "key:rotated shows it to who knows the old one."
        )


@log.command(epilog="Example: sampan log entries --party kh-cdc --json")
@click.option("--party", help="Only the entries that concern this party.")
@click.option("--last", default=20, show_default=True, type=click.IntRange(min=1), help="How many, newest last.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def entries(party: str | None, last: int, as_json: bool) -> None:
    """The newest entries: index, time, kind, parties."""
    homes.opened()
    found = offering.newest_entries(last, party=party)
    if as_json:
        emit(found)
        return
    for entry in found:
        click.echo(f"{entry['index']:>8}  {entry['at'][:19]}  {entry['kind']:<24} {', '.join(entry['parties'])}")


def trusted(keys: tuple[str, ...]) -> offering.Policy:
    """The policy made of what was given with --key, else of this home."""
    if keys:
        return offering.policy_from(offering.key_text(item) for item in keys)
    homes.opened()
    return offering.own_policy(_now())


def tell_checked(said: dict[str, object], as_json: bool) -> None:
    """What a proof proves."""
    if as_json:
        emit(said)
        return
    witnesses = said["witnesses"]
    by = ", ".join(witnesses) if isinstance(witnesses, list) and witnesses else "nobody we know: not yet witnessed"
    click.echo(f"Proved: entry {said['index']} of {said['origin']}, in its tree of {said['size']}.")
    click.echo(f"{said['kind']} at {said['at']}\nWitnessed by {by}")
    facts = said["facts"]
    for name, value in facts.items() if isinstance(facts, dict) else ():
        click.echo(f"  {name}: {value}")


def _tell_report(report: verifying.Report) -> None:
    for alarm in report.alarms:
        click.echo(f"ALARM {alarm.where}: {alarm.what}.", err=True)
    for told in report.notes:
        click.echo(f"note: {told}")
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items())
    click.echo(
        f"{report.entries} entries ({report.erased} erased), signed up to {report.checkpoint_size}; checked: {counts}. "
        + (
            "Everything is as the log says."
            if report.ok
            else f"Alarms: {report.alarm_count}; this check changed nothing."
        )
    )
    if not report.ok:
        click.echo(WHAT_NOW, err=True)


def _read(path: Path) -> bytes:
    return offering.file_bytes(path)


def _now() -> datetime:
    return datetime.now(UTC)


for _command in witnessing.ALL:
    log.add_command(_command)
