"""Where bounces come in: standard input and a Maildir; what the command says and how it ends."""

import io
import json
import mailbox
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from antiphon.cli import mail as verb
from antiphon.cli import main as cli
from antiphon.kernel.errors import BadInput
from antiphon.mail import service as mail
from antiphon.mail.core.parts import MOST_BYTES
from antiphon.mail.models import Letter
from tests import bounced
from tests.db.mail.conftest import Send

FROM = b"From MAILER-DAEMON Fri Nov 27 10:00:05 2026\n"


class Pipe(io.TextIOWrapper):
    """Standard input that is no terminal."""


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(raw: bytes, *options: str) -> int:
        monkeypatch.setattr(sys, "stdin", Pipe(io.BytesIO(raw)))
        return cli.main(["mail", "bounced", *options])

    return run


def state_of(letter: Letter) -> str:
    return Letter.objects.get(pk=letter.pk).state


def test_one_message_is_read_from_a_pipe(send: Send, piped: Any, capsys: pytest.CaptureFixture[str]) -> None:
    letter = send()
    assert piped(bounced.report(letter.name), "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {
        "messages": 1, "failed": 1, "delayed": 0, "delivered": 0, "reply": 0, "strange": 0, "new": 1, "unknown": 0,
        "unreadable": 0,
    }  # fmt: skip
    assert state_of(letter) == "bounced"
    assert piped(bounced.report(letter.name)) == 0, "and once more, which changes nothing"
    assert capsys.readouterr().out.startswith("1 messages: 1 letters came back")


def test_every_message_of_an_mbox_is_read(send: Send, piped: Any, capsys: pytest.CaptureFixture[str]) -> None:
    letters = [send(f"n{n}@example.org") for n in range(3)]
    texts = [bounced.report(letter.name).replace(b"I'm sorry", b"\nFrom here on, I'm sorry") for letter in letters]
    raw = b"".join(FROM + text + b"\n" for text in texts)
    assert piped(raw + FROM + bounced.vacation() + b"\n" + FROM + b"Subject: buy\n\nnow\n", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["messages"], said["failed"], said["reply"], said["strange"]) == (5, 3, 1, 1)
    assert [state_of(letter) for letter in letters] == ["bounced"] * 3


def test_the_address_that_the_mail_server_names_is_enough(send: Send, piped: Any) -> None:
    letter = send()
    assert piped(bounced.report(""), "--to", f"bounces+{letter.name}@music.example") == 0
    assert state_of(letter) == "bounced"


@pytest.mark.parametrize(
    ("raw", "options", "status"),
    [
        (b"Subject: buy\n\nnow\n", [], 1),
        (bounced.report(), [], 1),  # of a letter that is not known here
        (b"Subject: buy\n\nnow\n", ["--pipe"], 0),  # a mail server would send it back to whoever it says it is from
        (b"", [], 2),
        (b"", ["--pipe"], 0),
        (b"", ["nowhere/at/all"], 2),
    ],
)
def test_how_it_ends(piped: Any, raw: bytes, options: list[str], status: int) -> None:
    assert piped(raw, *options) == status


def test_a_mail_server_keeps_what_cannot_be_noted_now(piped: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_named: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(verb.mail, "read_stream", broken)
    assert piped(bounced.report(), "--pipe") == 75
    assert piped(bounced.report()) == 1


def test_of_fifty_megabytes_the_beginning_is_held(send: Send) -> None:
    name = send().name
    raw = bounced.report(name) + b"x" * (2 * MOST_BYTES) + b"\n" * 1000
    [held] = mail.messages(io.BytesIO(raw * 3))
    assert MOST_BYTES <= len(held) < MOST_BYTES + 65 * 1024
    assert mail.read_stream(io.BytesIO(raw)).new == 1


def test_a_maildir_is_read_once_and_what_nobody_understands_is_flagged(send: Send, tmp_path: Path) -> None:
    letter, box = send(), mailbox.Maildir(str(tmp_path / "box"))
    box.add(bounced.report(letter.name))
    box.add(b"Subject: buy\n\nnow\n")
    seen = mailbox.MaildirMessage(bounced.report(letter.name))
    seen.set_subdir("cur")  # as a mail program leaves what it has shown the name of
    box.add(seen)
    (tmp_path / "box/new/.hidden").write_text("not a message")
    found = mail.read_maildir(tmp_path / "box")
    assert (found.messages, found.new, found.strange) == (3, 1, 1)
    assert state_of(letter) == "bounced"
    assert [path.name for path in (tmp_path / "box/new").iterdir()] == [".hidden"]
    flags = sorted(path.name.partition(":2,")[2] for path in (tmp_path / "box/cur").iterdir())
    assert flags == ["FS", "S", "S"]
    assert mail.read_maildir(tmp_path / "box").messages == 0


def test_cut_off_before_it_was_moved_a_message_is_read_again(
    send: Send, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter, box = send(), mailbox.Maildir(str(tmp_path / "box"))
    box.add(bounced.report(letter.name))

    def killed(self: Path, _to: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            mail.read_maildir(tmp_path / "box")
    assert state_of(letter) == "bounced"
    found = mail.read_maildir(tmp_path / "box")
    assert (found.messages, found.new, found.strange) == (1, 0, 0)


def test_reading_that_is_told_to_stop_leaves_the_rest(send: Send, tmp_path: Path) -> None:
    box = mailbox.Maildir(str(tmp_path / "box"))
    for _ in range(3):
        box.add(bounced.report())
    beats = iter([True, False])
    assert mail.read_maildir(tmp_path / "box", lambda: next(beats)).messages == 1
    assert len(list((tmp_path / "box/new").iterdir())) == 2


def test_a_folder_that_is_no_maildir_is_refused_and_the_job_waits_for_one(tmp_path: Path, settings: Any) -> None:
    with pytest.raises(BadInput, match="no Maildir"):
        mail.read_maildir(tmp_path)
    before, settings.ANTIPHON.bounces = settings.ANTIPHON.bounces, str(tmp_path)
    try:
        assert mail.read_bounces(lambda: True) is None
    finally:
        settings.ANTIPHON.bounces = before
