"""What every view of the listening side asks of a request: who looks, and what media addresses are bound to."""

from base64 import b64encode

from django.http import HttpRequest

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.storage import service as storage


def viewer_of(request: HttpRequest) -> accounts.User | None:
    """Return the signed-in person, None for anybody."""
    user = request.user
    return user if isinstance(user, accounts.User) and user.is_authenticated else None


def binding(request: HttpRequest) -> str:
    """Return what this browser must show to fetch media: the hash of its listening secret."""
    return storage.binding_of(request.listener_secret)  # type: ignore[attr-defined]  # set by web.middleware


def secret_in(request: HttpRequest) -> str:
    """Return the secret in the address's query, empty for none."""
    return request.GET.get("secret", "")[:64]


def peaks_of(recording: catalogue.Recording | None) -> str:
    """Return a recording's overview as the waveform element reads it: base64 of int8 pairs, lowest and highest."""
    return b64encode(recording.overview).decode("ascii") if recording else ""
