"""A client that speaks tus, and where the door keeps what has come."""

import os
import uuid
from base64 import b64encode
from pathlib import Path

from django.conf import settings

from antiphon.site.door.front import FrontDoor
from antiphon.site.door.tus_core import BODY_TYPE
from tests.db.door import Body, Reply, once

SONG = os.urandom(3_000_000)
TUS = {"tus-resumable": "1.0.0"}


def described(**said: str) -> str:
    said = {"filename": "Slow Harbour.wav", "attested": "yes"} | said
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in said.items())


class Sender:
    """A client of one person."""

    def __init__(self, door: FrontDoor, headers: dict[str, str]) -> None:
        self.door = door
        self.headers = TUS | headers

    def ask(self, method: str, address: str = "/uploads/", body: Body = b"", **headers: object) -> Reply:
        sent = self.headers | {name.replace("_", "-"): str(said) for name, said in headers.items()}
        return once(self.door, method, address, body=body, headers=sent)

    def begin(self, length: int = len(SONG), **said: str) -> str:
        reply = self.ask("POST", upload_length=length, upload_metadata=described(**said))
        assert reply.status == 201, reply.body
        return reply["location"]

    def send(self, at: str, offset: int, body: Body) -> Reply:
        return self.ask("PATCH", at, body, upload_offset=offset, content_type=BODY_TYPE)

    def offset(self, at: str) -> int:
        reply = self.ask("HEAD", at)
        assert reply.status == 200
        return int(reply["upload-offset"])


def partials() -> list[Path]:
    return list((settings.DATA / "incoming").iterdir())


def id_of(at: str) -> uuid.UUID:
    return uuid.UUID(at.rpartition("/")[2])


def patch_at(offset: int) -> dict[str, str]:
    return {"upload-offset": str(offset), "content-type": BODY_TYPE, "transfer-encoding": "chunked"}
