"""Docs cannot rot, and the repository names no machine: what is in the code is in the docs, and nothing private is."""

import re
import subprocess
from pathlib import Path

import pytest
from django.template.loader import get_template

from antiphon.jobs import service as jobs
from antiphon.site.config import SETTINGS, BadSetting, Config

ROOT = Path(__file__).resolve().parents[2]


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_explained(setting: object) -> None:
    page = (ROOT / "docs/operate/settings.md").read_text(encoding="utf-8")
    assert f"| `{setting.name}` | `{setting.default}` | {setting.meaning} |" in page  # type: ignore[attr-defined]


def test_the_settings_page_explains_nothing_else() -> None:
    page = (ROOT / "docs/operate/settings.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)`", page, re.M) == [setting.name for setting in SETTINGS]


@pytest.mark.parametrize(
    "env",
    [
        {"PORT": "eighty"},
        {"ANTIPHON_SIGN_UP": "maybe"},
        {"ANTIPHON_DEBUG": "perhaps"},
        {"ANTIPHON_QOUTA_BYTES": "1"},
        {"ANTIPHON_SECRET_KEY_FILE": "/nowhere/at/all"},
    ],
)
def test_a_bad_setting_stops_the_start_in_one_sentence(env: dict[str, str]) -> None:
    with pytest.raises((BadSetting, SystemExit)) as caught:
        Config(env)
    assert next(iter(env)).removesuffix("_FILE") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_job_is_named_in_the_docs() -> None:
    page = (ROOT / "docs/operate/jobs.md").read_text(encoding="utf-8")
    missing = [name for name in jobs.names() if not name.startswith("test") and f"`{name}`" not in page]
    assert missing == []


def test_every_make_target_is_named_in_the_docs() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [target for target in targets if f"`make {target}`" not in page] == []


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs/develop/decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in sorted(folder.glob("0*.md")) if page.name not in listed] == []


def test_no_registry_and_no_machine_is_named() -> None:
    # Spelled in parts, so that this file does not find itself.
    hosts = "py" + r"pi\.org|python" + r"hosted|registry\." + r"npm|deb\." + "debian"
    machine = re.compile(rf"({hosts}|{re.escape(str(ROOT.parent))}/|/ro{'ot'}/)")
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in machine.finditer(text)]
    assert found == []


def test_the_lock_files_are_hashed() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        pins = re.findall(r"^[a-z0-9].*==", text, re.M)
        assert pins
        assert text.count("--hash=sha256:") >= len(pins)


def test_every_template_compiles() -> None:
    folder = ROOT / "src/antiphon/web/templates"
    pages = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in (".html", ".txt")]
    assert len(pages) > 50
    for page in pages:
        get_template(page)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("", ""),
        ("mo@example.org", "mailto:mo@example.org"),
        ("mailto:mo@example.org", "mailto:mo@example.org"),
        (" https://example.org/imprint ", "https://example.org/imprint"),
    ],
)
def test_whom_to_write_to_is_an_address_that_a_page_can_link_to(value: str, read: str) -> None:
    assert Config({"ANTIPHON_CONTACT": value}).contact == read


@pytest.mark.parametrize("value", ["Mo", "javascript:alert(1)", "mo@", "https://x y", '"><script>@example.org'])
def test_any_other_stops_the_start(value: str) -> None:
    with pytest.raises(BadSetting, match="ANTIPHON_CONTACT"):
        Config({"ANTIPHON_CONTACT": value})
