"""The inks can be read on the paper: WCAG 2.2 contrast (1.4.3, 1.4.11) of the tokens, in both themes."""

import re
from pathlib import Path

import pytest

import antiphon.web

CSS = Path(antiphon.web.__file__).parent / "assets" / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")


def theme(selector: str) -> dict[str, str]:
    body = TOKENS[TOKENS.index(selector + " {") :].split("{", 1)[1].split("}")[0]
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", body))


LIGHT, DARK, BY_SYSTEM = theme(":root"), theme(':root[data-theme="dark"]'), theme(':root:not([data-theme="light"])')


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("inks", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "leaf"])
@pytest.mark.parametrize("ink", ["ink", "quiet", "rubric", "lapis"])
def test_text_reaches_aa(inks: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(inks[ink], inks[ground]) >= 4.5


@pytest.mark.parametrize("inks", [LIGHT, DARK], ids=["light", "dark"])
def test_what_one_operates_has_an_edge_one_can_see(inks: dict[str, str]) -> None:
    for ground in ("paper", "leaf"):
        assert contrast(inks["edge"], inks[ground]) >= 3
    assert contrast(inks["played"], inks["unplayed"]) >= 3


def test_dark_by_the_system_and_dark_by_choice_are_the_same() -> None:
    assert BY_SYSTEM == DARK


def test_no_style_needs_a_class_of_another_theme() -> None:
    """Every colour outside the tokens is a token: a sheet with a colour of its own would not follow the theme."""
    for sheet in CSS.glob("*.css"):
        if sheet.name in ("tokens.css", "print.css"):
            continue
        assert not re.findall(r"#[0-9a-f]{3,8}\b(?=[;, )])", sheet.read_text(encoding="utf-8")), sheet.name


def test_no_two_rooms_give_one_class_their_own_look() -> None:
    """All sheets go to every page: the same word in two of them, and one page takes the other's columns."""
    shared = {"app.css", "base.css", "fonts.css", "forms.css", "layout.css", "print.css", "tokens.css"}
    given: dict[str, list[str]] = {}
    for sheet in sorted(CSS.glob("*.css")):
        said = "" if sheet.name in shared else sheet.read_text(encoding="utf-8")
        for name in set(re.findall(r"^ *\.([a-z-]+)(?: \{|,$)", said, re.M)):
            given.setdefault(name, []).append(sheet.name)
    assert {name: sheets for name, sheets in given.items() if len(sheets) > 1} == {}
