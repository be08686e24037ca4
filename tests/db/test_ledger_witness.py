"""Witnesses: cosigning the logs of others by the specification's rules."""

import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from antiphon.kernel.errors import BadInput, Unavailable
from antiphon.ledger import service as ledger
from antiphon.ledger.core import checkpoints, cosigning, encoding, merkle, notes
from antiphon.ledger.core.checkpoints import Checkpoint
from antiphon.ledger.core.notes import Signer
from antiphon.ledger.service.witnessing import Answer
from tests.db.ledgers import Home

pytestmark = pytest.mark.django_db

ORIGIN = "other.example/log"
LOG = Signer(ORIGIN, b"\7" * 32)
LEAVES = [merkle.leaf_hash(str(number).encode()) for number in range(40)]


def read(level: int, index: int) -> bytes:
    return merkle.root_of(LEAVES[index << level : (index + 1) << level])


def checkpoint(size: int, *signers: Signer, root: bytes | None = None) -> str:
    found = Checkpoint(ORIGIN, size, merkle.root(read, size) if root is None else root)
    return str(checkpoints.sign(found, signers or (LOG,)))


def asked(old: int, new: int, raw: str = "", proof: list[bytes] | None = None) -> bytes:
    hashes = merkle.consistency(read, old, new) if proof is None else proof
    return str(cosigning.Asked(old, tuple(hashes), raw or checkpoint(new))).encode()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home(tmp_path / "b", "https://b.example").open() as home:
        yield home


@pytest.fixture
def witness(home: Home) -> Home:
    ledger.trust(str(LOG.verifier))
    return home


def add(client: Client, body: bytes) -> Answer:
    reply = client.post("/witness/add-checkpoint", body, content_type="text/plain")
    return Answer(reply.status_code, reply.content.decode(), reply["content-type"])


def test_a_log_that_only_grows_is_cosigned_each_time(witness: Home, client: Client) -> None:
    key = notes.verifier_key(ledger.witness_key())
    assert (key.name, key.kind) == ("b.example/witness", notes.COSIGNATURE)
    for old, new in ((0, 3), (3, 3), (3, 20), (20, 21), (21, 40)):
        answer = add(client, asked(old, new))
        assert answer.status == 200
        opened = checkpoints.open_checkpoint(checkpoint(new) + answer.body, [LOG.verifier], [key])
        assert [name for name, _ in opened.cosigned] == ["b.example/witness"]
    (log,) = ledger.trusted()
    assert (log.origin, log.size) == (ORIGIN, 40)


def test_the_last_cosigned_checkpoint_can_be_looked_at(witness: Home, client: Client) -> None:
    address = f"/witness/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert client.get(address).status_code == 404
    add(client, asked(0, 7))
    reply = client.get(address)
    opened = checkpoints.open_checkpoint(
        reply.content.decode(), [LOG.verifier], [notes.verifier_key(ledger.witness_key())]
    )
    assert (opened.checkpoint.size, len(opened.cosigned)) == (7, 1)
    assert client.get("/witness/" + "0" * 64 + "/checkpoint").status_code == 404
    assert client.get("/witness/xyz/checkpoint").status_code == 404


def test_an_unknown_log_is_not_cosigned(home: Home, client: Client) -> None:
    assert add(client, asked(0, 3)).status == 404


def test_what_the_log_has_not_signed_is_not_cosigned(witness: Home, client: Client) -> None:
    stranger = Signer(ORIGIN, b"\1" * 32)
    assert add(client, asked(0, 3, checkpoint(3, stranger))).status == 403
    forged = checkpoint(3).replace("\n3\n", "\n4\n")
    assert add(client, asked(0, 3, forged)).status == 403
    assert add(client, asked(0, 3, checkpoint(3, stranger, LOG))).status == 200


def test_another_size_than_the_last_one_is_answered_with_that(witness: Home, client: Client) -> None:
    add(client, asked(0, 20))
    for old in (0, 3, 21):
        answer = add(client, asked(old, 30))
        assert (answer.status, answer.body, answer.content_type) == (409, "20\n", "text/x.tlog.size")
    assert add(client, asked(30, 30, checkpoint(20))).status == 400


def test_a_tree_that_is_not_a_continuation_is_not_cosigned(witness: Home, client: Client) -> None:
    add(client, asked(0, 20))
    proof = merkle.consistency(read, 20, 30)
    for body in (
        asked(20, 30, checkpoint(30, root=bytes(32))),
        asked(20, 30, proof=proof[:-1]),
        asked(20, 30, proof=[*proof[:-1], bytes(32)]),
        asked(20, 30, proof=[]),
        asked(20, 20, checkpoint(20, root=bytes(32))),
        asked(20, 20, proof=proof),
    ):
        assert add(client, body).status == 422
    assert add(client, asked(20, 30)).status == 200


def test_the_first_checkpoint_needs_no_proof_and_takes_none(witness: Home, client: Client) -> None:
    assert add(client, asked(0, 3, proof=[bytes(32)])).status == 422
    assert add(client, asked(0, 0, checkpoint(0, root=bytes(32)))).status == 422
    assert add(client, asked(0, 0)).status == 200
    assert add(client, asked(0, 3)).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old 00\n\n" + checkpoint(3).encode(),
        b"old -1\n\n" + checkpoint(3).encode(),
        b"new 0\n\n" + checkpoint(3).encode(),
        b"old 0\nAAAA\n\n" + checkpoint(3).encode(),
        asked(0, 3, proof=[bytes(32)] * 64),
        asked(0, 3) + b"more\n",
        b"old 0\n\n" + checkpoint(3).encode().replace(b"\n3\n", b"\n03\n"),
        b"\xff",
    ],
)
def test_what_is_no_request_is_told_so(witness: Home, client: Client, body: bytes) -> None:
    assert add(client, body).status == 400


def test_only_a_short_post_is_read(witness: Home, client: Client) -> None:
    assert client.get("/witness/add-checkpoint").status_code == 405
    assert add(client, b"x" * 100_001).status == 413


def test_the_request_of_the_vectors_is_answered(home: Home, client: Client) -> None:
    said = json.loads((Path(__file__).parents[1] / "vectors" / "signed_notes.json").read_text())
    ledger.trust(said["vkeys"]["log"])
    first = said["checkpoint_512"]
    assert add(client, f"old 0\n\n{first}".encode()).status == 200
    assert add(client, said["add_checkpoint_request_512_to_600"].encode()).status == 200
    assert add(client, said["add_checkpoint_request_512_to_600"].encode()).body == "600\n"


def test_what_was_cosigned_is_kept_before_the_answer_leaves(
    witness: Home, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, raw: bytes) -> None:
        raise OSError("no space left")

    ledger.witness_key()
    with monkeypatch.context() as patch:
        patch.setattr("antiphon.ledger.service.witnessing.write_whole", full)
        with pytest.raises(OSError, match="no space"):
            add(client, asked(0, 20))
    assert ledger.trusted()[0].size == 0


def test_a_broken_memory_stops_the_witness(witness: Home, client: Client) -> None:
    add(client, asked(0, 20))
    (path,) = (witness.data / "keys" / "ledger" / "witness" / "logs").iterdir()
    path.write_text("{}")
    assert add(client, asked(0, 20)).status == 503
    with pytest.raises(Unavailable):
        ledger.trusted()


def test_many_requests_at_once_give_one_history(witness: Home) -> None:
    """Two trees that both begin with nothing: only one of them is ever cosigned."""
    other = [merkle.leaf_hash(b"other" + leaf) for leaf in LEAVES]

    def fork(size: int) -> str:
        return checkpoint(size, root=merkle.root_of(other[:size]))

    bodies = [asked(0, size) for size in range(1, 9)] + [asked(0, size, fork(size)) for size in range(1, 9)]
    start = threading.Barrier(len(bodies))
    answers: list[int] = []

    def ask(body: bytes) -> None:
        start.wait()
        answers.append(ledger.add_checkpoint(body).status)

    ledger.witness_key()
    threads = [threading.Thread(target=ask, args=[body]) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [409] * 15


def test_a_log_may_change_its_key_and_be_called_otherwise(home: Home, client: Client) -> None:
    new = Signer("other.example/log-2", b"\x08" * 32)
    ledger.trust(str(LOG.verifier))
    ledger.trust(str(new.verifier), ORIGIN)
    ledger.trust(str(new.verifier), ORIGIN)
    (log,) = ledger.trusted()
    assert log.vkeys == (str(LOG.verifier), str(new.verifier))
    assert add(client, asked(0, 3, checkpoint(3, new))).status == 200


@pytest.mark.parametrize("vkey", ["", "nonsense", f"{Signer('w', b'1' * 32, notes.COSIGNATURE).verifier}"])
def test_only_the_key_of_a_log_is_trusted(home: Home, vkey: str) -> None:
    with pytest.raises(BadInput):
        ledger.trust(vkey)
    with pytest.raises(BadInput):
        ledger.trust(str(LOG.verifier), "two words")


def test_a_hash_in_a_request_is_spelled_in_one_way() -> None:
    proof = encoding.to_base64(bytes(32))
    raw = f"old 1\n{proof}\n\n{checkpoint(3)}"
    assert str(cosigning.asked_in(raw)) == raw
    with pytest.raises(BadInput):
        cosigning.asked_in(raw.replace(proof, proof[:-2] + "B="))
