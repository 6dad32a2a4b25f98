"""What stands in a leaf: a commitment to the entry's body with a random salt, so that a leaf tells nothing.

The opening of an entry is its salt and its body. Who has it can check that the leaf commits to the body;
who has not learns neither type nor party nor time nor size from the leaf, and cannot guess a body and test
the guess. With the salt destroyed nobody can, which is what erasure means here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from sampan.log import merkle
from sampan.log.errors import ProofError

SALT_BYTES = 32
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_DOMAIN = b"sampan/entry/v1\n"  # a commitment made here can never be read as one made elsewhere


def canonical(body: Mapping[str, Any]) -> bytes:
    """The one way of writing a body: JSON in UTF-8, keys sorted, no spaces; TypeError on fractions and odd types.

    >>> canonical({"b": [1, None], "a": "ញ"}).decode()
    '{"a":"ញ","b":[1,null]}'
    """
    _check_plain(body)
    return encode_plain(body).encode()


def encode_plain(part: Any) -> str:
    """As `canonical`, for a part of a body that is known to hold text, whole numbers, lists and maps only."""
    try:
        return orjson.dumps(
            part, None, orjson.OPT_SORT_KEYS
        ).decode()  # by place: naming the option costs as much again
    except TypeError:  # whole numbers of more than 64 bits, half of a surrogate pair: rare, and written alike
        return _JSON.encode(part)


def commitment(salt: bytes, body: bytes) -> bytes:
    """The 32 bytes a leaf holds: SHA-256 over a fixed word, the salt and the canonical body."""
    if len(salt) != SALT_BYTES:
        raise ProofError(f"a salt is {SALT_BYTES} bytes")
    return sha256(_DOMAIN + salt + body).digest()


@dataclass(frozen=True)
class Opening:
    """The salt and the canonical body of one entry."""

    salt: bytes
    body: bytes

    def commitment(self) -> bytes:
        """The data of the leaf."""
        return commitment(self.salt, self.body)

    def leaf_hash(self) -> bytes:
        """The hash of the leaf in the tree."""
        return merkle.leaf_hash(self.commitment())

    def facts(self) -> dict[str, Any]:
        """The body as a mapping; ProofError unless it is written canonically."""
        try:
            facts = json.loads(self.body)
            if not isinstance(facts, dict) or canonical(facts) != self.body:
                raise ProofError("the body is not written canonically")
        except (ValueError, TypeError, RecursionError) as problem:
            raise ProofError("the body cannot be read") from problem
        return facts

    def to_bytes(self) -> bytes:
        """Salt and body one after the other."""
        return self.salt + self.body

    @classmethod
    def from_bytes(cls, content: bytes) -> Opening:
        """Read `to_bytes` back; ProofError if it is too short."""
        if len(content) <= SALT_BYTES:
            raise ProofError("an opening is a salt and a body")
        return cls(content[:SALT_BYTES], content[SALT_BYTES:])


def _check_plain(value: object) -> None:
    """Fractions print differently from one program to another; so only text, whole numbers, lists and maps."""
    match value:
        case str() | bool() | int() | None:
            return
        case list() | tuple():
            for item in value:
                _check_plain(item)
        case Mapping():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise TypeError(f"a key of an entry's body is text, not {type(key).__name__}")
                _check_plain(item)
        case _:
            raise TypeError(f"an entry's body cannot hold a {type(value).__name__}")
