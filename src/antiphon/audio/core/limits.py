"""How much one file may cost. Pure numbers; the child puts them on itself before it looks at the file."""

from dataclasses import asdict, dataclass
from typing import Any

MIB = 1024 * 1024
# A larger file goes out with its tags and without a signature: that would want more memory than a small server has.
MOST_SIGNED_BYTES = 384 * MIB


@dataclass(frozen=True)
class Limits:
    """What a child process may use. Going beyond ends the child, never the worker."""

    max_seconds: int = 4 * 3600  # of decoded sound, counted while decoding: a header may lie
    memory_bytes: int = 1024 * MIB  # address space; 60 minutes need about 150 MiB of real memory
    cpu_seconds: int = 60 + 4 * 3600 // 4  # a slow machine works at eight times real time or better
    output_bytes: int = 1024 * MIB  # of any one file

    @classmethod
    def for_sound(cls, max_seconds: int) -> "Limits":
        """Limits for decoding and encoding up to so many seconds: 40 kB of output a second is twice the need."""
        return cls(
            max_seconds=max_seconds,
            cpu_seconds=60 + max_seconds // 4,
            output_bytes=16 * MIB + max_seconds * 40_000,
        )

    @classmethod
    def for_copy(cls, size_bytes: int, max_seconds: int) -> "Limits":
        """Limits for copying a file of this size with new tags."""
        return cls(max_seconds=max_seconds, cpu_seconds=120, output_bytes=size_bytes + 64 * MIB)

    @classmethod
    def for_signing(cls, size_bytes: int) -> "Limits":
        """Limits for signing a file of this size, of which WAV takes three times as much memory (`bench.signing`)."""
        return cls(
            memory_bytes=512 * MIB + 4 * size_bytes, cpu_seconds=60 + size_bytes // (4 * MIB),
            output_bytes=size_bytes + 16 * MIB,
        )  # fmt: skip

    @classmethod
    def for_listening(cls, recordings: int) -> "Limits":
        """Limits for a process that listens to so many recordings and writes no file."""
        return cls(cpu_seconds=60 + 120 * recordings, output_bytes=0)

    @property
    def wall_seconds(self) -> int:
        """When to stop waiting: a shared machine gives a process a fraction of its time."""
        return 60 + 4 * self.cpu_seconds

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
