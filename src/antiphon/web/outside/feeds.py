"""Feeds of creators and sets, and the lasting addresses of sound in them."""

from collections.abc import Mapping
from datetime import UTC
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.core.licences import LICENCES
from antiphon.declarations import service as declarations
from antiphon.declarations.core.declaration import Declaration, strictest
from antiphon.declarations.core.lines import Place
from antiphon.kernel.errors import AntiphonError
from antiphon.web.declarations.telling import tell
from antiphon.web.outside import finding, permission, places, rss, tickets
from antiphon.web.outside.unchanged import sent
from antiphon.web.templatetags.look import credited

MOST_ENTRIES = 100
_CACHE_S = 300


@require_safe
def of_creator(request: HttpRequest, creator: str) -> HttpResponse:
    """A creator's public tracks, the latest first, for feed readers and programs that fetch podcasts."""
    try:
        profile = finding.face_at(creator)
    except AntiphonError as error:
        return _refused(error)
    if isinstance(profile, finding.Elsewhere):
        return HttpResponsePermanentRedirect(f"{profile.path}/feed.xml")
    page = catalogue.tracks_of(profile, None, limit=MOST_ENTRIES)
    told = declarations.of_tracks(page.tracks)
    with override(settings.LANGUAGE_CODE):
        words = profile.biography or _("Music by %(name)s.") % {"name": profile.name}
        channel = rss.Channel(
            title=profile.name,
            by=profile.name,
            page=settings.SITE_URL + profile.get_absolute_url(),
            address=places.feed(profile),
            words=words,
            language=settings.LANGUAGE_CODE,
            entries=_entries(page.tracks, told),
            picture=places.picture(profile.picture_key, 1000),
            generator=settings.SITE_NAME,
        )
    said = declarations.of_profile(profile) if page.next else strictest(told.values())
    return _sent(request, channel, said, declarations.place_in(profile))


@require_safe
def of_set(request: HttpRequest, creator: str, slug: str) -> HttpResponse:
    """A public set's tracks in its order."""
    try:
        found = finding.piece_at(finding.Address(creator, slug, "", is_set=True))
    except AntiphonError as error:
        return _refused(error)
    if isinstance(found, finding.Elsewhere):
        return HttpResponsePermanentRedirect(f"{found.path}/feed.xml")
    row = found.row
    assert isinstance(row, catalogue.MusicSet)  # noqa: S101  (asked for by its kind)
    told = declarations.of_tracks(found.tracks)
    with override(settings.LANGUAGE_CODE):
        words = row.description or _("%(title)s by %(who)s") % {"title": row.title, "who": row.profile.name}
        channel = rss.Channel(
            title=row.title,
            by=row.profile.name,
            page=found.page,
            address=places.feed(row),
            words=words,
            language=settings.LANGUAGE_CODE,
            entries=_entries(found.tracks[:MOST_ENTRIES], told),
            picture=places.picture(row.artwork_key or row.profile.picture_key, 1000),
            generator=settings.SITE_NAME,
        )
    return _sent(request, channel, strictest(told.values()), declarations.place_in(row.profile))


@require_safe
def listen(request: HttpRequest, creator: str, slug: str) -> HttpResponse:
    """Lead to the sound of a track whose creator lets feeds carry it, by an address that runs out."""
    try:
        found = finding.piece_at(finding.Address(creator, slug))
    except AntiphonError as error:
        return _refused(error)
    if isinstance(found, finding.Elsewhere):
        return HttpResponsePermanentRedirect(f"{found.path}/listen.m4a")
    track = found.tracks[0]
    said = declarations.note_track(request, track)
    if not may_carry(track) or track.recording is None:
        return _plain(403, _("The creator does not offer this track to feeds."))
    streams = audio.streams_for(track.recording, tickets.feed_audience(), declared=said.code)
    aac = next((one for one in streams if one.kind.startswith("aac")), None)
    if aac is None:
        return _plain(404, _("There is no copy of this track for feeds yet."))
    reply = HttpResponseRedirect(aac.url)
    reply.headers["Cache-Control"] = "no-store"
    reply.headers["X-Robots-Tag"] = "noindex"
    return reply


def may_carry(track: catalogue.Track) -> bool:
    """Tell whether feeds may carry a track's sound: public, embeddable everywhere, and its creator has said so."""
    public = track.sharing == catalogue.Sharing.PUBLIC
    return public and track.embeddable_by == permission.ANYWHERE and track.profile.feeds_sound


def guid_of(track: catalogue.Track) -> str:
    """Name a track for good: a tag (RFC 4151) of this site and its number, whatever its address becomes."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{track.created_at:%Y-%m-%d}:track/{track.pk}"


def _entries(tracks: list[catalogue.Track], told: Mapping[int, Declaration]) -> tuple[rss.Entry, ...]:
    sizes = audio.sizes_of(track.recording_id for track in tracks if track.recording_id and may_carry(track))
    return tuple(_entry(track, sizes.get(track.recording_id or 0), told[track.pk]) for track in tracks)


def _entry(track: catalogue.Track, size_bytes: int | None, said: Declaration) -> rss.Entry:
    licence = LICENCES[track.license]
    at = track.published_at or track.created_at
    by = credited(track)
    return rss.Entry(
        guid=guid_of(track),
        title=track.title,
        by=by,
        page=settings.SITE_URL + track.get_absolute_url(),
        words=track.description or _("%(title)s by %(who)s") % {"title": track.title, "who": by},
        at=at.astimezone(UTC),
        duration_ms=(track.recording.duration_ms if track.recording else 0) or 0,
        picture=places.picture(track.artwork_key, 1000),
        licence=(licence.name if licence.url else _(licence.name), licence.url),
        sound=rss.Sound(places.enclosure(track), size_bytes, "audio/mp4") if size_bytes else None,
        terms=declarations.content_of(track, said),
    )


def _sent(request: HttpRequest, channel: rss.Channel, said: Declaration, place: Place) -> HttpResponse:
    """Send a feed, or say that it is as the reader has it. It tells what holds also for tracks that it leaves out."""
    kind = "application/rss+xml; charset=utf-8"
    reply = sent(request, rss.written(channel), address=channel.address, kind=kind, seconds=_CACHE_S)
    return tell(reply, said, place)


def _refused(error: AntiphonError) -> HttpResponse:
    return _plain(error.status, str(error.message))


def _plain(status: int, words: str) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
