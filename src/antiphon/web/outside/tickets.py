"""What lets a player elsewhere fetch its sound without a cookie: a sealed note that its own page carries.

A note names one track and the nonce of one page, and ends. Shown again, it gives media addresses for the audience
`embed-<nonce>` (decision 12), after the right to hear and to embed the track has been asked anew.
"""

import secrets
from dataclasses import dataclass

from django.core import signing

from antiphon.kernel.errors import NotAllowed
from antiphon.storage import service as storage

GOOD_FOR_S = 12 * 3600
_SALT = "antiphon.embed"


@dataclass(frozen=True)
class Ticket:
    nonce: str
    track_id: int
    secret: str

    @property
    def audience(self) -> str:
        """Whom the addresses name that this ticket gives."""
        return audience_of(self.nonce)


def new_nonce() -> str:
    """Return the nonce of one page."""
    return secrets.token_hex(16)


def binding_of(nonce: str) -> str:
    """Return what the plays of one page are bound to, as those of our own pages are to a browser."""
    return storage.binding_of_audience(audience_of(nonce))


def seal(nonce: str, track_id: int, secret: str) -> str:
    """Return a ticket as text for an address."""
    return signing.dumps([nonce, track_id, secret], salt=_SALT)


def read(text: str, track_id: int) -> Ticket:
    """Return the ticket that this text is, for this track. Raises `NotAllowed` in words that a player can show."""
    try:
        nonce, named, secret = signing.loads(text, salt=_SALT, max_age=GOOD_FOR_S)
    except (signing.BadSignature, ValueError, TypeError):
        raise _ended() from None
    if named != track_id:
        raise _ended()
    return Ticket(nonce, named, secret)


def feed_audience() -> str:
    """Return an audience for one program that fetches the sound of a feed."""
    return f"feed-{secrets.token_hex(16)}"


def audience_of(nonce: str) -> str:
    """Return whom the addresses name that one page is given."""
    return f"embed-{nonce}"


def _ended() -> NotAllowed:
    return NotAllowed("This player has stood open for too long.", hint="Load the page that it is on again.")
