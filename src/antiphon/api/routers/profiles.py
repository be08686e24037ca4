"""Profiles: public faces at `/<permalink>`."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Status

from antiphon.accounts import service as accounts
from antiphon.api.callers import ANYONE, READ, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, newest_first, of_few
from antiphon.api.params import ProfileName, clashes
from antiphon.api.rows import TRACK_COLUMNS, profile_out, set_out, tracks_out, viewer_of
from antiphon.api.shapes.music import SetPage, TrackPage
from antiphon.api.shapes.people import NewProfile, Profile, ProfileChanges, ProfilePage
from antiphon.catalogue import service as catalogue
from antiphon.declarations import service as declarations
from antiphon.kernel.errors import NotFound

router = Router(tags=["profiles"])


def own_profile(person: accounts.User, permalink: str) -> accounts.Profile:
    """Return one's own profile by its present address. Raises `NotFound`."""
    for profile in accounts.profiles_of(person):
        if profile.slug == permalink:
            return profile
    raise NotFound(_("This is not one of your profiles."), subject=permalink)


def profile_for(request: ApiRequest, permalink: str) -> accounts.Profile:
    """Return a profile by its present or a former address, if the caller may see it. Raises `NotFound`."""
    return accounts.profile_at(permalink, viewer_of(request.caller)).profile


@router.get("/me/profiles", auth=READ, response=ProfilePage)
def my_profiles(request: ApiRequest, cursor: Cursor, limit: Limit) -> ProfilePage:
    """Your profiles."""
    profiles = accounts.profiles_of(request.caller.person)
    rows, more = of_few(request, profiles, cursor, limit, lambda profile: profile.pk)
    return ProfilePage.model_construct(collection=[profile_out(row) for row in rows], next_href=more)


@router.post("/profiles", auth=WRITE, response={201: Profile})
def new_profile(request: ApiRequest, reply: HttpResponse, body: NewProfile) -> Status[Profile]:
    """Make a public face: an artist, a band, a label. Whoever has one is a creator."""
    with clashes():
        shown = profile_out(accounts.make_profile(request.caller.person, body.username, body.permalink or ""))
    reply["Location"] = shown.uri
    return Status(201, shown)


@router.get("/profiles/{permalink}", auth=ANYONE, response=Profile)
def read_profile(request: ApiRequest, permalink: ProfileName) -> Profile:
    """One profile. A former address finds it too; its `permalink` is the present one."""
    return profile_out(profile_for(request, permalink), request)


@router.patch("/profiles/{permalink}", auth=WRITE, response=Profile)
def edit_profile(request: ApiRequest, permalink: ProfileName, body: ProfileChanges) -> Profile:
    """Change your profile. A permalink that is left redirects from then on, and nobody else can take it."""
    person, said = request.caller.person, body.model_dump(exclude_unset=True)
    profile = own_profile(person, permalink)
    with clashes():
        if "permalink" in said:
            profile = accounts.rename_profile(person, profile.pk, said.pop("permalink"))
        names = {"username": "name", "description": "biography", "city": "place"}
        if said:
            profile = accounts.edit_profile(
                person, profile.pk, **{names.get(name, name): v for name, v in said.items()}
            )
    return profile_out(profile)


@router.get("/profiles/{permalink}/tracks", auth=ANYONE, response=TrackPage)
def profile_tracks(request: ApiRequest, permalink: ProfileName, cursor: Cursor, limit: Limit) -> TrackPage:
    """A profile's public tracks, the latest published first."""
    profile, viewer = profile_for(request, permalink), viewer_of(request.caller)
    theirs = catalogue.listenable(viewer).filter(profile=profile).only(*TRACK_COLUMNS)
    rows, more = newest_first(request, theirs, cursor, limit)
    return TrackPage.model_construct(collection=tracks_out(rows, viewer, request), next_href=more)


@router.get("/profiles/{permalink}/sets", auth=ANYONE, response=SetPage)
def profile_sets(request: ApiRequest, permalink: ProfileName, cursor: Cursor, limit: Limit) -> SetPage:
    """A profile's public sets, the latest published first."""
    profile, viewer = profile_for(request, permalink), viewer_of(request.caller)
    declarations.note_profile(request, profile)
    rows, more = newest_first(request, catalogue.visible_sets(viewer).filter(profile=profile), cursor, limit)
    return SetPage.model_construct(collection=[set_out(row, viewer) for row in rows], next_href=more)
