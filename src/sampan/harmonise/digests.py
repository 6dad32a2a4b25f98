"""Digests that we define, so that they mean the same next year; Polars' and DuckDB's own hashes change.

A case key is AES-256-CMAC (RFC 4493, NIST SP 800-38B) over the source's case id in UTF-8, cut to its first 64 bits;
the key is HMAC-SHA-256(secret, source). CMAC because a processor computes it a block for many rows at once.
A row's content is a fold of BLAKE2b digests of what each field says; it only ever compares rows.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

import numpy as np
import polars as pl
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

FOLD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: spreads the bits between fields
BLOCK = 16  # bytes of an AES block
# by bytes left of a text, 17 for more than a block: which bytes of the block are its own
OWN = np.vstack([np.tri(BLOCK + 1, BLOCK, -1, dtype=np.uint8), np.ones((1, BLOCK), dtype=np.uint8)]) * np.uint8(0xFF)
# ... and the mark where it ends; a whole block has none
ENDS = np.eye(BLOCK + 2, BLOCK, dtype=np.uint8) << 7
PLACE_BITS = 27  # of a key that say where its bit stands
REDUCTION = 0x87  # of the field in which CMAC doubles its subkeys


def case_keys(ids: pl.Series, *, source: str, secret: bytes) -> pl.Series:
    """UInt64 keyed digests of case ids (null stays null). Without `secret` an id cannot be tried out."""
    texts = ids.cast(pl.String)
    there = texts.is_not_null()
    known = texts.drop_nulls()
    key = hmac.digest(secret, source.encode(), "sha256")
    tags = pl.Series("key", _cmac_starts(known, key))
    if len(known) == len(texts):
        return tags
    keys = pl.repeat(None, len(texts), dtype=pl.UInt64, eager=True)
    return keys.scatter(there.arg_true(), tags).rename("key")


def _cmac_starts(texts: pl.Series, key: bytes) -> np.ndarray:
    """The first 64 bits, as a big-endian number, of the CMAC of each text; block after block for all texts at once."""
    # ECB of single blocks is AES itself, the primitive that CMAC is made of
    encrypt = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update  # noqa: S305 - as said above
    whole, cut = _subkeys(encrypt(bytes(BLOCK)))
    mixed = ENDS ^ np.vstack([np.tile(cut, (BLOCK, 1)), whole, np.zeros_like(whole)])  # into a last block, as filled up
    starts, lengths, data = _bytes_of(texts)
    blocks = np.maximum(1, -(-lengths // BLOCK))
    state = np.zeros((len(lengths), BLOCK), dtype=np.uint8)
    everyone = slice(None)
    for number in range(int(blocks.max(initial=0))):
        rows = everyone if blocks.min() > number else np.flatnonzero(blocks > number)
        left = np.minimum(lengths[rows] - number * BLOCK, BLOCK + 1)
        left = left[:1] if len(left) and left.min() == left.max() else left  # ids of one length: one line for all rows
        block = np.lib.stride_tricks.sliding_window_view(data, BLOCK)[starts[rows] + number * BLOCK]
        block &= OWN[left]
        block ^= mixed[left]
        block ^= state[rows]
        state[rows] = np.frombuffer(encrypt(block.data), dtype=np.uint8).reshape(-1, BLOCK)
    return state[:, :8].copy().view(">u8").ravel().astype(np.uint64)


def _subkeys(zero: bytes) -> tuple[np.ndarray, np.ndarray]:
    """What is mixed into the last block: the first if it is whole, the second if it was filled up."""
    found, value = [], int.from_bytes(zero, "big")
    for _ in range(2):
        value = (value << 1) & (2**128 - 1) ^ (REDUCTION if value >> 127 else 0)
        found.append(np.frombuffer(value.to_bytes(BLOCK, "big"), dtype=np.uint8))
    return found[0], found[1]


def _bytes_of(texts: pl.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where each text begins, its length in bytes, and the bytes of all with a block of zeros behind them."""
    lengths = texts.str.len_bytes().to_numpy().astype(np.int64)
    written = np.frombuffer((texts.str.join("").item() or "").encode(), dtype=np.uint8)
    return np.cumsum(lengths) - lengths, lengths, np.append(written, np.zeros(BLOCK, dtype=np.uint8))


def term_digest(text: str | None) -> int:
    """64-bit BLAKE2b of one text; 0 for nothing."""
    if text is None:
        return 0
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def fold(parts: list[np.ndarray]) -> np.ndarray:
    """One uint64 for each row from several, order of fields counting."""
    total = np.zeros(len(parts[0]), dtype=np.uint64)
    for part in parts:
        total *= FOLD
        total ^= part
        total ^= total >> np.uint64(29)
    return total


class Seen:
    """Which row contents came before, in this delivery or an earlier one. Exact; fast when few repeat.

    A bit field answers "surely new" for most; only the others are looked for among all that came.
    """

    def __init__(self) -> None:
        self._bits = np.zeros(2**PLACE_BITS // 8, dtype=np.uint8)
        self._kept: list[np.ndarray] = []

    def add(self, keys: np.ndarray) -> np.ndarray:
        """True for each key met before (in an earlier call, or earlier in this one); remembers all of them."""
        places = _places(keys)
        first = pl.Series(keys).is_first_distinct().to_numpy()
        maybe = np.flatnonzero(first & self._marked(places))
        known = ~first
        if len(maybe) and self._kept:
            known[maybe] = self._among_kept(keys[maybe])
        self._mark(np.sort(places))
        self._kept.append(keys[~known])
        return known

    def _among_kept(self, wanted: np.ndarray) -> np.ndarray:
        targets = pl.Series("k", wanted).unique()
        met = [pl.Series("k", kept).filter(pl.Series(kept).is_in(targets.implode())) for kept in self._kept]
        return pl.Series(wanted).is_in(pl.concat(met).implode()).to_numpy()

    def _marked(self, places: np.ndarray) -> np.ndarray:
        return (self._bits[places >> np.uint32(3)] & _bit(places)) != 0

    def _mark(self, places: np.ndarray) -> None:
        """In order, so that the bits of one byte are joined first and memory is met in order."""
        bytes_met = places >> np.uint32(3)
        starts = np.flatnonzero(np.diff(bytes_met, prepend=np.uint32(2**PLACE_BITS - 1)))
        if len(starts):
            self._bits[bytes_met[starts]] |= np.bitwise_or.reduceat(_bit(places), starts)


class Said(Seen):
    """What each case said last, in this delivery or an earlier one: a case changed and changed back says something new.

    As `Seen`, of case keys; the few keys met before are looked up with what they said.
    """

    def __init__(self) -> None:
        super().__init__()
        self._contents: list[np.ndarray] = []

    def again(self, keys: np.ndarray, contents: np.ndarray) -> np.ndarray:
        """True for each row that says what its case said last, in the order of the rows; remembers what it said."""
        repeated = np.zeros(len(keys), dtype=bool)
        if not len(keys):
            return repeated
        order = np.argsort(keys)
        ranked = keys[order]
        twice = ranked[1:] == ranked[:-1]
        places = _places(ranked)
        wanted = self._marked(places)
        wanted[1:] |= twice
        wanted[:-1] |= twice
        if wanted.any():
            here = np.sort(order[wanted])
            repeated[here] = self._as_last(np.unique(ranked[wanted]), keys[here], contents[here])
        self._mark(places)
        each = np.flatnonzero(np.append(True, ~twice))
        self._kept.append(ranked[each])
        self._contents.append(contents[np.maximum.reduceat(order, each)])  # the last row's, of those of one key
        return repeated

    def _as_last(self, wanted: np.ndarray, keys: np.ndarray, contents: np.ndarray) -> np.ndarray:
        """True where the content is that of the row before of the same key, what came earlier being before all."""
        met = [*self._met(wanted), (keys, contents)]
        every, said = (np.concatenate(column) for column in zip(*met, strict=True))
        order = np.argsort(every, kind="stable")
        every, said = every[order], said[order]
        same = np.zeros(len(order), dtype=bool)
        same[order[1:]] = (every[1:] == every[:-1]) & (said[1:] == said[:-1])
        return same[-len(keys) :]

    def _met(self, wanted: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """What these keys said last in each earlier call; keys are sorted, here and there."""
        for keys, contents in zip(self._kept, self._contents, strict=True):
            at = np.searchsorted(keys, wanted)
            met = np.flatnonzero(keys.take(at, mode="clip") == wanted)
            yield wanted[met], contents[at[met]]


def _places(keys: np.ndarray) -> np.ndarray:
    """Where the bit of each key stands, in the order of the keys; they are digests, so that any bits of theirs do."""
    return (keys >> np.uint64(64 - PLACE_BITS)).astype(np.uint32)


def _bit(places: np.ndarray) -> np.ndarray:
    return np.left_shift(np.uint8(1), (places & np.uint32(7)).astype(np.uint8))
