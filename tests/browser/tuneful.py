"""Music of Ada's that can be told from other music, and clips of it to ask about.

`python -m tests.browser.tuneful FOLDER` brings the tunes of that folder in; the worker makes them ready.
"""

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.browser.site import PASSWORD, Site
from tests.tunes import F32, tune, wav

TITLE, HIDDEN = "Bell Buoy", "Bell Buoy, Unreleased"
SEEDS = {TITLE: 41, HIDDEN: 42}
STRANGE = 43
YES = ("recommend", "organize", "search-index")
ASK = ("ai-index", "train-analysis", "train-generative", "finetune")


def bring(site: Site, folder: Path) -> dict[str, int]:
    """Have Ada upload both tunes and release the first; the worker hears and compares them after."""
    folder.mkdir(parents=True, exist_ok=True)
    for title, seed in SEEDS.items():
        (folder / f"{title}.wav").write_bytes(wav(tune(seed, 60.0)))
    command = [sys.executable, "-m", "tests.browser.tuneful", str(folder)]
    environment = {**site.env, "DJANGO_SETTINGS_MODULE": "antiphon.site.settings"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    made: dict[str, int] = json.loads(done.stdout)
    return made


def clip(seed: int, seconds: float = 10.0, start_s: float = 12.0) -> F32:
    whole = tune(seed, 60.0)
    rate = len(whole) // 60
    return whole[int(start_s * rate) : int((start_s + seconds) * rate)]


def main(folder: Path) -> None:
    import django

    django.setup()
    from antiphon.accounts import service as accounts
    from antiphon.catalogue import service as catalogue
    from antiphon.consent import service as consent
    from antiphon.kernel.errors import Conflict, NotFound

    try:
        ada = accounts.account_at("ada@example.org")
    except NotFound:
        ada = accounts.make_account("ada@example.org", PASSWORD, verified=True)
    with suppress(Conflict):
        if not accounts.profiles_of(ada):
            accounts.make_profile(ada, "Ada Quill")
    made = {}
    for title in SEEDS:
        path = folder / f"{title}.wav"
        begun = catalogue.begin_upload(ada, file_name=path.name, size_bytes=path.stat().st_size, attested=True)
        copy = folder / f"{begun.pk.hex}.part"
        copy.write_bytes(path.read_bytes())
        recording = catalogue.receive(begun.pk, copy)
        made[title] = recording.pk
        if title == TITLE:
            said = dict.fromkeys(YES, "yes") | dict.fromkeys(ASK, "ask")
            consent.answer(ada, said, [consent.Scope(consent.TRACK, recording.pk)], via="test")
            catalogue.publish_tracks(ada, [recording.track_id], sharing="public")
    print(json.dumps(made))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
