"""The `antiphon` command. Exit status: 0 done, 1 a refusal or a finding, 2 bad use."""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Sequence

from antiphon.kernel.errors import AntiphonError, Unavailable

# Verb -> the module that knows it. Those that need no database start without Django, and so at once.
LIGHT = {
    "serve": "serving",
    "version": "version",
    "verify": "verify",
    "identify": "identifying",
    "fingerprint": "identifying",
    "registry": "asking",
}
VERBS = {
    **LIGHT,
    "worker": "working",
    "migrate": "upgrading",
    "upgrade": "upgrading",
    "doctor": "doctor",
    "backup": "backups",
    "restore": "backups",
    "demo": "demo",
    "import": "importing",
    "account": "people",
    "key": "keys",
    "jobs": "jobs",
    "ledger": "ledger",
    "witness": "witness",
    "settings": "settings",
    "may": "may",
    "dataset": "datasets",
    "actor": "actors",
    "search": "search",
    "certificate": "certificate",
    "guard": "guarding",
    "robot": "robot",
    "terms": "terms",
    "mail": "mail",
}


def parser_for(argv: Sequence[str]) -> argparse.ArgumentParser:
    """Build the parser: of one subject when the verb is a light one, else of all, with Django set up."""
    parser = argparse.ArgumentParser(
        prog="antiphon", description="Share music; every use of it by AI is asked for, and answered."
    )
    subparsers = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    light = bool(argv) and argv[0] in LIGHT
    if not light:
        set_up_django()
    modules = [LIGHT[argv[0]]] if light else dict.fromkeys(VERBS.values())
    for module in modules:
        importlib.import_module(f"antiphon.cli.{module}").register(subparsers)
    return parser


def set_up_django() -> None:
    """Make models and services usable in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "antiphon.site.settings")
    import django

    django.setup()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status. Never raises for a refusal: it is printed."""
    argv = sys.argv[1:] if argv is None else argv
    args = parser_for(argv).parse_args(argv)
    try:
        return int(args.run(args) or 0)
    except AntiphonError as error:
        refuse(error, args)
        return 1
    except _of_the_database() as error:
        words = f"The database cannot be used: {error}".strip().splitlines()[0]
        refuse(Unavailable(words, hint="`antiphon migrate` makes missing tables; `antiphon doctor` says more."), args)
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return 1
    except BrokenPipeError:
        # Whoever read our output has closed it, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _of_the_database() -> tuple[type[Exception], ...]:
    """What a database raises. A process that never loaded Django has none, and loads it for nothing."""
    errors = sys.modules.get("django.db.utils")
    return (errors.DatabaseError,) if errors else ()


def refuse(error: AntiphonError, args: argparse.Namespace) -> None:
    """Say what went wrong in one line, and on the next what to do."""
    if getattr(args, "json", False):
        answer = {"error": error.code, "message": str(error.message), "subject": error.subject, "hint": str(error.hint)}
        print(json.dumps(answer))
        return
    sys.stderr.write(f"antiphon: {error.message}\n")
    if error.hint:
        sys.stderr.write(f"  {error.hint}\n")


if __name__ == "__main__":
    raise SystemExit(main())
