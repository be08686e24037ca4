"""The pages on which people answer, as a browser without scripts gets them: what their tests share."""

from typing import Any

from django.test import Client

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.mail.models import Letter
from tests.people import People

SIMILAR = consent.System("test/similar", "organize", "this site", "sound", "1")


def signed_in(user: accounts.User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def text(client: Client, path: str, status: int = 200) -> str:
    reply = client.get(path)
    assert reply.status_code == status, reply.content[:500]
    return reply.content.decode()


def said(user: accounts.User, scope: consent.Scope = consent.EVERYWHERE) -> dict[str, str]:
    return {slug: str(row.said) for slug, row in consent.said_at(user, scope).items()}


def on(recording: catalogue.Recording) -> consent.Scope:
    return consent.Scope(consent.TRACK, recording.pk)


def share(people: People, recording: catalogue.Recording, email: str = "ben@example.org") -> str:
    """Name somebody as a holder; return the secret of the letter they got."""
    lines = [
        consent.Named("Ada", "", ("recording",), 500_000),
        consent.Named("Ben", email, ("performance",), 500_000),
    ]
    consent.name_holders(people.ada, recording.pk, lines, title="Slow Harbour")
    return Letter.objects.filter(to=email).latest("pk").body.split("/answers/")[1].split()[0]
