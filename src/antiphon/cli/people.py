"""`antiphon account create | list | role | export`."""

import argparse
import getpass
import secrets
import sys
from pathlib import Path
from typing import Any

from antiphon.accounts import service as accounts
from antiphon.accounts.service import parcels
from antiphon.cli.printing import add_json, bytes_in_words, show_json, show_table, tell
from antiphon.kernel.errors import Unavailable
from antiphon.kernel.ids import MOST_ID


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("account", help="make accounts, list them, give roles").add_subparsers(
        dest="what", metavar="WHAT", required=True
    )
    parser = verbs.add_parser("create", help="make an account whose e-mail address counts as verified")
    parser.add_argument("email")
    parser.add_argument("--role", action="append", default=[], choices=accounts.Role.values, help="may be repeated")
    parser.add_argument("--profile", default="", metavar="NAME", help="make an artist profile too")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    add_json(parser)
    parser.set_defaults(run=create)
    parser = verbs.add_parser("list", help="list accounts, the newest first")
    parser.add_argument("words", nargs="?", default="", help="part of an e-mail address or a profile's name")
    parser.add_argument("--limit", type=int, default=50)
    add_json(parser)
    parser.set_defaults(run=show_accounts)
    parser = verbs.add_parser("role", help="give a role, or take it away")
    parser.add_argument("email")
    parser.add_argument("role", choices=accounts.Role.values)
    parser.add_argument("--remove", action="store_true")
    parser.set_defaults(run=role)
    parser = verbs.add_parser("export", help="write everything that somebody has here into a ZIP or a folder")
    parser.add_argument("user", help="e-mail address or number of the account")
    parser.add_argument("target", metavar="FOLDER|FILE.zip", help="a new folder, or a new file that ends in .zip")
    add_json(parser)
    parser.set_defaults(run=export)


def create(args: argparse.Namespace) -> int:
    """Ask for a password at a terminal; elsewhere make one, and print it once."""
    password, made = read_password(from_stdin=args.password_stdin)
    user = accounts.make_account(args.email, password, verified=True, roles=args.role)
    profile = accounts.make_profile(user, args.profile) if args.profile else None
    if args.json:
        answer = {"id": user.pk, "email": user.email, "profile": profile.slug if profile else None}
        show_json(answer | ({"password": password} if made else {}))
        return 0
    print(f"Account {user.email} made.")
    if made:
        print(f"Its password is {password}")
    if profile:
        print(f"Profile: /{profile.slug}")
    return 0


def read_password(*, from_stdin: bool) -> tuple[str, bool]:
    """Return a password, and whether it was made up here."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n"), False
    if sys.stdin.isatty():
        typed = getpass.getpass("Password (empty: make one up): ")
        if typed:
            return typed, False
    return secrets.token_urlsafe(15), True


def show_accounts(args: argparse.Namespace) -> int:
    people = accounts.find_people(args.words, limit=args.limit)
    lines = [
        {
            "id": user.pk,
            "email": user.email,
            "roles": sorted(accounts.roles_of(user)),
            "profiles": [profile.slug for profile in user.profiles.all()],
            "since": user.date_joined.date().isoformat(),
        }
        for user in people
    ]
    if args.json:
        show_json(lines)
    else:
        columns = ("id", "email", "roles", "profiles", "since")
        rows = [[", ".join(v) if isinstance(v := line[c], list) else v for c in columns] for line in lines]
        show_table(columns, rows)
    return 0


def role(args: argparse.Namespace) -> int:
    user = accounts.account_at(args.email)
    if args.remove:
        accounts.revoke_role(user, args.role)
    else:
        accounts.grant_role(user, args.role)
    print(f"{user.email}: {', '.join(sorted(accounts.roles_of(accounts.account_at(args.email)))) or 'no role'}")
    return 0


def export(args: argparse.Namespace) -> int:
    """Write what the person would get who asked for a copy of everything; nobody is told."""
    user = _account(args.user)
    target = Path(args.target)
    write = parcels.write_zip if target.suffix.lower() == ".zip" else parcels.write_folder
    try:
        packed = write(user, target)
    except OSError as error:
        raise Unavailable(f"It could not be written: {error.strerror}.", subject=str(target)) from error
    size = sum(length for _path, length, _sha256, _about in packed.files)
    missing = [{"path": path, "why": why} for path, why in packed.missing]
    if args.json:
        show_json({"target": str(target), "files": len(packed.files), "bytes": size, "missing": missing})
        return 0
    print(f"{len(packed.files)} files, {bytes_in_words(size)}, written to {target}.")
    for line in missing:
        tell(f"Not as it should be: {line['path']}: {line['why']}")
    return 0


def _account(named: str) -> accounts.User:
    is_number = named.isascii() and named.isdigit() and int(named) <= MOST_ID
    return accounts.account_for(int(named)) if is_number else accounts.account_at(named)
