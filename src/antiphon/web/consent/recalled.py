"""What software made of one's recordings and has to lose them again, with what was done about it."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from antiphon.catalogue import service as catalogue
from antiphon.consent import service as consent
from antiphon.consent.core.purposes import PURPOSES
from antiphon.consent.core.rules import BY_RULE
from antiphon.web.studio.asking import numbers

TAB = "recalled"  # the tab of Who asked that leads here
PAGE = 50
_NAMED = 3  # so many titles are spelled out, the rest is counted


def page(request: HttpRequest, mine: set[int], tabs: list[dict[str, object]]) -> HttpResponse:
    """List the recalls that touch any of these recordings, the latest first."""
    before = numbers([request.GET.get("before", "")])
    found = consent.recalls_with(mine, before=before[0] if before else 0, limit=PAGE)
    # Whose music else an artefact loses is nobody's business here.
    lost = {row.pk: sorted(mine.intersection(consent.lost_in(row))) for row in found}
    titles = catalogue.titles_of({pk for each in lost.values() for pk in each[:_NAMED]})
    kept = {name: request.GET[name] for name in ("recording", "answer") if name in request.GET}
    context = {
        "rows": [_line(row, lost[row.pk], titles) for row in found],
        "tabs": tabs,
        "next": "?" + urlencode(kept | {"before": found.older}) if found.older else "",
    }
    return render(request, "consent/recalled.html", context)


def _line(row: consent.Recall, lost: list[int], titles: dict[int, catalogue.Titled]) -> dict[str, object]:
    return {
        "recall": row,
        "purpose": PURPOSES[row.artefact.purpose - 1],
        "who": _("This site") if row.artefact.actor == consent.SITE else row.artefact.actor,
        "words": _(BY_RULE[row.because].public_words),
        "tracks": [titles[pk] for pk in lost[:_NAMED] if pk in titles],
        "more": len(lost) - _NAMED,
        "done": row.state == consent.Recall.State.DONE,
    }
