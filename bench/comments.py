"""How smoothly a track page with 1,000 comments plays and scrolls on a phone, beside the same page without any.

Run: `python -m bench.comments`. Chromium draws in software here, so a frame costs what it costs without a graphics
card; the page is held at a phone's size, once as fast as this machine is and once slowed down to a quarter of it.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.table import Row, print_table, write

COMMENTS = 1000
LENGTH_S = 180
SECONDS = 8
PHONE = {"width": 390, "height": 844}
SLOWED = 4
PEER = "the same page without comments"
# Scrolls the page up and down as a thumb would, and notes when frames are drawn.
_WATCH = """async (seconds) => {
  const gaps = [], from = performance.now();
  let last = from;
  await new Promise((done) => {
    const step = (now) => {
      gaps.push(now - last);
      last = now;
      const span = Math.max(1, document.scrollingElement.scrollHeight - innerHeight);
      scrollTo(0, (Math.abs(((now - from) / 2500) % 2 - 1)) * Math.min(span, 900));
      if (now - from < seconds * 1000) requestAnimationFrame(step);
      else done();
    };
    requestAnimationFrame(step);
  });
  gaps.shift();
  gaps.sort((one, other) => one - other);
  return { frames: gaps.length, seconds: (last - from) / 1000, p95: gaps[Math.floor(gaps.length * 0.95)] };
}"""


def main() -> None:
    from playwright.sync_api import sync_playwright
    from tests.browser import chromium, stage
    from tests.browser.site import Site, free_port

    if chromium.find() is None:
        sys.exit("There is no Chromium here. On Debian: apt install chromium.")
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as folder:
        site = Site(Path(folder), free_port())
        site.start()
        try:
            pages = _fill(site, Path(folder) / "music")
            stage.wait_until_idle(site)
            _fill(site, Path(folder) / "music")
            with sync_playwright() as started:
                rows = _measure(started.chromium, chromium.find(), chromium.ARGUMENTS, site.url, pages)
        finally:
            site.stop()
    print_table(f"a track page with {COMMENTS:,} comments, {PHONE['width']} x {PHONE['height']}", rows)
    write("comments", rows)


def _measure(kind: Any, path: str | None, arguments: list[str], url: str, pages: dict[str, str]) -> list[Row]:
    browser = kind.launch(executable_path=path, args=arguments)
    rows = []
    for name, slowed in (("", 1), (f", slowed {SLOWED} times", SLOWED)):
        found = {which: _frames(browser, url + page, slowed) for which, page in pages.items()}
        ours, peer = found["talked"], found["quiet"]
        rate, peer_rate = (one["frames"] / one["seconds"] for one in (ours, peer))
        rows.append(Row(f"playing and scrolling{name}", rate, "frames/s", PEER, peer_rate))
        rows.append(Row(f"95 % of frames come within{name}", ours["p95"], "ms", PEER, peer["p95"]))
        if slowed == 1:
            rows.append(
                Row("processor time of the page's thread for a frame", ours["cpu_ms"], "ms", PEER, peer["cpu_ms"])
            )
            rows.append(Row("layouts for a frame", ours["layouts"], "layouts", PEER, peer["layouts"]))
    browser.close()
    return rows


def _frames(browser: Any, address: str, slowed: int) -> dict[str, float]:
    context = browser.new_context(viewport=PHONE, device_scale_factor=2)
    page = context.new_page()
    page.goto(address)
    page.keyboard.press("k")
    page.wait_for_function("() => document.querySelector('antiphon-player').time > 0.5")
    if "quiet" not in address:
        page.locator("antiphon-waveform .marks .notes").wait_for(state="attached")
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    # In processor time, which says the same on a busy machine; a frame has 16.7 ms at 60 a second.
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = _spent(session)
    found: dict[str, float] = page.evaluate(_WATCH, SECONDS)
    after = _spent(session)
    context.close()
    cpu_ms = (after["TaskDuration"] - before["TaskDuration"]) * 1000 / found["frames"]
    return found | {"cpu_ms": cpu_ms, "layouts": (after["LayoutCount"] - before["LayoutCount"]) / found["frames"]}


def _spent(session: Any) -> dict[str, float]:
    return {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}


def _fill(site: Any, music: Path) -> dict[str, str]:
    """Make two tracks, then (when they are ready) the comments of one; return their addresses."""
    command = [sys.executable, "-m", "bench.comments", "--fill", str(music)]
    env = {**site.env, "DJANGO_SETTINGS_MODULE": "antiphon.site.settings"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def fill(music: Path) -> None:
    """In a process of its own, on the site's database: music at the first call, comments at the second."""
    import django

    django.setup()
    from tests.browser import music as sounds

    from antiphon.accounts import service as accounts
    from antiphon.catalogue import service as catalogue
    from antiphon.community.models import Comment
    from antiphon.community.service import tallies

    if not music.exists():
        music.mkdir()
        for number, name in enumerate(("talked", "quiet")):
            sounds.write(music / f"{name}.flac", LENGTH_S + number)
        person = accounts.make_account("ada@example.org", "a long enough password", verified=True)
        profile = accounts.make_profile(person, "Ada Quill")
        list(catalogue.import_folder(profile, [music / "talked.flac", music / "quiet.flac"], attested=True))
    else:
        person = accounts.account_at("ada@example.org")
        tracks = catalogue.studio_tracks(person)[0]
        catalogue.publish_tracks(person, [track.pk for track in tracks])
        [talked] = [track for track in tracks if track.slug == "talked"]
        profile = accounts.profiles_of(person)[0]
        Comment.objects.bulk_create(
            Comment(
                track=talked, profile=profile, place_ms=(n * 7919) % (LENGTH_S * 1000),
                words=f"Comment {n}: here it turns, and the bell of the harbour answers it twice.",
            )
            for n in range(COMMENTS)
        )  # fmt: skip
        tallies.bump_track(talked.pk, comments=COMMENTS)
    print(json.dumps({name: f"/ada-quill/{name}" for name in ("talked", "quiet")}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fill"]:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "antiphon.site.settings")
        fill(Path(sys.argv[2]))
    else:
        main()
