"""Versions of the terms, what each forbids, and who accepted which."""
