"""A file that a room says should be in the store. Rooms answer `kept_files()` with these; the doctor compares."""

from dataclasses import dataclass


@dataclass(frozen=True)
class KeptFile:
    """One key and what is known of it. A key that ends with `/` stands for a folder with at least one file."""

    key: str
    subject: str  # whose it is: "recording:12"
    size_bytes: int | None = None
    sha256: str = ""
