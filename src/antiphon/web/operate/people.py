"""People, as operators see them: roles, suspension, room, invitations."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.kernel.errors import AntiphonError, BadInput
from antiphon.mail import service as mail
from antiphon.web.accounts.forms import refuse
from antiphon.web.accounts.member import confirmed, member, sent
from antiphon.web.operate.forms import GIB, BecauseForm, InviteForm, QuotaForm, RoleForm
from antiphon.web.operate.guards import operators_only


@operators_only
def people(request: HttpRequest) -> HttpResponse:
    """Find people by e-mail address, name or address of a profile."""
    words = request.GET.get("q", "")[:200]
    found = [(user, user.roles.replace(",", ", ")) for user in accounts.find_people(words)]
    return render(request, "operate/people.html", {"people": found, "words": words, "counts": accounts.counts()})


@operators_only
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show one account."""
    return _page(request, accounts.account_for(user_id))


@operators_only
@require_POST
@confirmed
def roles(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give a role, or take it away."""
    user, form = accounts.account_for(user_id), RoleForm(request.POST)
    if not form.is_valid():
        raise BadInput(_("There is no such role."))
    if form.cleaned_data["do"] == "grant":
        accounts.grant_role(user, form.cleaned_data["role"], member(request))
    else:
        accounts.revoke_role(user, form.cleaned_data["role"])
    messages.success(request, _("Saved."))
    return redirect("operate_person", user_id)


@operators_only
@require_POST
def suspend(request: HttpRequest, user_id: int) -> HttpResponse:
    """Shut somebody out."""
    user, form = accounts.account_for(user_id), BecauseForm(request.POST)
    if form.is_valid():
        try:
            catalogue.suspend(member(request), user, form.cleaned_data["because"])
        except AntiphonError as error:
            refuse(form, error)
        else:
            messages.success(
                request, _("%(email)s is signed out everywhere and cannot come in.") % {"email": user.email}
            )
            return redirect("operate_person", user_id)
    return _page(request, user, because=form)


@operators_only
@require_POST
def unsuspend(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let somebody in again."""
    user = catalogue.unsuspend(member(request), accounts.account_for(user_id))
    messages.success(request, _("%(email)s can sign in again.") % {"email": user.email})
    return redirect("operate_person", user_id)


@operators_only
@require_POST
def quota(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give an account room of its own."""
    user, form = accounts.account_for(user_id), QuotaForm(request.POST)
    if form.is_valid():
        accounts.set_quota(user, form.quota_bytes())
        messages.success(request, _("Saved."))
        return redirect("operate_person", user_id)
    return _page(request, user, quota_form=form)


@operators_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: HttpRequest) -> HttpResponse:
    """List invitations, and make one: its address is on this one reply and nowhere else."""
    form, address = InviteForm(sent(request)), ""
    if request.method == "POST" and form.is_valid():
        made, code = accounts.invite(member(request), form.cleaned_data["note"], days=form.cleaned_data["days"])
        address = request.build_absolute_uri(f"{reverse('account_signup')}?invitation={code}")
        form = InviteForm()
        messages.success(request, _("Good until %(day)s.") % {"day": f"{made.expires_at:%Y-%m-%d}"})
    shown = {"form": form, "address": address, "invitations": accounts.invitations()}
    return render(request, "operate/invitations.html", shown, status=422 if form.errors else 200)


@operators_only
@require_POST
def take_back_invitation(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Delete an invitation that nobody has used."""
    accounts.take_back_invitation(invitation_id)
    return redirect("operate_invitations")


def _page(
    request: HttpRequest,
    user: accounts.User,
    *,
    because: BecauseForm | None = None,
    quota_form: QuotaForm | None = None,
) -> HttpResponse:
    own_room = None if user.quota_bytes is None else round(user.quota_bytes / GIB, 2)
    held = accounts.roles_of(user) or frozenset(user.roles.split(","))
    box = mail.mailbox(user.email)
    shown = {
        "person": user,
        "box": box,
        "reason": mail.reason(box.status) if box else "",
        "profiles": accounts.profiles_of(user),
        "roles": [(role.value, role.value in held) for role in accounts.Role if role != accounts.Role.LISTENER],
        "because": because or BecauseForm(),
        "quota": quota_form or QuotaForm(initial={"gib": own_room}),
        "quota_bytes": accounts.quota_bytes(user),
        "used_bytes": catalogue.used_bytes(user),
    }
    failed = any(form is not None and form.errors for form in (because, quota_form))
    return render(request, "operate/person.html", shown, status=422 if failed else 200)
