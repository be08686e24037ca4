"""The services that a site watches: what their files may say, and that the page in the docs says where each is from."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cssselect import HTMLTranslator, SelectorError

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "src/antiphon/terms/services"
FILES = sorted(FOLDER.iterdir())
PAGE = ROOT / "docs/operate/watching.md"
OURS = "AI Policy"
# The names in termsTypes.json of Open Terms Archive, of January 2026.
TYPES = {
    OURS, "Terms of Service", "Privacy Policy", "Imprint", "Trackers Policy", "Developer Terms",
    "Community Guidelines", "Deceased Users", "Acceptable Use Policy", "Restricted Use Policy", "Commercial Terms",
    "Copyright Claims Policy", "Law Enforcement Guidelines", "Human Rights Policy", "In-App Purchases Policy",
    "Review Guidelines", "Brand Guidelines", "Quality Guidelines", "Data Controller Agreement",
    "Data Processor Agreement", "User Consent Policy", "Closed Captioning Policy", "Seller Warranty",
    "Single Sign-On Policy", "Vulnerability Disclosure Policy", "Live Policy", "Complaints Policy",
    "Conditions of Carriage", "General Conditions of Sale", "Marketplace Buyers Conditions",
    "Marketplace Sellers Conditions", "Ranking Parameters Description", "Premium Partner Conditions",
    "Platform to Business Notice", "Business Mediation Policy", "Business Privacy Policy", "Editorial Policy",
    "Anti-corruption Policy", "Accessibility Statement", "Hyperlinks Policy", "Whistleblower Policy",
    "Affiliate Agreement", "Service Level Agreement", "Content Monetisation Policy", "Advertising Content Policy",
}  # fmt: skip
KEYS = {"fetch", "select", "remove", "executeClientScripts"}


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, none of whose names stands twice: the second would hide the first."""
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError(f"a name stands twice in {names}")
    return dict(pairs)


def read(path: Path) -> dict[str, Any]:
    declared = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=once)
    assert isinstance(declared, dict)
    return declared


def wrong_with(stem: str, declared: dict[str, Any]) -> list[str]:
    """What is wrong with a declaration whose file has that name, in words."""
    if set(declared) != {"name", "terms"} or not isinstance(declared["terms"], dict) or not declared["terms"]:
        return ["it has a name and at least one text, and nothing else"]
    found = [] if declared["name"] == stem else [f"it is called {declared['name']}"]
    for kind, text in declared["terms"].items():
        found += [] if kind in TYPES else [f"nobody knows a type {kind}"]
        found += [f"{kind}: {words}" for words in wrong_with_text(text)]
    return found


def wrong_with_text(text: dict[str, Any]) -> list[str]:
    """What is wrong with one text of a declaration, in words."""
    found = [f"{name} is not used here" for name in set(text) - KEYS]
    found += [f"{name} is missing" for name in {"fetch", "select"} - set(text)]
    if "fetch" in text and not is_address(text["fetch"]):
        found.append("its address is none that may be fetched")
    if text.get("executeClientScripts", True) is not True:
        found.append("executeClientScripts is true, or is left out")
    return found + [
        f"{name} is no selector" for name in ("select", "remove") if name in text and not compiles(text[name])
    ]


def is_address(said: object) -> bool:
    """Whether it is https at a host that has a name, with a path, and without password, port or spaces."""
    if not isinstance(said, str) or not said.isascii() or said != said.strip() or re.search(r"\s", said):
        return False
    parts = urlsplit(said)
    host = parts.hostname or ""
    named = re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", host) is not None
    return parts.scheme == "https" and named and parts.netloc == host and parts.path.startswith("/")


def compiles(rule: object) -> bool:
    """Whether it is a CSS selector that pages are searched by here."""
    if not isinstance(rule, str) or not rule.strip():
        return False
    try:
        return bool(HTMLTranslator().css_to_xpath(rule))
    except SelectorError:
        return False


def test_there_are_fifty_at_least() -> None:
    assert len(FILES) >= 50


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_a_declaration_under_its_own_name(path: Path) -> None:
    assert path.suffix == ".json"
    assert wrong_with(path.stem, read(path)) == []
    made = json.dumps(read(path), indent=2, ensure_ascii=False) + "\n"
    assert path.read_text(encoding="utf-8") == made, "as json.dumps writes it, so that a change reads as one"


def test_no_address_is_watched_twice_as_the_same_kind_of_text() -> None:
    found = [(kind, text["fetch"].rstrip("/")) for path in FILES for kind, text in read(path)["terms"].items()]
    assert [one for one in found if found.count(one) > 1] == []


def test_no_two_files_are_one_on_a_disk_that_knows_no_case() -> None:
    assert len({path.name.casefold() for path in FILES}) == len(FILES)


GOOD: dict[str, Any] = {"fetch": "https://ada.example/terms", "select": "main"}


@pytest.mark.parametrize(
    "text",
    [
        {"select": "main"},
        {"fetch": GOOD["fetch"]},
        GOOD | {"fetch": "http://ada.example/terms"},
        GOOD | {"fetch": "https://ada.example"},
        GOOD | {"fetch": "https://ada:secret@ada.example/terms"},
        GOOD | {"fetch": "https://ada.example:8443/terms"},
        GOOD | {"fetch": "https://127.0.0.1/terms"},
        GOOD | {"fetch": "https://localhost/terms"},
        GOOD | {"fetch": "https://ada.example/our terms"},
        GOOD | {"fetch": "file:///terms"},
        GOOD | {"select": ""},
        GOOD | {"select": "main >"},
        GOOD | {"select": []},
        GOOD | {"remove": "div["},
        GOOD | {"filter": ["removeDates"]},
        GOOD | {"executeClientScripts": False},
        GOOD | {"executeClientScripts": "true"},
    ],
)
def test_the_check_refuses_what_no_file_may_say(text: dict[str, Any]) -> None:
    assert wrong_with("Ada", {"name": "Ada", "terms": {"Terms of Service": GOOD}}) == []
    assert len(wrong_with("Ada", {"name": "Ada", "terms": {"Terms of Service": text}})) == 1


@pytest.mark.parametrize(
    "declared",
    [
        {"name": "Ben", "terms": {"Terms of Service": GOOD}},
        {"name": "Ada", "terms": {}},
        {"name": "Ada"},
        {"name": "Ada", "terms": {"Terms of Use": GOOD}},
        {"name": "Ada", "terms": {"Terms of Service": GOOD}, "importedFrom": "https://ben.example/"},
    ],
)
def test_the_check_refuses_a_file_that_is_no_declaration(declared: dict[str, Any]) -> None:
    assert len(wrong_with("Ada", declared)) == 1


def test_a_text_that_is_declared_twice_does_not_hide_the_first() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        json.loads('{"Terms of Service": 1, "Terms of Service": 2}', object_pairs_hook=once)


def test_the_docs_say_of_every_text_once_how_its_address_was_found() -> None:
    rows = re.findall(r"^\| (.+) \|$", PAGE.read_text(encoding="utf-8").split("| from memory |")[1], re.M)
    told = {
        name.strip(): sorted(kind.strip() for cell in cells for kind in cell.split(",") if kind.strip())
        for name, *cells in (row.split("|") for row in rows if not row.startswith("-"))
    }
    assert len(told) == len([row for row in rows if not row.startswith("-")])
    assert told == {path.stem: sorted(read(path)["terms"]) for path in FILES}


def test_the_wheel_carries_every_file(tmp_path: Path) -> None:
    builder = Path(sys.executable).with_name("uv-build")
    subprocess.run([builder, "build-wheel", tmp_path], cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        carried = {name for name in wheel.namelist() if name.startswith("antiphon/terms/services/")}
    carried.discard("antiphon/terms/services/")
    assert carried == {f"antiphon/terms/services/{path.name}" for path in FILES}
