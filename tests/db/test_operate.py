"""Pages of those who run the site: first start, overview, people, reports, mailbox, source."""

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend
from django.test import Client
from django.urls import reverse

from antiphon.accounts import service as accounts
from antiphon.jobs import service as jobs
from antiphon.site.door.front import FrontDoor
from antiphon.site.door.proxies import Proxies
from antiphon.site.wsgi import application as django
from antiphon.storage import service as storage
from antiphon.storage.local import LocalFiles
from antiphon.web.accounts.allauth_forms import GOOD_PASSWORD
from antiphon.web.operate import source
from tests.db.door import once
from tests.people import PASSWORD, People


@pytest.fixture
def operator(people: People) -> accounts.User:
    accounts.grant_role(people.cleo, "operator")
    return people.cleo


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalFiles:
    files = LocalFiles(tmp_path / "files")
    monkeypatch.setattr(storage, "files", lambda: files)
    return files


def sign_in(client: Client, name: str) -> None:
    client.post(reverse("account_login"), {"login": f"{name}@example.org", "password": PASSWORD})


def test_the_printed_address_makes_the_operator_once(client: Client, db: None) -> None:
    assert client.get(reverse("operate_begin")).status_code == 403
    assert client.get(reverse("operate_begin"), {"token": "guess"}).status_code == 403
    token = accounts.first_run_token()
    page = client.get(reverse("operate_begin"), {"token": token})
    assert str(GOOD_PASSWORD) in page.content.decode()
    assert str(GOOD_PASSWORD) in client.get(reverse("account_signup")).content.decode()
    assert page.status_code == 200
    assert token.encode() in page.content
    weak = client.post(reverse("operate_begin"), {"token": token, "email": "op@example.org", "password": "short"})
    assert weak.status_code == 422
    reply = client.post(reverse("operate_begin"), {"token": token, "email": "op@example.org", "password": PASSWORD})
    assert reply.url == reverse("operate")
    assert client.get(reverse("operate")).status_code == 200
    assert Client().get(reverse("operate_begin"), {"token": token}).url == reverse("operate")


@pytest.mark.parametrize("name", ["operate", "operate_people", "operate_invitations", "operate_reports"])
def test_pages_of_the_house_are_closed_by_default(client: Client, people: People, name: str) -> None:
    assert client.get(reverse(name)).url.startswith(reverse("account_login"))
    sign_in(client, "ada")
    assert client.get(reverse(name)).status_code == 403


def test_moderators_decide_about_reports_and_about_nothing_else(client: Client, people: People) -> None:
    sign_in(client, "mo")
    assert client.get(reverse("operate_reports")).status_code == 200
    for name in ("operate", "operate_people", "operate_invitations"):
        assert client.get(reverse(name)).status_code == 403


def test_the_overview_shows_queue_storage_and_versions(
    client: Client, operator: accounts.User, store: LocalFiles, tmp_path: Path
) -> None:
    (tmp_path / "song").write_bytes(b"x" * 2048)
    store.put("originals/song-1", tmp_path / "song")
    sign_in(client, "cleo")
    page = client.get(reverse("operate"))
    shelves = {shelf.kind: (shelf.files, shelf.size_bytes) for shelf in page.context["shelves"]}
    assert shelves["originals"] == (1, 2048)
    assert b"No worker is alive" in page.content
    assert {"Antiphon", "Python", "django"} <= {name for name, _number in page.context["versions"]}


@pytest.mark.django_db(transaction=True)
def test_a_job_that_was_given_up_says_why_and_can_be_revived(
    client: Client, operator: accounts.User, store: LocalFiles
) -> None:
    def give_up() -> None:
        raise jobs.GiveUp("The file is empty.")

    jobs.job("test.give_up")(give_up)
    jobs.enqueue("test.give_up", subject="recording:7")
    jobs.run_due()
    sign_in(client, "cleo")
    page = client.get(reverse("operate"))
    assert b"The file is empty." in page.content
    [dead] = page.context["queue"].latest_dead
    assert client.post(reverse("operate_revive", args=[dead.pk])).url == reverse("operate")
    assert client.get(reverse("operate")).context["queue"].dead == 0


def test_people_are_found_given_roles_suspended_and_given_room(client: Client, operator: accounts.User) -> None:
    sign_in(client, "cleo")
    page = client.get(reverse("operate_people"), {"q": "quill"})
    [(ada, _roles)] = page.context["people"]
    assert b"ada@example.org" in page.content
    roles = reverse("operate_roles", args=[ada.pk])
    assert client.post(roles, {"role": "moderator", "do": "grant"}).url.startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(roles, {"role": "moderator", "do": "grant"})
    assert accounts.is_moderator(accounts.account_for(ada.pk))
    client.post(roles, {"role": "moderator", "do": "revoke"})
    assert not accounts.is_moderator(accounts.account_for(ada.pk))
    assert (
        client.post(reverse("operate_roles", args=[operator.pk]), {"role": "operator", "do": "revoke"}).status_code
        == 409
    )

    client.post(reverse("operate_quota", args=[ada.pk]), {"gib": "1.5"})
    assert accounts.quota_bytes(accounts.account_for(ada.pk)) == 1610612736
    client.post(reverse("operate_quota", args=[ada.pk]), {"gib": ""})
    assert accounts.account_for(ada.pk).quota_bytes is None

    assert client.post(reverse("operate_suspend", args=[ada.pk]), {"because": ""}).status_code == 422
    client.post(reverse("operate_suspend", args=[ada.pk]), {"because": "spam"})
    assert b"Suspended on" in client.get(reverse("operate_person", args=[ada.pk])).content
    client.post(reverse("operate_unsuspend", args=[ada.pk]))
    assert accounts.account_for(ada.pk).is_active
    own = client.post(reverse("operate_suspend", args=[operator.pk]), {"because": "tired"})
    assert own.status_code == 422


def test_an_invitation_s_address_is_shown_once(client: Client, operator: accounts.User) -> None:
    sign_in(client, "cleo")
    reply = client.post(reverse("operate_invitations"), {"note": "for Nora", "days": "7"})
    address = reply.context["address"]
    code = address.split("invitation=")[1]
    assert accounts.is_invitation(code)
    assert code.encode() not in client.get(reverse("operate_invitations")).content
    [made] = accounts.invitations()
    client.post(reverse("operate_take_back_invitation", args=[made.pk]))
    assert not accounts.is_invitation(code)


def test_a_moderator_hides_without_a_report_but_never_without_a_reason(client: Client, people: People) -> None:
    sign_in(client, "mo")
    page = reverse("operate_hide", args=["profile", people.ada_quill.pk])
    assert b"Ada Quill" in client.get(page).content
    assert client.post(page, {"because": " "}).status_code == 422
    assert client.post(page, {"because": "Threats."}).status_code == 302
    assert accounts.profile_at("ada-quill", people.ada).profile.hidden_because == "Threats."
    assert client.get(reverse("operate_hide", args=["cat", 1])).status_code == 404


@pytest.fixture
def mail_in_files(settings: Any, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    for subject, body in [("Fïrst", "See http://localhost/account/confirm-email/abc/"), ("Second", "<b>bold</b>")]:
        EmailBackend(file_path=tmp_path).send_messages([EmailMessage(subject, body, "a@x.org", ["b@x.org"])])
    return tmp_path


def test_the_mailbox_shows_letters_newest_first_with_links(client: Client, db: None, mail_in_files: Path) -> None:
    page = client.get(reverse("mailbox"), headers={"host": "localhost"})
    text = page.content.decode()
    assert text.index("Second") < text.index("Fïrst")
    assert 'href="http://localhost/account/confirm-email/abc/"' in text
    assert "&lt;b&gt;bold&lt;/b&gt;" in text


@pytest.mark.parametrize(
    "told",
    [
        {"REMOTE_ADDR": "192.0.2.7", "HTTP_HOST": "localhost"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost", "HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "music.example"},
    ],
)
def test_the_mailbox_is_not_there_for_anybody_else(
    client: Client, people: People, mail_in_files: Path, settings: Any, told: dict[str, str]
) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "music.example"]
    assert client.get(reverse("mailbox"), **told).status_code == 404
    sign_in(client, "mo")
    assert client.get(reverse("mailbox"), **told).status_code == 404


@pytest.mark.parametrize("header", ["x-forwarded-for", "x-real-ip", "forwarded", "x-forwarded-host", "via", ""])
@pytest.mark.parametrize("trusted", [(), ("127.0.0.1",)])
def test_the_mailbox_is_not_there_behind_a_front_server(
    db: None, mail_in_files: Path, header: str, trusted: tuple[str, ...]
) -> None:
    door = FrontDoor(django)
    door.proxies = Proxies(trusted)
    said = {"host": "localhost"} | ({header: "127.0.0.1"} if header else {})
    reply = once(door, "GET", "/mailbox", headers=said, client=("127.0.0.1", "4000"))
    door.pages.close()
    door.rooms.close()
    assert reply.status == (404 if header else 200)


def test_an_operator_reads_the_mailbox_from_anywhere(
    client: Client, operator: accounts.User, mail_in_files: Path
) -> None:
    sign_in(client, "cleo")
    assert client.get(reverse("mailbox"), REMOTE_ADDR="192.0.2.7").status_code == 200


def test_without_the_file_backend_there_is_no_mailbox(client: Client, operator: accounts.User) -> None:
    sign_in(client, "cleo")
    assert client.get(reverse("mailbox")).status_code == 404


def test_the_running_source_can_be_had_whole_and_without_secrets(client: Client, db: None) -> None:
    assert reverse("source_archive").encode() in client.get(reverse("source")).content
    reply = client.get(reverse("source_archive"))
    with tarfile.open(fileobj=io.BytesIO(b"".join(reply.streaming_content))) as packed:
        names, owners = packed.getnames(), {entry.uname for entry in packed.getmembers()}
    root = names[0].split("/")[0]
    assert f"{root}/src/antiphon/accounts/models.py" in names
    assert f"{root}/LICENSE" in names
    assert not [name for name in names if "node_modules" in name or "__pycache__" in name or "/var" in name]
    assert owners == {""}
    source.packed.cache_clear()


def test_a_site_may_say_where_its_source_lies(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_settings.ANTIPHON, "source_url", "https://code.example/antiphon")
    assert client.get(reverse("source")).url == "https://code.example/antiphon"
