"""Budgets at the door: how much one takes, before music is handed out. What is not music is never held up here.

How fast sound goes out then, `flow` sees to.
"""

import asyncio
import html
import re
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _

from antiphon.accounts.core.names import RESERVED
from antiphon.guard import service as guard
from antiphon.guard.core.agents import Agent
from antiphon.guard.core.pace import Step, Verdict
from antiphon.guard.core.paths import NOBODY, Subject, is_open, subject_of
from antiphon.guard.core.visitors import Shown
from antiphon.site.door import refusals
from antiphon.site.door.asgi import Headers, Receive, Scope, Send
from antiphon.site.door.flow import BEGIN_WITHIN_S, Flow, Gate
from antiphon.site.door.replies import reply

TRAP = "/guard/way"  # in robots.txt, and in markup that is no link: nobody comes here who reads either
SIGN_UP = "/account/signup/"
BUTTON = "/guard/button"
MOST_SLOWED = 1000  # that wait at the same time; more are told to come back
_NAMES = {Step.WAIT: "too-fast", Step.CHALLENGE: "challenged", Step.REFUSE: "refused"}
_SOUND, _KEPT = "/media/renditions/", "/media/downloads/"
_EMBED = re.compile(rb"&a=(embed-[0-9a-f]{32})")
_COOKIE = re.compile(rb"(?:^|;)\s*([a-z_]{1,40})=([^;]{0,400})")


class Pacing:
    """Asks the budgets, and carries out what they say."""

    def __init__(self) -> None:
        self.listener = settings.LISTENER_COOKIE_NAME.encode()
        self.session = settings.SESSION_COOKIE_NAME.encode()
        self.slowed = 0
        self.flow = Flow()

    def shown(self, scope: Scope) -> tuple[Shown, str]:
        """What a request shows of who sends it, and the pass it holds."""
        cookies: dict[bytes, bytes] = {}
        bearer = ""
        for name, value in scope["headers"]:
            if name == b"cookie":
                cookies.update(_COOKIE.findall(value[:8192]))
            elif name == b"authorization" and value[:7].lower() == b"bearer ":
                bearer = value[7:200].decode("latin-1")
        said = {
            name: cookies.get(key, b"").decode("latin-1")
            for name, key in (("listener", self.listener), ("session", self.session))
        }
        address = str((scope.get("client") or ("",))[0])
        audience = _EMBED.search(scope["query_string"]) if scope["path"].startswith("/media/") else None
        name = audience[1].decode() if audience else ""
        passed = cookies.get(_PASS, b"").decode("latin-1")
        return Shown(address, said["listener"], said["session"], bearer, name), passed

    async def holds_up(self, scope: Scope, send: Send, agent: Agent | None = None) -> bool:
        """Let a request go on, after a moment where it is slowed; or answer it, and return true."""
        path, method = scope["path"], scope["method"]
        if path == TRAP:
            await self._trap(scope, send)
            return True
        if method == "POST" and path.rstrip("/") == SIGN_UP.rstrip("/"):
            verdict = guard.budgets().sign_up(self.shown(scope)[0])
            return await self._carry_out(scope, send, verdict, NOBODY)
        if method not in ("GET", "HEAD"):
            return False
        subject = subject_of(path, RESERVED)
        if subject == NOBODY or path.startswith("/media/waveforms/") or is_open(path, has_key=False):
            return False
        shown, passed = self.shown(scope)
        units = 1.0 if subject.recording_id else 0.25
        # A search engine that can prove itself may read every page; to sound, proof is no key.
        if not subject.recording_id and guard.who_proved.is_proved(agent, shown.address):
            return False
        verdict = guard.budgets().ask(shown, units=units, track=_number(subject), cookie=passed)
        return await self._carry_out(scope, send, verdict, subject)

    async def _carry_out(self, scope: Scope, send: Send, verdict: Verdict, subject: Subject) -> bool:
        if verdict.step is Step.PASS:
            return False
        if verdict.step is Step.SLOW and self.slowed < MOST_SLOWED:
            self.slowed += 1
            try:
                await asyncio.sleep(verdict.wait_s)
            finally:
                self.slowed -= 1
            return False
        await self._refuse(scope, send, max(verdict.step, Step.WAIT), verdict.wait_s, subject)
        return True

    async def _refuse(self, scope: Scope, send: Send, step: Step, wait_s: float, subject: Subject) -> None:
        guard.count(_NAMES[step], subject)
        status = 403 if step is Step.REFUSE else 429
        headers, body = _answer(scope, step, max(1, round(wait_s)))
        await reply(send, status, headers, body.encode(), head=scope["method"] == "HEAD")

    async def _trap(self, scope: Scope, send: Send) -> None:
        if not _was_led(scope):
            guard.budgets().trapped(self.shown(scope)[0])
            guard.count("trapped")
        headers: Headers = [(b"content-type", b"text/plain"), (b"x-robots-tag", b"noindex, nofollow")]
        await reply(send, 404, headers, b"There is nothing here.\n", head=scope["method"] == "HEAD")

    def gate_for(self, scope: Scope, receive: Receive) -> Gate | None:
        """Return the gate that a reply of sound goes out by; None for what is no sound."""
        path = scope["path"]
        is_kept = path.startswith(_KEPT)
        if scope["method"] != "GET" or not (is_kept or path.startswith(_SOUND)):
            return None
        shown, passed = self.shown(scope)
        # What these addresses hold, a creator gives to anybody, whole; who forges one gets nothing at all.
        is_given = is_kept or b"&a=feed-" in scope["query_string"]
        taker = guard.budgets().taker(shown, passed, is_given=is_given)
        is_free = (is_given and taker.is_known) or not (taker.visitor or taker.network)
        return None if is_free else Gate(self.flow, taker, receive)

    async def ask_to_wait(self, scope: Scope, send: Send) -> None:
        """Answer a reply of sound that could not begin."""
        await self._refuse(scope, send, Step.WAIT, BEGIN_WITHIN_S, subject_of(scope["path"], RESERVED))


def _was_led(scope: Scope) -> bool:
    """Tell whether a browser says that a person pressed a link, or that another site's page asks: neither has read our
    markup, and somebody may have put the address there to harm them."""
    said = dict(scope["headers"])
    return said.get(b"sec-fetch-user") == b"?1" or said.get(b"sec-fetch-site") in (b"cross-site", b"same-site")


_PASS = guard.PASS_COOKIE.encode()


def _number(subject: Subject) -> int:
    """A number for the track: of recordings their own, which is the catalogue's order."""
    if subject.recording_id:
        return subject.recording_id
    return abs(hash(subject)) or 1


def _answer(scope: Scope, step: Step, wait_s: int) -> tuple[Headers, str]:
    headers: Headers = [
        *refusals.headers(b"default-src 'none'; frame-ancestors 'none'"),
        (b"x-robots-tag", b"noindex"),
        (b"link", f'<{settings.SITE_URL}/rsl.xml>; rel="license"; type="application/rsl+xml"'.encode()),
    ]
    if step is Step.REFUSE:
        title, words = _("Refused"), _("Far more was taken from here than anybody listens to.")
        more = (
            f'<a href="/terms">{html.escape(_("The terms"))}</a> · <a href="/about">{html.escape(_("Who to ask"))}</a>'
        )
        return headers, refusals.page(html.escape(title), html.escape(words), more)
    headers.append((b"retry-after", str(wait_s).encode()))
    title = _("A little slower, please")
    words = _("Much music was taken from here without being heard. It goes on in %(n)s seconds.") % {"n": wait_s}
    back = quote(scope["path"][:200], safe="/") if not scope["path"].startswith("/media/") else "/"
    more = f'<a href="{BUTTON}?next={html.escape(back)}">{html.escape(_("I am a person and want to go on now"))}</a>'
    return headers, refusals.page(html.escape(title), html.escape(words), more)
