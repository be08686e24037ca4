"""Reports from before there were cases: what is open about one thing is one case, what was decided keeps its reason."""

import importlib

from django.apps import apps

from antiphon.catalogue.models import Case, Report
from antiphon.kernel import clock
from tests.people import People

MIGRATION = importlib.import_module("antiphon.catalogue.migrations.0005_gather_reports")


def test_earlier_reports_become_cases(people: People) -> None:
    def report(subject_id: int, state: str, **said: object) -> None:
        Report.objects.create(kind="profile", subject_id=subject_id, reason="spam", state=state, **said)

    decided = {"decided_by": people.mo, "decided_at": clock.now(), "decision": "Only links."}
    report(people.ada_quill.pk, "open", reporter=people.ben)
    report(people.ada_quill.pk, "open")
    report(people.ada_quill.pk, "upheld", **decided)
    report(999_999, "dismissed", **decided)
    MIGRATION.gather(apps, None)
    assert not Report.objects.filter(case=None).exists()
    waiting = Case.objects.get(state="open")
    assert (waiting.name, waiting.address, waiting.owner, waiting.voices) == ("Ada Quill", "/ada-quill", people.ada, 2)
    upheld, dismissed = Case.objects.filter(state="decided").order_by("pk")
    assert [(r.verdict, r.because, r.by) for r in upheld.rulings.all()] == [("hide", "Only links.", people.mo)]
    assert (dismissed.name, dismissed.rulings.get().verdict) == ("", "leave")
