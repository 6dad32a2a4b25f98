"""Digests that we define, so that they mean the same next year; Polars' and DuckDB's own hashes change.

A case key is SHA-256 over K and the source's case id, cut to its first 64 bits; K is the first 128 bits of
HMAC-SHA-256(secret, source), so that K and an id fit one block of the hash.
A row's content is a fold of BLAKE2b digests of what each field says; it only ever compares rows.
"""

from __future__ import annotations

import hashlib
import hmac

import duckdb
import numpy as np
import polars as pl

FOLD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: spreads the bits between fields


def case_keys(ids: pl.Series, *, source: str, secret: bytes) -> pl.Series:
    """UInt64 keyed digests of case ids (null stays null). Without `secret` an id cannot be tried out."""
    frame = pl.DataFrame({"id": ids.cast(pl.String)})
    prefix = hmac.digest(secret, source.encode(), "sha256")[:16].hex()
    with duckdb.connect() as engine:
        engine.register("ids", frame)
        found = engine.sql(
            "select ('0x' || substr(sha256($prefix || id), 1, 16))::ubigint as key from ids", params={"prefix": prefix}
        ).to_arrow_table()
    return pl.DataFrame(found).get_column("key").cast(pl.UInt64)


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

    BITS = 2**27

    def __init__(self) -> None:
        self._bits = np.zeros(self.BITS // 8, dtype=np.uint8)
        self._kept: list[np.ndarray] = []

    def add(self, keys: np.ndarray) -> np.ndarray:
        """True for each key met before (in an earlier call, or earlier in this one); remembers all of them."""
        first = pl.Series(keys).is_first_distinct().to_numpy()
        maybe = np.flatnonzero(first & self._marked(keys))
        known = ~first
        if len(maybe) and self._kept:
            known[maybe] = self._among_kept(keys[maybe])
        self._mark(keys)
        self._kept.append(keys[~known])
        return known

    def _among_kept(self, wanted: np.ndarray) -> np.ndarray:
        targets = pl.Series("k", wanted).unique()
        met = [pl.Series("k", kept).filter(pl.Series(kept).is_in(targets.implode())) for kept in self._kept]
        return pl.Series(wanted).is_in(pl.concat(met).implode()).to_numpy()

    def _places(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        position = (keys ^ (keys >> np.uint64(31))) % np.uint64(self.BITS)
        return position >> np.uint64(3), np.left_shift(np.uint8(1), (position & np.uint64(7)).astype(np.uint8))

    def _marked(self, keys: np.ndarray) -> np.ndarray:
        byte, bit = self._places(keys)
        return (self._bits[byte] & bit) != 0

    def _mark(self, keys: np.ndarray) -> None:
        byte, bit = self._places(keys)
        np.bitwise_or.at(self._bits, byte, bit)
