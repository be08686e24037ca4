"""The page about rules and purposes says what the code does, all of it and nothing else."""

import re
from pathlib import Path

import pytest

from antiphon.consent.core.purposes import PURPOSES, Purpose
from antiphon.consent.core.rules import RULES, Rule

PAGE = (Path(__file__).resolve().parents[2] / "docs/develop/rules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_every_rule_is_explained_in_its_own_words(rule: Rule) -> None:
    words = rule.words if rule.words == rule.public_words else f"{rule.words} *{rule.public_words}*"
    effect = "yes" if rule.allows else "no"
    assert f"| {rule.code} | `{rule.slug}` | {effect} | {words} | {rule.change} |" in PAGE


@pytest.mark.parametrize("purpose", PURPOSES, ids=lambda purpose: purpose.slug)
def test_every_purpose_is_explained(purpose: Purpose) -> None:
    assert f"| {purpose.number} | `{purpose.slug}` | {purpose.words} | {purpose.group} |" in PAGE


def test_the_page_lists_them_in_order_and_nothing_else() -> None:
    listed = re.findall(r"^\| \d+ \| `([a-z.-]+)`", PAGE, re.M)
    assert listed == [rule.slug for rule in RULES] + [purpose.slug for purpose in PURPOSES]


def test_public_words_name_nobody() -> None:
    for rule in RULES:
        assert "%(" not in rule.public_words
        assert "%(" not in rule.change
