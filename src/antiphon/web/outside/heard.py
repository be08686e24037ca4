"""What players on other sites' pages say that they played: bound to one page by its nonce, since there is no cookie.

A page's nonce names nobody: the same person's next page has another. So these plays are of no person and of no browser
that could be known again, and are bounded, counted and forgotten as all others are.
"""

import re

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from antiphon.kernel.errors import BadInput, NotAllowed
from antiphon.web.listen.views_player import for_one_listener
from antiphon.web.listen.views_plays import batch_in, taken
from antiphon.web.outside import tickets

_NONCE = re.compile(r"[0-9a-f]{32}")
# The player is a page of ours wherever it is framed. Browsers that say nothing (before 2023) are believed.
_OWN_PAGES = ("", "same-origin")


@csrf_exempt
@require_POST
@for_one_listener
def plays(request: HttpRequest) -> HttpResponse:
    """Take a batch as `/player/plays` does, with the nonce of the page beside it; all of it was heard in an embed."""
    if request.headers.get("Sec-Fetch-Site", "") not in _OWN_PAGES:
        raise NotAllowed(_("Only the player itself says what it played."))
    batch = batch_in(request)
    nonce = batch.get("page")
    if not isinstance(nonce, str) or not _NONCE.fullmatch(nonce):
        raise BadInput(_("No page is named that played this."), hint=_("Send {“page”: …, “plays”: […]}."))
    said = [one | {"source": "embed", "source_id": 0} if isinstance(one, dict) else one for one in batch["plays"]]
    return taken(request, tickets.binding_of(nonce), said, audience=tickets.audience_of(nonce))
