"""The fork alarm, run as the browser runs it, on tiles that a log would serve."""

import base64
import hashlib
from typing import Any

import pytest

from antiphon.ledger.core import checkpoints, merkle, tiles
from antiphon.ledger.core.notes import Signer
from tests.node import run

ORIGIN = "music.example.org/log"
KEY, OTHER_KEY = (Signer(ORIGIN, hashlib.sha256(name).digest()) for name in (b"the log", b"another key"))
SIZES = (1, 2, 3, 7, 255, 256, 257, 300, 511, 512, 513, 65_535, 65_536, 65_537, 66_000)
LEAVES = [merkle.leaf_hash(str(number).encode()) for number in range(66_000)]
LOOK = """
import { compare, look } from "js/ledger/watch.js";
const tile = async (path) => (said.tiles[path] ? new Uint8Array(Buffer.from(said.tiles[path], "base64")) : null);
const answers = [];
for (const [before, after] of said.pairs) answers.push(await compare(before, after, tile));
let kept = null;
const kepts = [];
for (const raw of said.seen ?? []) kepts.push((kept = await look(kept, raw, 1, tile)));
tell({ answers, kepts });
"""


def served(leaves: list[bytes]) -> dict[str, str]:
    edge = tiles.Edge()
    return {place.path: base64.b64encode(b"".join(hashes)).decode() for place, hashes in edge.grow(leaves)}


def checkpoint(leaves: list[bytes], size: int, signer: Signer = KEY) -> str:
    return str(checkpoints.sign(checkpoints.Checkpoint(signer.name, size, merkle.root_of(leaves[:size])), [signer]))


def watch(found: dict[str, str], pairs: list[tuple[str, str]], seen: list[str] | None = None) -> Any:
    return run(LOOK, {"tiles": found, "pairs": pairs, "seen": seen})


@pytest.fixture(scope="module")
def honest() -> dict[int, str]:
    return {size: checkpoint(LEAVES, size) for size in SIZES}


def test_a_log_that_grows_gives_no_alarm_at_any_pair_of_sizes(honest: dict[int, str]) -> None:
    for size in (300, 513, 66_000):
        before = [old for old in SIZES if old <= size]
        answers = watch(served(LEAVES[:size]), [(honest[old], checkpoint(LEAVES, size)) for old in before])["answers"]
        assert answers == ["same" if old == size else "grown" for old in before]


def test_a_log_that_rewrote_an_entry_gives_the_alarm_whatever_the_sizes(honest: dict[int, str]) -> None:
    other = [merkle.leaf_hash(b"rewritten"), *LEAVES[1:]]
    pairs = [(honest[old], checkpoint(other, 66_000)) for old in SIZES]
    # Tiles of the true history under a checkpoint of the false one do not help it either.
    for found in (served(other), served(LEAVES)):
        assert watch(found, pairs)["answers"] == ["fork"] * len(SIZES)


def test_a_smaller_log_and_another_key_and_the_same_size_with_another_root_are_alarms(honest: dict[int, str]) -> None:
    stranger = Signer("elsewhere.example/log", b"3" * 32)
    other = [merkle.leaf_hash(b"rewritten"), *LEAVES[1:300]]
    pairs = [
        (honest[513], honest[300]),
        (honest[300], checkpoint(LEAVES, 513, OTHER_KEY)),
        (honest[300], checkpoint(other, 300)),
        (honest[300], checkpoint(LEAVES, 513, stranger)),
    ]
    assert watch(served(LEAVES[:513]), pairs)["answers"] == ["smaller", "key", "fork", "elsewhere"]


def test_partial_tiles_that_are_gone_are_the_beginning_of_the_full_ones(honest: dict[int, str]) -> None:
    found = served(LEAVES[:511])
    partial = found.pop("tile/0/001.p/255")
    assert watch(found, [(honest[257], honest[511])])["answers"] == ["unshown"]
    assert watch(found | {"tile/0/001.p/255": partial}, [(honest[257], honest[511])])["answers"] == ["grown"]
    full = served(LEAVES[:512])["tile/0/001"]
    assert watch(found | {"tile/0/001": full}, [(honest[257], honest[511])])["answers"] == ["grown"]


def test_what_cannot_be_shown_is_an_alarm_the_third_time_and_the_first_checkpoint_is_kept(
    honest: dict[int, str],
) -> None:
    kepts = watch({}, [], [honest[300], honest[513], honest[513], honest[513]])["kepts"]
    assert [one["misses"] for one in kepts] == [0, 1, 2, 3]
    assert [one.get("verdict") for one in kepts] == [None, None, None, "unshown"]
    assert {one["raw"] for one in kepts} == {honest[300]}


def test_an_alarm_keeps_both_checkpoints_as_evidence(honest: dict[int, str]) -> None:
    other = checkpoint([merkle.leaf_hash(b"rewritten"), *LEAVES[1:513]], 513)
    kepts = watch(served(LEAVES[:513]), [], [honest[300], honest[512], other])["kepts"]
    assert [one["raw"] for one in kepts] == [honest[300], honest[512], honest[512]]
    assert (kepts[2]["verdict"], kepts[2]["other"]) == ("fork", other)
