"""Claims as cases: what each side is told, and what an end of one does. Fills `cases.ports.CaseKind`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from antiphon.accounts import service as accounts
from antiphon.cases import service as cases
from antiphon.cases.core.course import Course, Outcome, Side
from antiphon.cases.ports import About
from antiphon.catalogue import service as catalogue
from antiphon.identification.models import Claim, Match
from antiphon.identification.service import comparing, matches
from antiphon.identification.service.disputes import offers
from antiphon.identification.service.disputes.claims import REASONS
from antiphon.identification.service.disputes.match_cases import way_of
from antiphon.identification.service.disputes.stretches import clock_words
from antiphon.jobs import service as jobs

RECHECK = "identification.recheck_claim"


def recheck(claim_id: int) -> None:
    """Look for the reference of a claim in everything here, as long as the claim runs. May run twice.

    Not for one that is held itself: with a copy of somebody's song anybody could have the song held.
    """
    row = Claim.objects.filter(pk=claim_id).first()
    file = cases.by_ids([row.case_id]).get(row.case_id) if row is not None and row.case_id else None
    if row is None or row.reference_id is None or file is None or file.closed_at is not None:
        return
    if matches.held_of([row.reference_id]).get(row.reference_id) == catalogue.FREE:
        comparing.recheck(row.reference_id)


class ClaimCases:
    """`cases.ports.CaseKind`: a claim that its uploader does not answer stands; one not defended lapses."""

    label = _lazy("claim")
    course = Course(
        answer_within=timedelta(days=14),
        reply_within=timedelta(days=10),
        answer_reminders=(timedelta(days=7), timedelta(days=12)),
        reply_reminders=(timedelta(days=7),),
        lapses=True,
    )

    def names(self, about: Sequence[About], side: Side) -> Mapping[int, str]:
        """Both sides name the same: the track that is claimed is public."""
        rows = dict(
            Claim.objects.filter(case_id__in=[one.file_id for one in about]).values_list("case_id", "recording_id")
        )
        titles = catalogue.titles_of(rows.values())
        return {pk: titles[recording].title for pk, recording in rows.items() if pk and recording in titles}

    def opening(self, about: About, side: Side) -> str:
        row = Claim.objects.filter(pk=about.subject_id).first()
        if row is None or side is Side.HOLDER:
            return ""
        titled = catalogue.titles_of([row.recording_id]).get(row.recording_id)
        said = {
            "who": claimant_name(row), "name": titled.title if titled else "",
            "span": clock_words(row.at_ms, row.length_ms), "reason": REASONS[row.reason],
        }  # fmt: skip
        return (
            _(
                "%(who)s claims a stretch of your “%(name)s” (%(span)s): %(reason)s. Everybody can hear it meanwhile. "
                "You can agree, or answer with a counter-notice; without an answer in fourteen days the stretch counts "
                "as unresolved, and a moderator decides."
            )
            % said
        )

    def begun(self, about: About, *, at: datetime) -> None:
        """What the claimant names as their own is looked for in everything that is here."""
        if Claim.objects.filter(pk=about.subject_id).exclude(reference_id=None).exists():
            jobs.enqueue(RECHECK, claim_id=about.subject_id)

    def settled(self, about: About, outcome: Outcome, *, by: int | None, because: str, at: datetime) -> None:
        row = Claim.objects.filter(pk=about.subject_id).first()
        if row is None:
            return
        said = cases.last_answer(about.file_id)
        upload = About(about.file_id, row.recording_id, about.uploader_id, about.holder_id)
        if outcome is Outcome.AGREED and said is not None:
            offers.carry_out(upload, said.told)
        if outcome is Outcome.REMOVED:
            offers.remove(upload)
        upheld = outcome is Outcome.AGAINST
        row.stands = row.holds = upheld
        row.save(update_fields=["stands", "holds"])
        found = list(Match.objects.filter(case_id=about.file_id).values_list("pk", flat=True))
        if found:
            way = way_of(outcome, str(said.told.get("way", "")) if said is not None else "")
            matches.resolve(found, by=by, way=way, because=because, at=at)
        matches.changed([row.recording_id])
        if upheld:
            catalogue.hold_back([row.recording_id])

    def unanswered(self, about: About, *, at: datetime) -> None:
        row = Claim.objects.filter(pk=about.subject_id).first()
        if row is None:
            return
        row.stands = True
        row.save(update_fields=["stands"])
        matches.changed([row.recording_id])


def claimant_name(row: Claim) -> str:
    """Return the name under which somebody claims: the first of their profiles."""
    if row.claimant_id is None:
        return _("Somebody who has left")
    found = accounts.User.objects.filter(pk=row.claimant_id).first()
    profiles = accounts.profiles_of(found) if found is not None else []
    return profiles[0].name if profiles else _("Somebody with an account")
