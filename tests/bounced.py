"""Messages as mail servers send them when a letter comes back: for tests, with the name of a letter filled in."""

NAME = "0123456789abcdef0123456789abcdef"


def report(
    name: str = NAME,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown",
    to: str = "bounces@music.example",
    returned: str = "message/rfc822",
) -> bytes:
    """A delivery status notification as Postfix writes it (RFC 3464). Without a name, nothing came back with it."""
    back = (
        f"Content-Description: Undelivered Message\nContent-Type: {returned}\n\n"
        "Return-Path: <bounces@music.example>\nReceived: from music.example by mx.example; Fri, 27 Nov 2026 10:00:00\n"
        f"Message-ID: <{name}@music.example>\nFrom: Antiphon <antiphon@music.example>\nTo: ada@example.org\n"
        "Subject: What changes\n\nWords that a stranger wrote.\n"
        if name
        else "Content-Type: text/plain\n\nThe message was too large to be returned.\n"
    )
    return f"""\
Return-Path: <>
Date: Fri, 27 Nov 2026 10:00:05 +0000 (UTC)
From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4X3F9.1764237605/mx.example"

This is a MIME-encapsulated message.

--4X3F9.1764237605/mx.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4X3F9.1764237605/mx.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 4X3F9
Arrival-Date: Fri, 27 Nov 2026 10:00:00 +0000 (UTC)

Final-Recipient: rfc822; ada@example.org
Original-Recipient: rfc822;ada@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: {said}

--4X3F9.1764237605/mx.example
{back}
--4X3F9.1764237605/mx.example--
""".encode()


def in_utf8(name: str = NAME) -> bytes:
    """The same for an address that is no ASCII (RFC 6533), with the report in base64."""
    import base64

    fields = (
        "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: utf-8; aïda@exämple.org\nAction: failed\nStatus: 5.6.7\n"
    )
    return f"""\
From: MAILER-DAEMON@mx.example
To: bounces@music.example
Subject: =?utf-8?q?Zur=C3=BCck?=
MIME-Version: 1.0
Content-Type: multipart/report; report-type=global-delivery-status; boundary=b

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Nicht zustellbar: aïda@exämple.org
--b
Content-Type: message/global-delivery-status
Content-Transfer-Encoding: base64

{base64.encodebytes(fields.encode()).decode()}
--b
Content-Type: message/global-headers; charset=utf-8

Message-ID: <{name}@music.example>
To: aïda@exämple.org
--b--
""".encode()


def of_qmail(name: str = NAME) -> bytes:
    """What qmail has written since before there was a standard."""
    return f"""\
From: MAILER-DAEMON@mail.example.org
To: bounces@music.example
Subject: failure notice

Hi. This is the qmail-send program at mail.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ada@example.org>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <bounces@music.example>
Message-ID: <{name}@music.example>
To: ada@example.org

Words that a stranger wrote.
""".encode()


def vacation(name: str = NAME) -> bytes:
    """Somebody is away (RFC 3834)."""
    return f"""\
From: Ada <ada@example.org>
To: bounces+{name}@music.example
Subject: Auto: What changes
Auto-Submitted: auto-replied (vacation)
In-Reply-To: <{name}@music.example>

I am away until Monday. Your message could not be delivered to my attention.
""".encode()
