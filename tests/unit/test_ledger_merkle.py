"""Trees of RFC 6962 and the tiles they lie in: every vector, every place of small trees, and trees of any size."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.ledger.core import merkle, tiles
from antiphon.ledger.core.errors import BadProof
from antiphon.ledger.core.tiles import Edge, Place, place_at
from tests import vectors

HASHES = vectors.read("rfc6962_hashes.json")
PROOFS = vectors.read("proofs.json")
LEAVES = [merkle.leaf_hash(vectors.entry(index)) for index in range(1100)]


def read_from(leaves: list[bytes]) -> merkle.Read:
    return lambda level, index: merkle.root_of(leaves[index << level : (index + 1) << level])


READ = read_from(LEAVES)


def unhex(hashes: list[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in hashes]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written."""
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


def test_hashes_are_those_of_the_vectors() -> None:
    assert merkle.EMPTY_ROOT.hex() == HASHES["empty_root"]
    assert merkle.leaf_hash(b"").hex() == HASHES["leaf_of_empty"]
    assert LEAVES[0].hex() == HASHES["leaf_of_entry0"]
    assert merkle.node_hash(LEAVES[0], LEAVES[1]).hex() == HASHES["node_of_leaf0_leaf1"]


@pytest.mark.parametrize(("size", "expected"), HASHES["roots"].items())
def test_roots_are_those_of_the_vectors(size: str, expected: str) -> None:
    leaves = [merkle.leaf_hash(vectors.entry(index)) for index in range(int(size))]
    assert merkle.root_of(leaves).hex() == expected
    assert merkle.root(read_from(leaves), int(size)).hex() == expected
    edge = Edge()
    list(edge.grow(leaves))
    assert edge.root.hex() == expected


def test_there_are_as_many_vectors_as_the_reference_says() -> None:
    counts = [
        len(PROOFS[name]) for name in ("inclusion", "consistency", "inclusion_must_fail", "consistency_must_fail")
    ]
    assert counts == [51, 51, 35, 35]


@pytest.mark.parametrize("case", PROOFS["inclusion"])
def test_an_inclusion_proof_is_made_and_accepted(case: dict[str, Any]) -> None:
    index, size, proof = case["index"], case["size"], unhex(case["proof"])
    if size <= len(LEAVES):
        assert merkle.inclusion(READ, index, size) == proof
    merkle.check_inclusion(index, size, bytes.fromhex(case["leaf"]), proof, bytes.fromhex(case["root"]))


@pytest.mark.parametrize("case", PROOFS["consistency"])
def test_a_consistency_proof_is_made_and_accepted(case: dict[str, Any]) -> None:
    old, new, proof = case["old"], case["new"], unhex(case["proof"])
    if new <= len(LEAVES):
        assert merkle.consistency(READ, old, new) == proof
    merkle.check_consistency(old, new, bytes.fromhex(case["old_root"]), bytes.fromhex(case["new_root"]), proof)


@pytest.mark.parametrize("case", PROOFS["inclusion_must_fail"], ids=lambda case: case["why"])
def test_a_wrong_inclusion_proof_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(BadProof):
        merkle.check_inclusion(
            case["index"],
            case["size"],
            bytes.fromhex(case["leaf"]),
            unhex(case["proof"]),
            bytes.fromhex(case["root"]),
        )


@pytest.mark.parametrize("case", PROOFS["consistency_must_fail"], ids=lambda case: case["why"])
def test_a_wrong_consistency_proof_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(BadProof):
        merkle.check_consistency(
            case["old"],
            case["new"],
            bytes.fromhex(case["old_root"]),
            bytes.fromhex(case["new_root"]),
            unhex(case["proof"]),
        )


def test_every_entry_of_small_trees_is_proved_and_no_other_one() -> None:
    roots = [naive_root(LEAVES[:size]) for size in range(34)]
    for size in range(1, 34):
        for index in range(size):
            proof = merkle.inclusion(READ, index, size)
            merkle.check_inclusion(index, size, LEAVES[index], proof, roots[size])
            for other in {(index + 1) % size, size - 1, 0} - {index}:
                with pytest.raises(BadProof):
                    merkle.check_inclusion(other, size, LEAVES[index], proof, roots[size])


def test_every_two_small_trees_are_joined() -> None:
    roots = [naive_root(LEAVES[:size]) for size in range(34)]
    for new in range(34):
        for old in range(new + 1):
            proof = merkle.consistency(READ, old, new)
            merkle.check_consistency(old, new, roots[old], roots[new], proof)
            if old not in (0, new):
                with pytest.raises(BadProof):
                    merkle.check_consistency(old, new, roots[old - 1], roots[new], proof)
                with pytest.raises(BadProof):
                    merkle.check_consistency(old, new, roots[old], roots[new - 1], proof)


@given(size=st.integers(1, 1100), data=st.data())
def test_one_flipped_bit_spoils_a_proof(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion(READ, index, size)
    root = merkle.root(READ, size)
    merkle.check_inclusion(index, size, LEAVES[index], proof, root)
    parts = [LEAVES[index], root, *proof]
    which, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[which] = (int.from_bytes(parts[which], "big") ^ 1 << bit).to_bytes(32, "big")
    with pytest.raises(BadProof):
        merkle.check_inclusion(index, size, parts[0], parts[2:], parts[1])


@pytest.mark.parametrize(
    "proof", [[b""], [bytes(31)], [bytes(33)], [bytes(32)] * 64], ids=["empty", "short", "long", "too many"]
)
def test_a_proof_of_another_shape_is_refused(proof: list[bytes]) -> None:
    with pytest.raises(BadProof):
        merkle.check_inclusion(0, 2, LEAVES[0], proof, naive_root(LEAVES[:2]))
    with pytest.raises(BadProof):
        merkle.check_consistency(1, 2, LEAVES[0], naive_root(LEAVES[:2]), proof)


def test_nothing_is_proved_outside_of_the_tree() -> None:
    for index, size in ((-1, 2), (2, 2), (0, 0)):
        with pytest.raises(BadProof):
            merkle.inclusion(READ, index, size)
    with pytest.raises(BadProof):
        merkle.consistency(READ, 3, 2)


# Tiles


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (Place(0, 0), "tile/0/000"),
        (Place(0, 1234067), "tile/0/x001/x234/067"),
        (Place(1, 1, 17), "tile/1/001.p/17"),
        (Place(None, 273, 112), "tile/entries/273.p/112"),
        (Place(63, 1000), "tile/63/x001/000"),
    ],
)
def test_a_tile_has_one_path(place: Place, path: str) -> None:
    assert place.path == path
    assert place_at(path) == place


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000/001",
        "tile/0/x000/001",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/01",
        "tile/0/001.p",
        "tile/0/../checkpoint",
        "tile/0/x001/../001",
        "tile/entries/1000",
        "tile/entries/001/",
        "tile/0/٠٠١",
        "tile/0/001\n",
        "checkpoint",
        "",
    ],
)
def test_no_other_path_is_a_tile(path: str) -> None:
    assert place_at(path) is None


@given(st.integers(0, 10**15), st.integers(0, 63) | st.none(), st.integers(1, 256))
def test_paths_can_be_read_back(index: int, level: int | None, width: int) -> None:
    assert place_at(Place(level, index, width).path) == Place(level, index, width)


def test_the_tiles_of_a_size_are_those_of_the_specification() -> None:
    places = [place for place in tiles.places_of(70_000) if place.level is not None]
    assert len(places) == 277
    partial = {place.path for place in places if place.width < 256}
    assert partial == {"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"}
    assert {place.path for place in tiles.places_of(256)} == {"tile/entries/000", "tile/0/000", "tile/1/000.p/1"}
    assert list(tiles.places_of(0)) == []


class Shelf:
    """Tiles as they are written, each under its path."""

    def __init__(self) -> None:
        self.tiles: dict[str, bytes] = {}

    def grow(self, edge: Edge, leaves: list[bytes]) -> None:
        for place, hashes in edge.grow(leaves):
            assert len(hashes) == place.width
            self.tiles[place.path] = b"".join(hashes)

    def read(self, place: Place) -> bytes:
        return self.tiles[place.path]

    def edge(self, size: int) -> Edge:
        rows = []
        for level in tiles.levels_of(size):
            full, width = divmod(tiles.count_at(level, size), 256)
            rows.append(tiles.hashes_in(self.read(Place(level, full, width)), width) if width else [])
        return Edge(size, rows)


def many(count: int) -> list[bytes]:
    return [index.to_bytes(32, "big") for index in range(count)]


@pytest.mark.parametrize("steps", [[1] * 600, [255, 1, 256, 257, 1], [70_000], [65_535, 1, 1], [300, 66_000, 5]])
def test_a_growing_tree_has_every_tile_and_the_root_of_the_whole(steps: list[int]) -> None:
    leaves, shelf, edge, size = many(sum(steps)), Shelf(), Edge(), 0
    for step in steps:
        shelf.grow(edge, leaves[size : size + step])
        size += step
        wanted = {place.path for place in tiles.places_of(size) if place.level is not None}
        assert wanted <= shelf.tiles.keys()
        again = shelf.edge(size)
        assert (again.root, again.rows) == (edge.root, edge.rows)
    assert edge.root == merkle.root_of(leaves)


@settings(max_examples=30)
@given(steps=st.lists(st.integers(0, 700), min_size=1, max_size=5), seed=st.integers(0, 99))
def test_proofs_from_tiles_hold_for_every_size(steps: list[int], seed: int) -> None:
    shelf, edge, size = Shelf(), Edge(), 0
    sizes = []
    for step in steps:
        step = min(step, 1100 - size)
        shelf.grow(edge, LEAVES[size : size + step])
        size += step
        sizes.append(size)
    read = tiles.reader(shelf.read, size)
    chance = random.Random(seed)
    for old in sizes:
        root = merkle.root(read, old)
        assert root == naive_root(LEAVES[:old])
        merkle.check_consistency(old, size, root, edge.root, merkle.consistency(read, old, size))
        if old:
            index = chance.randrange(old)
            merkle.check_inclusion(index, old, LEAVES[index], merkle.inclusion(read, index, old), root)


def test_an_edge_that_does_not_fit_its_size_is_refused() -> None:
    for size, rows in ((3, [[b"a", b"b"]]), (256, [[]]), (1, [])):
        with pytest.raises(BadProof):
            Edge(size, rows)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_entries_come_out_of_a_bundle_as_they_went_in(entries: list[bytes]) -> None:
    raw = tiles.bundle(entries)
    assert tiles.entries_in(raw, len(entries)) == entries
    broken: list[Callable[[], object]] = [
        lambda: tiles.entries_in(raw[:-1], len(entries)),
        lambda: tiles.entries_in(raw + b"\0", len(entries)),
        lambda: tiles.entries_in(raw, len(entries) + 1),
    ]
    for read in broken:
        with pytest.raises(BadProof):
            read()


def test_a_tile_of_the_wrong_length_is_refused() -> None:
    for raw in (bytes(31), bytes(33), bytes(64)):
        with pytest.raises(BadProof):
            tiles.hashes_in(raw, 1)
