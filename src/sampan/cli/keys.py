"""`sampan keys`: carry the keys of a home away under a passphrase, and put them back."""

from __future__ import annotations

from pathlib import Path

import click

from sampan.cli.log import FILE, JSON
from sampan.cli.main import emit
from sampan.cli.written import Written
from sampan.operations import homes
from sampan.operations.proving import keeping, offering

PASSPHRASE = click.option(
    "--passphrase-file",
    type=FILE,
    help="A file holding the passphrase on its first line. Without it you are asked.",
)


@click.group()
def keys() -> None:
    """The secret keys of this home. docs/reference/keys.md says what each is for."""


@keys.command(epilog="Example: sampan keys export -o today.age --passphrase-file passphrase.txt")
@click.option("-o", "--output", required=True, type=Written(), help="Where the encrypted keys go.")
@PASSPHRASE
@JSON
def export(output: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Write all keys, the log's signing key among them, encrypted under a passphrase.

    Keep the file and the passphrase apart from the backups and from each other.
    """
    homes.opened()
    content = keeping.export_keys(_passphrase(passphrase_file, confirm=True))
    output.write_bytes(content)
    if as_json:
        emit({"file": str(output), "bytes": len(content)})
    else:
        click.echo(f"{output}: all keys. `age --decrypt` or `sampan keys import` open it with the passphrase.")


@keys.command("import", epilog="Example: sampan keys import keys.age --passphrase-file passphrase.txt")
@click.argument("file", type=FILE)
@PASSPHRASE
@JSON
def import_(file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Put exported keys in place. Other keys that are there already are never overwritten."""
    content = offering.file_bytes(file)
    names = keeping.import_keys(content, _passphrase(passphrase_file, confirm=False))
    if as_json:
        emit({"keys": names})
    else:
        click.echo(f"In place: {', '.join(names)}.")


def _passphrase(path: Path | None, *, confirm: bool) -> str:
    if path is None:
        asked: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
        return asked
    lines = offering.file_bytes(path).decode("utf-8").splitlines()
    return lines[0] if lines else ""
