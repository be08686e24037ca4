"""The list of holders of a track: how its lines are shown, written into a form, and read from one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from antiphon.accounts import service as accounts
from antiphon.consent import service as consent
from antiphon.kernel.errors import BadInput

MOST = 40
EMPTY = 2  # lines to write new names into
ROLES = {
    "recording": gettext_lazy("Recording"),
    "composition": gettext_lazy("Composition"),
    "performance": gettext_lazy("Performance"),
}
STATES = {
    "invited": gettext_lazy("asked, has not answered"),
    "confirmed": gettext_lazy("confirmed"),
    "declined": gettext_lazy("says they hold nothing here"),
}


@dataclass(frozen=True)
class Shown:
    """A holder as the others read of them."""

    name: str
    is_you: bool
    roles: str
    share_ppm: int
    state: str
    is_minor: bool


@dataclass(frozen=True)
class Written:
    """A line of the list as a form holds it. `holder` is who stands there already; their address is not shown."""

    holder: int = 0
    is_owner: bool = False
    name: str = ""
    email: str = ""
    roles: tuple[str, ...] = ()
    share: str = ""
    is_minor: bool = False
    is_gone: bool = False  # the account has ended: the line stays as it is

    @property
    def is_empty(self) -> bool:
        return not self.holder and not self.name.strip() and not self.email.strip()


def shown(row: consent.Holder, user: accounts.User) -> Shown:
    """Return how a holder is shown to another."""
    roles = ", ".join(str(ROLES[role]) for role in row.roles.split(",") if role in ROLES)
    is_you = row.party.user_id == user.pk
    return Shown(consent.holder_name(row), is_you, roles, row.share_ppm, str(STATES[row.state]), row.is_minor)


def lines_of(rows: Sequence[consent.Holder], user: accounts.User) -> list[Written]:
    """Return the list as its owner may rewrite it, with empty lines at its end. Who declined is off it."""
    there = [
        Written(
            row.pk, row.party.user_id == user.pk, consent.holder_name(row), "",
            tuple(row.roles.split(",")), _percent(row.share_ppm), row.is_minor, row.party.ended_at is not None,
        )
        for row in rows
        if row.state != consent.Holder.State.DECLINED
    ]  # fmt: skip
    return with_room(there)


def with_room(lines: Sequence[Written]) -> list[Written]:
    """Return lines with empty ones after them."""
    return [*lines, *[Written() for _line in range(EMPTY)]]


def read(form: QueryDict, rows: Sequence[consent.Holder]) -> list[Written]:
    """Return the lines of a form that say anything; a field that is not there is empty. `rows` is who is there now."""
    count = form.get("lines", "")
    gone = {row.pk for row in rows if row.party.ended_at is not None}
    lines = []
    for place in range(min(int(count), MOST) if count.isascii() and count.isdigit() and len(count) < 4 else 0):
        said = form.get(f"holder-{place}", "")
        holder = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
        lines.append(
            Written(
                holder,
                form.get(f"owner-{place}") == "1",
                form.get(f"name-{place}", "")[:200],
                form.get(f"email-{place}", "")[:254],
                tuple(role for role in form.getlist(f"roles-{place}") if role in ROLES),
                form.get(f"share-{place}", "")[:20],
                form.get(f"minor-{place}") == "1",
                holder in gone,
            )
        )
    return [line for line in lines if not line.is_empty]


def named(lines: Sequence[Written]) -> list[consent.Named]:
    """Return the list as the gate takes it: who stands there already by their line, new names by e-mail."""
    named = []
    for line in lines:
        email = "" if line.holder else line.email.strip()
        if not line.holder and "@" not in email:
            raise BadInput(_("Every holder but you needs an e-mail address, so that they can answer for themselves."))
        share = _ppm(line.share)
        named.append(consent.Named(line.name.strip(), email, line.roles, share, line.is_minor, line.holder))
    return named


def told_of_dispute(disputed: bool) -> str:
    """Return what somebody reads who said that a list is wrong, or that it is right after all."""
    if disputed:
        return _("The list of holders is disputed: everything is a no until it is settled.")
    return _("You say that the list is right after all. If nobody else doubts it, it counts again.")


def _ppm(words: str) -> int:
    try:
        share = Decimal(words.strip().replace(",", ".").removesuffix("%").strip() or "0")
    except InvalidOperation:
        raise BadInput(_("“%s” is not a share in percent.") % words) from None
    if not share.is_finite() or not 0 <= share <= 100:
        raise BadInput(_("A share is between 0 and 100 %."))
    return int((share * 10_000).to_integral_value())


def _percent(share_ppm: int) -> str:
    return f"{share_ppm / 10_000:.4f}".rstrip("0").rstrip(".")
