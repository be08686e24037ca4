"""Your account: who you are here, your keys, whom you blocked, and leaving."""

from ninja import Router, Status

from antiphon.accounts import service as accounts
from antiphon.api.callers import AT_THE_KEYBOARD, READ, WRITE, ApiRequest
from antiphon.api.cursors import Cursor, Limit, of_few
from antiphon.api.params import ProfileName, RowId, clashes
from antiphon.api.routers.profiles import profile_for
from antiphon.api.rows import key_out, profile_out, user_out
from antiphon.api.shapes.people import KeyPage, KeyWithSecret, Me, NewKey, Preferences, Room, UserPage
from antiphon.catalogue import service as catalogue

router = Router(tags=["me"])


def _me(person: accounts.User) -> Me:
    room, used = accounts.quota_bytes(person), catalogue.used_bytes(person)
    return Me(
        id=person.pk,
        email=person.email,
        roles=sorted(accounts.roles_of(person)),
        profiles=[profile_out(profile) for profile in accounts.profiles_of(person)],
        room=Room(quota_bytes=room, used_bytes=used, left_bytes=max(0, room - used)),
        time_zone=person.time_zone,
        language=person.language,
        theme=person.theme,
        joined_at=person.date_joined,
        deletion_due_at=person.deletion_due_at,
    )


@router.get("/me", auth=READ, response=Me)
def read_me(request: ApiRequest) -> Me:
    """Your account, with your profiles, roles and how much room you have left."""
    return _me(request.caller.person)


@router.patch("/me", auth=WRITE, response=Me)
def edit_me(request: ApiRequest, body: Preferences) -> Me:
    """Say how you want pages: time zone, language, light or dark."""
    person = request.caller.person
    kept = {"time_zone": person.time_zone, "language": person.language, "theme": person.theme}
    return _me(accounts.set_preferences(person, **(kept | body.model_dump(exclude_unset=True))))


@router.post("/me/deletion", auth=AT_THE_KEYBOARD, response={202: Me})
def ask_deletion(request: ApiRequest) -> Status[Me]:
    """Ask for your account to be deleted, with all you made, once the days of grace are over."""
    return Status(202, _me(accounts.ask_deletion(request.caller.person)))


@router.delete("/me/deletion", auth=AT_THE_KEYBOARD, response=Me)
def cancel_deletion(request: ApiRequest) -> Me:
    """Keep your account after all."""
    return _me(accounts.cancel_deletion(request.caller.person))


@router.get("/me/keys", auth=READ, response=KeyPage)
def my_keys(request: ApiRequest, cursor: Cursor, limit: Limit) -> KeyPage:
    """Your keys for programs, without their secrets."""
    keys = accounts.api_keys_of(request.caller.person)
    rows, more = of_few(request, keys, cursor, limit, lambda key: key.pk)
    return KeyPage.model_construct(collection=[key_out(key) for key in rows], next_href=more)


@router.post("/me/keys", auth=AT_THE_KEYBOARD, response={201: KeyWithSecret})
def new_key(request: ApiRequest, body: NewKey) -> Status[KeyWithSecret]:
    """Make a key for a program. Only somebody who is signed in on the site can: a key cannot make keys."""
    key, secret = accounts.make_api_key(request.caller.person, body.name, body.scopes, body.expires_at)
    return Status(201, KeyWithSecret(**key_out(key).model_dump(), secret=secret))


@router.delete("/me/keys/{row_id}", auth=WRITE, response={204: None})
def revoke_key(request: ApiRequest, row_id: RowId) -> Status[None]:
    """End one of your keys at once; a key may end itself."""
    accounts.revoke_api_key(request.caller.person, row_id)
    return Status(204, None)


@router.get("/me/blocks", auth=READ, response=UserPage)
def my_blocks(request: ApiRequest, cursor: Cursor, limit: Limit) -> UserPage:
    """Whom you have blocked: one profile for each person."""
    faces = [person.profiles.all()[0] for person in accounts.blocked_by(request.caller.person) if person.profiles.all()]
    rows, more = of_few(request, faces, cursor, limit, lambda face: face.pk)
    return UserPage.model_construct(collection=[user_out(face) for face in rows], next_href=more)


@router.put("/me/blocks/{permalink}", auth=WRITE, response={204: None})
def block(request: ApiRequest, permalink: ProfileName) -> Status[None]:
    """From now on neither of you finds the other's music or words. Twice is the same as once."""
    with clashes():
        accounts.block(request.caller.person, profile_for(request, permalink).owner)
    return Status(204, None)


@router.delete("/me/blocks/{permalink}", auth=WRITE, response={204: None})
def unblock(request: ApiRequest, permalink: ProfileName) -> Status[None]:
    """Take your block back."""
    accounts.unblock(request.caller.person, profile_for(request, permalink).owner)
    return Status(204, None)
