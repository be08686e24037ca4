"""The room's jobs: publishing what waits, forgetting what was erased, asking the witnesses."""

from antiphon.jobs import service as jobs
from antiphon.ledger import service as ledger

# Publishing is asked for with every entry; the beat is for what a crash between commit and queue left lying.
PUBLISH_EVERY_S = 60
FORGET_EVERY_S = 600


@jobs.job("ledger.publish", lease_s=300)
def publish() -> None:
    ledger.publish()


@jobs.job("ledger.forget")
def forget() -> None:
    ledger.forget_erased()


@jobs.job("ledger.witness", lease_s=120)
def ask_witnesses() -> None:
    ledger.ask_witnesses()


jobs.every("ledger.publish", PUBLISH_EVERY_S)
jobs.every("ledger.forget", FORGET_EVERY_S)
