"""The ledger for people: the latest entries, one by one, each with its tile and its proof."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from antiphon.ledger import service as ledger
from antiphon.ledger.core.tiles import WIDTH, Place

PAGE = 50
LOG = "/log/"


@require_safe
def explorer(request: HttpRequest) -> HttpResponse:
    """The latest entries; `?index=` leads to one, `?before=` to those before it."""
    index = _number(request.GET.get("index", ""))
    if index is not None:
        return redirect("ledger_entry", index)
    size = ledger.size()
    before = _number(request.GET.get("before", ""))
    stop = size if before is None else min(before, size)
    start = max(0, stop - PAGE)
    rows = ledger.entries(start - 1, stop - start) if stop > start else []
    shown = {
        "rows": [_row(seen) for seen in reversed(rows)],
        "size": size,
        "more": start if start else None,
        "later": before is not None,
        "checkpoint": ledger.checkpoint(),
        "log": LOG,
        "asked": request.GET.get("index", "")[:20],
    }
    return render(request, "transparency/ledger.html", shown)


@require_safe
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry, as everybody may read it."""
    seen = ledger.entry_at(index)
    size = ledger.size()
    width = min(WIDTH, size - index // WIDTH * WIDTH)
    shown = _row(seen) | {
        "size": size,
        "raw": json.dumps(seen.public, indent=2, ensure_ascii=False),
        "tile": Place(0, index // WIDTH, width).path,
        "log": LOG,
        "bundle": Place(None, index // WIDTH, width).path,
    }
    return render(request, "transparency/entry.html", shown)


@require_safe
def proof(request: HttpRequest, index: int) -> HttpResponse:
    """The entry's place in the log, as a `.tlog-proof` file (C2SP)."""
    reply = HttpResponse(str(ledger.prove(index)), content_type="text/plain; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="entry{index}.tlog-proof"'
    return reply


def _row(seen: ledger.Seen) -> dict[str, object]:
    told = {name: value for name, value in seen.public.items() if name not in ("type", "commit")}
    lines = [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in told.items()]
    return {"entry": seen, "told": lines}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None
