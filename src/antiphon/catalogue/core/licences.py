"""The licences a track can be under, in legal and in plain words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Licence:
    slug: str
    name: str
    url: str
    meaning: str


def _(words: str) -> str:
    """Mark a sentence for translators; whoever shows it says it in the reader's language."""
    return words


_CC = "https://creativecommons.org/licenses/"
LICENCES: dict[str, Licence] = {
    licence.slug: licence
    for licence in (
        Licence(
            "all-rights-reserved",
            _("All rights reserved"),
            "",
            _("Others may listen here, and ask you for anything more."),
        ),
        Licence(
            "cc-by",
            "CC BY 4.0",
            _CC + "by/4.0/",
            _("Others may share and change it, also for money, and name you."),
        ),
        Licence(
            "cc-by-sa",
            "CC BY-SA 4.0",
            _CC + "by-sa/4.0/",
            _("As CC BY, and what they make of it carries the same licence."),
        ),
        Licence(
            "cc-by-nd",
            "CC BY-ND 4.0",
            _CC + "by-nd/4.0/",
            _("Others may share it unchanged, also for money, and name you."),
        ),
        Licence(
            "cc-by-nc",
            "CC BY-NC 4.0",
            _CC + "by-nc/4.0/",
            _("Others may share and change it, not for money, and name you."),
        ),
        Licence("cc-by-nc-sa", "CC BY-NC-SA 4.0", _CC + "by-nc-sa/4.0/", _("As CC BY-NC, under the same licence.")),
        Licence(
            "cc-by-nc-nd",
            "CC BY-NC-ND 4.0",
            _CC + "by-nc-nd/4.0/",
            _("Others may share it unchanged, not for money, and name you."),
        ),
        Licence(
            "cc0",
            "CC0 1.0",
            "https://creativecommons.org/publicdomain/zero/1.0/",
            _("You give up all rights you can; anyone may do anything."),
        ),
    )
}
