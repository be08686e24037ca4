"""The room's jobs, one line each: what they do is in `service`."""

from antiphon.catalogue.service import bringing, gate
from antiphon.jobs.service import every, job


@job("catalogue.tell_gate")
def tell_gate() -> None:
    gate.tell_missing()


every("catalogue.tell_gate", 3600)


@job("catalogue.forget_bringings")
def forget_bringings() -> None:
    bringing.forget_bringings()


every("catalogue.forget_bringings", 86400)
