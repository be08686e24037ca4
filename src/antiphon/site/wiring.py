"""Who implements which port. Runs once in every process, so it imports nothing heavy: engines are made at first use."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import autodiscover_modules

from antiphon.accounts import service as accounts
from antiphon.audio import service as audio
from antiphon.catalogue import service as catalogue
from antiphon.cli import ports
from antiphon.discovery import service as discovery
from antiphon.jobs import service as jobs
from antiphon.jobs.ports import Engine
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles


def wire() -> None:
    """Fill every port of the rooms below, and declare the jobs of every room."""
    storage.use(LocalFiles(settings.DATA / "files"))
    jobs.use_engine(job_engine)
    catalogue.use_ingest(audio.IngestByJobs())
    accounts.use_belongings(catalogue)
    audio.use_engine(discovery.ENGINE, discovery.ENGINE_MODULE)
    audio.subscribe("discovery", discovery.Listener())
    ports.use_site(Installation(settings.DATA, settings.ANTIPHON.workers))
    autodiscover_modules("jobs")


def job_engine() -> Engine:
    """Make the engine that `ANTIPHON_JOB_ENGINE` names."""
    from antiphon.jobs.engines.huey_engine import HueyEngine

    return HueyEngine(settings.DATA / "queue.sqlite3")


@dataclass(frozen=True)
class Installation:
    """`cli.ports.Site`. Each verb imports what it needs: a server never loads the doctor."""

    data: Path
    worker_threads: int

    def check(self, *, deep: bool) -> Iterator[ports.Finding]:
        from antiphon.site.installation import checks

        return checks.everything(deep=deep)

    def backup(self, target: Path, tell: ports.Tell, *, portable: bool) -> ports.Carried:
        from antiphon.site.installation import backup

        return backup.write(target, tell, portable=portable)

    def restore(self, source: Path, tell: ports.Tell, *, force: bool) -> ports.Carried:
        from antiphon.site.installation import restore

        return restore.bring_back(source, tell, force=force)

    def upgrade(self, tell: ports.Tell) -> Path:
        from antiphon.site.installation import upgrade

        return upgrade.forward(tell)

    def upgrade_back(self, tell: ports.Tell) -> Path:
        from antiphon.site.installation import upgrade

        return upgrade.back(tell)

    def migrate(self, tell: ports.Tell) -> int:
        from antiphon.site.installation import migrations, restore

        if restore.undo_cut_off():
            tell("A restore that was cut off was undone.")
        return migrations.migrate(tell)

    def make_demo(self, tell: ports.Tell) -> int:
        from antiphon.site import demo

        return demo.make(tell)

    def remove_demo(self, tell: ports.Tell) -> int:
        from antiphon.site import demo

        return demo.remove(tell)

    def settings(self) -> list[ports.SettingLine]:
        from antiphon.site.installation import listing

        return listing.lines()

    def before_work(self) -> int:
        from antiphon.site.door import recovery

        return recovery.finish_stranded()
