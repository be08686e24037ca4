"""What a signature costs, beside the copy that it is put on: `python -m bench.signing`.

Five minutes of sound in each container. Seconds that passed in the worker and CPU time of one core, the start of the
limited process included; peak resident memory as the kernel counts it for that process alone.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from antiphon.audio import sandbox
from antiphon.audio.core.limits import Limits
from antiphon.audio.core.manifests import definition
from antiphon.audio.core.rights import InTheFile
from antiphon.declarations.core.declaration import NOTHING
from antiphon.declarations.core.infile import in_file, version_of
from bench.ingest import cost, sound
from bench.table import Row, print_table, write

MINUTES = 5
LABEL = "https://music.example/ada/song/label"
SUFFIXES = ("mp3", "flac", "m4a", "opus", "wav")
TOLD = in_file(NOTHING, LABEL)
RIGHTS = InTheFile(version_of(NOTHING.code), LABEL, LABEL, "Ask first.", LABEL, TOLD.content_usage, TOLD.assertions)

# In a process of its own: a child inherits the peak of its parent, and this one has made sounds.
_PEAK = """
import json, resource, sys
from pathlib import Path
from antiphon.audio import sandbox
from antiphon.audio.core.limits import Limits
asked = json.loads(sys.stdin.read())
sandbox.run("sign", Path(asked["path"]), Path(asked["folder"]), Limits(**asked["limits"]), extra=asked["extra"])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def chain() -> dict[str, str]:
    """A chain in a data folder that ends with this run."""
    from django.conf import settings

    from antiphon.declarations import certificate

    with tempfile.TemporaryDirectory() as folder:
        settings.DATA = Path(folder)
        certificate.make()
        signatory = certificate.signatory()
    assert signatory is not None
    return {"certificates": signatory.certificates, "private_key": signatory.private_key}


def rows_of(suffix: str, signatory: dict[str, str]) -> list[Row]:
    path = sound(f"mix-{MINUTES}", MINUTES, suffix)
    for_copy = Limits.for_copy(path.stat().st_size, 3600)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made: dict[str, Any] = {}
        words = {"title": "Slow Harbour", **RIGHTS.tags()}
        _, copy_s = cost(
            lambda: made.update(sandbox.run("download_copy", path, folder, for_copy, extra={"words": words}))
        )
        copy = folder / made["file"]
        extra = {
            "signatory": signatory, "suffix": made["suffix"], "definition": definition(RIGHTS, "Slow Harbour", "0"),
            "also": [str(path)], "original_suffix": made["original_suffix"],
        }  # fmt: skip
        limits = Limits.for_signing(made["size_bytes"])
        cpu_s, wall_s = min((cost(lambda: sandbox.run("sign", copy, folder, limits, extra=extra)) for _ in range(3)),
                            key=lambda found: found[1])  # fmt: skip
        asked = {"path": str(copy), "folder": name, "limits": limits.as_json(), "extra": extra}
        command = [sys.executable, "-c", _PEAK]
        peak = subprocess.run(command, input=json.dumps(asked), check=True, capture_output=True, text=True).stdout
        size_mib = made["size_bytes"] / 1024 / 1024
    what = f"{suffix}, {MINUTES} minutes, {size_mib:.0f} MiB"
    return [
        Row(f"signing, {what}", round(wall_s, 3), "s (less is better)", "the copy with its tags", round(copy_s, 3)),
        Row(f"signing, processor time, {what}", round(cpu_s, 3), "s (less is better)"),
        Row(f"peak memory of the process that signs, {what}", round(int(peak) / 1024, 1), "MiB (less is better)",
            "its limit", round(limits.memory_bytes / 1024 / 1024)),
    ]  # fmt: skip


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "antiphon.site.settings")
    import django

    django.setup()
    signatory = chain()
    rows = [row for suffix in SUFFIXES for row in rows_of(suffix, signatory)]
    print_table("Signing", rows)
    write("signing", rows)


if __name__ == "__main__":
    main()
