"""A mail server on loopback that takes every letter, and returns those for some addresses afterwards, as servers do."""

import asyncio
import mailbox
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope


@dataclass
class Postmaster:
    """What the server took, and what it does with it: addresses at `gone.example` have nobody behind them."""

    folder: Path  # the Maildir into which what is returned is delivered
    taken: list[tuple[str, str, Message]] = field(default_factory=list)  # envelope's sender, recipient, letter
    refused: set[str] = field(default_factory=set)  # addresses that are refused at once
    port: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.7.1 not from you"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:
        letter = BytesParser().parsebytes(envelope.content or b"")
        self.taken += [(str(envelope.mail_from), to, letter) for to in envelope.rcpt_tos]
        return "250 2.0.0 taken"

    def return_letters(self) -> int:
        """Send back what was for nobody, once; return how many."""
        box = mailbox.Maildir(str(self.folder))
        back = [one for one in self.taken if one[1].endswith("@gone.example")]
        self.taken = [one for one in self.taken if one not in back]
        for sender, to, letter in back:
            box.add(self.report(sender, to, letter))
        return len(back)

    def report(self, sender: str, to: str, letter: Message) -> EmailMessage:
        """Write a delivery status notification (RFC 3464) with the head of the letter."""
        made = EmailMessage()
        made["From"], made["To"], made["Subject"] = "MAILER-DAEMON@gone.example", sender, "Returned to sender"
        made["Return-Path"], made["Auto-Submitted"] = "<>", "auto-replied"
        made.set_content("The address has nobody behind it.")
        made.make_mixed()
        status, recipient = Message(), Message()
        status["Reporting-MTA"] = "dns; gone.example"
        recipient["Final-Recipient"], recipient["Action"], recipient["Status"] = f"rfc822; {to}", "failed", "5.1.1"
        recipient["Diagnostic-Code"] = f"smtp; 550 5.1.1 <{to}> unknown"
        report = Message()
        report["Content-Type"] = "message/delivery-status"
        report.set_payload([status, recipient])
        made.attach(report)
        head = Message()
        head["Content-Type"] = "text/rfc822-headers"
        head.set_payload("".join(f"{name}: {value}\n" for name, value in letter.items()))
        made.attach(head)
        made.replace_header("Content-Type", f'multipart/report; report-type=delivery-status; boundary="{"=" * 9}b"')
        return made


@contextmanager
def mail_server(folder: Path) -> Iterator[Postmaster]:
    """Run a mail server on a free port; what it returns is delivered into a Maildir in this folder."""
    mailbox.Maildir(str(folder))
    master, loop = Postmaster(folder), asyncio.new_event_loop()
    listening = loop.run_until_complete(loop.create_server(lambda: SMTP(master, loop=loop), "127.0.0.1", 0))
    master.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield master
    finally:
        loop.call_soon_threadsafe(listening.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
