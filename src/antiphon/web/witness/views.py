"""One address to ask at and one to look at, in plain text: what is said and signed is `ledger`'s to decide."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from antiphon.kernel.errors import NotFound, Unavailable
from antiphon.ledger import service as ledger

# A checkpoint with its proof has about 4 kB, and 16 signatures of the longest kind 56 kB.
MOST_BYTES = 100_000


@csrf_exempt  # asked by programs, with no session; only what a trusted log has signed is acted on
@require_POST
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """Cosign a checkpoint, or say why not, with the status that the specification names."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return _plain("That is no checkpoint: it is too long.\n", 413)
    try:
        answer = ledger.add_checkpoint(request.body)
    except Unavailable as error:
        return _plain(f"{error}\n", 503)
    return _plain(answer.body, answer.status, answer.content_type)


@require_GET
def cosigned(request: HttpRequest, origin_hash: str) -> HttpResponse:
    """The last checkpoint of a log that was cosigned here."""
    try:
        reply = _plain(ledger.cosigned_checkpoint(origin_hash), 200)
    except NotFound as error:
        return _plain(f"{error}\n", 404)
    reply["Access-Control-Allow-Origin"] = "*"
    return reply


def _plain(text: str, status: int, content_type: str = "text/plain; charset=utf-8") -> HttpResponse:
    reply = HttpResponse(text, status=status, content_type=content_type)
    reply["Cache-Control"] = "no-store"
    return reply
