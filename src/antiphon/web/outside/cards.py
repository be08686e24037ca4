"""What other sites read in the head of a page: Open Graph, Twitter's player card, JSON-LD, links to feeds and oEmbed.

No address of sound is in any of it: whoever wants to hear goes to the page or to its player. Each card is built as one
text, because it stands on every page and a template of twenty conditions costs more than the page's queries.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.declarations import service as declarations
from antiphon.declarations.core.lines import Place, json_ld
from antiphon.web.outside import finding, permission, places
from antiphon.web.templatetags.look import credited

_SIDE = 1000
_MOST_SONGS = 50
_AS_DATA = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
_ALBUMS = {"album": "AlbumRelease", "ep": "EPRelease", "single": "SingleRelease"}
Pairs = list[tuple[str, str]]


def of_track(track: catalogue.Track, page: str, place: Place, *, listed: bool) -> SafeString:
    """The card of a track, at the whole address of its page."""
    who = credited(track)
    duration_ms = (track.recording.duration_ms if track.recording else 0) or 0
    words = _short(track.description) or _("Hear %(title)s by %(who)s.") % {"title": track.title, "who": who}
    about: Pairs = [("og:type", "music.song"), ("music:musician", _whole(track.profile))]
    if duration_ms:
        about.append(("music:duration", str(max(1, round(duration_ms / 1000)))))
    if track.release_date:
        about.append(("music:release_date", track.release_date.isoformat()))
    piece = finding.Piece(track, [track]) if listed and track.playable else None
    data: dict[str, Any] = {
        "@type": "MusicRecording",
        "name": track.title,
        "byArtist": {"@type": "MusicGroup", "name": who, "url": _whole(track.profile)},
        "duration": f"PT{round(duration_ms / 1000)}S" if duration_ms else None,
        "datePublished": _day(track.release_date or track.published_at),
        "isrcCode": track.isrc,
        "genre": track.genre,
        **_terms(track, who, place),
    }
    feed = places.feed(track.profile) if listed else ""
    return _card(track.title, words, page, track.artwork_key or track.profile.picture_key, about, data, piece, feed)


def _terms(track: catalogue.Track, who: str, place: Place) -> dict[str, object]:
    """Under which terms people and software may use it, and where to ask: each a page, none an address of sound."""
    licence = declarations.licence_of(track)
    released = track.release_date or track.published_at or track.created_at
    return json_ld(
        place,
        licences=[licence] if licence else [],
        usage=declarations.usage_page(track),
        acquire=declarations.ask_page(track.get_absolute_url()),
        credit=who,
        year=released.year,
    )


def of_set(row: catalogue.MusicSet, tracks: list[catalogue.Track], page: str, *, listed: bool) -> SafeString:
    """The card of a set, at the whole address of its page."""
    who = row.profile.name
    words = _short(row.description) or _("Hear %(title)s by %(who)s.") % {"title": row.title, "who": who}
    is_album = row.kind in _ALBUMS
    about: Pairs = [("og:type", "music.album" if is_album else "music.playlist")]
    about.append(("music:musician" if is_album else "music:creator", _whole(row.profile)))
    about += [("music:song", settings.SITE_URL + one.get_absolute_url()) for one in _public(tracks)]
    if row.release_date:
        about.append(("music:release_date", row.release_date.isoformat()))
    data: dict[str, Any] = {
        "@type": "MusicAlbum" if is_album else "MusicPlaylist",
        "name": row.title,
        "byArtist" if is_album else "creator": {"@type": "MusicGroup", "name": who, "url": _whole(row.profile)},
        "albumReleaseType": f"https://schema.org/{_ALBUMS[row.kind]}" if is_album else None,
        "numTracks": len(tracks),
        "datePublished": _day(row.release_date or row.published_at),
        "track": [
            {"@type": "MusicRecording", "name": one.title, "url": settings.SITE_URL + one.get_absolute_url()}
            for one in _public(tracks)
        ],
    }
    piece = finding.Piece(row, [track for track in tracks if track.playable]) if listed else None
    feed = places.feed(row) if listed else ""
    return _card(row.title, words, page, row.artwork_key or row.profile.picture_key, about, data, piece, feed)


def of_profile(profile: accounts.Profile, *, listed: bool) -> SafeString:
    """The card of a creator's page."""
    words = _short(profile.biography) or _("Music by %(name)s.") % {"name": profile.name}
    data = {
        "@type": "MusicGroup",
        "name": profile.name,
        "description": _short(profile.biography, 1000),
        "sameAs": [str(link["url"]) for link in profile.links],
    }
    about: Pairs = [("og:type", "profile"), ("profile:username", profile.slug)]
    feed = places.feed(profile) if profile.hidden_at is None else ""
    return _card(profile.name, words, _whole(profile), profile.picture_key, about, data, None, feed)


def _card(
    title: str, words: str, page: str, key: str, about: Pairs, data: dict[str, Any], piece: finding.Piece | None,
    feed: str,
) -> SafeString:  # fmt: skip
    picture, alt = places.picture(key, _SIDE), _("Cover of %(title)s") % {"title": title}
    pairs: Pairs = [
        *about,
        ("og:title", title),
        ("og:description", words),
        ("og:url", page),
        ("og:site_name", settings.SITE_NAME),
        ("og:locale", to_locale(get_language() or settings.LANGUAGE_CODE)),
    ]
    if picture:
        pairs += [("og:image", picture), ("og:image:type", "image/webp"), ("og:image:alt", alt)]
        pairs += [("og:image:width", str(_SIDE)), ("og:image:height", str(_SIDE))]
    has_player = piece is not None and bool(permission.anywhere(piece))
    twitter: Pairs = [("twitter:card", "player" if has_player and picture else "summary")]
    twitter += [("twitter:title", title), ("twitter:description", words)]
    if picture:
        twitter += [("twitter:image", picture), ("twitter:image:alt", alt)]
    if piece is not None and has_player and picture:
        height = str(places.height_of(piece.row))
        player = places.embed(piece.row)
        twitter += [("twitter:player", player), ("twitter:player:width", str(places.WIDTH))]
        twitter += [("twitter:player:height", height)]
    return mark_safe(  # noqa: S308  (each part is escaped where it is made)
        format_html('<meta name="description" content="{}">', words)
        + format_html_join("", '<meta property="{}" content="{}">', pairs)
        + format_html_join("", '<meta name="{}" content="{}">', twitter)
        + (_found(page, title) if piece is not None else "")
        + (
            format_html('<link rel="alternate" type="application/rss+xml" title="{}" href="{}">', title, feed)
            if feed
            else ""
        )
        + _data({"@context": "https://schema.org", "@id": page, "url": page, "image": picture, **data})
    )


def _found(page: str, title: str) -> SafeString:
    """Where oEmbed consumers ask."""
    kinds = (("application/json+oembed", "json"), ("text/xml+oembed", "xml"))
    links = ((kind, places.oembed(page, form), title) for kind, form in kinds)
    return format_html_join("", '<link rel="alternate" type="{}" href="{}" title="{}">', links)


def _data(said: dict[str, Any]) -> SafeString:
    """JSON-LD, without what is not known. The browser runs nothing of it: it is data by its type."""
    text = json.dumps({name: value for name, value in said.items() if value}, ensure_ascii=False)
    return mark_safe(f'<script type="application/ld+json">{text.translate(_AS_DATA)}</script>')  # noqa: S308


def _public(tracks: Iterable[catalogue.Track]) -> list[catalogue.Track]:
    return [track for track in tracks if track.sharing == catalogue.Sharing.PUBLIC][:_MOST_SONGS]


def _whole(profile: accounts.Profile) -> str:
    return settings.SITE_URL + profile.get_absolute_url()


def _day(at: Any) -> str | None:
    return at.strftime("%Y-%m-%d") if at else None


def _short(words: str, most: int = 180) -> str:
    return Truncator(" ".join(words[: 4 * most].split())).chars(most)
