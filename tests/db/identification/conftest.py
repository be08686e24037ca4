"""The room as a site has it."""

from tests.compared import bring_song, matching

__all__ = ["bring_song", "matching"]
