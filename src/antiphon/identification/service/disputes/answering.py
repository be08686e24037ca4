"""What an uploader answers: why they may, or what they offer. Checked here; what follows, the case's course says."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from antiphon.accounts import service as accounts
from antiphon.cases import service as cases
from antiphon.cases.core.course import Act
from antiphon.catalogue.core import words as cleaning
from antiphon.identification.core.claiming import is_link
from antiphon.identification.models import Claim, Match
from antiphon.identification.service.disputes import offers
from antiphon.identification.service.disputes.claims import KIND as CLAIM
from antiphon.kernel.errors import BadInput

WAYS = {
    Match.Way.OWN.value: _lazy("It is my own: an earlier recording of mine, or I am the same person"),
    Match.Way.LICENSED.value: _lazy("I have a licence for it"),
    Match.Way.COVER.value: _lazy("I play it myself: a cover"),
    Match.Way.PUBLIC_DOMAIN.value: _lazy("It is in the public domain"),
    Match.Way.MISTAKE.value: _lazy("It is a mistake: this is other music"),
}
SHORT_WAYS = {
    Match.Way.OWN.value: _lazy("their own"),
    Match.Way.LICENSED.value: _lazy("licensed"),
    Match.Way.COVER.value: _lazy("a cover"),
    Match.Way.PUBLIC_DOMAIN.value: _lazy("public domain"),
    Match.Way.MISTAKE.value: _lazy("a mistake"),
}
# Only whoever holds the other music can confirm a licence; about the rest a moderator makes up their mind.
_HOLDER_KNOWS = frozenset({Match.Way.LICENSED.value})
MOST_LICENCE, MOST_CREDIT = 1000, 300


def answer(
    user: accounts.User, uid: str, *, way: str, words: str, licence: str = "", link: str = "", good_faith: bool = False
) -> cases.CaseEntry:
    """Say why one may use what one's upload sounds like; to a claim this is the counter-notice.

    Raises `BadInput`, and as `cases.act` does.
    """
    file = cases.read(user, uid).file
    licence, link = cleaning.lines(licence, MOST_LICENCE), link.strip()
    faults = _faults(way, licence, link)
    if file.kind == CLAIM and not good_faith:
        faults["good_faith"] = _("A counter-notice needs this statement.")
    if faults:
        raise BadInput(_("This cannot be sent yet."), hint=" ".join(faults.values()), fields=faults)
    told = {"way": way, "licence": licence, "link": link} | ({"good_faith": True} if good_faith else {})
    asks_holder = file.kind == CLAIM or way in _HOLDER_KNOWS
    return cases.act(user, uid, Act.ANSWER, words, told=told, asks_holder=asks_holder)


def agree(
    user: accounts.User, uid: str, *, credit: str = "", share_percent: int = 0, words: str = ""
) -> cases.CaseEntry:
    """Agree that it is the holder's, and ask for their yes: with a credit, a share of the rights, or nothing.

    Raises `BadInput` for a share that one does not hold, and as `cases.act` does.
    """
    credit = cleaning.one_line(credit, MOST_CREDIT)
    if not 0 <= share_percent <= 100:
        said = _("A share is between 0 and 100 %.")
        raise BadInput(said, fields={"share_percent": said})
    told: dict[str, Any] = {"way": Match.Way.AGREED.value, "credit": credit, "share_percent": share_percent}
    offers.check(user, recording_of(cases.read(user, uid).file), told)
    return cases.act(user, uid, Act.AGREE, words, told=told)


def recording_of(file: cases.CaseFile) -> int:
    """Return the recording that a case is about."""
    if file.kind != CLAIM:
        return file.subject_id
    return Claim.objects.filter(pk=file.subject_id).values_list("recording_id", flat=True).first() or 0


def _faults(way: str, licence: str, link: str) -> dict[str, str]:
    faults = {}
    if way not in WAYS:
        faults["way"] = _("Choose one.")
    if link and not is_link(link):
        faults["link"] = _("A whole address, beginning with https://.")
    if way == Match.Way.LICENSED.value and not (licence or link):
        faults["licence"] = _("Say which licence: its number, its words, or where it can be read.")
    if way == Match.Way.PUBLIC_DOMAIN.value and not (licence or link):
        faults["licence"] = _("Say where it is from: composer and year, or where it can be read.")
    return faults
