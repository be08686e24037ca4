"""The same five people in every test: Ada (creator), Ben (listener), Cleo (stranger), Mo (moderator), Lux (a label)."""

from dataclasses import dataclass

from antiphon.accounts import service as accounts

PASSWORD = "correct horse battery staple"


@dataclass
class People:
    ada: accounts.User
    ben: accounts.User
    cleo: accounts.User
    mo: accounts.User
    lux: accounts.User
    ada_quill: accounts.Profile  # /ada-quill
    cleo_park: accounts.Profile  # /cleo-park
    lux_records: accounts.Profile  # /lux-records, a label


def make_people() -> People:
    """Make all five, e-mail verified, with their profiles."""
    users = {}
    for name in ("ada", "ben", "cleo", "mo", "lux"):
        users[name] = accounts.make_account(f"{name}@example.org", PASSWORD, verified=True)
    accounts.grant_role(users["mo"], "moderator")
    accounts.grant_role(users["lux"], "label")
    return People(
        **users,
        ada_quill=accounts.make_profile(users["ada"], "Ada Quill"),
        cleo_park=accounts.make_profile(users["cleo"], "Cleo Park"),
        lux_records=accounts.make_profile(users["lux"], "Lux Records"),
    )
