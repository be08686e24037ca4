"""Leaving: asking for the account to be deleted, changing one's mind, and carrying it out when it is due."""

import logging
from datetime import timedelta
from functools import partial
from smtplib import SMTPException

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from antiphon.accounts.models import Profile, Role, User
from antiphon.accounts.ports import Belongings
from antiphon.accounts.service.parcels.ending import let_go
from antiphon.accounts.service.people import is_operator, operators_besides
from antiphon.accounts.service.profiles import delete_picture_files
from antiphon.kernel import clock
from antiphon.kernel.errors import Conflict
from antiphon.mail import service as mail

_log = logging.getLogger(__name__)
_belongings: list[Belongings] = []


def use_belongings(keeper: Belongings) -> None:
    """Name somebody who keeps things of people; called by `site`, once for each."""
    if keeper not in _belongings:
        _belongings.append(keeper)


def ask_deletion(user: User) -> User:
    """Ask for the account to be deleted after the days of grace; asking again changes nothing.

    Raises `Conflict` for the only operator: a site that nobody runs helps nobody.
    """
    if is_operator(user) and not operators_besides(user):
        raise Conflict(
            _("You are the only operator of this site."),
            hint=_("Name another operator first, then delete your account."),
        )
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.deletion_due_at is None:
            user.deletion_asked_at = clock.now()
            user.deletion_due_at = user.deletion_asked_at + timedelta(days=int(settings.ANTIPHON.deletion_grace_days))
            user.save(update_fields=["deletion_asked_at", "deletion_due_at"])
            _write(user, "deletion_asked")
    return user


def cancel_deletion(user: User) -> User:
    """Keep the account after all. Nothing happens when no deletion was asked for."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.deletion_due_at is not None:
            user.deletion_asked_at = user.deletion_due_at = None
            user.save(update_fields=["deletion_asked_at", "deletion_due_at"])
            _write(user, "deletion_cancelled")
    return user


def end_due() -> int:
    """Delete every account whose days of grace are over; return how many. One transaction each."""
    due = User.objects.filter(deletion_due_at__lte=clock.now()).order_by("deletion_due_at")
    return sum(_end(user_id) for user_id in due.values_list("pk", flat=True))


def end_again(user_id: int) -> None:
    """After a restore: an account that had ended is there again, and ends at once, without a letter.

    Nothing happens when it is not there. Whoever is the only operator stays until there is another.
    """
    if User.objects.filter(pk=user_id).update(deletion_asked_at=clock.now(), deletion_due_at=clock.now()):
        _end(user_id, tells=False)


def _end(user_id: int, *, tells: bool = True) -> int:
    with transaction.atomic():
        for keeper in _belongings:
            keeper.hold()
        # Read again under a lock: the person may have changed their mind since the list was made.
        user = User.objects.select_for_update().filter(pk=user_id, deletion_due_at__lte=clock.now()).first()
        if user is None or (user.roles and Role.OPERATOR in user.roles.split(",") and not operators_besides(user)):
            return 0
        for keeper in _belongings:
            keeper.forget_person(user.pk)
        faces = Profile.objects.filter(owner=user).values_list("picture_key", "banner_key")
        pictures = [key for keys in faces for key in keys if key]
        end_sessions(user)
        let_go(user.pk)
        if tells:
            _write(user, "deletion_done")
        mail.believe(user.email)  # forgets what is known of the address
        user.delete()
        transaction.on_commit(partial(_delete_pictures, pictures))
    return 1


def _delete_pictures(keys: list[str]) -> None:
    for key in keys:
        delete_picture_files(key)


def end_sessions(user: User, *, but: str = "") -> int:
    """Sign a person out everywhere, except in the session with this key; return how many sessions ended."""
    ended = 0
    for session in UserSession.objects.filter(user=user).exclude(session_key=but):
        session.end()
        ended += 1
    return ended


def forget_addresses() -> int:
    """Blank network addresses and browsers of sessions that were quiet for the days they are kept."""
    before = clock.now() - timedelta(days=int(settings.ANTIPHON.keep_address_days))
    quiet = UserSession.objects.filter(last_seen_at__lt=before).exclude(ip=NO_ADDRESS, user_agent="")
    return int(quiet.update(ip=NO_ADDRESS, user_agent=""))


NO_ADDRESS = "0.0.0.0"  # noqa: S104  (the column wants an address; this one says that there is none)


def _write(user: User, letter: str) -> None:
    """Send one of the letters in templates/accounts/email, once the change is safe."""
    to = EmailAddress.objects.filter(user=user, primary=True).values_list("email", flat=True).first() or user.email
    words = {"user": user, "due": user.deletion_due_at, "SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
    subject = " ".join(render_to_string(f"accounts/email/{letter}_subject.txt", words).split())
    body = render_to_string(f"accounts/email/{letter}.txt", words).strip() + "\n"
    transaction.on_commit(partial(_send, subject, body, to))


def _send(subject: str, body: str, to: str) -> None:
    try:
        send_mail(subject, body, None, [to])
    except (OSError, SMTPException) as error:
        # The change is made already, and pages show it: a mail server that is down must not look like a failure of it.
        _log.error("the letter “%s” was not sent: %s", subject, error)
