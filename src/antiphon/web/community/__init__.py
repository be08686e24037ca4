"""Likes, reposts, follows, the feed and notices, as pages and as buttons."""
