"""Deliveries signed by their sender: an Ed25519 signature over the file's digest, as a signed note.

The text that is signed has two lines: the fixed words below and the SHA-256 of the bytes in hexadecimal.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from django.db import transaction

from sampan.log import note
from sampan.log.errors import LogError
from sampan.log.note import COSIGNATURE, ED25519, Signer, Verifier
from sampan.model.errors import Refused, UserError
from sampan.store import entries
from sampan.store.logkey import write_whole
from sampan.store.models import SenderKey

WORDS = "sampan delivery v1"


def digest_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal. UserError if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise UserError("the file cannot be read", where=str(path), do="check the path") from problem


def sign(path: Path, signer: Signer) -> bytes:
    """The signature of a file, to be delivered beside it."""
    return note.sign(_text(digest_of(path)), signer)


def check_signature(digest: str, signature: bytes, vkey: str) -> str:
    """The name of the key that signed these bytes. Refused if the signature is not by this key over this digest."""
    try:
        signed = note.verify(signature, [Verifier.parse(vkey)])
    except LogError as problem:
        raise Refused(
            f"the sender's signature does not stand: {problem}",
            rule="signed-delivery",
            kept="nothing was kept",
            do="sign the file again, with the key that the office knows",
        ) from problem
    if signed.text != _text(digest):
        raise Refused(
            "the signature is over other bytes than this file",
            rule="signed-delivery",
            kept="nothing was kept",
            do="deliver the file that was signed, unchanged, with its own signature",
        )
    return signed.verified[0].name


def check_sender(party: str, digest: str, signature: bytes) -> str:
    """The public key that signed a delivery of this party. Refused if none of its keys did."""
    keys = list(SenderKey.objects.filter(party=party, removed_at=None).order_by("pk").values_list("vkey", flat=True))
    name = _name_on(signature)
    fitting = [key for key in keys if Verifier.parse(key).name == name] or keys
    if not fitting:
        raise Refused(
            f"no signing key of {party} is known here",
            rule="signed-delivery",
            kept="nothing was kept",
            do="have the office add it with `sampan receipt add-sender`, or deliver without a signature",
        )
    for key in fitting[:-1]:
        try:
            check_signature(digest, signature, key)
        except Refused:
            continue
        return key
    check_signature(digest, signature, fitting[-1])
    return fitting[-1]


def add_sender(party: str, vkey: str, *, actor: str, now: datetime) -> str:
    """Take up a party's signing key; an Entry says so. UserError if it is no such key."""
    try:
        verifier = Verifier.parse(vkey.strip())
    except LogError as problem:
        raise UserError(f"this is no public key: {problem}", do="ask the sender for its key again") from problem
    if verifier.kind != ED25519:
        raise UserError("this key cosigns checkpoints and signs no deliveries", do="see `sampan receipt sender-key`")
    with transaction.atomic():
        found, made = SenderKey.objects.get_or_create(vkey=verifier.vkey, defaults={"party": party, "added_at": now})
        if not made:
            raise UserError("this key is known already", where=found.party, kept="nothing was changed")
        body = {"party": party, "vkey": verifier.vkey, "actor": actor}
        entries.append("key:sender-added", body, [party], at=now, rows=[found])
    return verifier.vkey


def new_key(name: str, path: Path, *, witness: bool = False) -> str:
    """Make a signing key in a file of its own (0600); the answer is its public side."""
    if path.exists():
        raise UserError("a file is there already", where=str(path), kept="it is as it was", do="choose another name")
    try:
        signer = Signer.generate(name, COSIGNATURE if witness else ED25519)
    except LogError as problem:
        raise UserError(str(problem), where=name, do="take a name without spaces or plus signs") from problem
    write_whole(path, (signer.skey + "\n").encode())
    return signer.verifier.vkey


def read_signer(path: Path) -> Signer:
    """The signing key in a file. UserError if there is none."""
    try:
        return Signer.parse(path.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError, LogError) as problem:
        raise UserError("there is no signing key in this file", where=str(path), do="make one") from problem


def _name_on(signature: bytes) -> str:
    try:
        return note.parse(signature).unverified[0].name
    except LogError:
        return ""


def _text(digest: str) -> str:
    return f"{WORDS}\n{digest}\n"
