"""Antiphon: a music-sharing platform where every use by AI is asked for, answered, enforced and provable."""

__version__ = "0.1.0"
