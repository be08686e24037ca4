"""Types that every shape is made of. What comes in is checked strictly: a wrong type is told, never guessed."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from antiphon.kernel.ids import MOST_ID

T = TypeVar("T")

# PostgreSQL refuses NUL in text; one-line fields take no control characters at all.
_LINE = r"^[^\x00-\x1f\x7f]*$"
# At least one character that is neither a space nor a mark that steers the direction of writing.
_SEEN = (
    r"^[^\x00-\x1f\x7f]*"
    r"[^\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb]"
    r"[^\x00-\x1f\x7f]*$"
)
Line = Annotated[str, Field(pattern=_LINE)]
Seen = Annotated[str, Field(pattern=_SEEN)]
Prose = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Permalink = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", min_length=1, max_length=100)]
ProfilePermalink = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", min_length=2, max_length=40)]
Web = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[!-~]*)?$", max_length=500)]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})")


def whole(value: Any) -> Any:
    """JSON knows one kind of number: 3.0 is a whole one, too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


# The bounds stand before the reading of 3.0, or the document would not know them.
Id = Annotated[int, Field(ge=1, le=MOST_ID), BeforeValidator(whole)]
Number = Annotated[int, Field(ge=1, le=9999), BeforeValidator(whole)]


def _day(value: Any) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        day = date.fromisoformat(value)
        if 1000 <= day.year <= 2199:
            return day
    raise ValueError("a day is written as year-month-day, such as 2026-11-04")


def _moment(value: Any) -> datetime:
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        moment = datetime.fromisoformat(value.upper())
        try:
            return moment.astimezone(UTC)
        except OverflowError:  # the first or last hours of the calendar, in a time zone that reaches beyond it
            return moment.replace(tzinfo=UTC)
    raise ValueError("a moment is written as in RFC 3339, such as 2026-11-04T18:00:00Z")


Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema(
        {"type": "string", "format": "date", "pattern": "^(1[0-9]|2[01])[0-9]{2}-", "examples": ["2026-11-04"]}
    ),
]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-04T18:00:00Z"]}),
]
Sharing = Literal["public", "secret", "private"]
License = Literal[
    "all-rights-reserved", "cc-by", "cc-by-sa", "cc-by-nd", "cc-by-nc", "cc-by-nc-sa", "cc-by-nc-nd", "cc0"
]
Downloads = Literal["nobody", "members", "anyone"]
EmbeddableBy = Literal["all", "me", "none"]
SetType = Literal["album", "ep", "single", "playlist"]
Scope = Literal["read", "write", "upload"]


def Unsent(**rules: Any) -> Any:  # noqa: N802  (reads as a type)
    """Say that a field may be left out of a change; what is left out stays as it is."""
    return Field(default=None, **rules)


class In(BaseModel):
    """Something that is sent to us: unknown fields and loose types are refused, so that a slip is noticed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Out(BaseModel):
    """Something that we send."""


class Page(Out, Generic[T]):
    """One page of a list. `next_href` is the address of the next one, null at the end."""

    collection: list[T]
    next_href: str | None


class Fault(Out):
    field: str
    in_: str = Field(alias="in")
    detail: str


class Problem(Out):
    """An error (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "https://music.example/api/v1/docs#problem-not-found",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "There is no such track.",
                    "instance": "/api/v1/tracks/12",
                    "code": "not-found",
                    "hint": "",
                    "errors": [],
                }
            ]
        }
    )
    type: str = Field(description="Address of a text about this kind of problem")
    title: str = Field(description="The status in words")
    status: int
    detail: str = Field(description="What is wrong, in words for a person")
    instance: str = Field(description="The path that was asked for")
    code: str = Field(description="What is wrong, in one word for a program")
    hint: str = Field(description="What to do next; may be empty")
    errors: list[Fault] = Field(description="The fields at fault")
