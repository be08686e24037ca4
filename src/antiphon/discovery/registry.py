"""Who answers for the gate: named once, by `site`."""

from antiphon.discovery.ports import ClosedGate, Gate

_gate: Gate = ClosedGate()


def use_gate(gate: Gate) -> None:
    """Name the gate that is asked before anything is heard, stored or shown."""
    global _gate
    _gate = gate


def gate() -> Gate:
    return _gate
