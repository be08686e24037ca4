"""Text that leaves as markup: the code of a player."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from antiphon.web.outside.finding import Piece


def iframe(address: str, piece: Piece, *, width: int | str, height: int) -> SafeString:
    """Return the code that puts a player on a page."""
    title = _("%(title)s by %(who)s") % {"title": piece.row.title, "who": piece.by}
    return format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" allow="autoplay; encrypted-media" '
        'frameborder="0"></iframe>',
        address, width, height, title,
    )  # fmt: skip
