"""Running modules outside of a browser: the pages' own, and readers of others. Node comes with the front end."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ASSETS = Path(__file__).parents[1] / "src" / "antiphon" / "web" / "assets"
READERS = Path(__file__).parent / "readers"
HAS_READERS = (READERS / "node_modules" / ".package-lock.json").exists()


def run(script: str, said: Any) -> Any:
    """Run a module, which reads JSON from `said` and returns JSON by `tell`; `from "js/…"` is the pages' own code."""
    whole = (
        'import { readFileSync } from "node:fs";\n'
        'const said = JSON.parse(readFileSync(0, "utf8"));\n'
        "const tell = (answer) => console.log(JSON.stringify(answer));\n"
    ) + script.replace('"js/', f'"{(ASSETS / "js").as_uri()}/')
    return _run(["--input-type=module", "-e", whole], said)


def read(reader: str, **said: Any) -> Any:
    """Return what a reader from npm makes of this; `readers/read.mjs` lists them. Skips the test where none are."""
    if not HAS_READERS and not os.environ.get("CI"):
        pytest.skip("the readers from npm are not here")
    return _run([str(READERS / "read.mjs")], {"reader": reader, **said})


def _run(arguments: list[str], said: Any) -> Any:
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    assert node, "make assets brings node"
    ran = subprocess.run(
        [node, *arguments], input=json.dumps(said), capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)
