"""`sampan receipt`: the proof that a delivery was kept, and its check years later without the office."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sampan.cli.log import ACTOR, FILE, JSON, tell_checked, trusted
from sampan.cli.main import emit
from sampan.cli.written import Written
from sampan.operations import homes
from sampan.operations.proving import delivering, keeping, offering
from sampan.operations.sharing import gates


@click.group()
def receipt() -> None:
    """What a sender keeps: opening, checkpoint and proof of the entry of a delivery."""


@receipt.command(epilog="Example: sampan receipt write D-633-558 -o D-633-558.tlog-proof")
@click.argument("delivery")
@click.option("-o", "--output", required=True, type=Written(), help="Where the receipt goes.")
@click.option("--post", default="", help="Who asks: a delivery is there for its own party alone.")
@JSON
def write(delivery: str, output: Path, post: str, as_json: bool) -> None:
    """Write the receipt of DELIVERY."""
    homes.opened()
    content = offering.receipt(delivery, datetime.now(UTC), party=gates.party_of(post) if post else "")
    output.write_bytes(content)
    keys = [key.vkey for key in keeping.own_keys(datetime.now(UTC))]
    if as_json:
        emit({"delivery": delivery, "file": str(output), "bytes": len(content), "key": keys[0]})
    else:
        click.echo(f"{output}: the receipt of {delivery}. Keep it with the log's public key:\n{keys[0]}")


@receipt.command(epilog="Example: sampan receipt verify receipt.tlog-proof --key log.vkey")
@click.argument("file", type=FILE)
@click.option("--key", "keys", multiple=True, metavar="KEY|FILE", help="The log's public key, or a policy file.")
@click.option("--original", type=FILE, help="The file that was sent: the receipt must be for its bytes.")
@JSON
def verify(file: Path, keys: tuple[str, ...], original: Path | None, as_json: bool) -> None:
    """Check a receipt FILE offline. Exit code 4 if it proves nothing, or is for other bytes."""
    digest = delivering.digest_of(original) if original else None
    checked = offering.check_receipt(offering.file_bytes(file), trusted(keys), original_digest=digest)
    tell_checked(checked.as_dict(), as_json)


@receipt.command(epilog="Example: sampan receipt sign week31.xlsx --key sender.key -o week31.sig")
@click.argument("file", type=FILE)
@click.option("--key", "key_file", required=True, type=FILE, help="The sender's own signing key.")
@click.option("-o", "--output", required=True, type=Written(), help="Where the signature goes.")
@JSON
def sign(file: Path, key_file: Path, output: Path, as_json: bool) -> None:
    """Sign a FILE before it is delivered, on the sender's machine."""
    note = delivering.sign(file, delivering.read_signer(key_file))
    output.write_bytes(note)
    if as_json:
        emit({"file": str(file), "signature": str(output), "digest": delivering.digest_of(file)})
    else:
        click.echo(f"{output}: the signature of {file.name}. Deliver both.")


@receipt.command("add-sender", epilog="Example: sampan receipt add-sender north-office sender.vkey")
@click.argument("party")
@click.argument("key", metavar="KEY|FILE")
@ACTOR
@JSON
def add_sender(party: str, key: str, actor: str, as_json: bool) -> None:
    """Take up a public key with which PARTY signs its deliveries."""
    homes.opened()
    vkey = delivering.add_sender(party, offering.key_text(key), actor=actor, now=datetime.now(UTC))
    if as_json:
        emit({"party": party, "key": vkey})
    else:
        click.echo(f"Deliveries of {party} may now be signed with this key.")


@receipt.command("sender-key", epilog="Example: sampan receipt sender-key south.example/sender -o new-sender.key")
@click.argument("name")
@click.option("-o", "--output", required=True, type=Written(), help="Where the secret key goes; it must not exist yet.")
@click.option("--witness", is_flag=True, help="A key that cosigns checkpoints, not one that signs deliveries.")
@JSON
def sender_key(name: str, output: Path, witness: bool, as_json: bool) -> None:
    """Make a signing key called NAME, and say its public side."""
    vkey = delivering.new_key(name, output, witness=witness)
    if as_json:
        emit({"name": name, "file": str(output), "key": vkey})
    else:
        click.echo(vkey)
