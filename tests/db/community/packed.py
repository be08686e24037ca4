"""What the community packs of somebody, read back."""

import json
from typing import Any

from antiphon.accounts import service as accounts
from antiphon.community.service import packing


def packed(user: accounts.User) -> dict[str, Any]:
    """Return what stands in each JSON file, by its name."""
    files = [piece for piece in packing.pieces(user) if piece.name.endswith(".json")]
    return {piece.name: json.loads("".join(piece.text())) for piece in files if piece.text is not None}
