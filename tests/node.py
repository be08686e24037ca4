"""Running the pages' modules outside of a browser: node comes with the front end's tools."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parents[1] / "src" / "antiphon" / "web" / "assets"


def run(script: str, said: Any) -> Any:
    """Run a module, which reads JSON from `said` and returns JSON by `tell`; `from "js/…"` is the pages' own code."""
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    assert node, "make assets brings node"
    whole = (
        'import { readFileSync } from "node:fs";\n'
        'const said = JSON.parse(readFileSync(0, "utf8"));\n'
        "const tell = (answer) => console.log(JSON.stringify(answer));\n"
    ) + script.replace('"js/', f'"{(ASSETS / "js").as_uri()}/')
    ran = subprocess.run(
        [node, "--input-type=module", "-e", whole],
        input=json.dumps(said), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)
