"""What others decide and we only copy: the vocabularies' labels, and the names of agents that gather for AI."""

import tomllib
from importlib.resources import files
from typing import Any


def labels() -> dict[str, Any]:
    """Return `labels.toml`."""
    return tomllib.loads(files(__name__).joinpath("labels.toml").read_text(encoding="utf-8"))


def ai_agents() -> tuple[str, ...]:
    """Return the tokens of `ai_agents.txt`, in its order."""
    lines = files(__name__).joinpath("ai_agents.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
