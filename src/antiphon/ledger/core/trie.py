"""Manifests: a Merkle trie over 32-byte keys. Its bits force a key's place, so that its absence can be proved.

An empty subtree is 32 zero bytes, a subtree with one key is that key's leaf, any other is the hash of its halves:
leaf `SHA-256(0 ‖ key ‖ value)`, inner `SHA-256(1 ‖ left ‖ right)`, bits of a key most significant first.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from antiphon.ledger.core.encoding import HASH_BYTES
from antiphon.ledger.core.errors import BadProof

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EMPTY = bytes(HASH_BYTES)
_BITS = HASH_BYTES * 8
_END = 0x8000  # in the head of a compact proof: something stands at the end of the path
# Arrays are loaded by whoever builds a manifest, not by whoever checks a proof.
Rows: TypeAlias = "Sequence[bytes] | NDArray[np.uint8]"


def leaf_hash(key: bytes, value: bytes) -> bytes:
    return hashlib.sha256(b"\0" + key + value).digest()


def inner_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def bit_of(key: bytes, depth: int) -> int:
    return key[depth >> 3] >> (7 - (depth & 7)) & 1


@dataclass(frozen=True)
class TrieProof:
    """The siblings on a key's path from the root down, and what stands at its end: a key with its value, or nothing."""

    siblings: tuple[bytes, ...]
    end: tuple[bytes, bytes] | None

    def to_json(self) -> dict[str, Any]:
        """As JSON, hashes in hex, empty siblings written out."""
        return {
            "siblings": [sibling.hex() for sibling in self.siblings],
            "end": None if self.end is None else [part.hex() for part in self.end],
        }

    def to_bytes(self) -> bytes:
        """As few bytes as it takes: path length (uint16) with the end's flag on top, a bitmap of the siblings that are
        not empty, those siblings, and the end.
        """
        count = len(self.siblings)
        bits = 0
        for sibling in self.siblings:
            bits = bits << 1 | (sibling != EMPTY)
        width = -(-count // 8)
        head = count | (_END if self.end else 0)
        bitmap = (bits << 8 * width - count).to_bytes(width, "big")
        full = b"".join(sibling for sibling in self.siblings if sibling != EMPTY)
        return head.to_bytes(2, "big") + bitmap + full + b"".join(self.end or ())


def proof_from_json(said: Any) -> TrieProof:
    """Read a proof from JSON. Raises `BadProof`."""
    try:
        siblings = tuple(bytes.fromhex(sibling) for sibling in said["siblings"])
        end = said["end"]
        if end is not None:
            key, value = (bytes.fromhex(part) for part in end)
            end = (key, value)
    except (KeyError, TypeError, ValueError) as error:
        raise BadProof("This is not a proof about a manifest.") from error
    return _checked(TrieProof(siblings, end))


def proof_from_bytes(raw: bytes) -> TrieProof:
    """Read a proof in its compact form. Raises `BadProof` for anything but the one spelling of a proof."""
    head = int.from_bytes(raw[:2], "big")
    count = head & ~_END
    at = 2 + -(-count // 8)
    if count > _BITS or len(raw) < at:
        raise BadProof("This proof about a manifest is cut off.")
    bits = int.from_bytes(raw[2:at], "big") >> 8 * (at - 2) - count
    siblings = []
    for place in range(count - 1, -1, -1):
        full = bits >> place & 1
        siblings.append(raw[at : at + HASH_BYTES] if full else EMPTY)
        at += HASH_BYTES if full else 0
    end = (raw[at : at + HASH_BYTES], raw[at + HASH_BYTES : at + 2 * HASH_BYTES]) if head & _END else None
    proof = _checked(TrieProof(tuple(siblings), end))
    if proof.to_bytes() != raw:
        raise BadProof("This proof about a manifest has a wrong length or spelling.")
    return proof


def _checked(proof: TrieProof) -> TrieProof:
    parts = (*proof.siblings, *(proof.end or ()))
    if len(proof.siblings) > _BITS or any(len(part) != HASH_BYTES for part in parts):
        raise BadProof("A proof about a manifest is made of hashes of 32 bytes.")
    return proof


def check(root: bytes, key: bytes, proof: TrieProof) -> Literal["present", "absent"]:
    """Tell whether a manifest of this root holds the key. Raises `BadProof` when the proof does not show either."""
    _checked(proof)
    if len(key) != HASH_BYTES or len(root) != HASH_BYTES:
        raise BadProof("Keys and roots of manifests have 32 bytes.")
    depth = len(proof.siblings)
    number = int.from_bytes(key, "big")
    found = EMPTY
    if proof.end is not None:
        # What stands at the end must lie on the key's own path: that is what makes another key a proof of absence.
        if (int.from_bytes(proof.end[0], "big") ^ number) >> (_BITS - depth):
            raise BadProof("This proof ends beside the key's path.")
        found = leaf_hash(*proof.end)
    for at in range(depth - 1, -1, -1):
        sibling = proof.siblings[at]
        found = inner_hash(sibling, found) if bit_of(key, at) else inner_hash(found, sibling)
    if found != root:
        raise BadProof("This proof does not lead to the manifest's root.")
    return "present" if proof.end is not None and proof.end[0] == key else "absent"


class Trie:
    """A manifest in memory: about 250 bytes a key. Made by `of`."""

    def __init__(self, keys: list[bytes], values: list[bytes], joined: list[bytes], shared: list[int]) -> None:
        self._keys = keys  # sorted
        self._values = values
        self._joined = joined  # [i]: the subtree that has key i as the last of its left half
        self._shared = shared  # [i]: how many first bits keys i and i + 1 have in common
        self.root = self._subtree(0, len(keys), 0)

    def __len__(self) -> int:
        return len(self._keys)

    @classmethod
    def of(cls, keys: Rows, values: Rows) -> "Trie":
        """Build from as many values as keys, each 32 bytes or rows of a (n, 32) uint8 array, in any order.

        Raises `ValueError` for other shapes, and for a key that comes twice.
        """
        ordered, kept, shared = _sorted(_rows(keys), _rows(values))
        return cls(ordered, kept, _joined(ordered, kept, shared), shared)

    def prove(self, key: bytes) -> TrieProof:
        """Prove that a key is in the manifest, or that it is not."""
        if len(key) != HASH_BYTES:
            raise ValueError("keys of manifests have 32 bytes")
        start, stop, depth = 0, len(self._keys), 0
        prefix = int.from_bytes(key, "big")
        siblings = []
        while stop - start > 1:
            # Where the path divides here: the first key whose bit at `depth` is one, all bits before being the path's.
            half = (prefix >> (_BITS - depth) << 1 | 1) << (_BITS - depth - 1)
            middle = bisect_left(self._keys, half.to_bytes(HASH_BYTES, "big"), start, stop)
            depth += 1
            if bit_of(key, depth - 1):
                siblings.append(self._subtree(start, middle, depth))
                start = middle
            else:
                siblings.append(self._subtree(middle, stop, depth))
                stop = middle
        end = (self._keys[start], self._values[start]) if stop - start == 1 else None
        return TrieProof(tuple(siblings), end)

    def _subtree(self, start: int, stop: int, depth: int) -> bytes:
        """The hash, at `depth`, over sorted keys that share their first `depth` bits."""
        if stop == start:
            return EMPTY
        first, last = self._keys[start], self._keys[stop - 1]
        if stop - start == 1:
            return leaf_hash(first, self._values[start])
        same = _BITS - (int.from_bytes(first, "big") ^ int.from_bytes(last, "big")).bit_length()
        half = (int.from_bytes(first, "big") >> (_BITS - same) << 1 | 1) << (_BITS - same - 1)
        middle = bisect_left(self._keys, half.to_bytes(HASH_BYTES, "big"), start, stop)
        return _raised(self._joined[middle - 1], first, same, depth)


def _rows(rows: Rows) -> "NDArray[np.uint8]":
    """32-byte values as an array of shape (n, 32)."""
    import numpy as np

    if isinstance(rows, np.ndarray):
        table = np.ascontiguousarray(rows)
    else:
        if any(len(row) != HASH_BYTES for row in rows):
            raise ValueError("keys and values of manifests have 32 bytes")
        table = np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(-1, HASH_BYTES)
    if table.dtype != np.uint8 or table.ndim != 2 or table.shape[1] != HASH_BYTES:
        raise ValueError("keys and values of manifests are rows of 32 bytes")
    return table


def _sorted(keys: "NDArray[np.uint8]", values: "NDArray[np.uint8]") -> tuple[list[bytes], list[bytes], list[int]]:
    """Keys in order, their values, and how many first bits neighbours share."""
    import numpy as np

    if len(keys) != len(values):
        raise ValueError("a manifest has as many values as keys")
    words = keys.view(">u8")
    order = np.lexsort(words.T[::-1])
    keys, values = keys[order], values[order]
    apart = keys[1:] ^ keys[:-1]
    differs = apart != 0
    if len(keys) > 1 and not differs.any(axis=1).all():
        raise ValueError("a key is in a manifest once")
    at = differs.argmax(axis=1) if len(keys) > 1 else np.zeros(0, dtype=np.intp)
    byte = apart[np.arange(len(apart)), at]
    leading = 7 - np.floor(np.log2(np.maximum(byte, 1))).astype(np.int64)
    flat_keys, flat_values = keys.tobytes(), values.tobytes()
    cuts = range(0, len(flat_keys), HASH_BYTES)
    return (
        [flat_keys[cut : cut + HASH_BYTES] for cut in cuts],
        [flat_values[cut : cut + HASH_BYTES] for cut in cuts],
        (at * 8 + leading).tolist(),
    )


def _raised(found: bytes, key: bytes, depth: int, to: int) -> bytes:
    """A subtree of two or more keys, seen from higher up: nothing stands beside it on the way."""
    for at in range(depth - 1, to - 1, -1):
        found = inner_hash(EMPTY, found) if bit_of(key, at) else inner_hash(found, EMPTY)
    return found


def _joined(keys: list[bytes], values: list[bytes], shared: list[int]) -> list[bytes]:
    """The hash of every subtree with keys in both halves, by the last key of its left half.

    One walk over sorted keys with a stack of the left halves that still wait for their right one.
    """
    sha256 = hashlib.sha256
    joined: list[bytes] = [EMPTY] * len(shared)
    waiting: list[tuple[int, int, bytes]] = []  # bits shared at the gap, its number, the finished left half
    for number, key in enumerate(keys):
        found = sha256(b"\0" + key + values[number]).digest()
        depth = -1  # of a leaf, which stands wherever it is alone
        gap = shared[number] if number < len(shared) else -1
        while waiting and waiting[-1][0] > gap:
            same, left_number, left = waiting.pop()
            if depth > same + 1:
                found = _raised(found, key, depth, same + 1)
            found = joined[left_number] = sha256(b"\1" + left + found).digest()
            depth = same
        if gap >= 0:
            if depth > gap + 1:
                found = _raised(found, key, depth, gap + 1)
            waiting.append((gap, number, found))
    return joined
