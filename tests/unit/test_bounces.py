"""What came back is read as its standards say, and a stranger's message never costs more than a little."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.mail.core import parts
from antiphon.mail.core.bounces import Verdict, read
from tests import bounced
from tests.bounced import NAME


@pytest.mark.parametrize(
    ("changed", "verdict", "status"),
    [
        ({}, Verdict.FAILED, "5.1.1"),
        ({"action": "delayed", "status": "4.4.1"}, Verdict.DELAYED, "4.4.1"),
        ({"action": "failed", "status": "4.4.7"}, Verdict.FAILED, "4.4.7"),  # given up after days
        ({"action": "delivered", "status": "2.0.0"}, Verdict.DELIVERED, "2.0.0"),
        ({"action": "relayed", "status": "2.0.0"}, Verdict.DELIVERED, "2.0.0"),
        ({"action": "expanded", "status": "2.0.0"}, Verdict.DELIVERED, "2.0.0"),
        ({"action": "Failed (user unknown)", "status": "5.01.001"}, Verdict.FAILED, "5.1.1"),
        ({"action": "error", "status": "5.0.0"}, Verdict.FAILED, "5.0.0"),
        ({"action": "failed", "status": "", "said": "smtp; 550 no such user"}, Verdict.FAILED, "5.0.0"),
        ({"action": "", "status": "5.2.1"}, Verdict.FAILED, "5.2.1"),
        ({"action": "", "status": "4.2.2"}, Verdict.DELAYED, "4.2.2"),
        ({"action": "perhaps", "status": "?", "said": "none"}, Verdict.STRANGE, ""),
    ],
)
def test_a_report_says_what_its_action_says_and_else_its_status(
    changed: dict[str, str], verdict: Verdict, status: str
) -> None:
    told = read(bounced.report(**changed))
    assert (told.verdict, told.status, told.names) == (verdict, status, (NAME,))


@pytest.mark.parametrize(
    "returned", ["message/rfc822", "text/rfc822-headers", "message/global", "message/rfc822-headers"]
)
@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_the_letter_is_known_by_what_came_back_whole_or_its_head_alone(returned: str, ending: bytes) -> None:
    assert read(bounced.report(returned=returned).replace(b"\n", ending)).names == (NAME,)


def test_or_by_the_address_at_which_it_came_in() -> None:
    path = f"bounces+{NAME}@music.example"
    assert read(bounced.report("", to=f"Bounces <{path}>")).names == (NAME,)
    assert read(bounced.report("", to="undisclosed"), to=path).names == (NAME,)
    assert read(b"Delivered-To: " + path.encode() + b"\n" + bounced.report("")).names == (NAME,)
    assert read(bounced.report("")).names == ()


def test_a_report_in_utf_8_and_base64_is_read_as_well() -> None:
    told = read(bounced.in_utf8())
    assert (told.verdict, told.status, told.names) == (Verdict.FAILED, "5.6.7", (NAME,))


def test_of_several_recipients_the_worst_counts() -> None:
    second = b"Final-Recipient: rfc822; b@example.org\nAction: delivered\nStatus: 2.1.5\n\n"
    raw = bounced.report().replace(b"Final-Recipient: rfc822; ada", second + b"Final-Recipient: rfc822; ada")
    assert read(raw).verdict is Verdict.FAILED


def test_forms_from_before_the_standard_are_read_where_they_name_a_letter() -> None:
    told = read(bounced.of_qmail())
    assert (told.verdict, told.status, told.names) == (Verdict.FAILED, "5.0.0", (NAME,))
    assert read(bounced.of_qmail("nobody")).verdict is Verdict.STRANGE, "and names none, so nobody looks"


def test_an_old_form_that_calls_itself_an_automatic_reply_still_counts() -> None:
    old = b"From: MAILER-DAEMON@x.example\nAuto-Submitted: auto-replied\nX-Failed-Recipients: ada@example.org\n"
    raw = old + b"To: bounces+" + NAME.encode() + b"@music.example\n\nA message that you sent could not be delivered.\n"
    assert read(raw).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    "raw",
    [
        bounced.vacation(),
        b"X-Autoreply: yes\nTo: bounces+" + NAME.encode() + b"@music.example\n\nHi. This is the qmail-send program\n",
        bounced.report().replace(b"report-type=delivery-status", b"report-type=disposition-notification").replace(
            b"message/delivery-status", b"message/disposition-notification"
        ),
        bounced.report().replace(b"report-type=delivery-status", b"report-type=feedback-report").replace(
            b"message/delivery-status", b"message/feedback-report"
        ),
        f"From: ada@example.org\nIn-Reply-To: <{NAME}@music.example>\n\nThank you!\n".encode(),
    ],
)  # fmt: skip
def test_replies_receipts_and_complaints_are_no_bounces(raw: bytes) -> None:
    assert read(raw).verdict is Verdict.REPLY


def test_a_report_that_somebody_attached_says_nothing_of_its_sender() -> None:
    forwarded = b"From: ada@example.org\nContent-Type: multipart/mixed; boundary=z\n\n--z\n\nLook\n--z\n"
    raw = forwarded + b"Content-Type: message/rfc822\n\n" + bounced.report() + b"\n--z--\n"
    assert read(raw).verdict is Verdict.STRANGE


HOSTILE = {
    "fifty megabytes": bounced.report().replace(b"Words that a stranger wrote.", b"x" * 50_000_000),
    "a thousand levels": b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(1000)
    ),
    "a thousand messages within": b"Content-Type: message/rfc822\n\n" * 1000,
    "one boundary for all": b'Content-Type: multipart/mixed; boundary=b\n\n--b\n' * 20_000,
    "empty lines": b"\n" * 600_000,
    "fields without names": b":\n" * 300_000,
    "empty recipients": b"Content-Type: message/delivery-status\n\n" + b"\n\n" * 300_000,
    "NULs": b"\0" * 600_000,
    "half of everything": b'Content-Type: multipart/mixed; boundary="' + b'";' * 30_000,
    "a charset that is none": b"Subject: =?utf-99?b?AAAA?=\nContent-Type: text/plain; charset*=x'y'%00\n\n\xff\xfe",
    "brackets": b"From: " + b"(" * 60_000 + f"\nTo: {NAME}@x\n\n".encode() + b"(" * 60_000,
    "nothing": b"",
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_a_stranger_sends_is_answered_with_bounded_work(what: str) -> None:
    calls = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        told = read(HOSTILE[what])
    finally:
        sys.setprofile(None)
    assert told.verdict is (Verdict.FAILED if what == "fifty megabytes" else Verdict.STRANGE)
    assert calls < 700_000, "counted, not timed"


@given(st.binary(max_size=600), st.integers(0, 1800), st.booleans())
def test_no_bytes_make_it_stumble(noise: bytes, at: int, replaces: bool) -> None:
    whole = bounced.report()
    for raw in (
        noise,
        whole[:at] + noise + whole[at + (len(noise) if replaces else 0) :],
        bounced.of_qmail()[:at] + noise,
    ):
        told = read(raw)
        assert told.verdict in Verdict
        assert len(told.status) <= 11
        assert all(len(name) == 32 for name in told.names)


@given(st.lists(st.sampled_from([b"--b\n", b"--b--\n", b"Content-Type: multipart/mixed; boundary=b\n", b"\n", b"x\n"])))
def test_a_message_has_a_bounded_number_of_parts(lines: list[bytes]) -> None:
    found = list(parts.walk(parts.opened(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"".join(lines) * 20)))
    assert 1 <= len(found) <= 50
    assert max(part.depth for part in found) <= 6
