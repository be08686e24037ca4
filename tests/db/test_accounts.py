"""Accounts as a service: people, roles, profiles, blocks, keys, invitations."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from antiphon.accounts import service as accounts
from antiphon.kernel import clock
from antiphon.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tests.people import PASSWORD, People

pytestmark = pytest.mark.django_db


def test_an_account_is_made_once_an_address_whatever_its_case() -> None:
    user = accounts.make_account("Nora@Example.org", PASSWORD)
    assert user.email == "nora@example.org"
    assert accounts.roles_of(user) == {"listener"}
    with pytest.raises(Conflict):
        accounts.make_account("NORA@example.ORG", PASSWORD)


@pytest.mark.parametrize(
    ("email", "password"), [("nobody", PASSWORD), ("n@example.org", "short"), ("n@example.org", "password1234")]
)
def test_an_account_needs_an_address_and_a_password_worth_the_name(email: str, password: str) -> None:
    with pytest.raises(BadInput) as refused:
        accounts.make_account(email, password)
    assert refused.value.fields


def test_roles_are_granted_and_revoked_and_cost_no_query(people: People) -> None:
    accounts.grant_role(people.ben, "moderator", people.mo)
    accounts.grant_role(people.ben, "moderator", people.mo)
    fresh = accounts.account_at("ben@example.org")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert accounts.roles_of(fresh) == {"listener", "moderator"}
        assert accounts.is_moderator(fresh)
        assert not accounts.is_operator(fresh)
    assert len(queries) == 0
    accounts.revoke_role(fresh, "moderator")
    assert not accounts.is_moderator(accounts.account_at("ben@example.org"))
    with pytest.raises(BadInput):
        accounts.grant_role(people.ben, "emperor")


def test_the_last_operator_stays(people: People) -> None:
    accounts.grant_role(people.ada, "operator")
    with pytest.raises(Conflict):
        accounts.revoke_role(people.ada, "operator")
    with pytest.raises(Conflict):
        accounts.ask_deletion(people.ada)
    accounts.grant_role(people.ben, "operator")
    accounts.revoke_role(people.ada, "operator")
    assert not accounts.is_operator(accounts.account_at("ada@example.org"))


def test_who_makes_a_profile_is_a_creator(people: People) -> None:
    assert not accounts.is_creator(people.ben)
    profile = accounts.make_profile(people.ben, "  Ben   Ősz\u200b ")
    assert (profile.name, profile.slug) == ("Ben Ősz", "ben-osz")
    assert accounts.is_creator(people.ben)
    assert people.lux_records.is_label


def test_one_person_owns_several_profiles_in_one_query(people: People) -> None:
    accounts.make_profile(people.ada, "Quill & Sons")
    user = accounts.account_at("ada@example.org")
    with CaptureQueriesContext(connection) as queries:
        assert [profile.slug for profile in accounts.profiles_of(user)] == ["ada-quill", "quill-and-sons"]
        accounts.profiles_of(user)
        accounts.roles_of(user)
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("slug", "error"), [("api", BadInput), ("A B", BadInput), ("x", BadInput), ("cleo-park", Conflict)]
)
def test_addresses_that_are_reserved_crooked_or_taken_are_refused(
    people: People, slug: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        accounts.make_profile(people.ben, "Ben", slug)


def test_a_free_address_is_found_beside_taken_and_reserved_ones(people: People) -> None:
    assert accounts.free_slug("Ada Quill") == "ada-quill-2"
    assert accounts.free_slug("API") == "api-music"
    assert accounts.free_slug("椎名林檎").startswith("artist-")


def test_a_former_address_leads_to_the_profile_and_nobody_else_gets_it(people: People) -> None:
    accounts.rename_profile(people.ada, people.ada_quill.pk, "ada")
    moved = accounts.profile_at("ada-quill")
    assert isinstance(moved, accounts.Moved)
    assert moved.profile.slug == "ada"
    assert isinstance(accounts.profile_at("ADA"), accounts.Found)
    with pytest.raises(Conflict):
        accounts.make_profile(people.ben, "Ada", "ada-quill")
    assert accounts.free_slug("Ada Quill") == "ada-quill-2"


def test_a_profile_may_have_its_former_address_back(people: People) -> None:
    accounts.rename_profile(people.ada, people.ada_quill.pk, "ada")
    accounts.rename_profile(people.ada, people.ada_quill.pk, "ada-quill")
    assert isinstance(accounts.profile_at("ada-quill"), accounts.Found)
    assert isinstance(accounts.profile_at("ada"), accounts.Moved)


def test_nobody_renames_or_edits_somebody_else_s_profile(people: People) -> None:
    with pytest.raises(NotFound):
        accounts.rename_profile(people.ben, people.ada_quill.pk, "bens-now")
    with pytest.raises(NotFound):
        accounts.edit_profile(people.ben, people.ada_quill.pk, name="Ben")
    with pytest.raises(NotFound):
        accounts.profile_for(people.ben, people.ada_quill.pk)


def test_a_profile_says_who_one_is(people: People) -> None:
    links = [{"title": "Shop", "url": "https://example.org/shop"}, {"title": "", "url": ""}]
    accounts.edit_profile(
        people.ada, people.ada_quill.pk, name="Åda Quill", biography="Harp.", place="Bergen", links=links
    )
    profile = accounts.profile_for(people.ada, people.ada_quill.pk)
    assert profile.links == [{"title": "Shop", "url": "https://example.org/shop"}]
    assert profile.search_text == "ada quill ada-quill"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://example.org", "https://", "http://[", "https://a b", "x"]
)
def test_links_lead_to_web_pages_only(people: People, url: str) -> None:
    with pytest.raises(BadInput):
        accounts.edit_profile(people.ada, people.ada_quill.pk, links=[{"title": "", "url": url}])


def test_a_hidden_profile_is_seen_by_its_owner_and_the_moderators(people: People) -> None:
    accounts.suspend(people.mo, people.ada, "Somebody else's music")
    for viewer in (None, people.ben):
        with pytest.raises(NotFound):
            accounts.profile_at("ada-quill", viewer)
    assert isinstance(accounts.profile_at("ada-quill", people.mo), accounts.Found)
    accounts.unsuspend(people.ada)
    assert isinstance(accounts.profile_at("ada-quill"), accounts.Found)


def test_a_block_works_in_both_directions(people: People) -> None:
    accounts.block(people.ada, people.ben)
    accounts.block(people.ada, people.ben)
    assert accounts.blocked_ids(people.ada) == {people.ben.pk}
    assert accounts.blocked_ids(people.ben) == {people.ada.pk}
    assert [user.pk for user in accounts.blocked_by(people.ada)] == [people.ben.pk]
    assert accounts.blocked_by(people.ben) == []
    accounts.unblock(people.ben, people.ada)
    assert accounts.blocked_ids(people.ben) == {people.ada.pk}
    accounts.unblock(people.ada, people.ben)
    assert accounts.blocked_ids(people.ben) == frozenset()
    with pytest.raises(BadInput):
        accounts.block(people.ada, people.ada)


def test_a_key_opens_until_it_is_revoked(people: People) -> None:
    key, secret = accounts.make_api_key(people.ada, "my script", ["upload", "read"])
    assert secret.startswith(f"antiphon_{key.prefix}_")
    assert secret.rsplit("_", 1)[1] not in key.secret_sha256
    found = accounts.api_key_for(secret)
    assert found is not None
    assert (found.user, found.scopes, found.last_used_on) == (people.ada, ["read", "upload"], clock.now().date())
    assert accounts.api_key_for(secret[:-1] + ("a" if secret[-1] != "a" else "b")) is None
    accounts.revoke_api_key(people.ada, key.pk)
    assert accounts.api_key_for(secret) is None
    assert accounts.api_keys_of(people.ada) == []


@pytest.mark.parametrize("secret", ["", "antiphon", "antiphon__", "antiphon_x_y", "é_é_é", "antiphon_a_b_c"])
def test_what_is_no_key_opens_nothing(db: None, secret: str) -> None:
    assert accounts.api_key_for(secret) is None


def test_a_key_ends_with_its_day_and_with_its_owner_s_suspension(people: People) -> None:
    ends = clock.now() + timedelta(days=30)
    _key, secret = accounts.make_api_key(people.ada, "month", ["read"], ends)
    with clock.advanced(timedelta(days=29)):
        assert accounts.api_key_for(secret) is not None
    with clock.frozen(ends):
        assert accounts.api_key_for(secret) is None
    accounts.suspend(people.mo, people.ada, "spam")
    assert accounts.api_key_for(secret) is None


@pytest.mark.parametrize("scopes", [[], ["all"], ["read", "admin"]])
def test_a_key_is_for_something_known(people: People, scopes: list[str]) -> None:
    with pytest.raises(BadInput):
        accounts.make_api_key(people.ada, "key", scopes)


def test_nobody_revokes_somebody_else_s_key(people: People) -> None:
    key, secret = accounts.make_api_key(people.ada, "hers", ["read"])
    with pytest.raises(NotFound):
        accounts.revoke_api_key(people.ben, key.pk)
    assert accounts.api_key_for(secret) is not None


def test_an_invitation_works_once(people: People) -> None:
    _made, code = accounts.invite(people.mo, "for Nora")
    assert accounts.is_invitation(code)
    accounts.redeem(code, people.ben)
    assert not accounts.is_invitation(code)
    with pytest.raises(NotFound):
        accounts.redeem(code, people.cleo)
    assert accounts.invitations()[0].used_by == people.ben


def test_an_invitation_ends_and_can_be_taken_back(people: People) -> None:
    made, code = accounts.invite(people.mo, days=3)
    with clock.advanced(timedelta(days=3)):
        assert not accounts.is_invitation(code)
    accounts.take_back_invitation(made.pk)
    assert not accounts.is_invitation(code)
    with pytest.raises(NotFound):
        accounts.take_back_invitation(made.pk)


def test_room_is_the_site_s_default_until_an_operator_gives_another(people: People) -> None:
    assert accounts.quota_bytes(people.ada) == 20 * 1024**3
    accounts.set_quota(people.ada, 5)
    assert accounts.quota_bytes(accounts.account_at("ada@example.org")) == 5
    with pytest.raises(BadInput):
        accounts.set_quota(people.ada, -1)


def test_people_are_found_by_address_and_by_name(people: People) -> None:
    assert [user.pk for user in accounts.find_people("ADA@")] == [people.ada.pk]
    assert [user.pk for user in accounts.find_people("Pàrk")] == [people.cleo.pk]
    assert len(accounts.find_people()) == 5
    assert accounts.counts().accounts == 5


def test_the_first_operator_needs_the_token_of_the_terminal(db: None) -> None:
    token = accounts.first_run_token()
    assert token == accounts.first_run_token()
    assert len(token) == 24
    with pytest.raises(NotAllowed):
        accounts.begin("guessed", "op@example.org", PASSWORD)
    user = accounts.begin(token, "op@example.org", PASSWORD)
    assert accounts.is_operator(user)
    assert accounts.has_operator()
    assert accounts.first_run_token() == ""
    with pytest.raises(Conflict):
        accounts.begin(token, "second@example.org", PASSWORD)
