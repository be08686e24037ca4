"""Caring for a whole installation: checking, backing up, bringing back, upgrading. Needs every room, so it is here."""
