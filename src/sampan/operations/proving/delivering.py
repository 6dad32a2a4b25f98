"""Deliveries signed by their sender: an Ed25519 signature over the file's digest, as a signed note.

The text that is signed has two lines: the fixed words below and the SHA-256 of the bytes in hexadecimal.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from sampan.log import note
from sampan.log.errors import LogError
from sampan.log.note import COSIGNATURE, ED25519, Signer, Verifier
from sampan.model.errors import Refused, UserError
from sampan.store.logkey import write_whole

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


def _text(digest: str) -> str:
    return f"{WORDS}\n{digest}\n"
