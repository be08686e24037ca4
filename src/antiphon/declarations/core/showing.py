"""A declaration channel by channel, to be shown to those it speaks for: exact lines, and what each has no words for."""

from dataclasses import dataclass, replace

from antiphon.consent.core.purposes import GUARDED_MASK, mask_of, slugs_of
from antiphon.declarations.core import lines, rsl
from antiphon.declarations.core.declaration import SITE, Declaration, Said
from antiphon.declarations.core.infile import NEW, in_file
from antiphon.declarations.core.lines import NO_AI, Place
from antiphon.declarations.core.tables import AIPREF, CAWG, CONTENT_SIGNAL, NOAI, ROBOTS, RSL, TDMREP, Vocabulary

# What others could do with music. The rest is for this site alone, which needs no signal to itself.
OUTSIDE = mask_of(("search-index", "ai-index", "ai-input", "agent", "assist")) | GUARDED_MASK


@dataclass(frozen=True)
class Channel:
    """What one channel says. `words` are its labels, each with what it says: None for nothing."""

    slug: str
    name: str
    version: str
    lines: tuple[str, ...]
    words: tuple[tuple[str, bool | None], ...]
    flattened: tuple[str, ...]  # purposes that are a yes, and told as a no because a label covers others, too
    unsaid: tuple[str, ...]  # purposes that it has no word for


def channels(said: Declaration, answered: Declaration, place: Place, page: str) -> list[Channel]:
    """Return every channel in which a track is told, in the order in which programs meet them.

    `answered` is what the label says: a yes there may be told as less because a licence is needed, which is no loss of
    words; what a vocabulary flattens is found by it.
    """
    headers = dict(lines.headers(said, place))
    metas = lines.metas(said, place)
    permitted, prohibited = rsl.usages(said)
    robots = [f'<meta name="robots" content="{value}">' for name, value in metas if name == "robots"]
    told = ([f"X-Robots-Tag: {NO_AI}"] if lines.no_ai(said) else []) + robots
    usages = [
        f'<{name} type="usage">{" ".join(tokens)}</{name}>'
        for name, tokens in (("permits", permitted), ("prohibits", prohibited))
        if tokens
    ]
    reservation = [f"{name}: {headers[name]}" for name in ("TDM-Reservation", "TDM-Policy") if name in headers]
    both = said, answered
    return [
        _channel("aipref", AIPREF, both, _line(headers, "Content-Usage")),
        _channel("content-signal", CONTENT_SIGNAL, both, _line(headers, "Content-Signal")),
        _channel("noai", NOAI, both, [line for line in told if NO_AI in line]),
        _channel("noindex", ROBOTS, both, [line for line in told if "noindex" in line]),
        _channel("tdmrep", TDMREP, both, reservation),
        _in_file(both, place, page),
        _channel("rsl", RSL, both, [f"Link: {headers['Link']}", f'<content url="{page}">', *usages]),
        Channel("robots", "robots.txt", "RFC 9309", _ROBOTS, (), (), ()),
        Channel(
            "json-ld",
            "JSON-LD",
            "schema.org",
            (f'"license": "{place.rsl}"', f'"usageInfo": "{page}/label"'),
            (),
            (),
            (),
        ),
    ]


# Of the many groups the last two kinds: one agent that gathers for AI, and everybody else.
_ROBOTS = (
    "User-agent: GPTBot", "Disallow: /", "User-agent: *", "Allow: /",
    f"Content-Usage: {lines.content_usage(SITE)}", f"Content-Signal: {lines.content_signal(SITE)}",
)  # fmt: skip


def _in_file(both: tuple[Declaration, Declaration], place: Place, page: str) -> Channel:
    """What a download carries: noes alone, so what is not one has no word here."""
    told = in_file(both[0], f"{page}/label")
    tags = [("TDM-RESERVATION", "1"), ("TDM-POLICY", place.policy)] if told.reserved else []
    tags += [("CONTENT-USAGE", told.content_usage)] if told.content_usage else []
    tags += [("plus:DataMining", told.data_mining)] if told.data_mining else []
    entries = [
        (label, " ".join((entry["use"], entry.get("constraint_info", ""))).strip())
        for label, entry in told.assertions.get(NEW, {}).items()
    ]
    found = _channel("cawg", CAWG, both, [f"{name}: {value}" for name, value in tags + entries])
    return replace(found, words=tuple(word for word in found.words if word[1] is False))


def _line(headers: dict[str, str], name: str) -> list[str]:
    return [f"{name}: {headers[name]}"] if name in headers else []


def _channel(slug: str, vocabulary: Vocabulary, both: tuple[Declaration, Declaration], shown: list[str]) -> Channel:
    said, answered = both
    words: list[tuple[str, bool | None]] = []
    flattened = covered_by_any = 0
    for label, covered in vocabulary.covers.items():
        covered_by_any |= covered
        if answered.denies(covered):
            flattened |= covered & ~answered.denied
        if said.denies(covered):
            words.append((label, False))
        else:
            says_yes = said.told(covered | vocabulary.yes_also_needs.get(label, 0)) is Said.YES
            words.append((label, True if says_yes else None))
    return Channel(
        slug, vocabulary.name, vocabulary.version, tuple(shown), tuple(words),
        slugs_of(flattened), slugs_of(OUTSIDE & ~covered_by_any),
    )  # fmt: skip
