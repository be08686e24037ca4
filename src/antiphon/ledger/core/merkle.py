"""Merkle trees of RFC 6962: hashes, proofs made from stored hashes, and proofs checked as RFC 9162 writes it down.

A tree is read through a function: `read(level, index)` is the hash of the complete subtree over the entries
`index * 2**level` up to `(index + 1) * 2**level`. Where the hashes lie is for others to know (`tiles`).
"""

import hashlib
from collections.abc import Callable, Sequence

from antiphon.ledger.core.encoding import HASH_BYTES
from antiphon.ledger.core.errors import BadProof

Read = Callable[[int, int], bytes]
EMPTY_ROOT = hashlib.sha256(b"").digest()
# A tree of 2**63 entries has no longer path; a longer proof is refused before anything is hashed.
MOST_HASHES = 63


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def split_of(size: int) -> int:
    """The largest power of two below `size`, where a tree of two or more entries divides."""
    return 1 << (size - 1).bit_length() - 1


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, or over the roots of equal complete subtrees."""
    row = list(hashes)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        # An odd last one rises as it is, which is what dividing at powers of two comes to.
        odd = row[-1:] if len(row) % 2 else []
        row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=False)] + odd
    return row[0]


def subtree(read: Read, start: int, stop: int) -> bytes:
    """The hash over entries `start` up to `stop`, where `start` is a place at which a tree divides."""
    count = stop - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return read(level, start >> level)
    middle = start + split_of(count)
    return node_hash(subtree(read, start, middle), subtree(read, middle, stop))


def root(read: Read, size: int) -> bytes:
    """The root of the tree over the first `size` entries."""
    return subtree(read, 0, size) if size else EMPTY_ROOT


def inclusion(read: Read, index: int, size: int) -> list[bytes]:
    """Prove that entry `index` is in the tree of `size` entries: sibling hashes, leaf to root (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise BadProof("The tree does not reach this entry yet.", subject=str(index))
    start, stop, path = 0, size, []
    while stop - start > 1:
        middle = start + split_of(stop - start)
        if index < middle:
            path.append((middle, stop))
            stop = middle
        else:
            path.append((start, middle))
            start = middle
    return [subtree(read, *sibling) for sibling in reversed(path)]


def consistency(read: Read, old: int, new: int) -> list[bytes]:
    """Prove that the tree of `old` entries is the beginning of that of `new` entries (RFC 6962, 2.1.2)."""
    if not 0 <= old <= new:
        raise BadProof("A tree never becomes smaller.", subject=f"{old} to {new}")
    if old in (0, new):
        return []
    start, stop, path = 0, new, []
    while stop != old:
        middle = start + split_of(stop - start)
        if old <= middle:
            path.append((middle, stop))
            stop = middle
        else:
            path.append((start, middle))
            start = middle
    # The old tree itself needs no telling where it is one complete subtree.
    known = [] if start == 0 else [(start, stop)]
    return [subtree(read, *part) for part in known + path[::-1]]


def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes) -> None:
    """Raise `BadProof` unless the proof leads from a leaf hash to the root `expected` (RFC 9162, 2.1.3.2)."""
    _refuse_misshapen(proof, leaf, expected)
    if not 0 <= index < size:
        raise BadProof("The tree does not reach this entry.", subject=str(index))
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise BadProof("The inclusion proof is too long.", subject=str(index))
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last or found != expected:
        raise BadProof("The inclusion proof does not lead to this root.", subject=str(index))


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise `BadProof` unless the tree of `old` entries is the beginning of that of `new` (RFC 9162, 2.1.4.2)."""
    _refuse_misshapen(proof, old_root, new_root)
    if not 0 <= old <= new:
        raise BadProof("A tree never becomes smaller.", subject=f"{old} to {new}")
    if old in (0, new):
        if proof or (old == 0 and old_root != EMPTY_ROOT) or (old == new and old_root != new_root):
            raise BadProof("These two trees need no proof, and are not the same.", subject=f"{old} to {new}")
        return
    if not proof:
        raise BadProof("The consistency proof is empty.", subject=f"{old} to {new}")
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise BadProof("The consistency proof is too long.", subject=f"{old} to {new}")
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    if last or before != old_root or after != new_root:
        raise BadProof("The consistency proof does not join these roots.", subject=f"{old} to {new}")


def _refuse_misshapen(proof: Sequence[bytes], *hashes: bytes) -> None:
    if len(proof) > MOST_HASHES or any(len(one) != HASH_BYTES for one in (*proof, *hashes)):
        raise BadProof("A proof is made of at most 63 hashes of 32 bytes.")
