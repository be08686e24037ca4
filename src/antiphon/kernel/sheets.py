"""Cells of a sheet that people open in a spreadsheet. Owns one rule: words are words, and never a formula."""

_RUNS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet computes when the file is opened: what somebody typed may begin like one."""
    return f"'{cell}" if cell.startswith(_RUNS) else cell
