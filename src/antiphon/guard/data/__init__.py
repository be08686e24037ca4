"""What others decide and we only copy: who runs which agent, and what for. The list of names is `declarations.data`."""

import tomllib
from importlib.resources import files
from typing import Any


def operators() -> list[dict[str, Any]]:
    """Return the operators of `agents.toml`."""
    found: list[dict[str, Any]] = tomllib.loads(files(__name__).joinpath("agents.toml").read_text(encoding="utf-8"))[
        "operator"
    ]
    return found
