"""Every page of the site, with who goes there and what they do before it stands as it is meant.

The tests of access and the screenshots walk the same list, so that a page that is looked at is a page that is tested.
Paths may name what `seed` made: `{tracks[Slow Harbour]}`, `{set}`, `{people[ben]}`, `{profiles[ada]}`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from tests.browser.site import PASSWORD

Act = Callable[[Page], object]


@dataclass(frozen=True)
class Place:
    """A page: `who` is nobody, or the name of one of the people; `settled` when the music has to be ready for it."""

    name: str
    path: str
    who: str = ""
    act: Act | None = None
    settled: bool = True

    def path_in(self, names: dict[str, Any]) -> str:
        return self.path.format(**names)


def _refused(page: Page) -> None:
    """Send a form as it stands, past what the browser itself would hold back."""
    page.locator("#main form[method=post]").first.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    page.locator("#main .error, #main .errorlist").first.wait_for()


def _with_queue(page: Page) -> None:
    page.locator("#main [data-plays]").first.click()
    page.get_by_role("button", name="Queue", exact=True).click()
    page.get_by_role("heading", name="Queue").wait_for()


def _with_keys(page: Page) -> None:
    page.get_by_role("button", name="Keys").click()


def _with_share(page: Page) -> None:
    page.locator("#main summary", has_text="Share").click()


def _with_menu(page: Page) -> None:
    page.locator("header summary").first.click()


def _confirmed(page: Page) -> None:
    """Say who one is once more, where that is asked before what matters."""
    if page.get_by_role("heading", name="Is it you?").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Switch on the second step").wait_for()


def _look(page: Page) -> None:
    page.get_by_label("Genre").fill("Chamber")
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("heading", name="What would change").wait_for()


def _look_at_deletion(page: Page) -> None:
    page.get_by_label("And then").select_option("delete")
    _look(page)


def _look_at_answer(page: Page) -> None:
    page.get_by_label("Help people find me, never train on me").check()
    page.get_by_role("button", name="Show what would change").first.click()
    page.get_by_role("heading", name="What would change").wait_for()


def _look_at_many(page: Page) -> None:
    page.get_by_label("Choose Undertow").check()
    page.get_by_label("Suggestions", exact=True).check()
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("heading", name="What would change").wait_for()


def _opened(page: Page) -> None:
    page.evaluate("() => document.querySelectorAll('#main details').forEach((one) => { one.open = true; })")


def _unready(name: str, path: str, who: str = "", act: Act | None = None) -> Place:
    return Place(name, path, who, act, settled=False)


PLACES = [
    _unready("sign-up", "/account/signup/"),
    _unready("sign-up-refused", "/account/signup/", act=_refused),
    _unready("sign-in", "/account/login/"),
    _unready("reset", "/account/password/reset/"),
    _unready("reset-sent", "/account/password/reset/done/"),
    _unready("reset-key-used", "/account/password/reset/key/1-none/"),
    _unready("look-into-mail", "/account/confirm-email/"),
    _unready("confirm-used", "/account/confirm-email/none/"),
    _unready("about", "/about"),
    _unready("source", "/source"),
    _unready("mailbox", "/mailbox"),
    _unready("api", "/api/v1/docs"),
    _unready("404", "/nobody-here"),
    _unready("search", "/search"),
    _unready("search-nothing", "/search?q=zither"),
    _unready("welcome", "/account/welcome", "ben"),
    _unready("no-profiles", "/account/profiles", "ben"),
    _unready("studio-empty", "/studio", "ben"),
    _unready("upload-no-profile", "/upload", "ben"),
    _unready("no-access", "/operate", "ben"),
    _unready("profiles", "/account/profiles", "ada"),
    _unready("profile-new", "/account/profiles/new", "ada"),
    _unready("profile", "/account/profiles/{profiles[ada]}", "ada"),
    _unready("preferences", "/account/preferences", "ada"),
    _unready("email", "/account/email/", "ada"),
    _unready("password", "/account/password/change/", "ada"),
    _unready("password-refused", "/account/password/change/", "ada", _refused),
    _unready("second-step", "/account/2fa/", "ada"),
    _unready("is-it-you", "/account/reauthenticate/", "ada"),
    _unready("second-step-on", "/account/2fa/totp/activate/", "ada", _confirmed),
    _unready("sessions", "/account/sessions/", "ada"),
    _unready("keys", "/account/keys", "ada"),
    _unready("blocked", "/account/blocked", "ada"),
    _unready("data", "/account/data", "ada"),
    _unready("leave", "/account/leave", "ada"),
    _unready("sign-out", "/account/logout/", "ada"),
    _unready("menu", "/about", "ada", _with_menu),
    _unready("people", "/operate/people", "mo"),
    _unready("person", "/operate/people/{people[ada]}", "mo"),
    _unready("invitations", "/operate/invitations", "mo"),
    Place("home", "/"),
    Place("key-list", "/", act=_with_keys),
    Place("search-found", "/search?q=harbour"),
    Place("artist", "/ada-quill"),
    Place("artist-own", "/ada-quill", "ada"),
    Place("track", "/ada-quill/slow-harbour"),
    Place("track-share", "/ada-quill/slow-harbour", "ada", _with_share),
    Place("set", "/ada-quill/sets/harbour-light"),
    Place("transparency", "/transparency"),
    Place("ledger", "/transparency/ledger"),
    Place("ledger-entry", "/transparency/ledger/0"),
    Place("verify", "/verify"),
    Place("report", "/report?kind=track&id={tracks[Borrowed Tune]}"),
    Place("report-refused", "/report?kind=track&id={tracks[Borrowed Tune]}", act=_refused),
    Place("label", "/ada-quill/slow-harbour/label"),
    Place("label-own", "/ada-quill/slow-harbour/label", "ada"),
    Place("track-sealed", "/ada-quill/night-ferry"),
    Place("invited", "/answers/{invitation}", act=_opened),
    Place("invited-used", "/answers/none"),
    # The last of those that a stranger opens: from here on the player lies over the foot of their window.
    Place("home-playing", "/", act=_with_queue),
    Place("upload", "/upload", "ada"),
    Place("studio", "/studio", "ada"),
    Place("studio-failed", "/studio?state=failed", "ada"),
    Place("studio-none", "/studio?q=zither", "ada"),
    Place("studio-withdrawn", "/studio?withdrawn={tracks[Old Rope]}", "ada"),
    Place("edit", "/studio/tracks/{tracks[Slow Harbour]}", "ada"),
    Place("edit-draft", "/studio/tracks/{tracks[Undertow]}", "ada"),
    Place("edit-failed", "/studio/tracks/{tracks[Lost Tape]}", "ada"),
    Place("edit-secret", "/studio/tracks/{tracks[Lamp Room]}", "ada"),
    Place("edit-scheduled", "/studio/tracks/{tracks[Tide Table]}", "ada"),
    Place("preview", "/studio/tracks/{tracks[Undertow]}/preview", "ada"),
    Place("replace", "/studio/tracks/{tracks[Signal Fire]}/replace", "ada"),
    Place("measures", "/studio/tracks/{tracks[Night Ferry]}/sound", "ada"),
    Place("delete", "/studio/tracks/{tracks[Undertow]}/delete", "ada"),
    Place("delete-refused", "/studio/tracks/{tracks[Undertow]}/delete", "ada", _refused),
    Place("bulk", "/studio/bulk?ids={tracks[Undertow]}&ids={tracks[Salt and Tar]}", "ada"),
    Place("bulk-look", "/studio/bulk?ids={tracks[Undertow]}&ids={tracks[Salt and Tar]}", "ada", _look),
    Place("bulk-delete", "/studio/bulk?ids={tracks[Undertow]}&ids={tracks[Salt and Tar]}", "ada", _look_at_deletion),
    Place("sets", "/studio/sets", "ada"),
    Place("set-edit", "/studio/sets/{set}", "ada"),
    Place("set-publish", "/studio/sets/{draft}/publish", "ada"),
    Place("set-delete", "/studio/sets/{draft}/delete", "ada"),
    Place("upload-first-answer", "/upload", "cleo"),
    Place("answers", "/studio/answers", "ada"),
    Place("answers-opened", "/studio/answers", "ada", _opened),
    Place("answers-never", "/studio/answers", "cleo"),
    Place("answers-look", "/studio/answers", "ada", _look_at_answer),
    Place("answers-done", "/studio/answers/done/{act}", "ada"),
    Place("answers-table", "/studio/answers/tracks", "ada"),
    Place("answers-table-none", "/studio/answers/tracks?q=zither", "ada"),
    Place("answers-table-look", "/studio/answers/tracks", "ada", _look_at_many),
    Place("answers-of-set", "/studio/sets/{set}/answers", "ada"),
    Place("grants", "/studio/tracks/{tracks[Slow Harbour]}/grants", "ada"),
    Place("answers-of-track", "/studio/tracks/{tracks[Slow Harbour]}/answers", "ada"),
    Place("answers-of-track-opened", "/studio/tracks/{tracks[Signal Fire]}/answers", "ada", _opened),
    Place("answers-of-track-shared", "/studio/tracks/{tracks[Slow Harbour]}/answers", "ben"),
    Place("seal", "/studio/tracks/{tracks[Undertow]}/seal", "ada"),
    Place("asked", "/studio/asked", "ada"),
    Place("asked-nothing", "/studio/asked", "cleo"),
    Place("proofs", "/studio/proofs", "ada"),
    Place("operate", "/operate", "mo"),
    Place("reports", "/operate/reports", "mo"),
    Place("hide", "/operate/hide/track/{tracks[Borrowed Tune]}", "mo"),
]
