"""What an unresolved match forbids: a port that identification fills. Until then nothing, and the label says so."""

from collections.abc import Sequence

from antiphon.consent.ports import Matches

_matcher: Matches | None = None


def use_matches(matcher: Matches) -> None:
    """Name who knows of unresolved matches; called by `site`."""
    global _matcher
    _matcher = matcher


def is_matching() -> bool:
    """Tell whether anybody compares uploads with the catalogue here."""
    return _matcher is not None


def noes_of(recording_ids: Sequence[int]) -> dict[int, int | None]:
    """Return, by recording, the purposes to which holders of music that it sounds like said no. None: nobody knows."""
    if _matcher is None:
        return dict.fromkeys(recording_ids, 0)
    told = _matcher.noes_of(recording_ids)
    return {pk: told.get(pk) for pk in recording_ids}
