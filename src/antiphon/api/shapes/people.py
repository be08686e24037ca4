"""Accounts, profiles, keys and blocks."""

from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema
from pydantic.config import JsonDict

from antiphon.api.shapes.common import In, Line, Moment, Out, Page, ProfilePermalink, Prose, Scope, Seen, Unsent, Web

USER_EXAMPLE: JsonDict = {
    "kind": "user",
    "id": 1,
    "uri": "https://music.example/api/v1/profiles/ada-quill",
    "username": "Ada Quill",
    "permalink": "ada-quill",
    "permalink_url": "https://music.example/ada-quill",
    "avatar_url": None,
}
PROFILE_EXAMPLE: JsonDict = USER_EXAMPLE | {
    "description": "Tape, harbour, patience.",
    "city": "Lübeck",
    "links": [{"title": "Home", "url": "https://ada.example/"}],
    "label": False,
    "created_at": "2026-10-01T10:00:00Z",
}


class User(Out):
    """A profile in short: an artist, a band, a label."""

    model_config = ConfigDict(json_schema_extra={"examples": [USER_EXAMPLE]})
    kind: Literal["user"]
    id: int
    uri: str
    username: str
    permalink: str
    permalink_url: str
    avatar_url: str | None


class Link(In):
    title: Annotated[Line, Field(max_length=60)] = ""
    url: Web


class LinkOut(Out):
    title: str
    url: str


class Profile(User):
    """A public face."""

    model_config = ConfigDict(json_schema_extra={"examples": [PROFILE_EXAMPLE]})
    description: str
    city: str
    links: list[LinkOut]
    label: bool
    created_at: datetime


class NewProfile(In):
    model_config = ConfigDict(json_schema_extra={"examples": [{"username": "Ada and the Tides"}]})
    username: Annotated[Seen, Field(max_length=100)]
    permalink: ProfilePermalink | None = Field(default=None, description="By itself made from the name")


class ProfileChanges(In):
    """What to change; fields that are not sent stay as they are. A permalink that is left redirects."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"city": "Lübeck", "description": "Tape, patience."}]})
    username: Annotated[Seen, Field(max_length=100)] = Unsent()
    permalink: ProfilePermalink = Unsent()
    description: Annotated[Prose, Field(max_length=5000)] = Unsent()
    city: Annotated[Line, Field(max_length=100)] = Unsent()
    links: Annotated[list[Link], Field(max_length=10)] = Unsent()


class Room(Out):
    """The room for originals, in bytes; what is still being uploaded counts as used."""

    quota_bytes: int
    used_bytes: int
    left_bytes: int


class Me(Out):
    """Your account."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 7,
                    "email": "ada@music.example",
                    "roles": ["creator", "listener"],
                    "profiles": [PROFILE_EXAMPLE],
                    "room": {"quota_bytes": 21474836480, "used_bytes": 73400320, "left_bytes": 21401436160},
                    "time_zone": "Europe/Berlin",
                    "language": "en",
                    "theme": "",
                    "joined_at": "2026-10-01T10:00:00Z",
                    "deletion_due_at": None,
                }
            ]
        }
    )
    id: int
    email: str
    roles: list[str]
    profiles: list[Profile]
    room: Room
    time_zone: str
    language: str
    theme: str
    joined_at: datetime
    deletion_due_at: datetime | None


KEY_EXAMPLE: JsonDict = {
    "id": 3,
    "name": "laptop",
    "prefix": "k3jxn7w2pq",
    "scopes": ["read", "upload"],
    "created_at": "2026-11-01T09:30:00Z",
    "last_used_on": "2026-11-04",
    "expires_at": None,
}


def _time_zone(name: str) -> str:
    if name and name not in ZONES:
        raise ValueError("there is no such time zone")
    return name


ZONES = sorted(available_timezones())
TimeZone = Annotated[str, AfterValidator(_time_zone), WithJsonSchema({"type": "string", "enum": ["", *ZONES]})]


class Preferences(In):
    """How you want pages; fields that are not sent stay as they are, empty ones follow the site or the system."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"time_zone": "Europe/Berlin", "theme": "dark"}]})
    time_zone: TimeZone = Unsent()
    language: Literal["", "en"] = Unsent()
    theme: Literal["", "light", "dark"] = Unsent()


class Key(Out):
    """A key for a program. Its secret is shown once, when it is made."""

    model_config = ConfigDict(json_schema_extra={"examples": [KEY_EXAMPLE]})
    id: int
    name: str
    prefix: str
    scopes: list[Scope]
    created_at: datetime
    last_used_on: date | None
    expires_at: datetime | None


class KeyWithSecret(Key):
    """A new key. Keep the secret now: it cannot be had again."""

    model_config = ConfigDict(json_schema_extra={"examples": [KEY_EXAMPLE | {"secret": "antiphon_k3jxn7w2pq_…"}]})

    secret: str


class NewKey(In):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "laptop", "scopes": ["read", "upload"]}]})
    name: Annotated[Seen, Field(max_length=80)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=3)]
    expires_at: Moment | None = None


class UserPage(Page[User]):
    """Profiles in short, page by page."""


class ProfilePage(Page[Profile]):
    """Profiles, page by page."""


class KeyPage(Page[Key]):
    """Keys, page by page."""
