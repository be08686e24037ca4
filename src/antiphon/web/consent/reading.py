"""What a form says about purposes: a card, a whole group, or each use by itself."""

from collections.abc import Iterable, Mapping

from django.http import QueryDict
from django.utils.translation import gettext as _

from antiphon.consent.core import cards
from antiphon.consent.core.purposes import Group
from antiphon.kernel.errors import BadInput
from antiphon.web.consent import words

WORDS = ("yes", "ask", "no", "nothing")
FIELD = "say-"  # before the slug of a purpose


def answers_in(form: QueryDict) -> dict[str, str]:
    """Return what a form says, by purpose. Raises `BadInput` for what no form of ours sends."""
    if card := form.get("card"):
        return _card(card)
    if group := form.get("group"):
        return _group(group, form.get("say", ""))
    if form.getlist("purpose"):
        return {slug: _word(form.get("say", "")) for slug in form.getlist("purpose")}
    each = {one.slug: form.get(FIELD + one.slug, "") for one in words.ANSWERABLE}
    return {slug: _word(said) for slug, said in each.items() if said}


def changed(answers: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Return those that say something new: what is said already is no news, and waits for nothing."""
    return {slug: said for slug, said in answers.items() if now.get(slug, "nothing") != said}


def kept(form: QueryDict, leave: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return everything a form asked, to travel along in hidden fields while one looks at it."""
    away = {"csrfmiddlewaretoken", "step", *leave}
    return [(name, value) for name in form if name not in away for value in form.getlist(name)]


def _card(slug: str) -> dict[str, str]:
    if slug not in cards.BY_SLUG:
        raise _not_ours()
    return dict(cards.BY_SLUG[slug].answers)


def _group(name: str, said: str) -> dict[str, str]:
    chosen = [one.slug for one in words.ANSWERABLE if one.group == name]
    if name not in set(Group) or not chosen:
        raise _not_ours()
    return dict.fromkeys(chosen, _word(said))


def _word(said: str) -> str:
    if said not in WORDS:
        raise BadInput(_("Choose an answer: yes, ask me or no."))
    return said


def _not_ours() -> BadInput:
    return BadInput(_("This page has changed since you opened it."), hint=_("Reload it and choose again."))
