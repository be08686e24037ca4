"""Manifests: presence and absence proved, and nothing else passes for a proof."""

import hashlib
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.ledger.core import trie
from antiphon.ledger.core.errors import BadProof
from antiphon.ledger.core.trie import EMPTY, Trie, TrieProof
from tests import vectors

CASES = vectors.read("manifest_trie.json")
ROOT = bytes.fromhex(CASES["root"])
VALUE = hashlib.sha256(b"rule:consent.all").digest()


def key_of(track: str) -> bytes:
    return hashlib.sha256(bytes.fromhex(CASES["salt"]) + track.encode()).digest()


MEMBERS = [key_of(f"track/{number}") for number in range(0, 2000, 2)]
TRIE = Trie.of(MEMBERS, [VALUE] * len(MEMBERS))


def naive_root(members: dict[bytes, bytes], depth: int = 0) -> bytes:
    """The definition, as it is written."""
    if not members:
        return EMPTY
    if len(members) == 1:
        return trie.leaf_hash(*next(iter(members.items())))
    halves: tuple[dict[bytes, bytes], dict[bytes, bytes]] = ({}, {})
    for key, value in members.items():
        halves[trie.bit_of(key, depth)][key] = value
    return trie.inner_hash(naive_root(halves[0], depth + 1), naive_root(halves[1], depth + 1))


def test_roots_are_those_of_the_vectors() -> None:
    assert TRIE.root == ROOT
    assert bytes.fromhex(CASES["empty_root"]) == Trie.of([], []).root
    assert bytes.fromhex(CASES["single_root"]) == Trie.of([min(MEMBERS)], [VALUE]).root
    assert (len(TRIE), len(CASES["proofs"]), len(CASES["must_be_invalid"])) == (1000, 9, 9)


@pytest.mark.parametrize("case", CASES["proofs"], ids=lambda case: case["track"])
def test_a_proof_is_made_and_accepted(case: dict[str, Any]) -> None:
    key = key_of(case["track"])
    assert key.hex() == case["key"]
    proof = trie.proof_from_json(case)
    assert TRIE.prove(key) == proof
    assert proof.to_json() == {"siblings": case["siblings"], "end": case["end"]}
    assert trie.proof_from_bytes(proof.to_bytes()) == proof
    assert trie.check(ROOT, key, proof) == ("present" if case["present"] else "absent")


@pytest.mark.parametrize("case", CASES["must_be_invalid"], ids=lambda case: case["why"])
def test_a_wrong_proof_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(BadProof):
        shows(bytes.fromhex(case["key"]), case)


def shows(key: bytes, case: dict[str, Any]) -> None:
    """Raise `BadProof` unless the proof holds, and shows what the case claims."""
    found = trie.check(ROOT, key, trie.proof_from_json(case))
    if (found == "present") != case["present"]:
        raise BadProof("It shows the contrary of what is claimed.")


# Keys that agree in many bits, so that paths are long and full of empty siblings.
CLOSE = st.builds(
    lambda start, bit, end: (int.from_bytes(start * 32, "big") ^ (1 << bit) ^ end).to_bytes(32, "big"),
    st.sampled_from([b"\0", b"\xaa", b"\xff"]),
    st.integers(0, 255),
    st.integers(0, 3),
)
KEYS = st.lists(CLOSE | st.binary(min_size=32, max_size=32), max_size=24, unique=True)


@given(keys=KEYS, others=KEYS, seed=st.integers(0, 9))
def test_every_key_is_either_present_or_absent(keys: list[bytes], others: list[bytes], seed: int) -> None:
    members = {key: hashlib.sha256(key).digest() for key in keys}
    manifest = Trie.of(keys, list(members.values()))
    assert manifest.root == naive_root(members)
    shuffled = random.Random(seed).sample(keys, len(keys))
    assert Trie.of(shuffled, [members[key] for key in shuffled]).root == manifest.root
    for key in [*keys, *others]:
        proof = manifest.prove(key)
        assert trie.check(manifest.root, key, proof) == ("present" if key in members else "absent")
        assert trie.proof_from_bytes(proof.to_bytes()) == proof
        assert trie.proof_from_json(proof.to_json()) == proof
        if key in members:
            assert proof.end == (key, members[key])


@given(number=st.integers(0, 2500), data=st.data())
def test_one_flipped_bit_spoils_a_proof(number: int, data: st.DataObject) -> None:
    key = key_of(f"track/{number}")
    proof = TRIE.prove(key)
    raw = bytearray(proof.to_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(BadProof):
        read_and_check(key, bytes(raw))


def read_and_check(key: bytes, raw: bytes) -> None:
    trie.check(TRIE.root, key, trie.proof_from_bytes(raw))


def test_a_key_that_is_there_cannot_be_shown_to_be_absent() -> None:
    key = MEMBERS[7]
    proof = TRIE.prove(key)
    neighbour = TRIE.prove(MEMBERS[8])
    for forged in (
        TrieProof(proof.siblings, None),
        TrieProof(proof.siblings[:-1], None),
        TrieProof(proof.siblings, neighbour.end),
        TrieProof(neighbour.siblings, neighbour.end),
        TrieProof((*proof.siblings, EMPTY), None),
    ):
        with pytest.raises(BadProof):
            trie.check(TRIE.root, key, forged)


def test_arrays_and_lists_give_the_same_manifest() -> None:
    rows = np.frombuffer(b"".join(MEMBERS), dtype=np.uint8).reshape(-1, 32)
    values = np.frombuffer(VALUE * len(MEMBERS), dtype=np.uint8).reshape(-1, 32)
    assert Trie.of(rows, values).root == TRIE.root
    assert Trie.of(rows[::-1], values[::-1]).root == TRIE.root


@pytest.mark.parametrize(
    ("keys", "values"),
    [
        ([b"short"], [VALUE]),
        ([VALUE], [b"short"]),
        ([VALUE], []),
        ([VALUE, VALUE], [VALUE, VALUE]),
        (np.zeros((2, 31), dtype=np.uint8), np.zeros((2, 32), dtype=np.uint8)),
        (np.zeros((1, 32), dtype=np.int64), np.zeros((1, 32), dtype=np.uint8)),
        (np.zeros(32, dtype=np.uint8), np.zeros((1, 32), dtype=np.uint8)),
    ],
)
def test_what_is_no_manifest_is_refused(keys: Any, values: Any) -> None:
    with pytest.raises(ValueError, match="manifest"):
        Trie.of(keys, values)


@pytest.mark.parametrize("raw", [b"", b"\0", b"\0\1", b"\x7f\xff" + bytes(4096), bytes(3), b"\x80\0" + bytes(63)])
def test_bytes_of_another_shape_are_refused(raw: bytes) -> None:
    with pytest.raises(BadProof):
        trie.proof_from_bytes(raw)


@pytest.mark.parametrize(
    "said",
    [
        None,
        {},
        {"siblings": "ab", "end": None},
        {"siblings": [], "end": ["ab"]},
        {"siblings": ["zz"], "end": None},
        {"siblings": ["00" * 31], "end": None},
        {"siblings": ["00" * 32] * 257, "end": None},
        {"siblings": [7], "end": None},
    ],
)
def test_json_of_another_shape_is_refused(said: object) -> None:
    with pytest.raises(BadProof):
        trie.proof_from_json(said)


def test_an_absence_in_a_large_manifest_is_short() -> None:
    numbers = np.random.default_rng(7)
    keys = numbers.integers(0, 256, (200_000, 32), dtype=np.uint8)
    manifest = Trie.of(keys, keys)
    sizes = []
    for row in numbers.integers(0, 256, (2000, 32), dtype=np.uint8):
        proof = manifest.prove(row.tobytes())
        assert trie.check(manifest.root, row.tobytes(), proof) == "absent"
        sizes.append(len(proof.to_bytes()))
    assert max(sizes) <= 1100
