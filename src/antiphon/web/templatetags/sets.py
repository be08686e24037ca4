"""What lists of tracks offer beside the queue: putting a track into a set."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from antiphon.catalogue import service as catalogue
from antiphon.web.listen import addresses
from antiphon.web.templatetags.look import icon

register = template.Library()


@register.simple_tag
def set_link(track: catalogue.Track) -> SafeString:
    """A link to the page on which a track is put into a set; scripts open it as a dialog."""
    label = _("Add %(title)s to a set") % {"title": track.title}
    return format_html(
        '<a class="button bare square into-set" href="{}" data-adds aria-label="{}" title="{}">{}</a>',
        addresses.adding(track), label, _("Add to set…"), icon("into"),
    )  # fmt: skip
