"""The same published songs as for the world outside, and a reader of replies."""

from tests.db.outside.conftest import album, publish, stranger

__all__ = ["album", "publish", "stranger"]
