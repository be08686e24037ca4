"""What a message says of a letter: that it was not delivered, that a server still tries, or nothing of the kind. Pure.

Sources: RFC 3464 (reports), 6522 (multipart/report), 3463 (status codes), 6533 (the same in UTF-8), 3834 (automatic
replies). Other forms are left to flufl.bounce, which knows those that servers had before there was a standard.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from enum import StrEnum

from flufl.bounce import all_failures

from antiphon.mail.core.parts import Part, opened, walk


class Verdict(StrEnum):
    """What a message says."""

    FAILED = "failed"  # the letter was not delivered, and nobody tries any more
    DELAYED = "delayed"  # a server still tries
    DELIVERED = "delivered"  # or handed to a system that reports no more
    REPLY = "reply"  # a person or their program answers
    STRANGE = "strange"  # nothing that can be understood as any of these


@dataclass(frozen=True)
class Told:
    """What a message says, with the names of letters that it may be about, the likeliest first."""

    verdict: Verdict
    status: str = ""  # such as 5.1.1; empty where none is said
    names: tuple[str, ...] = ()


_STATUSES = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("message/rfc822", "message/global")
_RETURNED_HEADS = ("text/rfc822-headers", "message/global-headers", "message/rfc822-headers")
_NAME = re.compile(r"(?<![0-9a-z])([0-9a-f]{32})@", re.I)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_BASIC = re.compile(r"(?<![\d.])([245])\d\d(?![\d.])")
_ADDRESS = re.compile(r"[a-z0-9._+=-]{1,64}@[a-z0-9.-]{1,200}", re.I)
_ENVELOPE = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to")
_MOST_NAMES, _MOST_RECIPIENTS, _MOST_TEXT = 8, 100, 64 * 1024


def read(raw: bytes, *, to: str = "") -> Told:
    """Return what a message says. to: the address at which it came in, where whoever hands it over knows.

    Never raises, whatever the bytes; looks at the first half megabyte.
    """
    whole = opened(raw)
    parts = list(walk(whole))
    report = next((part for part in parts if part.kind in _STATUSES), None)
    said = [to, *(value for name in _ENVELOPE for value in whole.fields(name))]
    names = [*_returned(parts, reads_text=report is None), *(name for value in said for name in _names_in(value))]
    told = _reported(report) if report is not None else _guessed(whole, parts, is_named=bool(names))
    return Told(told.verdict, told.status, tuple(dict.fromkeys(names))[:_MOST_NAMES])


def _reported(report: Part) -> Told:
    """Read a delivery status (RFC 3464, 2): of several recipients, the worst. A letter has one; more are its alias'."""
    blocks = re.split(r"\n[ \t]*\n", report.text.strip())[: _MOST_RECIPIENTS + 1]
    found = [_of_recipient(HeaderParser().parsestr(block.strip() + "\n\n")) for block in blocks]
    for verdict in (Verdict.FAILED, Verdict.DELAYED, Verdict.DELIVERED):
        for one in found:
            if one.verdict is verdict:
                return one
    return Told(Verdict.STRANGE)


def _of_recipient(fields: Message) -> Told:
    """Read one recipient's fields. The action counts, and where it is none of the known ones, the status."""
    action = re.match(r"\s*([a-z]*)", str(fields.get("action", ""))[:100].lower())
    status = _status_in(str(fields.get("status", ""))[:100]) or _status_in(str(fields.get("diagnostic-code", ""))[:500])
    verdict = {
        "failed": Verdict.FAILED, "error": Verdict.FAILED, "delayed": Verdict.DELAYED,
        "delivered": Verdict.DELIVERED, "relayed": Verdict.DELIVERED, "expanded": Verdict.DELIVERED,
    }.get(action.group(1) if action else "")  # fmt: skip
    if verdict is None:
        by_class = {"5": Verdict.FAILED, "4": Verdict.DELAYED, "2": Verdict.DELIVERED}
        verdict = by_class.get(status[:1], Verdict.STRANGE)
    return Told(verdict, status)


def _status_in(said: str) -> str:
    """Find a status code (RFC 3463, 2), or make the general one of a reply code (RFC 5321, 4.2)."""
    whole = _STATUS.search(said)
    if whole:
        return ".".join(str(int(number)) for number in whole.groups())
    basic = _BASIC.search(said)
    return f"{basic.group(1)}.0.0" if basic else ""


def _guessed(whole: Part, parts: Sequence[Part], *, is_named: bool) -> Told:
    """Judge a message that is no report. An automatic reply says so (RFC 3834, 5), and no old server's bounce does.

    Only what names a letter is shown to the detectors: whoever has seen none cannot make them work.
    """
    auto = whole.field("auto-submitted").lower()
    replies = auto.startswith("auto-replied") or any(whole.field(name) for name in ("x-autoreply", "x-autorespond"))
    if whole.kind == "multipart/report" or (replies and not whole.field("x-failed-recipients")):
        return Told(Verdict.REPLY)
    delayed, failed = _detected(whole, parts) if is_named else (False, False)
    if failed:
        return Told(Verdict.FAILED, "5.0.0")
    if delayed:
        return Told(Verdict.DELAYED, "4.0.0")
    return Told(Verdict.REPLY if whole.field("in-reply-to") else Verdict.STRANGE)


def _detected(whole: Part, parts: Sequence[Part]) -> tuple[bool, bool]:
    """Tell whether one of the old forms says that a letter waits, or that it failed."""
    try:
        delayed, failed = all_failures(_plain(whole, parts))
    except (
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        RecursionError,
    ):  # one that stumbles over nonsense has found nothing
        return False, False
    return bool(delayed), bool(failed)


def _plain(whole: Part, parts: Sequence[Part]) -> Message:
    """Make a flat message of ASCII for detectors that read any: its telling fields, and its first text."""
    made = Message()
    sender = _ADDRESS.search(whole.field("from"))
    made["from"] = sender.group() if sender else "nobody@invalid"
    for name in ("subject", "x-failed-recipients", "x-mailer"):
        if whole.field(name):
            made[name] = _ascii(whole.field(name))
    made["content-type"] = "text/plain"
    made.set_payload(_ascii(_text(parts)))
    return made


def _text(parts: Sequence[Part]) -> str:
    return next((part.text[:_MOST_TEXT] for part in parts if part.kind == "text/plain"), "")


def _ascii(said: str) -> str:
    return said.encode("ascii", "replace").decode("ascii")


def _returned(parts: Sequence[Part], *, reads_text: bool) -> list[str]:
    """Return the names in what came back with the message: of the letter whole, of its head, or quoted in the text."""
    heads = [opened(part.content, 1) for part in parts if part.kind in _RETURNED]
    heads += [opened(part.content.lstrip() + b"\n\n", 1) for part in parts if part.kind in _RETURNED_HEADS]
    found = [name for head in heads for name in _names_in(head.field("message-id"))]
    return found + (_names_in(_text(parts)) if reads_text else [])


def _names_in(said: str) -> list[str]:
    return [name.lower() for name in _NAME.findall(said)[:_MOST_NAMES]]
