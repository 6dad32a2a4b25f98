"""`sampan backup` and `sampan restore`: one sealed file out, a home that never forks back in."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from sampan.cli import speaking
from sampan.cli.main import emit
from sampan.cli.written import Written
from sampan.operations import backing_up, homes, restoring
from sampan.operations.proving import offering

FAULT = 1
HOW = {
    "export": "it is in the export of keys", "receipt": "a receipt proves the change", "person": "it was given by hand",
}  # fmt: skip
FILE = click.Path(path_type=Path, dir_okay=False)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.command(epilog="Example: sampan backup -o today.age --recipients operators.txt")
@click.option("-o", "--output", required=True, type=Written(), help="Where the sealed backup goes.")
@click.option(
    "--recipient", "recipients", multiple=True, metavar="age1…", help="Who can open it; SAMPAN_BACKUP_RECIPIENTS."
)
@click.option("--recipients", "files", multiple=True, type=FILE, help="A file of recipients, one a line.")
@JSON
def backup(output: Path, recipients: tuple[str, ...], files: tuple[Path, ...], as_json: bool) -> None:
    """Back up the home while it works: records of one moment and every file they name, encrypted.

    The log's signing key is not in it: `sampan keys export` carries that one apart.
    """
    store = homes.opened()
    listed = [line for path in files for line in _text(path).splitlines() if line.startswith("age1")]
    named = [*recipients, *listed] or os.environ.get("SAMPAN_BACKUP_RECIPIENTS", "").split()
    made = backing_up.back_up(store, output.absolute(), named, datetime.now(UTC))
    if as_json:
        emit({"file": str(output), **made.as_dict()})
    else:
        click.echo(f"{output}: sealed; entries {made.entries}, files {made.files}, bytes {made.bytes:,}.")


@click.command(epilog="Example: sampan restore office.age --identity operator.key --checkpoint checkpoint.txt")
@click.argument("file", type=FILE)
@click.option("--identity", required=True, type=FILE, help="The file with the key that opens the backup.")
@click.option("--checkpoint", "heads", multiple=True, type=FILE, help="The last checkpoint a witness or party saw.")
@click.option("--receipt", "receipts", multiple=True, type=FILE, help="A receipt or proof that a party holds.")
@click.option("--key", "known", multiple=True, metavar="KEY|FILE", help="A public key of the log, as held on paper.")
@click.option("--keys", type=FILE, help="The exported keys; without them the log goes on under a new key, recorded.")
@click.option("--passphrase-file", type=FILE, help="The passphrase of the exported keys.")
@JSON
def restore(  # one option for each file that a restore can know
    file: Path, identity: Path, heads: tuple[Path, ...], receipts: tuple[Path, ...], known: tuple[str, ...],
    keys: Path | None, passphrase_file: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Restore a backup into an empty SAMPAN_HOME. The old log is closed, and a new one commits to it.

    Ask every witness for its last checkpoint and every party for its receipts: they show what was lost. If the log's
    key was changed after the backup, give the newest export (--keys), a proof of the change (--receipt) or the
    public key (--key).
    """
    identities = [line for line in _text(identity).splitlines() if line.startswith("AGE-SECRET-KEY-")]
    given = offering.policy_from(map(offering.key_text, known)).logs if known else ()
    evidence = restoring.Evidence(
        [offering.file_bytes(path) for path in heads], [offering.file_bytes(path) for path in receipts], list(given)
    )
    exported = (offering.file_bytes(keys), _passphrase(passphrase_file)) if keys else None
    done = restoring.restore(file, identities, evidence, datetime.now(UTC), keys=exported)
    if as_json:
        emit(done.as_dict())
    else:
        _tell(done)
    if done.alarms:
        sys.exit(FAULT)


def _tell(done: restoring.Restored) -> None:
    lost = (
        f"entries {done.lost[0]} to {done.lost[1] - 1} are lost"
        if done.lost
        else "nothing shows that anything was lost"
    )
    click.echo(f"{done.size} entries of {done.old_origin} are back; {lost}.")
    click.echo(f"The log goes on as {done.new_origin}. Its key, for every party and witness:\n{done.key}")
    if not done.succeeded:
        click.echo("The old key was not here: parties must be given the new one by a way they trust.")
    if done.left_out:
        click.echo(
            f"An older version made this backup, and left out {', '.join(done.left_out)}. Lay gates/ again before the "
            "office works: until then nothing that is delivered is stopped by a gate of its own.",
            err=True,
        )
    for vkey, how in done.learned_keys.items():
        click.echo(f"The old log also signed with {vkey}: the backup did not know it ({HOW[how]}).")
    for party, message in done.told.items():
        click.echo(f"{party}: {' '.join(map(speaking.tell, message))}")
    for alarm in done.alarms:
        click.echo(f"ALARM {alarm.where}: {alarm.what}.", err=True)


def _text(path: Path) -> str:
    return offering.file_bytes(path).decode("utf-8", "replace")


def _passphrase(path: Path | None) -> str:
    if path is None:
        asked: str = click.prompt("Passphrase of the keys", hide_input=True, err=True)
        return asked
    return (_text(path).splitlines() or [""])[0]
