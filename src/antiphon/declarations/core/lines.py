"""A declaration as lines of a reply and of a page's head: headers, metas, JSON-LD.

Sources: RFC 9651; draft-ietf-aipref-vocab-08 and -attach-05; contentsignals.org; TDMRep 2024-05-10; RSL 1.0, section 4.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from antiphon.declarations.core.declaration import Declaration, Said
from antiphon.declarations.core.tables import AIPREF, CONTENT_SIGNAL, INDEX, MINING, NOAI_MASK, Vocabulary

Lines = list[tuple[str, str]]
RSL_TYPE = "application/rsl+xml"
NO_AI = "noai, noimageai"


@dataclass(frozen=True)
class Place:
    """Where a declaration is spelled out: whole addresses of the RSL document and of the TDM policy."""

    rsl: str
    policy: str


def content_usage(said: Declaration) -> str:
    """Return the value of `Content-Usage`, a dictionary of tokens; empty where nothing can be said."""
    return ", ".join(f"{label}={word}" for label, word in _words(said, AIPREF, "y", "n"))


def content_signal(said: Declaration) -> str:
    """Return the value of `Content-Signal`; empty where nothing can be said."""
    return ", ".join(f"{label}={word}" for label, word in _words(said, CONTENT_SIGNAL, "yes", "no"))


def _words(said: Declaration, vocabulary: Vocabulary, yes: str, no: str) -> Lines:
    found = []
    for label, covered in vocabulary.covers.items():
        if said.denies(covered):
            found.append((label, no))
        elif said.allows(covered | vocabulary.yes_also_needs.get(label, 0)):
            found.append((label, yes))
    return found


def reserves(said: Declaration) -> bool:
    """Tell whether text and data mining is reserved (TDMRep)."""
    return said.told(MINING) is not Said.YES


def no_ai(said: Declaration) -> bool:
    """Tell whether `noai` is said."""
    return said.told(NOAI_MASK) is not Said.YES


def no_index(said: Declaration) -> bool:
    """Tell whether search engines are asked to leave a page out."""
    return said.denies(INDEX)


def headers(said: Declaration, place: Place) -> Lines:
    """Return the headers of a reply. `X-Robots-Tag` is one line of bare tokens: some readers split at the first colon.

    `noindex` is not among them: in a page it stands in the head, and where there is none `unlisted` adds it.
    """
    lines: Lines = []
    if usage := content_usage(said):
        lines.append(("Content-Usage", usage))
    if signal := content_signal(said):
        lines.append(("Content-Signal", signal))
    if no_ai(said):
        lines.append(("X-Robots-Tag", NO_AI))
    lines.append(("TDM-Reservation", "1" if reserves(said) else "0"))
    if reserves(said):
        lines.append(("TDM-Policy", place.policy))
    lines.append(("Link", f'<{place.rsl}>; rel="license"; type="{RSL_TYPE}"'))
    return lines


def unlisted(lines: Lines) -> Lines:
    """Add `noindex` for a reply that is no page. To the one line and not as a second: of two lines some readers take
    the first (HTTPMessage.get, nginx before 1.23), others the last, and one of the two words would be lost."""
    said = ", ".join([*(value for name, value in lines if name == "X-Robots-Tag"), "noindex"])
    return [*(line for line in lines if line[0] != "X-Robots-Tag"), ("X-Robots-Tag", said)]


def linked(lines: Lines, address: str, relation: str) -> Lines:
    """Add a link to the one line of links, for the reason of `unlisted`."""
    links = [*(value for name, value in lines if name == "Link"), f'<{address}>; rel="{relation}"']
    return [*(line for line in lines if line[0] != "Link"), ("Link", ", ".join(links))]


def metas(said: Declaration, place: Place, *, listed: bool = True) -> Lines:
    """Return the metas of a page's head, by name. A page that is not `listed` is left out by search engines anyway."""
    lines: Lines = []
    if no_index(said) or not listed:
        lines.append(("robots", "noindex"))
    if no_ai(said):
        lines.append(("robots", NO_AI))
    lines.append(("tdm-reservation", "1" if reserves(said) else "0"))
    if reserves(said):
        lines.append(("tdm-policy", place.policy))
    return lines


def json_ld(
    place: Place, *, licences: Sequence[str], usage: str, acquire: str, credit: str, year: int
) -> dict[str, object]:
    """Return what schema.org has for it. No address of sound is in it: that is what generic extractors take."""
    return {
        "license": [*licences, place.rsl],
        "usageInfo": usage,
        "acquireLicensePage": acquire,
        "creditText": credit,
        "copyrightNotice": f"© {year} {credit}",
    }
