"""A live log of 100,000 entries, checked from end to end by an implementation that is not ours (tlog-scales)."""

import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from tlog_scales.backend import make_backend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tiles import leaf_hash
from tlog_scales.tlog import Checkpoint, ConsistencyProof, InclusionProof

from antiphon.ledger import service as ledger
from tests.db.ledgers import Home, outsider

pytestmark = pytest.mark.django_db
# The log is the same files whatever database feeds it.
SIZE = 100_000 if connection.vendor == "sqlite" else 12_000


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home(tmp_path / "a").open() as home:
        yield home


def reader_of(home: Home) -> tuple[TilesReader, Checkpoint]:
    reader = TilesReader(make_backend(str(home.served)))
    checkpoint = reader.get_checkpoint()
    checkpoint.verify(Vkey.from_string(ledger.verifier_key()))
    assert reader.calculate_root_hash() == checkpoint.root_hash
    return reader, checkpoint


@pytest.mark.slow
def test_somebody_elses_code_finds_the_whole_log_right(home: Home) -> None:
    earlier: list[Checkpoint] = []
    rows: list[int] = []
    for count in (1, 254, 1, SIZE * 7 // 10 - 256, SIZE * 3 // 10):
        rows += ledger.append_many([ledger.Append("answer", {"n": n}, {"place": len(rows) + n}) for n in range(count)])
        ledger.publish()
        earlier.append(reader_of(home)[1])
    reader, checkpoint = reader_of(home)
    assert (checkpoint.origin, checkpoint.size) == ("a.example/log", SIZE)
    for old in earlier:
        reader.get_consistency_proof(old.size, SIZE).check(old.root_hash, checkpoint.root_hash)

    leaves = []
    for index in range(SIZE):
        entry = reader.get_entry(index)
        assert json.loads(entry)["place"] == index
        leaves.append(leaf_hash(entry))
        if index % 499 == 0 or index in (255, 256, 65_535, 65_536, SIZE - 1):
            reader.get_inclusion_proof(index, SIZE).check(leaves[-1], checkpoint.root_hash)
    assert reader.mth(0, SIZE) == root_over(leaves)

    for row, receipt in ledger.receipts_of(rows[::997]).items():
        check_receipt(home, receipt)
        assert receipt.index == rows.index(row)


def root_over(leaves: list[bytes]) -> bytes:
    """The root from every leaf, by the other implementation's definition of one."""

    class Leaves(TilesReader):
        def _get_from_tile(self, l: int, n: int, i: int) -> bytes:  # noqa: E741  (theirs)
            return leaves[n * 256 + i] if l == 0 else self.mth((n * 256 + i) * 256**l, (n * 256 + i + 1) * 256**l)

        @staticmethod
        def mth_in_tile(start: int, end: int) -> tuple[int, int, int] | None:
            return (0, *divmod(start, 256)) if end == start + 1 else None

    reader = Leaves(make_backend("/"))
    reader.set_size(len(leaves))
    root: bytes = reader.calculate_root_hash()
    return root


def check_receipt(home: Home, receipt: ledger.Receipt) -> None:
    """Check a `.tlog-proof` with nothing of ours but its text."""
    head, _, raw = receipt.tlog_proof.partition("\n\n")
    _, index, *hashes = head.split("\n")
    checkpoint = Checkpoint.from_text(raw)
    checkpoint.verify(Vkey.from_string(ledger.verifier_key()))
    proof = InclusionProof(int(index.split()[1]), checkpoint.size, [b64decode(one) for one in hashes])
    proof.check(leaf_hash(receipt.entry), checkpoint.root_hash)


def test_somebody_elses_code_knows_our_cosignatures(home: Home, tmp_path: Path) -> None:
    b = Home(tmp_path / "b", "https://b.example")
    ledger.append("answer", {"n": 1})
    ledger.publish()
    of_log = ledger.verifier_key()
    with b.open():
        ledger.trust(of_log)
        of_witness = ledger.witness_key()
    ledger.add_witness("https://b.example/witness", of_witness)

    def carry(url: str, body: bytes) -> ledger.Answer:
        with b.open():
            return ledger.add_checkpoint(body)

    assert ledger.ask_witnesses(carry) == 1
    checkpoint = Checkpoint.from_text((home.served / "checkpoint").read_text(encoding="utf-8"))
    for vkey in (of_log, of_witness):
        checkpoint.verify(Vkey.from_string(vkey))


def test_each_finds_the_others_proofs_right(home: Home) -> None:
    for count in (7, 300, 500):
        ledger.append_many([ledger.Append("answer", {"n": n}) for n in range(count)])
        ledger.publish()
    reader, checkpoint = reader_of(home)
    audit = outsider(home)
    opened = audit.audit()
    assert opened.checkpoint.root == checkpoint.root_hash
    for index in (0, 6, 7, 255, 256, 806):
        theirs = reader.get_inclusion_proof(index, checkpoint.size)
        assert tuple(theirs.node_hashes) == ledger.prove(index).hashes
    broken = reader.get_consistency_proof(307, 807)
    bent = ConsistencyProof(307, 807, [bytes(32), *broken.node_hashes[1:]])
    with pytest.raises(Exception, match="!="):
        bent.check(reader.mth(0, 307), checkpoint.root_hash)
