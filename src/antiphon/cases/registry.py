"""Which kinds of cases there are, and who tells people in the app: named once, by `site`."""

from antiphon.cases.models import CaseFile
from antiphon.cases.ports import About, CaseKind, Tidings

_kinds: dict[str, CaseKind] = {}
_tidings: Tidings | None = None


def use_kind(name: str, kind: CaseKind) -> None:
    """Name whose disputes are cases; called by `site`."""
    _kinds[name] = kind


def use_tidings(tidings: Tidings) -> None:
    """Name who tells people in the app; called by `site`."""
    global _tidings
    _tidings = tidings


def tidings() -> Tidings | None:
    """Return who tells people in the app; None where letters are all there is."""
    return _tidings


def kinds() -> dict[str, CaseKind]:
    """Return every kind by its name."""
    return dict(_kinds)


def kind_of(file: CaseFile) -> CaseKind:
    """Return the kind of a case."""
    return _kinds[file.kind]


def about(file: CaseFile) -> About:
    """Return a case by its numbers."""
    return About(file.pk, file.subject_id, file.uploader_id, file.holder_id)
