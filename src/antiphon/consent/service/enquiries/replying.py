"""Replying to an enquiry: a yes is a grant at the gate, a no an act with a receipt; the last word stands."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.consent.core.enquiries import counted
from antiphon.consent.core.purposes import PURPOSES
from antiphon.consent.models import Act, Enquiry, Grant, Reply, ReplyOf
from antiphon.consent.service import acts, granting
from antiphon.consent.service.enquiries import letters, reading
from antiphon.consent.service.enquiries.reading import Asked
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, Gone

WORDS_CHARS = 1000


def reply(
    user: accounts.User,
    uid: str,
    yes: Collection[int],
    *,
    words: str = "",
    shuts_out: bool = False,
    via: str = "studio",
) -> Reply:
    """Say yes for these of one's recordings, and no for the others that an enquiry is about.

    Said again, it takes the place of what was said before: a yes that became a no is a grant that ends. With
    `shuts_out`, nothing more of this asker reaches them. Raises `NotFound`, `Gone`, `BadInput`, `Conflict`.
    """
    with transaction.atomic():
        acts.grow()
        return _reply(reading.for_holder(user, uid), yes, words, shuts_out=shuts_out, by=user, via=via)


def reply_by_token(token: str, yes: Collection[int], *, words: str = "", shuts_out: bool = False) -> Reply:
    """The same for a holder who has no account, by the address in their letter.

    A yes is said once there; who has it later can turn it into a no, and nothing into a yes.
    """
    with transaction.atomic():
        acts.grow()
        asked = reading.by_token(token)
        if asked.said and any(not asked.said.get(pk) for pk in yes):
            raise Conflict(
                _("You have replied already, and by this address a no cannot become a yes."),
                hint=_("Sign up with the address that the letter came to, and answer in the studio."),
            )
        return _reply(asked, yes, words, shuts_out=shuts_out, by=None, via="link")


def _reply(
    asked: Asked, yes: Collection[int], words: str, *, shuts_out: bool, by: accounts.User | None, via: str
) -> Reply:
    enquiry = Enquiry.objects.select_for_update(of=("self",)).select_related("actor").get(pk=asked.enquiry.pk)
    _check(asked, enquiry, yes, words)
    kept = _grants(asked, enquiry)
    same = asked.said == {pk: pk in yes for pk in asked.recording_ids} and set(yes) <= kept.keys()
    if same and not words.strip() and not shuts_out:
        # Sent twice, by a double press or by somebody else: it is one reply, and whoever asked gets one letter.
        return Reply.objects.filter(enquiry=enquiry, party=asked.party).latest("pk")
    row = Reply.objects.create(
        enquiry=enquiry, party=asked.party, words=words.strip(), shuts_out=shuts_out, at=clock.now()
    )
    given = sorted(set(yes) - kept.keys())
    grants = dict(kept) | _give(asked, enquiry, given, by, via)
    refused = sorted(set(asked.recording_ids) - set(yes))
    for pk in refused:
        if pk in kept:
            granting.end(kept[pk], by=by, via=via)
    if refused:
        told = {"refused": refused, "purpose": PURPOSES[enquiry.purpose - 1].slug, "enquiry": enquiry.uid}
        told["actor"] = enquiry.actor.slug if enquiry.actor else ""
        acts.write(Act.Kind.REPLY, party=asked.party, by=by, via=via, told=told, at=row.at)
    lines = [
        ReplyOf(reply=row, subject_id=pk, is_yes=pk in yes, grant=grants[pk] if pk in yes else None)
        for pk in asked.recording_ids
    ]
    ReplyOf.objects.bulk_create(lines)
    letters.replied(enquiry, row.pk, counted(reading.lines_of(enquiry)), row.words)
    return row


def _check(asked: Asked, enquiry: Enquiry, yes: Collection[int], words: str) -> None:
    if not reading.is_open(enquiry):
        # A no is heard at any time, and so is taking back a yes.
        if enquiry.withdrawn_at is not None and not asked.said:
            raise Gone(_("Whoever asked has taken the enquiry back."))
        if yes:
            raise Gone(_("The time for a yes to this is over."), hint=_("Whoever asked may ask again."))
    if not set(yes) <= set(asked.recording_ids):
        raise BadInput(_("You hold no rights in one of these."), fields={"yes": _("Only recordings of your own.")})
    if len(words) > WORDS_CHARS:
        said = _("At most %(most)d characters.") % {"most": WORDS_CHARS}
        raise BadInput(said, fields={"words": said})


def _grants(asked: Asked, enquiry: Enquiry) -> dict[int, Grant]:
    """The grants that this party gave in earlier replies and that have not ended."""
    rows = ReplyOf.objects.filter(reply__enquiry=enquiry, reply__party=asked.party, grant__revoked_at=None)
    rows = rows.exclude(grant=None).select_related("grant").order_by("reply_id")
    return {row.subject_id: row.grant for row in rows if row.grant is not None}


def _give(
    asked: Asked, enquiry: Enquiry, recording_ids: list[int], by: accounts.User | None, via: str
) -> dict[int, Grant]:
    if not recording_ids or enquiry.actor is None:
        return {}
    granting.actor(enquiry.actor.slug)  # one that was ended is granted nothing
    begins = max(enquiry.starts_at, clock.now())
    rows = granting.give(
        asked.party, recording_ids, PURPOSES[enquiry.purpose - 1].slug, enquiry.actor.slug, begins, enquiry.ends_at,
        by=by, via=via, because={"enquiry": enquiry.uid},
    )  # fmt: skip
    return {row.subject_id: row for row in rows}
