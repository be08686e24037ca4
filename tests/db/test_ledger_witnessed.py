"""Being witnessed: having one's own log cosigned by others, and what that is worth."""

import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from antiphon.jobs import service as jobs
from antiphon.kernel.errors import BadInput, Conflict, NotFound
from antiphon.ledger import service as ledger
from antiphon.ledger.core import notes
from antiphon.ledger.core.notes import Signer
from antiphon.ledger.service.witnesses import post
from antiphon.ledger.service.witnessing import Answer
from tests.db.ledgers import Home, outsider, say

pytestmark = pytest.mark.django_db

ORIGIN = "other.example/log"
LOG = Signer(ORIGIN, b"\7" * 32)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home(tmp_path / "b", "https://b.example").open() as home:
        yield home


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Home, Home]]:
    """A log at a.example, and b.example which witnesses it."""
    a, b = Home(tmp_path / "a"), Home(tmp_path / "b", "https://b.example")
    with b.open():
        vkey = ledger.witness_key()
    with a.open():
        say(0)
        ledger.publish()
        of_log = ledger.verifier_key()
        ledger.add_witness("https://b.example/witness/", vkey)
    with b.open():
        ledger.trust(of_log)
    with a.open():
        yield a, b


class Carried:
    """Takes requests from one site to the other, in this process."""

    def __init__(self, to: Home) -> None:
        self.to = to
        self.urls: list[str] = []

    def __call__(self, url: str, body: bytes) -> Answer:
        self.urls.append(url)
        with self.to.open():
            return ledger.add_checkpoint(body)


def test_two_sites_make_a_receipt_claim_a_time(both: tuple[Home, Home]) -> None:
    a, b = both
    row = say(1)
    ledger.publish()
    send = Carried(b)
    assert ledger.ask_witnesses(send) == 1
    assert send.urls == ["https://b.example/witness/add-checkpoint"]
    audit = outsider(a, *ledger.witness_keys())
    assert [name for name, _ in audit.audit().cosigned] == ["b.example/witness"]
    receipt = ledger.receipt_of(row)
    assert receipt is not None
    assert audit.check(receipt).proved_by_s is not None
    assert outsider(a).check(receipt).proved_by_s is None
    assert ledger.ask_witnesses(send) == 0
    assert ledger.state().witnessed == 2


def test_a_receipt_goes_by_the_last_checkpoint_that_was_cosigned(both: tuple[Home, Home]) -> None:
    a, b = both
    rows = [say(number) for number in range(1, 300)]
    ledger.publish()
    ledger.ask_witnesses(Carried(b))
    later = say(300)
    ledger.publish()
    audit = outsider(a, *ledger.witness_keys())
    old, new = ledger.receipt_of(rows[5]), ledger.receipt_of(later)
    assert old is not None
    assert new is not None
    assert (audit.check(old).checkpoint.size, audit.check(new).checkpoint.size) == (300, 301)
    assert (audit.check(old).proved_by_s is None, audit.check(new).proved_by_s is None) == (False, True)
    assert ledger.ask_witnesses(Carried(b)) == 1
    new = ledger.receipt_of(later)
    assert new is not None
    assert audit.check(new).proved_by_s is not None


def test_publishing_again_keeps_the_cosignatures(both: tuple[Home, Home]) -> None:
    _, b = both
    ledger.ask_witnesses(Carried(b))
    served = ledger.checkpoint()
    ledger.publish()
    assert ledger.checkpoint() == served
    ledger.rotate()
    assert "b.example/witness" in ledger.checkpoint()


def test_a_witness_that_knows_more_than_we_said_is_met_where_it_is(both: tuple[Home, Home]) -> None:
    _, b = both
    ledger.ask_witnesses(Carried(b))
    (witness,) = ledger.witnesses()
    ledger.add_witness(witness.url, witness.vkey)  # which forgets how far it had seen
    say(1)
    ledger.publish()
    send = Carried(b)
    assert ledger.ask_witnesses(send) == 1
    assert len(send.urls) == 2


def test_a_witness_that_fails_harms_nothing_and_is_complained_of_once(
    both: tuple[Home, Home], caplog: pytest.LogCaptureFixture
) -> None:
    a, b = both

    def away(url: str, body: bytes) -> Answer:
        raise OSError("nobody there")

    with caplog.at_level(logging.INFO):
        for _ in range(3):
            assert ledger.ask_witnesses(away) == 0
        assert len(caplog.records) == 1
        assert ledger.witnesses()[0].failure == "nobody there"
        assert ledger.ask_witnesses(Carried(b)) == 1
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert ledger.witnesses()[0].failure == ""
    outsider(a).audit()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, ""),
        Answer(200, "no signature\n"),
        Answer(200, f"{Signer('b.example/witness', b'1' * 32, notes.COSIGNATURE).sign('x', 1)}"),
        Answer(404, "unknown"),
        Answer(409, "999\n"),
        Answer(409, "many\n"),
        Answer(500, ""),
    ],
)
def test_no_other_answer_is_taken_for_a_cosignature(both: tuple[Home, Home], answer: Answer) -> None:
    served = ledger.checkpoint()
    assert ledger.ask_witnesses(lambda url, body: answer) == 0
    assert ledger.witnesses()[0].failure
    assert ledger.checkpoint() == served


def test_a_wrong_signature_under_the_right_key_is_refused(both: tuple[Home, Home]) -> None:
    _, b = both

    def tampered(url: str, body: bytes) -> Answer:
        with b.open():
            line = notes.signature_at(ledger.add_checkpoint(body).body.strip())
        raw = bytes([line.raw[0], line.raw[1], *line.raw[2:-1], line.raw[-1] ^ 1])
        return Answer(200, str(notes.Signature(line.name, line.key_id, raw)))

    assert ledger.ask_witnesses(tampered) == 0
    assert "wrong" in ledger.witnesses()[0].failure


@pytest.mark.parametrize(
    "url",
    ["", "b.example", "ftp://b.example", "file:///etc/passwd", "https://", "https://b.example?x=1", "javascript:1"],
)
def test_a_witness_is_asked_over_http_only(home: Home, url: str) -> None:
    with pytest.raises(BadInput):
        ledger.add_witness(url, ledger.witness_key())


def test_a_witness_that_is_named_is_asked_at_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    say(1)
    jobs.run_due()
    asked_now: list[str] = []

    def send(url: str, body: bytes) -> Answer:
        asked_now.append(url)
        return Answer(503, "")

    monkeypatch.setattr(ledger.ask_witnesses, "__defaults__", (send,))
    ledger.add_witness("https://w.example", ledger.witness_key())
    jobs.run_due()
    assert asked_now == ["https://w.example/add-checkpoint"]


def test_witnesses_can_be_named_and_let_go(home: Home) -> None:
    with pytest.raises(BadInput):
        ledger.add_witness("https://w.example", str(LOG.verifier))
    ledger.add_witness("https://w.example/", ledger.witness_key())
    with pytest.raises(Conflict):
        ledger.add_witness("https://elsewhere.example", ledger.witness_key())
    ledger.remove_witness("https://w.example/")
    assert ledger.witnesses() == []
    with pytest.raises(NotFound):
        ledger.remove_witness("https://w.example")


def test_over_http_a_redirect_leads_nowhere_and_a_refusal_is_read() -> None:
    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = {"/moved": 302, "/known": 409}.get(self.path, 200)
            self.send_response(status)
            if status == 302:
                self.send_header("location", "/other")
            self.send_header("content-type", "text/x.tlog.size")
            self.end_headers()
            self.wfile.write(body[:5])

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        base = f"http://127.0.0.1:{server.server_port}"
        assert post(f"{base}/", b"12345678").body == "12345"
        assert post(f"{base}/known", b"7\n") == Answer(409, "7\n", "text/x.tlog.size")
        assert post(f"{base}/moved", b"1").status == 302
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    with pytest.raises(OSError, match="refused"):
        post(f"{base}/", b"1")
