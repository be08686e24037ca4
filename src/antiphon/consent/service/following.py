"""New terms and old uploads: a version binds a recording that came in before it once every holder has accepted it.

Who was never asked, has no account or keeps the old text holds it where it is. Running twice changes nothing.
"""

from collections.abc import Sequence

from antiphon.accounts import service as accounts
from antiphon.consent.models import Holder, Subject
from antiphon.consent.service.subjects import bind_terms
from antiphon.jobs import service as jobs
from antiphon.terms import service as terms

FOLLOW = "consent.follow_terms"
_CHUNK = 500


def accepted_terms(user: accounts.User) -> None:
    """Somebody accepted a version: look, in a job, at what they hold rights in."""
    jobs.enqueue(FOLLOW, subject=f"user:{user.pk}", key=f"{FOLLOW}:{user.pk}", user_id=user.pk)


def follow_terms(user_id: int | None = None) -> int:
    """Bind what somebody holds rights in, or everything, by the newest version that all of its holders accepted;
    return how many recordings are bound by another version now."""
    rows = Subject.objects.order_by("pk")
    if user_id is not None:
        rows = rows.filter(holders__party__user_id=user_id).distinct()
    bound, last = 0, 0
    while ids := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:_CHUNK]):
        last = ids[-1]
        bound += _follow(ids)
    return bound


def _follow(recording_ids: Sequence[int]) -> int:
    holders: dict[int, set[int | None]] = {}
    found = Holder.objects.filter(subject_id__in=recording_ids).exclude(state=Holder.State.DECLINED)
    for pk, user_id, ended in found.values_list("subject_id", "party__user_id", "party__ended_at"):
        holders.setdefault(pk, set()).add(None if ended else user_id)
    people = {pk: frozenset(ids) for pk, ids in holders.items()}
    accepted = terms.accepted_by_all(set(people.values()))
    now = dict(Subject.objects.filter(pk__in=recording_ids).values_list("pk", "terms"))
    moved: dict[str, list[int]] = {}
    for pk, ids in people.items():
        version = accepted[ids]
        if version is not None and terms.is_later(version, now[pk]):
            moved.setdefault(version.hash, []).append(pk)
    for version_hash, ids_of in moved.items():
        bind_terms(ids_of, version_hash)
    return sum(map(len, moved.values()))
