"""`sampan log witness` and what the office does with witnesses: add, ask, take the answer, tell how it stands."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sampan.cli.main import emit
from sampan.cli.written import Written
from sampan.operations import homes
from sampan.operations.proving import cosigning, delivering, offering, witnessing

FILE = click.Path(path_type=Path, dir_okay=False)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")
ACTOR = click.option("--actor", default="office/operator", show_default=True, metavar="POST", help="Who acts.")


@click.command(
    epilog="Example: sampan log witness request.txt --key north.key --log-key log.vkey --memory seen.txt -o reply.txt"
)
@click.argument("request", type=FILE)
@click.option("--key", "key_file", required=True, type=FILE, help="The witness's own signing key.")
@click.option("--log-key", "log_keys", required=True, multiple=True, metavar="KEY|FILE", help="The log's public key.")
@click.option("--memory", required=True, type=FILE, help="Where this witness remembers the last checkpoint it saw.")
@click.option(
    "--tiles", type=click.Path(path_type=Path, file_okay=False), help="The log's folder of tiles, if at hand."
)
@click.option("-o", "--output", required=True, type=Written(), help="Where the cosignature goes.")
@JSON
def witness(  # one option for each file that a witness holds
    request: Path,
    key_file: Path,
    log_keys: tuple[str, ...],
    memory: Path,
    tiles: Path | None,
    output: Path,
    as_json: bool,
) -> None:
    """Cosign a checkpoint, once it is shown to contain the last one this witness saw.

    Runs on the witness's machine and needs no home. REQUEST is what the office sent, or a bare checkpoint
    (with --tiles its growth is computed here). Nothing is signed with exit code 4 if the log was forked, which two
    signed checkpoints show, and with 2 if something is missing, which accuses nobody.
    """
    trusted = offering.policy_from(offering.key_text(key) for key in log_keys)
    signer = delivering.read_signer(key_file)
    desk = cosigning.Desk(memory, trusted.logs, tiles)
    head, answer = cosigning.cosign(offering.file_bytes(request), desk, signer, now=datetime.now(UTC))
    output.write_bytes(answer)
    if as_json:
        emit({"origin": head.origin, "size": head.size, "witness": signer.name, "file": str(output)})
    else:
        click.echo(f"{output}: {signer.name} cosigned the tree of {head.size} entries of {head.origin}.")


@click.command("witness-key", epilog="Example: sampan log witness-key south.example/witness -o south.key")
@click.argument("name")
@click.option("-o", "--output", required=True, type=Written(), help="Where the secret key goes; it must not exist yet.")
@JSON
def witness_key(name: str, output: Path, as_json: bool) -> None:
    """Make a key to cosign with, called NAME; its public side goes to the office."""
    vkey = delivering.new_key(name, output, witness=True)
    if as_json:
        emit({"name": name, "file": str(output), "key": vkey})
    else:
        click.echo(vkey)


@click.command("add-witness", epilog="Example: sampan log add-witness east east.vkey --party east-office")
@click.argument("name")
@click.argument("key", metavar="KEY|FILE")
@click.option("--party", default="", help="The party whose witness it is.")
@ACTOR
@JSON
def add_witness(name: str, key: str, party: str, actor: str, as_json: bool) -> None:
    """Take up a witness under NAME, with its public key."""
    homes.opened()
    found = witnessing.add(name, offering.key_text(key), party, actor=actor, now=datetime.now(UTC))
    if as_json:
        emit({"name": found.name, "party": found.party, "key": found.vkey})
    else:
        click.echo(f"{found.name} is a witness. Ask it with `sampan log ask-witness {found.name} -o request.txt`.")


@click.command("remove-witness", epilog="Example: sampan log remove-witness north")
@click.argument("name")
@ACTOR
@JSON
def remove_witness(name: str, actor: str, as_json: bool) -> None:
    """Let a witness go; what it cosigned stays good."""
    homes.opened()
    witnessing.remove(name, actor=actor, now=datetime.now(UTC))
    if as_json:
        emit({"name": name, "removed": True})
    else:
        click.echo(f"{name} is no witness any more.")


@click.command("ask-witness", epilog="Example: sampan log ask-witness north -o request.txt")
@click.argument("name")
@click.option("-o", "--output", required=True, type=Written(), help="Where the request goes.")
@click.option("--from", "start", type=click.IntRange(min=0), help="The size the witness names, if not the last taken.")
@JSON
def ask_witness(name: str, output: Path, start: int | None, as_json: bool) -> None:
    """Write the request for a witness: newest checkpoint, and proof of growth since the last it cosigned.

    If its last answer never came here, or it lost its memory, it names the size to start --from.
    """
    homes.opened()
    content = witnessing.request_for(name, datetime.now(UTC), start=start)
    output.write_bytes(content)
    if as_json:
        emit({"witness": name, "file": str(output), "bytes": len(content)})
    else:
        click.echo(f"{output}: send it to {name}.")


@click.command("take-answer", epilog="Example: sampan log take-answer answer.txt")
@click.argument("file", type=FILE)
@JSON
def take_answer(file: Path, as_json: bool) -> None:
    """Put a witness's answer under its checkpoint."""
    homes.opened()
    names = witnessing.take_answer(offering.file_bytes(file), datetime.now(UTC))
    state = witnessing.state(datetime.now(UTC))
    if as_json:
        emit({"witnesses": names, "state": state.as_dict()})
    else:
        click.echo(f"Cosigned by {', '.join(names)}. The log is {state.grade} up to {state.witnessed_size} entries.")


@click.command(epilog="Example: sampan log witnesses --json")
@JSON
def witnesses(as_json: bool) -> None:
    """How well the log is witnessed, by whom, and whether routine releases wait."""
    homes.opened()
    state, listed = witnessing.state(datetime.now(UTC)), witnessing.listed()
    if as_json:
        emit({**state.as_dict(), "list": listed})
        return
    click.echo(
        f"{state.grade}: {state.witnessed_size} of {state.size} entries; {state.needed} of {state.witnesses} needed."
    )
    if state.routine_waits:
        click.echo("Routine releases wait. Alerts, corrections, withdrawals and suspensions do not.")
    for item in listed:
        click.echo(
            f"  {item['name']:<16} {item['party']:<24} last cosigned {item['seen_size']} entries, {item['seen_at']}"
        )


@click.command(epilog="Example: sampan log policy > office.policy")
@JSON
def policy(as_json: bool) -> None:
    """The trust policy of this log as a file: its keys, its witnesses, and how many of them are a quorum."""
    homes.opened()
    text = witnessing.own_policy(datetime.now(UTC)).text()
    if as_json:
        emit({"policy": text})
    else:
        click.echo(text, nl=False)


ALL = (witness, witness_key, add_witness, remove_witness, ask_witness, take_answer, witnesses, policy)
