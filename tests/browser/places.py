"""Every page of the site, with who goes there and what they do before it stands as it is meant.

The tests of access and the screenshots walk the same list, so that a page that is looked at is a page that is tested.
Paths may name what `seed` made: `{tracks[Slow Harbour]}`, `{set}`, `{people[ben]}`, `{profiles[ada]}`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import FilePayload, Page

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


def _refused_registry(page: Page) -> None:
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator("#main .form-error").wait_for()


def _refused_comment(page: Page) -> None:
    page.get_by_label("Write a comment").fill("Here!")
    page.get_by_label("At", exact=True).fill("9:59")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.locator("#comments .error").first.wait_for()


def _with_queue(page: Page) -> None:
    page.locator("#main [data-plays]").first.click()
    page.get_by_role("button", name="Queue", exact=True).click()
    page.get_by_role("heading", name="Queue").wait_for()


def _with_keys(page: Page) -> None:
    page.get_by_role("button", name="Keys").click()


def _with_share(page: Page) -> None:
    page.locator("#main summary", has_text="Share").click()


def _with_player_code(page: Page) -> None:
    _with_share(page)
    page.locator("#main .share .more summary", has_text="Put it on a page").click()
    page.frame_locator(".share .preview iframe").get_by_role("button", name="Play").wait_for()
    page.locator("#main .share .more summary", has_text="QR code").click()


def _look_at_enquiry(page: Page) -> None:
    page.get_by_label("Which tracks?").fill("/ada-quill\n/cleo-park\nhttps://elsewhere.example/x")
    page.get_by_label("What for?").select_option("finetune")
    for label, words in (
        ("Who are you?", "Tidewater Lab"), ("In one sentence", "We study bells"), ("Price you offer", "40"),
        ("What do you want to do", "A model of bells."), ("Your e-mail address", "bells@tidewater.example"),
    ):  # fmt: skip
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name="See who can be asked").click()
    page.get_by_role("heading", name="Who can be asked").wait_for()


def _accept_without_clauses(page: Page) -> None:
    page.get_by_role("button", name="Accept all of it").click()
    page.locator("#main .form-error").wait_for()


def _mark_nothing(page: Page) -> None:
    for box in page.locator("input[name=yes]:checked").all():
        box.uncheck()
    page.get_by_role("button", name="Yes, for the marked tracks").click()
    page.locator("#main .form-error").wait_for()


def _with_menu(page: Page) -> None:
    page.locator("header summary").first.click()


def _confirmed(page: Page) -> None:
    """Say who one is once more, where that is asked before what matters."""
    if page.get_by_role("heading", name="Is it you?").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Switch on the second step").wait_for()


def _packed(page: Page) -> None:
    """Ask for a copy of everything, where there is none, and let the page see by itself that it is ready."""
    ask = page.get_by_role("button", name="Make a copy of everything")
    if ask.count():
        ask.click()
    page.get_by_role("heading", name="Your copy is ready").wait_for()


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
    page.get_by_role("checkbox", name="Suggestions", exact=True).check()
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("heading", name="What would change").wait_for()


def _from_elsewhere(page: Page) -> None:
    """Choose an album of two songs that another service gave back, with something that cannot come in."""
    name = "Ada Quill - Low Tide - "
    made: list[FilePayload] = [
        {"name": f"{name}01 Ebb.flac", "mimeType": "audio/flac", "buffer": b"fLaC" + bytes(60)},
        {"name": f"{name}02 Slack.flac", "mimeType": "audio/flac", "buffer": b"fLaC" + bytes(61)},
        {"name": "booklet.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"},
    ]
    page.locator("#files").set_input_files(made)
    page.get_by_role("heading", name="This would come in").wait_for()


def _empty_answer(page: Page) -> None:
    form = page.locator("#main form[action$=answer]")
    form.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    page.locator("#main .error").first.wait_for()


def _with_suggestions(page: Page) -> None:
    page.get_by_role("combobox", name="Search", exact=True).press_sequentially("harb")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")


def _with_sets(page: Page) -> None:
    page.get_by_role("link", name="Add to set…").click()
    page.get_by_role("dialog").wait_for()


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
    Place("profile-pins", "/account/profiles/{profiles[ada]}", "ada"),
    _unready("preferences", "/account/preferences", "ada"),
    _unready("email", "/account/email/", "ada"),
    _unready("password", "/account/password/change/", "ada"),
    _unready("password-refused", "/account/password/change/", "ada", _refused),
    _unready("second-step", "/account/2fa/", "ada"),
    _unready("is-it-you", "/account/reauthenticate/", "ada"),
    _unready("second-step-on", "/account/2fa/totp/activate/", "ada", _confirmed),
    _unready("sessions", "/account/sessions/", "ada"),
    _unready("keys", "/account/keys", "ada"),
    _unready("letters", "/account/letters", "ada"),
    _unready("blocked", "/account/blocked", "ada"),
    _unready("history", "/settings/history", "ada", _opened),
    _unready("history-nothing", "/settings/history", "ben"),
    _unready("data", "/account/data", "ada"),
    _unready("leave", "/account/leave", "ada"),
    _unready("sign-out", "/account/logout/", "ada"),
    _unready("menu", "/about", "ada", _with_menu),
    _unready("people", "/operate/people", "mo"),
    _unready("person", "/operate/people/{people[ada]}", "mo"),
    _unready("invitations", "/operate/invitations", "mo"),
    _unready("feed-nobody", "/feed", "mo"),
    _unready("likes-none", "/likes", "ben"),
    _unready("following", "/following", "ben"),
    _unready("following-nobody", "/following", "ada"),
    _unready("notices", "/notices", "ada"),
    _unready("notices-none", "/notices", "mo"),
    _unready("notice-switches", "/settings/notices", "ada"),
    Place("data-ready", "/account/data", "ada", _packed),
    Place("leave-ready", "/account/leave", "ada"),
    Place("home", "/"),
    Place("key-list", "/", act=_with_keys),
    Place("search-found", "/search?q=harbour"),
    Place("search-filtered", "/search?q=harbour&length=short&license=cc-by&cleared=assist"),
    Place("search-mistake", "/search?q=harbuor"),
    Place("search-suggests", "/about", act=_with_suggestions),
    Place("artist", "/ada-quill"),
    Place("artist-own", "/ada-quill", "ada"),
    Place("track", "/ada-quill/slow-harbour"),
    Place("track-ben", "/ada-quill/slow-harbour", "ben"),
    Place("artist-ben", "/ada-quill", "ben"),
    Place("feed", "/feed", "ben"),
    Place("repost", "/reposts/track/{tracks[Slow Harbour]}/words", "ben"),
    Place("repost-refused", "/reposts/track/{tracks[Slow Harbour]}/words", "ben", _refused),
    Place("notices-ben", "/notices", "ben"),
    Place("track-share", "/ada-quill/slow-harbour", "ada", _with_share),
    Place("track-share-player", "/ada-quill/slow-harbour", act=_with_player_code),
    Place("track-comments", "/ada-quill/slow-harbour?order=time", "cleo"),
    Place("track-comments-own", "/ada-quill/slow-harbour", "ada"),
    Place("track-comment-refused", "/ada-quill/slow-harbour", "cleo", _refused_comment),
    Place("track-to-set", "/ada-quill/slow-harbour", "ada", _with_sets),
    Place("add-to-set", "/listen/{tracks[Slow Harbour]}/sets", "ada"),
    Place("add-to-first-set", "/listen/{tracks[Slow Harbour]}/sets", "ben"),
    Place("set", "/ada-quill/sets/harbour-light"),
    Place("set-share-player", "/ada-quill/sets/harbour-light", act=_with_player_code),
    Place("embed", "/embed/ada-quill/slow-harbour"),
    Place("embed-set", "/embed/ada-quill/sets/harbour-light"),
    Place("embed-nothing", "/embed/ada-quill/nothing-here"),
    Place("transparency", "/transparency"),
    Place("ledger", "/transparency/ledger"),
    Place("ledger-entry", "/transparency/ledger/0"),
    Place("verify", "/verify"),
    Place("registry", "/registry"),
    Place("registry-nothing-asked", "/registry", act=_refused_registry),
    Place("asked-by-sound", "/studio/asked?answer=by-sound", "ada"),
    Place("report", "/report?kind=track&id={tracks[Borrowed Tune]}"),
    Place("report-refused", "/report?kind=track&id={tracks[Borrowed Tune]}", act=_refused),
    Place("label", "/ada-quill/slow-harbour/label"),
    Place("label-own", "/ada-quill/slow-harbour/label", "ada"),
    Place("track-sealed", "/ada-quill/night-ferry"),
    Place("invited", "/answers/{invitation}", act=_opened),
    Place("invited-used", "/answers/none"),
    Place("terms-ai", "/terms/ai"),
    Place("terms-versions", "/terms/terms/versions"),
    Place("terms-version", "/terms/terms/version/{terms_version}"),
    Place("terms-changes", "/terms/terms/changes/{terms_version}"),
    Place("terms-beside", "/terms/terms/changes/{terms_version}?view=beside"),
    Place("terms-watched", "/terms/watched"),
    Place("terms-watched-one", "/terms/watched/tidewater-terms-of-service"),
    Place("terms-clause", "/terms/terms/clause/machines"),
    Place("licence", "/licence?of=/ada-quill/signal-fire"),
    Place("licence-refused", "/licence", act=_refused),
    Place("licence-look", "/licence", act=_look_at_enquiry),
    Place("licence-sent", "/licence/sent"),
    Place("licence-link", "/licence/by-link/{enquiry_link}"),
    Place("licence-gone", "/licence/by-link/none"),
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
    Place("stats", "/studio/stats?days=90", "ada"),
    Place("stats-nothing", "/studio/stats", "cleo"),
    Place("track-stats", "/studio/stats/{tracks[Slow Harbour]}?days=0", "ada"),
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
    Place("told", "/studio/tracks/{tracks[Slow Harbour]}/told", "ada"),
    Place("answers-of-track-shared", "/studio/tracks/{tracks[Slow Harbour]}/answers", "ben"),
    Place("seal", "/studio/tracks/{tracks[Undertow]}/seal", "ada"),
    Place("asked", "/studio/asked", "ada"),
    Place("asked-nothing", "/studio/asked", "cleo"),
    Place("terms-asked", "/terms/terms/version/{terms_version}", "ada", _opened),
    Place("terms-questions", "/terms/questions", "mo"),
    Place("terms-answer", "/terms/terms/answer", "ada"),
    Place("terms-refused", "/terms/terms/answer", "ben", _accept_without_clauses),
    Place("cases", "/studio/cases", "ada"),
    Place("cases-none", "/studio/cases", "ben"),
    Place("case-uploader", "/studio/cases/{match}", "cleo", _opened),
    Place("case-holder", "/studio/cases/{match}", "ada"),
    Place("case-claim", "/studio/cases/{claim}", "ada", _opened),
    Place("claim", "/listen/{tracks[Slow Harbour]}/claim", "cleo"),
    Place("claim-refused", "/listen/{tracks[Slow Harbour]}/claim", "cleo", _refused),
    Place("disputes", "/operate/disputes", "mo"),
    Place("dispute", "/operate/disputes/{dispute}", "mo"),
    Place("enquiries", "/studio/enquiries", "ada"),
    Place("enquiries-none", "/studio/enquiries", "ben"),
    Place("enquiry", "/studio/enquiries/{enquiry}", "ada"),
    Place("enquiry-refused", "/studio/enquiries/{enquiry}", "ada", _mark_nothing),
    Place("enquiry-made", "/licence/enquiries/{enquiry}", "cleo"),
    Place("enquiries-made", "/licence/enquiries", "cleo"),
    Place("enquiries-made-none", "/licence/enquiries", "ada"),
    Place("lists", "/studio/answers/lists", "ben"),
    Place("lists-none", "/studio/answers/lists", "cleo"),
    Place("proofs", "/studio/proofs", "ada"),
    Place("operate", "/operate", "mo"),
    Place("upload-from-elsewhere", "/upload", "ada", _from_elsewhere),
    Place("decisions", "/account/decisions", "ada"),
    Place("decisions-none", "/account/decisions", "cleo"),
    Place("decision", "/account/decisions/{ruling}", "ada"),
    Place("reports", "/operate/reports", "mo"),
    Place("reports-decided", "/operate/reports?show=decided", "mo"),
    Place("reports-none", "/operate/reports?show=mine", "mo"),
    Place("case", "/operate/reports/{case}", "mo"),
    Place("case-refused", "/operate/reports/{case}", "mo", _empty_answer),
    Place("trail", "/operate/trail", "mo"),
    Place("trail-none", "/operate/trail?until=2001-01-01", "mo"),
    Place("hide", "/operate/hide/track/{tracks[Borrowed Tune]}", "mo"),
]
