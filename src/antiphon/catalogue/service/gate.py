"""What the catalogue tells the gate, each in the transaction that makes it so."""

from collections.abc import Iterable

from antiphon.accounts import service as accounts
from antiphon.catalogue.models import MusicSet, Recording, SetItem, Track
from antiphon.consent import service as consent
from antiphon.terms import service as terms

_CHUNK = 500


def recording_came(recording: Recording, uploader: accounts.User) -> None:
    """A recording is here. Whoever attested it accepted the terms of that moment; those bind it."""
    track = recording.track
    consent.keep_subject(
        recording.pk,
        track_id=track.pk,
        owner=track.profile.owner,
        by_label=_is_label(track.profile),
        terms=terms.accept(uploader, terms.UPLOAD).hash if recording.attested_at else terms.hash_of_none(),
        withdrawn=track.state == Track.State.WITHDRAWN,
    )


def recordings_attested(recordings: Iterable[Recording], user: accounts.User) -> None:
    """Recordings that came in without a word about rights have it now."""
    consent.bind_terms([recording.pk for recording in recordings], terms.accept(user, terms.UPLOAD).hash)


def set_changed(music_set: MusicSet) -> None:
    """A set holds other tracks. Answers on it reach its creator's own tracks, never what others put in theirs."""
    own = SetItem.objects.filter(music_set=music_set, track__profile__owner_id=music_set.profile.owner_id).values_list(
        "track_id", flat=True
    )
    consent.put_in_set(music_set.pk, own)


def tell_missing() -> int:
    """Tell the gate about recordings it does not know: those that came in before there was one. Return how many."""
    told = 0
    last = 0
    while True:
        rows = list(
            Recording.objects.filter(pk__gt=last).select_related("track__profile__owner").order_by("pk")[:_CHUNK]
        )
        if not rows:
            break
        last = rows[-1].pk
        missing = consent.missing_subjects(row.pk for row in rows)
        for row in rows:
            if row.pk in missing:
                recording_known(row)
                told += 1
    if told:
        for music_set in MusicSet.objects.select_related("profile").iterator():
            set_changed(music_set)
    return told


def recording_known(recording: Recording) -> None:
    """Tell the gate about a recording from before: no terms were accepted with it, so none forbid and none allow."""
    track = recording.track
    consent.keep_subject(
        recording.pk,
        track_id=track.pk,
        owner=track.profile.owner,
        by_label=_is_label(track.profile),
        terms=terms.hash_of_none(),
        withdrawn=track.state == Track.State.WITHDRAWN,
    )


def _is_label(profile: accounts.Profile) -> bool:
    return profile.is_label or "label" in accounts.roles_of(profile.owner)
