"""Is every file there that the database names, is it what it was, and does somebody name every file that is there."""

import hashlib
from collections.abc import Iterator

from antiphon.catalogue import service as catalogue
from antiphon.cli.ports import Finding, Verdict
from antiphon.jobs import service as jobs
from antiphon.kernel.errors import NotFound
from antiphon.site.installation.keeping import folders_of, kept_files
from antiphon.storage import service as storage
from antiphon.storage.core.kept import KeptFile

SHOWN = 20


def files(*, deep: bool) -> Iterator[Finding]:
    """Compare database and store; `deep` reads every file whose hash is known."""
    there = set(storage.files().keys())
    folders = {folder for key in there for folder in folders_of(key)}
    named: set[str] = set()
    missing: list[str] = []
    wrong: list[str] = []
    for kept in kept_files():
        named.add(kept.key)
        if kept.key in folders:
            continue
        if kept.key not in there:
            missing.append(f"{kept.key} ({kept.subject})")
        elif not is_whole(kept, deep=deep):
            wrong.append(f"{kept.key} ({kept.subject})")
    advice = "Bring it back from a backup, or upload it again."
    if missing:
        yield _listed("files", f"{len(missing)} are missing from the store", missing, advice)
    if wrong:
        yield _listed("files", f"{len(wrong)} are not what was stored", wrong, advice)
    if not missing and not wrong:
        how = "present and unchanged" if deep else "present, of the right size"
        yield Finding("files", Verdict.GOOD, f"{len(named)} named in the database, all {how}.")
    yield from _orphans(there, named)


def is_whole(kept: KeptFile, *, deep: bool) -> bool:
    """Tell whether a file has the size, and on a deep look the hash, that it was stored with."""
    try:
        if kept.size_bytes is not None and storage.files().size(kept.key) != kept.size_bytes:
            return False
        if not deep or not kept.sha256:
            return True
        digest = hashlib.sha256()
        with storage.files().open(kept.key) as file:
            while chunk := file.read(1024 * 1024):
                digest.update(chunk)
        return digest.hexdigest() == kept.sha256
    except NotFound:
        return False


def _orphans(there: set[str], named: set[str]) -> Iterator[Finding]:
    coming = {f"originals/{upload.pk.hex}" for upload in catalogue.unfinished_uploads()} | _worked_on()
    nobodys = sorted(
        key
        for key in there - named - coming
        if not any(folder in named or folder in coming for folder in folders_of(key))
    )
    if nobodys:
        words = f"{len(nobodys)} in the store belong to nothing"
        yield _listed("orphans", words, nobodys, "They only take room; removing them is safe.", Verdict.NOTE)


def _worked_on() -> set[str]:
    """Keys that a job still needs, or is about to remove: every word among its arguments."""
    found: set[str] = set()
    for job in jobs.jobs(["queued", "running"], limit=100_000):
        for value in job.args.values():
            found |= {str(word) for word in (value if isinstance(value, list) else [value])}
    return found


def _listed(subject: str, words: str, keys: list[str], advice: str, verdict: Verdict = Verdict.PROBLEM) -> Finding:
    more = f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else ""
    return Finding(subject, verdict, f"{words}: {', '.join(keys[:SHOWN])}{more}.", advice, {"keys": keys[:1000]})
