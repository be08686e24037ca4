"""What a change of many tracks would do to each: worked out first, shown, and only then done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.template.defaultfilters import date as as_date
from django.utils import timezone
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.core import words
from antiphon.web.studio.forms.base import DOWNLOADS, SHARING, licence_names

_PLAIN = ("license", "sharing", "downloads", "genre")


@dataclass
class Planned:
    """One track, what would be stored, and the lines in which a person reads it: label, before, after."""

    track: catalogue.Track
    changes: dict[str, object] = field(default_factory=dict)
    lines: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    tracks: list[Planned]
    music_set: catalogue.MusicSet | None
    act: str
    at: datetime | None
    sharing: str

    @property
    def ids(self) -> list[int]:
        return [one.track.pk for one in self.tracks]

    @property
    def changed(self) -> list[Planned]:
        return [one for one in self.tracks if one.lines]


def plan(
    tracks: Sequence[catalogue.Track],
    asked: Mapping[str, Any],
    *,
    at: datetime | None,
    music_set: catalogue.MusicSet | None,
) -> Plan:
    """Return what the form's answers would change, track by track."""
    act, sharing = str(asked.get("act") or ""), str(asked.get("sharing") or "")
    planned = []
    for track in tracks:
        one = Planned(track)
        for name in _PLAIN:
            _plain(one, name, str(asked.get(name) or ""))
        _tags(one, str(asked.get("tags_add") or ""), str(asked.get("tags_remove") or ""))
        if music_set is not None:
            one.lines.append((_("Set"), "", _("at the end of “%(title)s”") % {"title": music_set.title}))
        _act(one, act, at)
        planned.append(one)
    return Plan(planned, music_set, act, at, sharing)


def carry_out(user: accounts.User, planned: Plan) -> None:
    """Do all of a plan, or none of it. Raises what the catalogue's verbs raise."""
    with transaction.atomic():
        for one in planned.tracks:
            if one.changes:
                catalogue.edit_track(user, one.track.pk, one.changes)
        if planned.music_set is not None:
            held = [track.pk for track in catalogue.tracks_in(user, planned.music_set.pk)]
            catalogue.put_tracks(user, planned.music_set.pk, [*held, *planned.ids])
        if planned.act == "publish":
            # Each keeps the sharing it has, unless that is "only me" or the form named another.
            for way in ("public", "secret"):
                ids = [one.track.pk for one in planned.tracks if _way(one, planned.sharing) == way]
                if ids:
                    catalogue.publish_tracks(user, ids, sharing=way, at=planned.at)
        elif planned.act == "unpublish":
            catalogue.unpublish_tracks(user, planned.ids)
        elif planned.act == "withdraw":
            catalogue.withdraw_tracks(user, planned.ids)
        elif planned.act == "delete":
            catalogue.delete_tracks(user, planned.ids)


def _way(one: Planned, sharing: str) -> str:
    wanted = sharing or one.track.sharing
    return "secret" if wanted == "secret" else "public"


def _plain(one: Planned, name: str, wanted: str) -> None:
    before = str(getattr(one.track, name))
    if not wanted or wanted == before:
        return
    labels = {
        "license": (_("Licence"), dict(licence_names())),
        "sharing": (_("Who may hear it"), dict(SHARING)),
        "downloads": (_("Who may download it"), dict(DOWNLOADS)),
        "genre": (_("Genre"), {}),
    }
    label, choices = labels[name]
    one.changes[name] = wanted
    one.lines.append((label, str(choices.get(before, before)), str(choices.get(wanted, wanted))))


def _tags(one: Planned, add: str, remove: str) -> None:
    gone = {tag.casefold() for tag in words.tags_of(remove)}
    held = words.tags_of(one.track.tag_list)
    kept = [tag for tag in held if tag.casefold() not in gone]
    after = words.tags_of(", ".join([*kept, *words.tags_of(add)]))
    if after != held:
        one.changes["tag_list"] = ", ".join(after)
        one.lines.append((_("Tags"), ", ".join(held), ", ".join(after)))


def _act(one: Planned, act: str, at: datetime | None) -> None:
    state = {"draft": _("Draft"), "published": _("Published"), "withdrawn": _("Withdrawn")}
    before = state.get(one.track.state, one.track.state)
    out = _("Published")
    if at is not None:
        zone = timezone.get_current_timezone_name()
        when = as_date(timezone.localtime(at), "j F Y, H:i")
        out = _("Published on %(when)s (%(zone)s)") % {"when": when, "zone": zone}
    after = {
        "publish": out,
        "unpublish": _("Draft"),
        "withdraw": _("Withdrawn"),
        "delete": _("Deleted for good, with its files"),
    }.get(act)
    if after and after != before:
        one.lines.append((_("State"), before, after))
