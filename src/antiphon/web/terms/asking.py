"""Asking about a clause in the open, and answering for those who run the site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from antiphon.accounts import service as accounts
from antiphon.kernel.errors import AntiphonError, NotAllowed
from antiphon.terms import service as terms
from antiphon.web.studio.asking import numbers, person, signed_in, tell, tell_why_not
from antiphon.web.terms import finding


@signed_in
@require_POST
def ask(request: HttpRequest, document: str, short: str) -> HttpResponse:
    """Ask about a clause of a version that is to come."""
    row, _rows = finding.of(document, short)
    clause = request.POST.get("clause", "")[:60]
    try:
        made = terms.ask(person(request), row.hash, clause, request.POST.get("words", ""))
    except AntiphonError as error:
        tell_why_not(request, error)
    else:
        rights = _("Until it is answered, this version binds nobody.") if made.is_about_rights else ""
        tell(request, " ".join(part for part in (_("Asked, where everybody reads it."), rights) if part))
    response = redirect("terms_version", document, short)
    response["Location"] += f"#{clause}" if terms.read_version(row).clause(clause) else ""
    return response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: HttpRequest) -> HttpResponse:
    """Show those who run the site what waits for an answer, and take it."""
    user = person(request)
    if not accounts.is_operator(user):
        raise NotAllowed(_("Only those who run the site answer for its terms."))
    if request.method == "POST":
        for number in numbers([request.POST.get("question", "")]):
            try:
                terms.answer_question(user, number, request.POST.get("words", ""))
            except AntiphonError as error:
                tell_why_not(request, error)
            else:
                tell(request, _("Answered. It stays beside the clause."))
        return redirect("terms_questions")
    rows = finding.with_days(terms.open_questions())
    return render(request, "terms/questions.html", {"rows": rows})
