"""Accounts and roles: making them, what a person may do, how much room they have."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from antiphon.accounts.models import Role, RoleGrant, User
from antiphon.kernel.errors import BadInput, Conflict, NotFound
from antiphon.mail import service as mail


def make_account(email: str, password: str, *, verified: bool = False, roles: Iterable[str] = ()) -> User:
    """Make an account that can sign in; everybody is a listener, `roles` come on top.

    Raises `BadInput` for an address or a password that cannot be used, `Conflict` when the address has an account.
    """
    email = email.strip().lower()
    user = User(email=email)
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadInput(
            _("This is not an e-mail address."), subject=email, fields={"email": " ".join(error.messages)}
        ) from error
    try:
        validate_password(password, user)
    except ValidationError as error:
        words = " ".join(error.messages)
        raise BadInput(words, subject=email, hint=_("Choose a longer sentence."), fields={"password": words}) from error
    with transaction.atomic():
        if User.objects.filter(email__iexact=email).exists():
            raise Conflict(_("This e-mail address has an account already."), subject=email, fields={"email": "taken"})
        user = User.objects.create_user(email, password)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=verified)
        for role in {Role.LISTENER, *roles}:
            grant_role(user, role)
    return user


def account_at(email: str) -> User:
    """Return the account with this e-mail address. Raises `NotFound`."""
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise NotFound(_("No account has this e-mail address."), subject=email)
    return user


def account_for(user_id: int) -> User:
    """Return the account with this id. Raises `NotFound`."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound(_("There is no such account."), subject=f"user:{user_id}")
    return user


@transaction.atomic
def grant_role(user: User, role: str, by: User | None = None) -> None:
    """Give a role; giving it twice changes nothing. Raises `BadInput` for a role outside the list."""
    if role not in Role.values:
        raise BadInput(_("There is no role “%(role)s”.") % {"role": role}, subject=role, hint=", ".join(Role.values))
    RoleGrant.objects.get_or_create(user=user, role=str(role), defaults={"granted_by": by})
    _remember_roles(user)


@transaction.atomic
def revoke_role(user: User, role: str, by: User | None = None) -> None:
    """Take a role away. Raises `Conflict` when the site would be left without an operator."""
    if role == Role.OPERATOR and not operators_besides(user):
        raise Conflict(
            _("This is the only operator."), subject=f"user:{user.pk}", hint=_("Name another operator first.")
        )
    RoleGrant.objects.filter(user=user, role=role).delete()
    _remember_roles(user)


def _remember_roles(user: User) -> None:
    held = RoleGrant.objects.filter(user=user).order_by("role").values_list("role", flat=True)
    user.roles = ",".join(held)
    User.objects.filter(pk=user.pk).update(roles=user.roles)


def roles_of(user: object) -> frozenset[str]:
    """Return the roles of a signed-in person; of anybody else, none. Costs no query."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    return frozenset(user.roles.split(",")) - {""}


def is_creator(user: object) -> bool:
    """Tell whether this person makes music here."""
    return not roles_of(user).isdisjoint({Role.CREATOR, Role.LABEL})


def is_moderator(user: object) -> bool:
    """Tell whether this person may decide about reports; operators may."""
    return not roles_of(user).isdisjoint({Role.MODERATOR, Role.OPERATOR})


def is_operator(user: object) -> bool:
    """Tell whether this person runs the site."""
    return Role.OPERATOR in roles_of(user)


def operators_besides(user: User | None = None) -> bool:
    """Tell whether somebody who can sign in, other than this person, runs the site."""
    others = RoleGrant.objects.filter(role=Role.OPERATOR, user__is_active=True)
    return (others.exclude(user=user) if user else others).exists()


def moderators_besides(user_ids: Iterable[int]) -> bool:
    """Tell whether somebody who can sign in, other than these people, decides about reports."""
    held = RoleGrant.objects.filter(role__in=(Role.MODERATOR, Role.OPERATOR), user__is_active=True)
    return held.exclude(user_id__in=list(user_ids)).exists()


def addresses_of(*roles: str) -> list[str]:
    """Return the e-mail addresses of everybody who has one of these roles and can sign in."""
    held = RoleGrant.objects.filter(role__in=roles, user__is_active=True)
    return list(held.order_by("user_id").values_list("user__email", flat=True).distinct())


def creator_addresses() -> list[str]:
    """Return where everybody who makes music here gets letters."""
    return addresses_of(Role.CREATOR, Role.LABEL)


def operator_addresses() -> list[str]:
    """Return where everybody who runs the site gets letters."""
    return addresses_of(Role.OPERATOR)


def letter_address(user: User) -> str:
    """Return where somebody gets letters that can wait: their own address, once they have shown that it is; empty for
    none, and while letters to it come back.
    """
    if not user.is_active or user.suspended_at is not None or user.deletion_due_at is not None:
        return ""
    shown = EmailAddress.objects.filter(user=user, primary=True, verified=True)
    address = shown.values_list("email", flat=True).first() or ""
    return "" if address and mail.is_paused(address) else address


def quota_bytes(user: User) -> int:
    """Return the room for this person's originals: their own, or the site's default."""
    return int(settings.ANTIPHON.quota_bytes if user.quota_bytes is None else user.quota_bytes)
