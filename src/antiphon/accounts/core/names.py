"""Addresses and names: how a name becomes an address, which addresses nobody gets, and how search folds.

Pure: the same text always gives the same answer. Whether an address is free, the service knows.
"""

import hashlib
import re
import unicodedata

from antiphon.accounts.core.transliteration import LATIN, latin_of

SLUG_LENGTH = 40

# Every first segment that the site uses or may come to use, and names that would pass for the house itself.
RESERVED = frozenset(
    """
    .well-known about abuse account accounts admin administrator ads agent agents ai ai.txt albums all
    announcements answers antiphon api app apps archive artist artists assets atom audio auth author
    billing blog bot bots browse cache careers cases cdn charts checkout claims comments community connect
    consent contact cookies copyright creator creators css dashboard data debug declarations demo
    developer developers directory discover dmca docs donate download downloads edit embed embeds errors
    events explore export faq favicon favicon.ico favorites feed feedback feeds files follow followers
    following forgot forum genres guard guide guidelines health healthz help history home host hosting
    humans.txt i18n icons identity image images impressum imprint inbox index info integrity invitation
    invitations invite invites jobs join js jsi18n json label labels ledger legal library licence licences
    license licenses likes listen listener listeners live local log login logout logs mail mailbox
    manifest manifest.webmanifest me media members message messages metrics mfa moderation moderator
    moderators music new newest news notices notifications null oauth oembed official offline operate
    operator operators owner page pages partners password pay payments people permits ping player playlist
    playlists plays policies policy post posts preferences press pricing privacy profile profiles proof
    proofs public queue radio random rate recalls receipts recent redirect refusals register registry
    releases report reports reposts reset resolve robots robots.txt root royalties rsl rsl.xml rss rules safety sample
    search secret security security.txt sell service services session sessions set sets settings share shop
    sign-in sign-out sign-up signin signout signup site sitemap sitemap.xml sitemaps source sources splits
    staff stage staging start statements static stations status store stream streams studio subscribe
    support survey sw.js system systems tag tags team tech terms test theme tile tiles token tools top
    track tracks transparency trending tus tv undefined unsubscribe update upgrade upload uploads user
    username users verify version versions video voice void wait waveform webhook webhooks webmail welcome
    widget widgets wiki witness ws www xml you your
    """.split()  # noqa: SIM905  (four hundred words read better as words)
)

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FALLBACK_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
# Marks that only colour a letter, in Latin, Greek, Cyrillic, Hebrew and Arabic. Those of Indic scripts and
# kana are vowels or consonants of their own, and stay.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_OTHER_LETTERS = str.maketrans(LATIN)


def fold(text: str) -> str:
    """Return text as search compares it: compatibility forms, case, accents and ß, ø, ł and their like off.

    Folding twice changes nothing more.
    """
    # Unicode 3.13, D146 (toNFKC_Casefold): one round is not enough, as folding can bring new compositions.
    once = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    again = unicodedata.normalize("NFKD", once.casefold())
    return unicodedata.normalize("NFC", _MARKS.sub("", again.translate(_OTHER_LETTERS)))


def slug_of(text: str, *, fallback: str = "artist", limit: int = SLUG_LENGTH) -> str:
    """Return an address for a name: letters a to z, digits and single hyphens, at most `limit` characters.

    A name without anything to spell gives `<fallback>-` and six letters drawn from a hash of it, so that the
    same name gives the same address. The result may be reserved or taken; `service.free_slug` sees to that.
    """
    latin = latin_of(fold(text))
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "").replace("&", " and ")).strip("-")[:limit].strip("-")
    return slug or f"{fallback}-{_letters_from(text)}"[:limit]


def is_slug(text: str) -> bool:
    """Tell whether this can be a person's address: its form, and that it is not reserved."""
    return 2 <= len(text) <= SLUG_LENGTH and _SLUG.fullmatch(text) is not None and text not in RESERVED


def _letters_from(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    letters = ""
    for _ in range(6):
        number, place = divmod(number, len(_FALLBACK_LETTERS))
        letters += _FALLBACK_LETTERS[place]
    return letters
