"""The room's public face: what is told of a track, a set or the site, and where it is spelled out.

The answers are the gate's, as it would say them to whoever asks from outside (`consent.service.outside`); nothing is
kept here. What not everybody may hear is told as a no to everything.
"""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.catalogue.core.licences import LICENCES
from antiphon.consent import service as consent
from antiphon.declarations.core.declaration import NOTHING, SITE, Declaration, read, strictest
from antiphon.declarations.core.lines import Place
from antiphon.declarations.core.rsl import Content

MOST_IN_A_DOCUMENT = 1000


def note(carrier: HttpRequest | HttpResponse, said: Declaration, place: Place) -> None:
    """Write on a request or its reply what the reply shall tell. `noted` reads it where headers are written."""
    vars(carrier)["_declared"] = said, place


def noted(request: HttpRequest, response: HttpResponse) -> tuple[Declaration, Place]:
    """Return what a reply tells: what was noted on it or on its request, or else what holds for the whole site."""
    found = getattr(response, "_declared", None) or getattr(request, "_declared", None)
    return found or (SITE, site_place())


def note_track(carrier: HttpRequest | HttpResponse, track: catalogue.Track) -> Declaration:
    """Let a reply tell what is told of a track, and return it. One query."""
    said = of_track(track)
    note(carrier, said, place_of(track))
    return said


def note_profile(carrier: HttpRequest | HttpResponse, profile: accounts.Profile) -> None:
    """Let a reply tell what is told of a profile as a whole. One query."""
    note(carrier, of_profile(profile), place_in(profile))


def of_label(track: catalogue.Track, label: consent.Label) -> Declaration:
    """Return what is told of a track whose label has been read. No query."""
    return read(label.outside) if catalogue.is_public(track) else NOTHING


def of_track(track: catalogue.Track) -> Declaration:
    """Return what is told of a track. One query."""
    return of_tracks([track])[track.pk]


def of_tracks(tracks: Iterable[catalogue.Track]) -> dict[int, Declaration]:
    """Return what is told of each of these tracks, by track. One query."""
    rows = list(tracks)
    public = {row.pk: row.recording_id for row in rows if row.recording_id and catalogue.is_public(row)}
    told = consent.told_of(public.values())
    return {row.pk: read(told.get(public.get(row.pk) or 0)) for row in rows}


def of_several(tracks: Iterable[catalogue.Track]) -> Declaration:
    """Return what is told of a page with several tracks: the most restrictive of each purpose. One query."""
    return strictest(of_tracks(tracks).values())


def of_profile(profile: accounts.Profile) -> Declaration:
    """Return what is told of a profile as a whole: the most restrictive of all its public tracks. One query."""
    return strictest(read(word) for word in catalogue.told_of_profile(profile))


def of_recording(recording_id: int) -> tuple[Declaration, catalogue.Track | None]:
    """Return what is told of a recording, and the track that sounds like it where everybody may hear that."""
    track = catalogue.listenable(None).filter(recording_id=recording_id).first()
    return (of_track(track), track) if track is not None else (NOTHING, None)


def place_of(track: catalogue.Track) -> Place:
    """Return where a track's declaration is spelled out; for one that is not public, where the site's is."""
    if not catalogue.is_public(track) or not track.recording_id:
        return site_place()
    return Place(f"{settings.SITE_URL}{track.get_absolute_url()}/rsl.xml", policy_of(track.recording_id))


def place_in(profile: accounts.Profile) -> Place:
    """Return where the declarations of a profile's tracks are spelled out."""
    return Place(f"{settings.SITE_URL}{profile.get_absolute_url()}/rsl.xml", site_place().policy)


def place_of_set(music_set: catalogue.MusicSet) -> Place:
    """Return where it is spelled out for a set; for one that is not public, where the site's is."""
    return place_in(music_set.profile) if catalogue.is_public(music_set) else site_place()


def site_place() -> Place:
    """Return where it is spelled out what is told of everything here."""
    return Place(f"{settings.SITE_URL}/rsl.xml", f"{settings.SITE_URL}/policies/site.json")


def media_place(recording_id: int) -> Place:
    """Return where the declaration of a recording is spelled out, for replies that know nothing but its number."""
    return Place(f"{settings.SITE_URL}/policies/{recording_id}.xml", policy_of(recording_id))


def policy_of(recording_id: int) -> str:
    """Return the whole address of a recording's TDM policy."""
    return f"{settings.SITE_URL}/policies/{recording_id}.json"


def manifest_address(recording_id: int, name: str) -> str:
    """Return the whole address of the C2PA manifest of a copy that cannot hold one, by its key's last part."""
    return f"{settings.SITE_URL}/policies/{recording_id}/{name}.c2pa"


def content_of(track: catalogue.Track, said: Declaration) -> Content:
    """Return what RSL says of a public track: of its page, and of its sound wherever that is fetched."""
    page = settings.SITE_URL + track.get_absolute_url()
    return Content(
        (page, *_sound_of(track.recording_id or 0)),
        said,
        contact=ask_page(track.get_absolute_url()),
        terms=usage_page(track),
        owner=track.artists or track.profile.name,
        owner_page=settings.SITE_URL + track.profile.get_absolute_url(),
    )


def profile_content(profile: accounts.Profile, said: Declaration) -> Content:
    """Return what RSL says of a creator's page and the pages of their sets."""
    page = settings.SITE_URL + profile.get_absolute_url()
    return Content(
        (page, f"{profile.get_absolute_url()}/sets/"), said,
        contact=ask_page(profile.get_absolute_url()), terms=f"{settings.SITE_URL}/about",
        owner=profile.name, owner_page=page,
    )  # fmt: skip


def hidden_content(recording_id: int) -> Content:
    """Return what RSL says of sound that not everybody may hear: no to everything, and nothing of what it is."""
    return replace(site_content(NOTHING), urls=_sound_of(recording_id))


def site_content(said: Declaration) -> Content:
    """Return what RSL says of everything here that no other document speaks about."""
    return Content(("/",), said, contact=f"{settings.SITE_URL}/about", terms=f"{settings.SITE_URL}/about")


def _sound_of(recording_id: int) -> tuple[str, ...]:
    return (f"/media/renditions/{recording_id}/", f"/media/downloads/{recording_id}/")


def usage_page(track: catalogue.Track) -> str:
    """Return the whole address of the page that says in words what may be done with a track: its AI label."""
    return f"{settings.SITE_URL}{track.get_absolute_url()}/label"


def ask_page(path: str) -> str:
    """Return the whole address of the form that asks everybody who holds rights in what stands at a path."""
    return f"{settings.SITE_URL}/licence?of={quote(path)}"


def licence_of(track: catalogue.Track) -> str:
    """Return the address of the licence for people that a track is under, empty for none."""
    return LICENCES[track.license].url
