"""A query that is compiled once finds what the query set it was made of would find, whatever it is filled with."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import BigAutoField, CharField, DateTimeField, Q

from antiphon.accounts.models import Profile, User
from antiphon.storage.prepared import Prepared, Slot, Slots
from tests.people import People


def _since() -> Prepared[tuple[str, datetime]]:
    owner, at = Slot("owner", BigAutoField()), Slot("at", DateTimeField())
    rows = Profile.objects.filter(Q(owner_id=owner) | Q(owner_id=-1), created_at__gte=at, hidden_at=None)
    return Prepared(lambda: rows.order_by("pk").values_list("slug", "created_at"))


def test_rows_are_those_of_the_query_set(people: People) -> None:
    found = _since()
    for user in User.objects.all():
        for at in (datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC) + timedelta(days=1)):
            plain = Profile.objects.filter(owner=user, created_at__gte=at).order_by("pk")
            assert found(owner=user.pk, at=at) == list(plain.values_list("slug", "created_at"))
    profile = Profile.objects.get(owner=people.ada)
    assert found(owner=people.ada.pk, at=profile.created_at) == [(profile.slug, profile.created_at)]


def test_instances_come_whole_with_what_they_refer_to(people: People, django_assert_num_queries: Any) -> None:
    by_slug = Prepared(lambda: Profile.objects.select_related("owner").filter(slug=Slot("slug", CharField())))
    plain = Profile.objects.select_related("owner").get(owner=people.ada)
    by_slug(slug="nobody")
    with django_assert_num_queries(1):
        (found,) = by_slug(slug=plain.slug)
        assert found.owner.email == people.ada.email
    assert found == plain
    assert {one.attname: getattr(found, one.attname) for one in Profile._meta.concrete_fields} == {
        one.attname: getattr(plain, one.attname) for one in Profile._meta.concrete_fields
    }
    found.name = "Ada at sea"
    found.save(update_fields=["name"])
    assert by_slug(slug=plain.slug)[0].name == "Ada at sea"  # nothing but the question is kept


def test_a_value_is_a_value_and_never_part_of_the_question(people: People) -> None:
    by_slug = Prepared(lambda: Profile.objects.filter(slug=Slot("slug", CharField())).values_list("pk"))
    assert by_slug(slug="' OR 1=1 --") == []
    assert by_slug(slug="%s") == []


@pytest.mark.parametrize("many", [0, 1, 2, 3000])
def test_any_number_of_ids_is_one_question(people: People, django_assert_num_queries: Any, many: int) -> None:
    by_ids = Prepared(lambda: Profile.objects.filter(pk__in=Slots("ids")).order_by("pk").values_list("pk", flat=True))
    of_owners = Prepared(
        lambda: Profile.objects.filter(owner_id__in=Slots("ids")).order_by("pk").values_list("pk", flat=True)
    )
    first = people.ada_quill.pk
    with django_assert_num_queries(2):
        found = by_ids(ids=range(first, first + many))
        owned = of_owners(ids={people.ada.pk})
    named = Profile.objects.filter(pk__in=range(first, first + many)).order_by("pk")
    assert found == list(named.values_list("pk", flat=True))
    assert owned == list(Profile.objects.filter(owner=people.ada).order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize("values", [{}, {"owner": 1}, {"owner": 1, "at": None}, {"owner": 1, "at": 2, "more": 3}])
def test_a_slot_left_open_is_an_error(people: People, values: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        _since()(**values)


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_mix_up_what_they_ask(people: People) -> None:
    by_owner = Prepared(lambda: Profile.objects.filter(owner_id=Slot("owner", BigAutoField())))
    owners = list(Profile.objects.order_by("pk").values_list("owner_id", "slug"))[:2]

    def ask(which: int) -> bool:
        owner, slug = owners[which % 2]
        try:
            return [one.slug for one in by_owner(owner=owner)] == [slug]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(200)))
