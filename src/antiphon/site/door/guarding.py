"""The guard at the door: known AI agents are answered before anything else is asked, by what they say they are.

Never asks the database, never raises: whatever a header holds, it names an agent or it does not.
"""

import html
import re

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.accounts.core.names import RESERVED
from antiphon.declarations import service as declarations
from antiphon.declarations.core.lines import Place, headers, unlisted
from antiphon.guard import service as guard
from antiphon.guard.core.agents import MOST_CHARS, Agent, Strictness
from antiphon.guard.core.paths import Subject, subject_of
from antiphon.guard.core.verdict import Refusal, judge, rsl_path
from antiphon.site.door import refusals
from antiphon.site.door.asgi import Headers, Scope, Send
from antiphon.site.door.replies import reply

_DECLARED = re.compile(rb"(?:^|&)d=([a-z]{1,32})(?:&|$)")


class Guarding:
    """Says who is refused, and how."""

    def __init__(self, strictness: str) -> None:
        self.strictness = Strictness(strictness)

    def agent_of(self, scope: Scope) -> Agent | None:
        """Return the known agent that a request says it is. Of several headers, all are read."""
        said = b" ".join(value[:MOST_CHARS] for name, value in scope["headers"] if name == b"user-agent")
        return guard.roll().of(said[:MOST_CHARS]) if said else None

    def refusal_of(self, scope: Scope) -> Refusal | None:
        """Return why a request is refused, None where it is not."""
        if self.strictness is Strictness.OFF:
            return None
        agent = self.agent_of(scope)
        if agent is None:
            return None
        found = _DECLARED.search(scope["query_string"][:4000])
        authorization = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        return judge(
            agent,
            scope["path"],
            self.strictness,
            authorization=authorization[:2000].decode("latin-1"),
            code=found[1].decode() if found else "",
        )

    async def refuse(self, scope: Scope, send: Send, refusal: Refusal) -> None:
        """Count it, and say no: in a short page, with where the licence stands."""
        subject = subject_of(scope["path"], RESERVED)
        guard.count(refusal.agent.name, subject)
        body = page_of(refusal, subject).encode()
        await reply(send, refusal.status, headers_of(refusal, subject), body, head=scope["method"] == "HEAD")


def headers_of(refusal: Refusal, subject: Subject) -> Headers:
    """Return the headers of a refusal: what is declared, and what the licence protocol asks for."""
    place = Place(settings.SITE_URL + rsl_path(subject), declarations.site_place().policy)
    words = refusal.words.replace('"', "'")
    lines = unlisted(headers(refusal.said, place))
    sent: Headers = [
        *refusals.headers(b"default-src 'none'; frame-ancestors 'none'; sandbox"),
        (b"vary", b"user-agent"),
        (b"www-authenticate", f'License error="{refusal.error}", error_description="{words}"'.encode()),
    ]
    return sent + [(name.lower().encode(), value.encode()) for name, value in lines]


def page_of(refusal: Refusal, subject: Subject) -> str:
    """Return the page of a refusal, for the person who reads an agent's log."""
    rsl = html.escape(settings.SITE_URL + rsl_path(subject))
    hint = html.escape(_("What may be done with it, and whom to ask:"))
    return refusals.page(
        html.escape(_("Refused: %(name)s") % {"name": refusal.agent.name}),
        html.escape(_(refusal.words)),
        f'{hint} <a href="{rsl}">{rsl}</a>',
        f'<a href="/licence">{html.escape(_("Ask for a licence"))}</a> · '
        f'<a href="/terms">{html.escape(_("Terms"))}</a> · <a href="/robots.txt">robots.txt</a>',
    )
