"""The Merkle tree of RFC 9162, section 2.1, with SHA-256: hashes, proofs, and their strict verification.

A proof is made from a `reader(level, index)` that gives the hash of the perfect subtree over the leaves
`index * 2**level` up to `(index + 1) * 2**level`. Verification needs no reader, and raises on anything wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from sampan.log.errors import OtherBeginning, ProofError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
MAX_SIZE = 2**63 - 1  # tlog-cosignature and most stores count in 63 bits

Reader = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256 of 0x00 and the data."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 of 0x01, the left and the right child."""
    return sha256(b"\x01" + left + right).digest()


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise ProofError unless `proof` leads from the leaf at `index` to `root` of the tree of `size` leaves.

    RFC 9162, section 2.1.3.2.
    """
    _whole(index, size)
    if not 0 <= index < size:
        raise ProofError(f"index {index} is not in a tree of {size} leaves")
    path = _hashes(proof, leaf_hash, root)
    place, last, computed = index, size - 1, leaf_hash
    for sibling in path:
        if last == 0:
            raise ProofError(f"inclusion proof of {len(path)} hashes is too long for index {index} of {size}")
        if place & 1 or place == last:
            computed = node_hash(sibling, computed)
            place, last = _skip_even(place, last)
        else:
            computed = node_hash(computed, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofError(f"inclusion proof of {len(path)} hashes is too short for index {index} of {size}")
    _same(computed, root, f"inclusion of leaf {index} in the tree of {size}")


def verify_consistency(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    """Raise ProofError unless the tree of `size2` leaves begins with the tree of `size1` leaves.

    RFC 9162, section 2.1.4.2. A size of zero proves nothing and is refused; equal sizes need equal roots
    and an empty proof (nothing is hashed then, so the roots are compared as they are).
    """
    _whole(size1, size2)
    if not 0 < size1 <= size2:
        raise ProofError(f"no consistency can be shown between sizes {size1} and {size2}")
    if size1 == size2:
        if _listed(proof):
            raise ProofError("equal sizes need an empty proof")
        if not all(isinstance(root, bytes | bytearray | memoryview) and len(root) for root in (root1, root2)):
            raise ProofError("a root is bytes")
        return _same(root1, root2, f"two roots of the tree of {size1}")
    path = _hashes(proof, root1, root2)
    if not path:
        raise ProofError("the consistency proof is empty")
    if size1 & (size1 - 1) == 0:
        path = [root1, *path]
    place, last = _skip_odd(size1 - 1, size2 - 1)
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError(f"consistency proof is too long for sizes {size1} and {size2}")
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            place, last = _skip_even(place, last)
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofError(f"consistency proof is too short for sizes {size1} and {size2}")
    _same(new, root2, f"the newer tree of {size2}")
    if not compare_digest(old, root1):
        raise OtherBeginning(f"the newer tree of {size2} began with another tree of {size1}")


def check_beginning(older: tuple[int, bytes], newer: tuple[int, bytes], reader: Reader) -> None:
    """Raise OtherBeginning unless the newer (size, root) begins with the older one, by the hashes of its own tree.

    ProofError if the reader's hashes are not those of the newer tree: then they say nothing of it.
    """
    (size1, root1), (size2, root2) = older, newer
    if not 0 < size1 <= size2:
        raise ProofError(f"no consistency can be shown between sizes {size1} and {size2}")
    _same(range_root(0, size2, reader), root2, f"the newer tree of {size2}")
    if not compare_digest(range_root(0, size1, reader), root1):
        raise OtherBeginning(f"the newer tree of {size2} began with another tree of {size1}")


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes in order; of no leaves, the hash of the empty string.

    Level by level, an odd last node rising as it is: the same tree as the recursive definition.
    """
    if not leaf_hashes:
        return EMPTY_ROOT
    level = leaf_hashes
    while len(level) > 1:
        level = _rise(level)
    return level[0]


def inclusion_proof(index: int, size: int, reader: Reader) -> list[bytes]:
    """The hashes from the leaf's sibling up to the root's child (RFC 9162, section 2.1.3.1)."""
    if not 0 <= index < size:
        raise ProofError(f"index {index} is not in a tree of {size} leaves")
    siblings, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((begin, middle))
            begin = middle
    return [range_root(first, after, reader) for first, after in reversed(siblings)]


def consistency_proof(size1: int, size2: int, reader: Reader) -> list[bytes]:
    """The hashes that show the tree of `size2` to begin with that of `size1` (RFC 9162, section 2.1.4.1)."""
    if not 0 < size1 <= size2:
        raise ProofError(f"no consistency can be shown between sizes {size1} and {size2}")
    siblings, begin, end, complete = [], 0, size2, True
    while size1 != end:
        middle = begin + _split(end - begin)
        if size1 <= middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((begin, middle))
            begin, complete = middle, False
    if not complete:
        siblings.append((begin, end))
    return [range_root(first, after, reader) for first, after in reversed(siblings)]


def range_root(begin: int, end: int, reader: Reader) -> bytes:
    """The root over the leaves from `begin` up to `end`, where `begin` is a place at which such a subtree can start."""
    hashes = [reader(level, index) for level, index in perfect_subtrees(begin, end)]
    root = hashes.pop()
    while hashes:
        root = node_hash(hashes.pop(), root)
    return root


def perfect_subtrees(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """(level, index) of the largest perfect subtrees that cover the leaves, from left to right."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        yield level, begin >> level
        begin += 1 << level


@dataclass(frozen=True)
class Frontier:
    """The right edge of a tree: its size and the roots of its perfect subtrees, largest first.

    Enough to go on appending and to give the root, without the tree.

    >>> edge = Frontier().extend([leaf_hash(b"a"), leaf_hash(b"b")])
    >>> edge.size, edge.root() == root_of([leaf_hash(b"a"), leaf_hash(b"b")])
    (2, True)
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if len(self.hashes) != self.size.bit_count() or any(len(h) != HASH_BYTES for h in self.hashes):
            raise ProofError(f"{len(self.hashes)} hashes are not the right edge of a tree of {self.size}")

    def extend(self, leaf_hashes: Iterable[bytes]) -> Frontier:
        """The right edge after these leaves."""
        size, edge = self.size, list(self.hashes)
        for new in leaf_hashes:
            size += 1
            height, node = size, new
            while height & 1 == 0:  # one carry for each subtree this leaf completes
                node = sha256(b"\x01" + edge.pop() + node).digest()
                height >>= 1
            edge.append(node)
        return Frontier(size, tuple(edge))

    def root(self) -> bytes:
        """The root of the tree."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root

    def to_bytes(self) -> bytes:
        """The hashes one after another; `from_bytes` reads them back, given the size."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, edge: bytes) -> Frontier:
        """The frontier kept by `to_bytes`; ProofError if it cannot be one."""
        return cls(size, tuple(edge[at : at + HASH_BYTES] for at in range(0, len(edge), HASH_BYTES)))


def memory_reader(leaf_hashes: Sequence[bytes]) -> Reader:
    """A reader over leaf hashes held in memory; every level is computed once."""
    levels = [leaf_hashes]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append(_rise(below[: len(below) & ~1]))
    return lambda level, index: levels[level][index]


def _rise(level: Sequence[bytes]) -> list[bytes]:
    pairs = iter(level)
    above = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
    if len(level) & 1:
        above.append(level[-1])
    return above


def _split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return 1 << (count - 1).bit_length() - 1


def _skip_even(place: int, last: int) -> tuple[int, int]:
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _skip_odd(place: int, last: int) -> tuple[int, int]:
    while place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _whole(*numbers: object) -> None:
    for number in numbers:
        if type(number) is not int:
            raise ProofError(f"an index and a size are whole numbers, not {type(number).__name__}")


def _listed(proof: Sequence[bytes] | None) -> list[bytes]:
    """The hashes of a proof; None, as JSON vectors write an empty one, is empty."""
    if proof is None:
        return []
    if not isinstance(proof, Sequence) or isinstance(proof, bytes | bytearray | memoryview | str):
        raise ProofError(f"a proof is a list of hashes, not {type(proof).__name__}")
    return list(proof)


def _hashes(proof: Sequence[bytes], *others: bytes) -> list[bytes]:
    path = _listed(proof)
    for item in (*path, *others):
        if not isinstance(item, bytes | bytearray | memoryview) or len(item) != HASH_BYTES:
            raise ProofError(f"a hash is {HASH_BYTES} bytes")
    return [bytes(item) for item in path]


def _same(computed: bytes, claimed: bytes, what: str) -> None:
    if not compare_digest(computed, claimed):
        raise ProofError(f"{what}: the proof leads to {computed.hex()[:16]}…, not to {bytes(claimed).hex()[:16]}…")
