"""Making an enquiry: who may be asked, proving the asker's address, and telling every holder."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.accounts.core.names import slug_of
from antiphon.consent.core.enquiries import MOST_TRACKS, OPEN_FOR, Asking, faults_of
from antiphon.consent.core.purposes import BY_SLUG, PURPOSES, Purpose
from antiphon.consent.models import Actor, Enquiry, EnquiryOf, Holder, Party, Reply
from antiphon.consent.ports import Tidings
from antiphon.consent.service import acts
from antiphon.consent.service.enquiries import letters, reading
from antiphon.consent.service.outside import NOTHING, told_of
from antiphon.kernel import clock, ids
from antiphon.kernel.errors import BadInput, Conflict, Gone, NotAllowed, TooMany
from antiphon.ledger import service as ledger

LINK_DAYS = 7  # to prove an address; the link goes on showing how the enquiry stands
Titles = Mapping[int, str]
_tidings: Tidings | None = None


def use_tidings(tidings: Tidings) -> None:
    """Name who tells people in the app; called by `site`."""
    global _tidings
    _tidings = tidings


@dataclass(frozen=True)
class Sorted:
    """Recordings by what their labels say to a use: who can be asked, what is allowed already, what is a no."""

    askable: tuple[int, ...]
    allowed: tuple[int, ...]
    refused: tuple[int, ...]


def sort_out(recording_ids: Iterable[int], purpose: str, asker: Actor | None = None) -> Sorted:
    """Sort recordings by whether their holders can be asked. Two queries.

    Of an asker whom a holder of a recording wants to hear nothing more from, it is refused.
    """
    wanted = list(dict.fromkeys(recording_ids))
    told = told_of(wanted)
    place = BY_SLUG[purpose].number - 1
    by_letter: dict[str, list[int]] = {"a": [], "y": [], "n": []}
    for pk in wanted:
        by_letter[told.get(pk, NOTHING)[place]].append(pk)
    shut = _shut_out(by_letter["a"], asker)
    refused = shut | set(by_letter["n"])
    return Sorted(
        tuple(pk for pk in by_letter["a"] if pk not in shut),
        tuple(by_letter["y"]),
        tuple(pk for pk in wanted if pk in refused),
    )


def _shut_out(recording_ids: Sequence[int], asker: Actor | None) -> set[int]:
    if asker is None or not recording_ids:
        return set()
    parties = Reply.objects.filter(enquiry__actor=asker, shuts_out=True).values("party")
    rows = Holder.objects.filter(party__in=parties, subject_id__in=recording_ids)
    return set(rows.values_list("subject_id", flat=True))


def asker_of(user: accounts.User | None, email: str = "") -> Actor | None:
    """Return whom the gate knows somebody as who has asked before, None for nobody."""
    rows = Actor.objects.filter(is_self_entered=True, ended_at=None)
    if user is not None:
        # Who asked by letter and has made an account since is the same: only who reads the letters can sign in.
        mine = Q(user=user) | Q(user=None, contact__iexact=user.email)
        return rows.filter(mine).order_by("-user", "pk").first()
    return rows.filter(user=None, contact__iexact=email).first() if email else None


def enquire(
    asking: Asking, recording_ids: Sequence[int], *, user: accounts.User | None, email: str = "", titles: Titles
) -> Enquiry:
    """Ask the holders of recordings, all of which can be asked.

    Somebody signed in has a proved address, so that it opens at once; to anybody else goes a letter with a link, and
    holders hear of it when that was used. `titles` are for the letters. Raises `BadInput`, `TooMany`, `NotAllowed`.
    """
    now = clock.now()
    address = user.email if user is not None else _address(email)
    asker = asker_of(user, address)
    if asker is not None:
        asking = _named(asking, asker.name)
    faults = faults_of(asking, now)
    if faults:
        words = {field: _(said) for field, said in faults.items()}
        raise BadInput(_("This cannot be sent yet."), hint=" ".join(words.values()), fields=words)
    _check_recordings(sort_out(recording_ids, asking.purpose, asker))
    with transaction.atomic():
        acts.hold()  # so that somebody's daily number is counted by one at a time
        _check_rate(user, address)
        secret = "" if user is not None else secrets.token_urlsafe(24)
        row = Enquiry.objects.create(
            uid=ids.new_uid().hex, user=user, name=asking.name.strip(), about=asking.about.strip(), email=address,
            purpose=BY_SLUG[asking.purpose].number, starts_at=asking.starts_at, ends_at=asking.ends_at,
            amount_minor=asking.offer.amount_minor if asking.offer else None,
            currency=asking.offer.currency if asking.offer else "", words=asking.words.strip(), made_at=now,
            secret_sha256=reading.hash_of(secret) if secret else None,
        )  # fmt: skip
        rows = [EnquiryOf(enquiry=row, subject_id=pk) for pk in sorted(set(recording_ids))]
        EnquiryOf.objects.bulk_create(rows)
        if secret:
            letters.prove(row, secret, len(rows))
        else:
            _open(row, titles)
    return row


def open_by_link(secret: str, titles: Titles) -> Enquiry:
    """The asker's address is proved: every holder is told. Twice is the same as once. Raises `Gone`."""
    with transaction.atomic():
        acts.hold()
        row = reading.by_link(secret, lock=True)
        if row.opened_at is not None:
            return row
        if row.withdrawn_at is not None or row.made_at <= clock.now() - timedelta(days=LINK_DAYS):
            raise Gone(_("This link has expired."), hint=_("Ask again; it takes a minute."))
        _open(row, titles)
    return row


def _open(row: Enquiry, titles: Titles) -> None:
    """Enter the asker, tell every holder and write it into the ledger. What became a no meanwhile is left out."""
    now, purpose = clock.now(), PURPOSES[row.purpose - 1]
    row.actor = asker_of(row.user, row.email) or _enter(row)
    if row.user is not None and row.actor.user_id is None:
        row.actor.user = row.user
        row.actor.save(update_fields=["user"])
    about = list(row.recordings.order_by("subject_id").values_list("subject_id", flat=True))
    left = sort_out(about, purpose.slug, row.actor).askable
    if not left:
        raise Gone(_("Meanwhile everybody there has said no."), hint=_("Nobody was told of this enquiry."))
    row.recordings.exclude(subject_id__in=left).delete()
    row.opened_at, row.closes_at = now, min(now + OPEN_FOR, row.ends_at)
    row.entry = _note(row, purpose, left)
    row.save(update_fields=["actor", "opened_at", "closes_at", "entry"])
    for party, recordings in _holders(left).items():
        letters.asked(row, party, [titles.get(pk, "") for pk in recordings])
        if party.user_id is not None and _tidings is not None:
            address = f"/studio/enquiries/{row.uid}"
            _tidings.tell_enquiry(party.user_id, address=address, about_id=row.pk, words=row.name)


def _enter(row: Enquiry) -> Actor:
    stem = slug_of(row.name, fallback="asker", limit=40)
    slug = stem
    while slug == "site" or Actor.objects.filter(slug=slug).exists():
        slug = f"{stem}-{ids.new_secret(6).lower()}"
    return Actor.objects.create(slug=slug, name=row.name, contact=row.email, is_self_entered=True, user=row.user)


def _note(row: Enquiry, purpose: Purpose, recordings: Sequence[int]) -> int:
    """Commit to it in the ledger: nobody can say later that it was not asked, or that something else was."""
    private = {
        "enquiry": row.uid, "actor": row.actor.slug if row.actor else "", "purpose": purpose.slug,
        "recordings": list(recordings), "from": row.starts_at.isoformat(), "to": row.ends_at.isoformat(),
        "offer": str(reading.offer_of(row) or ""), "at": clock.now().isoformat(),
        "words": hashlib.sha256(row.words.encode()).hexdigest(),
    }  # fmt: skip
    return ledger.append("enquiry", private, {"purpose": purpose.slug, "recordings": len(recordings)},
                         subject=f"enquiry:{row.uid}")  # fmt: skip


def _holders(recording_ids: Sequence[int]) -> dict[Party, list[int]]:
    rows = Holder.objects.filter(subject_id__in=recording_ids, party__ended_at=None)
    rows = rows.exclude(state=Holder.State.DECLINED).select_related("party__user").order_by("party_id", "subject_id")
    found: dict[Party, list[int]] = {}
    for holder in rows:
        found.setdefault(holder.party, []).append(holder.subject_id)
    return found


def withdraw(user: accounts.User, uid: str) -> Enquiry:
    """The asker takes their enquiry back. What was granted stays granted. Raises `NotFound`."""
    return _withdraw(reading.enquiry_of(user, uid))


def withdraw_by_link(secret: str) -> Enquiry:
    """The same, for who has no account. Raises `Gone`."""
    return _withdraw(reading.by_link(secret))


def _withdraw(row: Enquiry) -> Enquiry:
    Enquiry.objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=clock.now())
    row.refresh_from_db()
    return row


def forget_asker(user_id: int) -> None:
    """An account ends: what it asked for is withdrawn, and what it wrote goes where nothing was granted."""
    mine = Enquiry.objects.filter(user_id=user_id)
    mine.filter(withdrawn_at=None).update(withdrawn_at=clock.now())
    mine.exclude(replies__recordings__is_yes=True).update(name="", about="", words="", email="", secret_sha256=None)
    Actor.objects.filter(user_id=user_id, enquiries__replies__recordings__is_yes=True).update(user=None)
    for actor in Actor.objects.filter(user_id=user_id, is_self_entered=True):
        actor.name, actor.contact, actor.user, actor.ended_at = actor.slug, "", None, clock.now()
        actor.save(update_fields=["name", "contact", "user", "ended_at"])


def _named(asking: Asking, name: str) -> Asking:
    """Whoever is known here by a name keeps it: what was granted to it was granted to them."""
    return Asking(name, asking.about, asking.purpose, asking.starts_at, asking.ends_at, asking.words, asking.offer)


def _address(email: str) -> str:
    try:
        validate_email(email)
    except ValidationError:
        said = _("A whole e-mail address, to which the replies can go.")
        raise BadInput(said, fields={"email": said}) from None
    return email


def _check_recordings(found: Sorted) -> None:
    count = len(found.askable) + len(found.allowed) + len(found.refused)
    if not count:
        raise BadInput(_("Say which tracks you ask for."), fields={"tracks": _("None are named.")})
    if count > MOST_TRACKS:
        words = _("At most %(most)d tracks at a time.") % {"most": MOST_TRACKS}
        raise BadInput(words, fields={"tracks": words})
    if found.refused:
        raise NotAllowed(
            _("The answer is no for %(n)d of these tracks, and nobody is asked again.") % {"n": len(found.refused)},
            hint=_("Leave them out: their labels say no to this use."),
        )
    if found.allowed:
        raise Conflict(
            _("%(n)d of these tracks may be used for this already.") % {"n": len(found.allowed)},
            hint=_("Leave them out: nobody has to be asked."),
        )


def _check_rate(user: accounts.User | None, email: str) -> None:
    most = int(settings.ANTIPHON.enquiries_per_day)
    mine = Enquiry.objects.filter(user=user) if user is not None else Enquiry.objects.filter(email__iexact=email)
    if most and mine.filter(made_at__gt=clock.now() - timedelta(days=1)).count() >= most:
        raise TooMany(
            _("You can make %(most)d enquiries a day.") % {"most": most}, retry_after_s=3600,
            hint=_("One enquiry can be about many tracks."),
        )  # fmt: skip
