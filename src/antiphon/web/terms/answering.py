"""Answering new terms: accept them, keep the old ones, or leave with one's data. No button is louder than another."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from antiphon.accounts import service as accounts
from antiphon.consent import service as consent
from antiphon.kernel.errors import BadInput
from antiphon.terms import service as terms
from antiphon.web.studio.asking import person, signed_in, tell
from antiphon.web.terms import finding


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, document: str) -> HttpResponse:
    """Show what has been published since the version that binds somebody, and take their answer."""
    user = person(request)
    name = finding.name_of(document)
    stand = terms.standing(user, document)
    fault = None
    asked = _asked_about(user, stand)
    if request.method == "POST" and asked is not None:
        row = asked
        accepts = request.POST.get("do") == "accept"
        try:
            if request.POST.get("version") != row.hash:
                raise BadInput(_("Another version was published meanwhile. Read it, and answer again."))
            with transaction.atomic():
                terms.answer(user, row.hash, accepts=accepts, clauses=request.POST.getlist("clause"))
                if accepts:
                    consent.accepted_terms(user)
        except BadInput as error:
            fault = error
        else:
            tell(request, _("Accepted.") if accepts else _("Kept: the old text goes on binding you and this site."))
            return redirect("terms_answer", document)
    for row in stand.newer:
        terms.see(user, row)
    if stand.newer:
        stand = terms.standing(user, document)  # with the days that begin now
    latest = _asked_about(user, stand)
    context = {
        "document": document,
        "name": name,
        "address": finding.address(document),
        "bound": stand.bound,
        "bound_short": terms.short(stand.bound),
        "newer": [_newer(row, stand) for row in stand.newer],
        "latest": latest,
        "clauses": _asked(user, latest, fault) if latest else [],
        "fault": fault,
    }
    return render(request, "terms/answer.html", context, status=422 if fault else 200)


def _asked_about(user: accounts.User, stand: terms.Standing) -> terms.Version | None:
    """The newest version; or the one that binds already, where its days came before their answer: what they uploaded
    before waits for that. None where there is nothing to answer."""
    if stand.newer:
        return stand.newer[-1]
    binds_uploads = stand.bound.document == terms.TERMS
    return stand.bound if binds_uploads and not terms.has_accepted(user, stand.bound) else None


def _newer(row: terms.Version, stand: terms.Standing) -> dict[str, object]:
    return {
        "row": row, "short": terms.short(row), "weight": finding.WEIGHTS[row.weight], "from": stand.binds_from[row.pk]
    }  # fmt: skip


def _asked(user: accounts.User, row: terms.Version, fault: BadInput | None) -> list[dict[str, object]]:
    """The clauses that need a yes of their own."""
    document = terms.read_version(row)
    found = [document.clause(name) for name in terms.opted_into(user, row)]
    return [
        {
            "name": one.name, "title": one.title, "html": finding.clean(one.html),
            "is_missing": fault is not None and one.name in fault.fields,
        }
        for one in found
        if one is not None
    ]  # fmt: skip
