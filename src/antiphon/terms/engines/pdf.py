"""The text of a PDF, by pypdf, in a process of its own with little memory and little time: whose file it is, nobody
here knows.

`text(raw)` is the caller's side; `python -m antiphon.terms.engines.pdf` the other: a PDF on standard input, its text on
standard output, status 1 and one line on standard error where there is none to be had.
"""

import io
import resource
import subprocess
import sys

from antiphon.terms.core.importing import BadSnapshot

MAGIC = b"%PDF-"
MOST_PAGES = 500
MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20
WALL_SECONDS = 60
MOST_TEXT_BYTES = 8_000_000
# Nothing of ours: it may hold secrets.
_ENVIRONMENT = {"LANG": "C.UTF-8"}


def text(raw: bytes) -> str:
    """Return the words of a PDF, a blank line between pages. Raises `BadSnapshot`."""
    command = [sys.executable, "-I", "-X", "utf8", "-m", "antiphon.terms.engines.pdf"]
    try:
        done = subprocess.run(  # noqa: S603  (our own module, by our own interpreter)
            command, input=raw, capture_output=True, timeout=WALL_SECONDS, env=_ENVIRONMENT, check=False
        )
    except subprocess.TimeoutExpired:
        raise BadSnapshot("this PDF takes too long to read") from None
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines() if done.returncode == 1 else []
        raise BadSnapshot(f"this PDF cannot be read: {said[-1][:200] if said else 'there is too much in it'}")
    return done.stdout.decode()


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _read(raw: bytes) -> str:
    from pypdf import PdfReader  # within the limits, as all that it does

    reader = PdfReader(io.BytesIO(raw))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("it wants a password")
    if len(reader.pages) > MOST_PAGES:
        raise ValueError(f"more than {MOST_PAGES} pages")
    found, size = [], 0
    for page in reader.pages:
        found.append(page.extract_text())
        size += len(found[-1])
        if size > MOST_TEXT_BYTES:
            raise ValueError("more text than any terms have")
    return "\n\n".join(found)


def main() -> int:
    _limit()
    from pypdf.errors import PyPdfError

    try:
        words = _read(sys.stdin.buffer.read())
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        MemoryError,
    ) as error:
        # What pypdf raises for a broken file is of many kinds. Here it ends with one line, and the process with it.
        sys.stderr.write(f"{type(error).__name__}: {error}".replace("\n", " ") + "\n")
        return 1
    sys.stdout.buffer.write(words.encode(errors="replace"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
