"""Posting: the one way a letter comes to be."""

from django.db import transaction

from antiphon.jobs import service as jobs
from antiphon.mail.models import Letter

DELIVER = "mail.deliver"


def post(to: str, subject: str, body: str, *, key: str = "") -> None:
    """Commit a letter with the caller's change; a job delivers it. The same key posts it once.

    Line breaks in the subject are folded, so that nothing can add a header.
    """
    with transaction.atomic():
        line = " ".join(subject.split())[:300]
        if key:
            letter, made = Letter.objects.get_or_create(key=key, defaults={"to": to, "subject": line, "body": body})
            if not made:
                return
        else:
            letter = Letter.objects.create(to=to, subject=line, body=body)
        jobs.enqueue(DELIVER, subject=f"letter:{letter.pk}", key=f"{DELIVER}:{letter.pk}", letter_id=letter.pk)
