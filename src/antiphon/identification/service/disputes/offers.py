"""What an uploader offers a holder, carried out once the holder accepts: a credit, a share of the rights; or the
upload taken away. In the transaction that settles the case.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.cases.ports import About
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.kernel.errors import BadInput, NotFound

PPM_OF_PERCENT = 10_000
MOST_DESCRIPTION = 10_000


def check(user: accounts.User, recording_id: int, told: Mapping[str, Any]) -> None:
    """Raise `BadInput` for an offer that could not be kept: of more than the uploader holds."""
    percent = int(told.get("share_percent", 0))
    mine = sum(row.share_ppm for row in consent.holders_of(recording_id) if row.party.user_id == user.pk)
    if percent * PPM_OF_PERCENT > mine:
        words = _("You hold %(mine)d %% of the rights; offer at most that.") % {"mine": mine // PPM_OF_PERCENT}
        raise BadInput(words, fields={"share_percent": words})


def carry_out(about: About, told: Mapping[str, Any]) -> None:
    """Write the credit into what is said of the track, and the holder into the list of those who share its rights."""
    titled = catalogue.titles_of([about.subject_id]).get(about.subject_id)
    if titled is None or about.uploader_id is None:
        return
    uploader = accounts.account_for(about.uploader_id)
    credit, percent = str(told.get("credit", "")), int(told.get("share_percent", 0))
    if credit:
        _credit(uploader, titled, credit)
    if percent and about.holder_id is not None:
        _share(uploader, accounts.account_for(about.holder_id), titled, percent * PPM_OF_PERCENT)


def remove(about: About) -> None:
    """Let the upload leave the platform, where it is still there and its uploader too."""
    titled = catalogue.titles_of([about.subject_id]).get(about.subject_id)
    if titled is None or about.uploader_id is None:
        return
    catalogue.withdraw_tracks(accounts.account_for(about.uploader_id), [titled.track_id])


def _credit(uploader: accounts.User, titled: catalogue.Titled, credit: str) -> None:
    track = catalogue.own_track(uploader, titled.track_id)
    if credit in track.description:
        return
    words = f"{track.description}\n\n{credit}".strip()[:MOST_DESCRIPTION]
    catalogue.edit_track(uploader, track.pk, {"description": words})


def _share(uploader: accounts.User, holder: accounts.User, titled: catalogue.Titled, ppm: int) -> None:
    recording_id = titled.recording_id
    there = consent.holders_of(recording_id)
    lines = [_line(row, uploader, holder, ppm) for row in there]
    if not any(row.party.user_id == holder.pk for row in there):
        name = next((one.name for one in accounts.profiles_of(holder)), holder.email)
        lines.append(consent.Named(name, holder.email, ("recording",), ppm))
    consent.name_holders(uploader, recording_id, lines, title=titled.title)
    try:
        consent.confirm(holder, recording_id)  # they have just accepted it, in the case
    except NotFound:
        return


def _line(row: consent.Holder, uploader: accounts.User, holder: accounts.User, ppm: int) -> consent.Named:
    share = row.share_ppm
    if row.party.user_id == uploader.pk:
        share -= ppm
    elif row.party.user_id == holder.pk:
        share += ppm
    roles: Sequence[str] = row.roles.split(",")
    return consent.Named(consent.holder_name(row), "", tuple(roles), share, row.is_minor, row.pk)
