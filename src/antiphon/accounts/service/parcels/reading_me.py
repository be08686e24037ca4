"""The README of a parcel, for whoever unpacks it in ten years and has never heard of this site."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from antiphon.accounts.models import User

WIDTH = 100
MOST_MISSING = 200  # named here; the index names all


@dataclass
class Chapter:
    """All files that are the same thing of different tracks, profiles or versions, by the first of them."""

    about: str
    path: str
    count: int = 0


def readme(user: User, made_at: datetime, chapters: Iterable[Chapter], missing: list[tuple[str, str]]) -> str:
    """Return what every file is, in the language that is active."""
    said = {"site": settings.SITE_NAME, "url": settings.SITE_URL, "email": user.email}
    said["day"] = date_format(made_at, "j F Y, H:i e")
    parts = [
        _("Everything that %(email)s has on %(site)s (%(url)s), as it stood on %(day)s.") % said,
        _("Files that end in .json are JSON in UTF-8, for programs. Files that end in .csv hold the same as a sheet:"
          " open them with any spreadsheet, as UTF-8 with commas; their first line names the columns. Files in"
          " Markdown (.md) are plain text. Moments are in ISO 8601, in UTC unless they say otherwise."),
        _("index.json names every file with its length and its SHA-256. Proof files below “receipts” can be checked"
          " without this site, by “antiphon verify FILE” or at any other site that runs Antiphon."),
        _("What is private to other people is not in here: their addresses, who reported something, who listened."),
    ]  # fmt: skip
    lines = [textwrap.fill(part, WIDTH) for part in parts]
    lines += [_chapter(one) for one in chapters]
    if missing:
        lines.append(_missing(missing))
    return "\n\n".join(lines) + "\n"


def _chapter(one: Chapter) -> str:
    more = one.count - 1
    path = one.path
    if more:
        path += " " + ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more}
    return f"{path}\n{textwrap.indent(textwrap.fill(one.about, WIDTH - 4), '    ')}"


def _missing(missing: list[tuple[str, str]]) -> str:
    lines = [_("What should be here and is not, or is not as it was:")]
    lines += [f"{path}\n    {why}" for path, why in missing[:MOST_MISSING]]
    if len(missing) > MOST_MISSING:
        lines.append(_("and %(n)d more, all of them in index.json.") % {"n": len(missing) - MOST_MISSING})
    return "\n".join(lines)
