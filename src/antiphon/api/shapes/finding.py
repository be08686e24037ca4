"""What one looks for, and what is found."""

from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from antiphon.api.shapes.common import License, Out
from antiphon.api.shapes.consent import Slug
from antiphon.api.shapes.music import TRACK_EXAMPLE, MusicSet, Track
from antiphon.api.shapes.people import User
from antiphon.catalogue import service as catalogue

PLAIN = r"^[^\x00-\x1f\x7f]*$"


class Asked(Schema):
    """Words, and what else is asked of what bears them."""

    q: Annotated[str, Field(max_length=200, pattern=PLAIN)] = Field("", examples=["slow harbour"])
    kind: Literal["tracks", "people", "sets"] | None = Field(None, description="Only these")
    length: Literal["short", "medium", "long", "longer"] | None = Field(
        None, description="Below 2 minutes, 2 to 6, 6 to 20, from 20 on"
    )
    duration_from: Annotated[int, Field(ge=0, le=86_400)] | None = Field(None, description="Seconds, at least")
    duration_to: Annotated[int, Field(ge=0, le=86_400)] | None = Field(None, description="Seconds, below this")
    license: License | None = None
    tag: Annotated[str, Field(max_length=60, pattern=PLAIN)] | None = Field(None, description="A whole tag, or a genre")
    cleared_for: Slug | None = Field(None, description="A purpose to which the AI label says yes")

    def filters(self) -> catalogue.Filters:
        """Return what to hand to `catalogue.search`."""
        from_s, to_s = self.duration_from, self.duration_to
        if self.length:
            from_s, to_s = catalogue.LENGTHS_S[self.length]
        return catalogue.Filters(
            kind=self.kind or "",
            from_s=from_s,
            to_s=to_s,
            licence=self.license or "",
            tag=self.tag or "",
            cleared=self.cleared_for or "",
        )


class Found(Out):
    """What is found, the best first: tracks page by page, and with the first page people and sets; or page by page of
    the kind that was asked for.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "query": "slow harbor",
                    "meant": "slow harbour",
                    "collection": [TRACK_EXAMPLE],
                    "next_href": None,
                    "users": [],
                    "sets": [],
                }
            ]
        }
    )
    query: str
    meant: str | None = Field(description="What was looked for instead, where nothing bears the words as they are")
    collection: list[Track]
    next_href: str | None
    users: list[User]
    sets: list[MusicSet]
