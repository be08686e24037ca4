"""The archive anyone can use: Memento (RFC 7089) with a TimeGate of its own, an Atom feed, JSON and plain text."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from antiphon.kernel.errors import BadInput
from antiphon.terms import service as terms
from antiphon.web.outside.unchanged import sent
from antiphon.web.terms import atom, finding

KEPT_S = 300


def told_of(reply: HttpResponse, row: terms.Version, *, is_memento: bool = True) -> HttpResponse:
    """Say on a version's page what it is in time (RFC 7089, section 4.2), with the gate at an address of its own.

    The page of whatever is in force is the original, and no memento of itself: its address will show another text.
    """
    if is_memento:
        reply["Memento-Datetime"] = http_date(row.published_at.timestamp())
    reply["Link"] = ", ".join(
        f'<{address}>; rel="{relation}"' + (f'; type="{kind}"' if kind else "")
        for address, relation, kind in (
            (_original(row.document), "original", ""),
            (_whole("terms_timegate", row.document), "timegate", ""),
            (_whole("terms_timemap", row.document), "timemap", "application/link-format"),
        )
    )
    return reply


@require_safe
def timegate(request: HttpRequest, document: str) -> HttpResponse:
    """Lead to the version that was published at the moment that `Accept-Datetime` names; without it, to the last."""
    finding.name_of(document)
    rows = terms.history(document)
    said = request.headers.get("Accept-Datetime", "")
    at = _moment(said) if said else None
    found = next((row for row in reversed(rows) if at is None or _seconds(row) <= at), rows[0])
    reply = HttpResponseRedirect(_page(found))
    reply["Vary"] = "accept-datetime"
    reply["Link"] = ", ".join(
        (
            f'<{_original(document)}>; rel="original"',
            f'<{_whole("terms_timemap", document)}>; rel="timemap"; type="application/link-format"',
            f'<{_page(rows[0])}>; rel="first memento"; datetime="{http_date(rows[0].published_at.timestamp())}"',
            f'<{_page(rows[-1])}>; rel="last memento"; datetime="{http_date(rows[-1].published_at.timestamp())}"',
        )
    )
    return reply


@require_safe
def timemap(request: HttpRequest, document: str) -> HttpResponse:
    """List every version with its moment, as RFC 7089 section 5 has it."""
    finding.name_of(document)
    rows = terms.history(document)
    first, last = (http_date(row.published_at.timestamp()) for row in (rows[0], rows[-1]))
    lines = [
        f'<{_original(document)}>; rel="original"',
        f'<{_whole("terms_timegate", document)}>; rel="timegate"',
        f'<{_whole("terms_timemap", document)}>; rel="self"; type="application/link-format"'
        f'; from="{first}"; until="{last}"',
    ]
    for place, row in enumerate(rows):
        ends = [word for word, here in (("first", place == 0), ("last", place == len(rows) - 1)) if here]
        relation = " ".join([*ends, "memento"])
        lines.append(f'<{_page(row)}>; rel="{relation}"; datetime="{http_date(row.published_at.timestamp())}"')
    body = (",\n".join(lines) + "\n").encode()
    address = _whole("terms_timemap", document)
    return sent(request, body, address=address, kind="application/link-format", seconds=KEPT_S)


@require_safe
def as_json(request: HttpRequest, document: str) -> HttpResponse:
    """Everything that was ever published of a document, for programs."""
    finding.name_of(document)
    now = terms.current(document)
    reply = JsonResponse({"document": document, "versions": [_json(row, now) for row in terms.history(document)]})
    reply["Access-Control-Allow-Origin"] = "*"
    return reply


@require_safe
def as_text(request: HttpRequest, document: str, short: str) -> HttpResponse:
    """A version as it was written."""
    row, _rows = finding.of(document, short)
    return told_of(HttpResponse(row.text, content_type="text/markdown; charset=utf-8"), row)


@require_safe
def feed(request: HttpRequest, document: str) -> HttpResponse:
    """One Atom entry a version, published with its notice."""
    name = finding.name_of(document)
    rows = terms.history(document)
    title = _("%(what)s of %(site)s") % {"what": name, "site": settings.SITE_NAME}
    entries = (atom.Entry(_page(row), _entry_title(row), row.summary, row.published_at) for row in reversed(rows))
    return atom.reply(
        request, address=_whole("terms_feed", document), page=_original(document), title=title, entries=entries,
        at=rows[-1].published_at,
    )  # fmt: skip


def _entry_title(row: terms.Version) -> str:
    said = _("In force from %(day)s at the earliest") % {"day": f"{row.effective_at:%Y-%m-%d}"}
    return f"{finding.WEIGHTS[row.weight]}. {said}"


def _json(row: terms.Version, now: terms.Version) -> dict[str, object]:
    reach = terms.reach(row)
    return {
        "hash": row.hash, "address": _page(row), "text": row.text, "summary": row.summary, "author": row.author,
        "weight": row.weight, "topics": row.topics, "argued": row.argued, "ordered_by": row.ordered,
        "forbids": row.forbids, "published_at": row.published_at, "effective_at": row.effective_at,
        "in_force": row == now, "ledger_entry": row.entry, "told": reach.told, "reached": reach.reached,
        "subscribers_told": reach.subscribers_told, "subscribers_reached": reach.subscribers_reached,
    }  # fmt: skip


def _moment(said: str) -> int:
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        raise BadInput(
            _("Accept-Datetime is no date of HTTP."), hint=_("Such as: Thu, 26 Nov 2026 12:00:00 GMT")
        ) from None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def _seconds(row: terms.Version) -> int:
    return int(datetime.timestamp(row.published_at))


def _original(document: str) -> str:
    return settings.SITE_URL + finding.address(document)


def _page(row: terms.Version) -> str:
    return settings.SITE_URL + reverse("terms_version", args=[row.document, terms.short(row)])


def _whole(name: str, document: str) -> str:
    return settings.SITE_URL + reverse(name, args=[document])
