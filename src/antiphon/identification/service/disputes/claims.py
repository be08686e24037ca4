"""Claims: a rights holder says that a stretch of somebody's published track is theirs. What follows is a case."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from antiphon.accounts import service as accounts
from antiphon.cases import service as cases
from antiphon.cases.core.course import Stage
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.core import words as cleaning
from antiphon.consent import service as consent
from antiphon.identification.core import claiming
from antiphon.identification.core.claiming import Claimed
from antiphon.identification.models import Claim
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, TooMany

KIND = "claim"
REASONS = {
    Claim.Reason.RECORDING.value: _lazy("My recording is in it"),
    Claim.Reason.COMPOSITION.value: _lazy("My song is played in it"),
    Claim.Reason.PERFORMANCE.value: _lazy("I am heard in it"),
    Claim.Reason.OTHER.value: _lazy("Something else of mine is in it"),
}
ALL_PURPOSES = (1 << 16) - 1


def check_may_claim(user: accounts.User, track: catalogue.Track) -> None:
    """Raise `NotAllowed` for one's own track, `Conflict` for one that is not published."""
    if catalogue.is_owner(user, track):
        raise NotAllowed(_("This is your own track."))
    if not catalogue.is_public(track) or track.recording is None:
        raise Conflict(_("Only what is published can be claimed."), hint=_("Nobody else hears this one."))


def claim(
    user: accounts.User, track: catalogue.Track, claimed: Claimed, *, reference_id: int | None = None
) -> cases.CaseFile:
    """Claim a stretch of a track that this person sees; its uploader is told, with the reason.

    reference_id: the claimant's own recording that it is taken from. Of somebody whose claims were found to be made in
    bad faith a moderator looks first. Raises `BadInput`, `NotAllowed`, `Conflict` for a stretch claimed already, and
    `TooMany`.
    """
    check_may_claim(user, track)
    recording = track.recording
    assert recording is not None  # noqa: S101  (checked above)
    claimed = _clean(claimed)
    faults = {name: _(said) for name, said in _faults(user, claimed, recording.duration_ms or 0, reference_id).items()}
    if faults:
        raise BadInput(_("This cannot be sent yet."), hint=" ".join(faults.values()), fields=faults)
    now = clock.now()
    with transaction.atomic():
        consent.hold()  # so that somebody's daily number is counted by one at a time
        _check_number(user)
        _check_not_twice(user, recording.pk, claimed)
        row = Claim.objects.create(
            claimant_id=user.pk, recording_id=recording.pk, reference_id=reference_id, at_ms=claimed.at_ms,
            length_ms=claimed.length_ms, reason=claimed.reason, proof_url=claimed.proof_url, made_at=now,
        )  # fmt: skip
        screened = claiming.is_screened(cases.abuses_of(user.pk, KIND, now - claiming.ABUSE_LASTS))
        told = {
            "recording": recording.pk, "at_ms": claimed.at_ms, "length_ms": claimed.length_ms,
            "reason": claimed.reason, "reference": reference_id, "proof": claimed.proof_url, "good_faith": True,
        }  # fmt: skip
        return cases.open_file(
            KIND, row.pk, uploader_id=track.profile.owner_id, holder_id=user.pk, by=user.pk, at=now,
            stage=Stage.SCREEN if screened else Stage.ANSWER, words=claimed.words, told=told,
            link=lambda file_id: Claim.objects.filter(pk=row.pk).update(case_id=file_id),
        )  # fmt: skip


def with_claims(noes: Mapping[int, int | None], recording_ids: Sequence[int]) -> dict[int, int | None]:
    """Add what claims that nobody answered, or that were found right, forbid: everything, until they are settled.

    One query.
    """
    rows = Claim.objects.filter(recording_id__in=recording_ids, stands=True)
    standing = {pk: ALL_PURPOSES for pk in rows.values_list("recording_id", flat=True) if noes.get(pk) is not None}
    return {**noes, **standing}


def held_with_claims(held: Mapping[int, str], recording_ids: Sequence[int]) -> dict[int, str]:
    """Add what a moderator has found to be the claimant's: nobody hears it. One query."""
    rows = Claim.objects.filter(recording_id__in=recording_ids, holds=True)
    return {**held, **dict.fromkeys(rows.values_list("recording_id", flat=True), catalogue.HELD)}


def by_claims(claim_ids: Iterable[int]) -> dict[int, Claim]:
    """Return claims by their numbers: one query."""
    return Claim.objects.in_bulk(list(claim_ids))


def references_of(user: accounts.User, *, limit: int = 200) -> list[catalogue.Titled]:
    """Return the recordings that somebody can name as their own, the latest first."""
    found, _more = catalogue.titled_among(consent.held_by(user).values("pk"), limit=limit)
    return found


def _clean(claimed: Claimed) -> Claimed:
    return Claimed(
        claimed.at_ms, claimed.length_ms, claimed.reason, cleaning.lines(claimed.words, claiming.MOST_WORDS + 1),
        claimed.proof_url.strip(), claimed.good_faith,
    )  # fmt: skip


def _faults(user: accounts.User, claimed: Claimed, duration_ms: int, reference_id: int | None) -> dict[str, str]:
    faults = claiming.faults_of(claimed, duration_ms, tuple(REASONS))
    if reference_id is not None and not consent.held_by(user).filter(pk=reference_id).exists():
        faults["reference"] = "Choose one of your own tracks."
    return faults


def _check_number(user: accounts.User) -> None:
    now = clock.now()
    most = claiming.claims_a_day(now - user.date_joined)
    lately = Claim.objects.filter(claimant_id=user.pk, made_at__gt=now - timedelta(days=1)).order_by("-made_at")
    sent = list(lately.values_list("made_at", flat=True)[:most])
    if len(sent) == most:
        wait = int((sent[-1] + timedelta(days=1) - now).total_seconds()) + 1
        raise TooMany(_("You can make %(most)d claims a day.") % {"most": most}, retry_after_s=wait)


def _check_not_twice(user: accounts.User, recording_id: int, claimed: Claimed) -> None:
    mine = Claim.objects.filter(claimant_id=user.pk, recording_id=recording_id)
    files = cases.by_ids(pk for pk in mine.values_list("case_id", flat=True) if pk)
    for row in mine:
        file = files.get(row.case_id or 0)
        runs = file is not None and file.closed_at is None
        if runs and claiming.overlap(row.at_ms, row.length_ms, claimed.at_ms, claimed.length_ms):
            raise Conflict(_("You have claimed this stretch already."), hint=_("Add to that claim."))
