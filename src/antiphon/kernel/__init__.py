"""Ids, clock and errors for every room. Owns no tables and imports the standard library only."""
