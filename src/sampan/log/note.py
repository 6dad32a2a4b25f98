"""Signed notes after c2sp.org/signed-note: text, a blank line, and one line for each signature.

Verifier keys are text ("name+hash+key"). Two kinds are known: Ed25519 over the text (0x01) and the
timestamped cosignature of a checkpoint after c2sp.org/tlog-cosignature (0x04).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature as WrongSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sampan.log.errors import InvalidSignature, NoteError, UnverifiedNote

ED25519, COSIGNATURE = 0x01, 0x04
MAX_SIGNATURES = 100  # as Go's sumdb/note: no note keeps a reader busy for ever
KEY_BYTES, SIGNATURE_BYTES, TIMESTAMP_BYTES = 32, 64, 8
_DASH = "— "


@dataclass(frozen=True)
class Signature:
    """One signature line. `time` is a POSIX time in seconds, for cosignatures that verified."""

    name: str
    key_id: int
    base64: str
    time: int | None = None

    def line(self) -> str:
        """The line as it stands in a note."""
        return f"{_DASH}{self.name} {self.base64}\n"


@dataclass(frozen=True)
class Note:
    """A text with the signatures that verified, and those by keys we do not know."""

    text: str
    verified: tuple[Signature, ...] = ()
    unverified: tuple[Signature, ...] = ()

    def to_bytes(self) -> bytes:
        """The signed note."""
        lines = "".join(signature.line() for signature in (*self.verified, *self.unverified))
        return f"{self.text}\n{lines}".encode()


@dataclass(frozen=True)
class Verifier:
    """A public key under a name; `kind` is 0x01 or 0x04."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if self.kind not in (ED25519, COSIGNATURE) or len(self.public) != KEY_BYTES:
            raise NoteError("the key is of a kind or a length that we do not know")

    @property
    def key_id(self) -> int:
        """The first four bytes of SHA-256(name, newline, kind, key), big endian."""
        digest = sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()
        return int.from_bytes(digest[:4], "big")

    @property
    def vkey(self) -> str:
        """The key as text: name+hash+base64."""
        return f"{self.name}+{self.key_id:08x}+{_encode(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Read "name+hash+key"; NoteError if it is malformed or its hash is not its own."""
        name, hash16, key = _three_parts(vkey)
        verifier = cls(name, key[0], key[1:])
        if f"{verifier.key_id:08x}" != hash16:
            raise NoteError("the verifier key's hash is not its own")
        return verifier

    def check(self, text: bytes, signature: bytes) -> int | None:
        """The cosignature's time in seconds, or None for a plain signature; WrongSignature if it is not ours."""
        key = Ed25519PublicKey.from_public_bytes(self.public)
        if self.kind == ED25519:
            key.verify(signature, text)
            return None
        if len(signature) != TIMESTAMP_BYTES + SIGNATURE_BYTES:
            raise WrongSignature
        time = int.from_bytes(signature[:TIMESTAMP_BYTES], "big")
        if time >= 2**63:
            raise WrongSignature
        key.verify(signature[TIMESTAMP_BYTES:], cosigned_message(text, time))
        return time


@dataclass(frozen=True, repr=False)
class Signer:
    """A private key under a name. Its text form begins with PRIVATE+KEY and never belongs in a message."""

    name: str
    kind: int
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        """The public side."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Verifier(self.name, self.kind, private.public_key().public_bytes_raw())

    @property
    def skey(self) -> str:
        """The private key as text, as Go's sumdb/note writes it."""
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id:08x}+{_encode(bytes([self.kind]) + self.seed)}"

    @classmethod
    def parse(cls, skey: str) -> Signer:
        """Read "PRIVATE+KEY+name+hash+key"; NoteError if it is malformed or its hash is not its own."""
        if not skey.startswith("PRIVATE+KEY+"):
            raise NoteError("this is not a signing key")
        name, hash16, key = _three_parts(skey.removeprefix("PRIVATE+KEY+"))
        if key[0] not in (ED25519, COSIGNATURE) or len(key) != 1 + KEY_BYTES:
            raise NoteError("the signing key is of a kind or a length that we do not know")
        signer = cls(name, key[0], key[1:])
        if f"{signer.verifier.key_id:08x}" != hash16:
            raise NoteError("the signing key's hash is not its own")
        return signer

    @classmethod
    def generate(cls, name: str, kind: int = ED25519) -> Signer:
        """A new key from the system's own randomness."""
        _check_name(name)
        return cls(name, kind, Ed25519PrivateKey.generate().private_bytes_raw())

    def sign(self, text: bytes, *, time: int | None = None) -> Signature:
        """A signature line's content; a cosignature needs the `time` in POSIX seconds."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        if self.kind == ED25519:
            raw = private.sign(text)
        else:
            if time is None or not 0 <= time < 2**63:
                raise NoteError("a cosignature carries its time")
            raw = time.to_bytes(TIMESTAMP_BYTES, "big") + private.sign(cosigned_message(text, time))
        key_id = self.verifier.key_id
        return Signature(self.name, key_id, _encode(key_id.to_bytes(4, "big") + raw), time)


def verify(note_bytes: bytes, verifier_keys: Iterable[str | Verifier]) -> Note:
    """Read a note and check every signature by a key we know.

    NoteError if it is malformed, InvalidSignature if a known key's signature is wrong, UnverifiedNote if
    no known key signed it. Repeated signatures are dropped; those by unknown keys are kept apart.
    """
    if not isinstance(note_bytes, bytes | bytearray | memoryview):
        raise NoteError(f"a note is bytes, not {type(note_bytes).__name__}")
    known: dict[tuple[str, int], list[Verifier]] = {}
    for key in [verifier_keys] if isinstance(verifier_keys, str | Verifier) else verifier_keys:
        if not isinstance(key, str | Verifier):
            raise NoteError(f"a key is a text or a verifier, not {type(key).__name__}")
        verifier = Verifier.parse(key) if isinstance(key, str) else key
        known.setdefault((verifier.name, verifier.key_id), []).append(verifier)
    note = parse(note_bytes)
    verified: dict[tuple[str, int], Signature] = {}
    unverified: dict[str, Signature] = {}
    for signature in note.unverified:
        identity = (signature.name, signature.key_id)
        match known.get(identity, []):
            case []:
                unverified.setdefault(signature.line(), signature)
            case [verifier]:
                if identity not in verified:
                    verified[identity] = _checked(verifier, signature, note.text)
            case _:
                raise NoteError(f"two of the given keys are both {signature.name}+{signature.key_id:08x}")
    if not verified:
        raise UnverifiedNote("none of the given keys signed this note")
    return Note(note.text, tuple(verified.values()), tuple(unverified.values()))


def parse(note_bytes: bytes) -> Note:
    """Read a note without checking any signature: all of them are `unverified`, repeats included."""
    text, lines = _split(note_bytes)
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(f"more than {MAX_SIGNATURES} signatures")
    return Note(text, (), tuple(parse_signature(line) for line in lines))


def sign(note: Note | str, *signers: Signer, time: int | None = None) -> bytes:
    """The signed note: signatures already there first, those by the same keys replaced, the new ones last."""
    note = Note(note) if isinstance(note, str) else note
    text = note.text.encode()
    if not note.text.endswith("\n") or _is_unclean(note.text):
        raise NoteError("the text of a note ends in a newline and has no control characters")
    new = [signer.sign(text, time=time if signer.kind == COSIGNATURE else None) for signer in signers]
    have = {(signature.name, signature.key_id) for signature in new}
    old = [s for s in (*note.verified, *note.unverified) if (s.name, s.key_id) not in have]
    for signature in old:
        if parse_signature(signature.line()[:-1]).key_id != signature.key_id:
            raise NoteError("a signature's key id is not the one it carries")
    for signature in new:
        _check_name(signature.name)
    return Note(note.text, (*old, *new)).to_bytes()


def add_signature(note_bytes: bytes, *signatures: Signature) -> bytes:
    """The note with more signature lines at its end, those that are there already left out."""
    note = parse(note_bytes)
    have = {signature.line() for signature in note.unverified}
    return note_bytes + "".join(s.line() for s in signatures if s.line() not in have).encode()


def parse_signature(line: str) -> Signature:
    """Read one signature line, without its newline."""
    if not line.startswith(_DASH):
        raise NoteError("a signature line begins with a dash and a space")
    name, _, text = line.removeprefix(_DASH).partition(" ")
    _check_name(name)
    raw = decode(text)
    if len(raw) < 5:
        raise NoteError("a signature is longer than its key id")
    return Signature(name, int.from_bytes(raw[:4], "big"), text)


def cosigned_message(text: bytes, time: int) -> bytes:
    """What a cosignature signs: a header, the time in seconds, and the text of the checkpoint."""
    return b"cosignature/v1\ntime %d\n" % time + text


def decode(text: str) -> bytes:
    """Standard base64, canonical only; NoteError otherwise."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as problem:
        raise NoteError("this is not base64") from problem
    if not raw or _encode(raw) != text:
        raise NoteError("this is not base64 in its one canonical form")
    return raw


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _split(note_bytes: bytes) -> tuple[str, list[str]]:
    try:
        whole = bytes(note_bytes).decode("utf-8")
    except UnicodeDecodeError as problem:
        raise NoteError("a note is UTF-8") from problem
    if _is_unclean(whole):
        raise NoteError("a note has no control characters")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise NoteError("a note ends in a blank line and signature lines")
    return text + "\n", lines[:-1].split("\n")


def _is_unclean(text: str) -> bool:
    return any(letter < " " and letter != "\n" for letter in text)


def _checked(verifier: Verifier, signature: Signature, text: str) -> Signature:
    raw = decode(signature.base64)[4:]
    try:
        time = verifier.check(text.encode(), raw)
    except WrongSignature as problem:
        raise InvalidSignature(f"the signature of {verifier.name}+{verifier.key_id:08x} is not its own") from problem
    return Signature(signature.name, signature.key_id, signature.base64, time)


def _three_parts(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    hash16, _, key64 = rest.partition("+")
    if len(hash16) != 8 or any(digit not in "0123456789abcdef" for digit in hash16):
        raise NoteError("a key's hash is eight lowercase hexadecimal digits")
    _check_name(name)
    return name, hash16, decode(key64)


def _check_name(name: str) -> None:
    if not name or "+" in name or any(letter.isspace() for letter in name):
        raise NoteError("a key's name is not empty and has neither spaces nor a plus sign")
