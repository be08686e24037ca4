"""Matches and claims, for both of their sides: lists, one case, claiming a stretch."""
