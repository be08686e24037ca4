"""Comments as pages show them: who sees what, page by page, without scripts, and within their queries."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.models import Comment
from antiphon.community.service import comments, refusals, talk, tallies, ties
from antiphon.community.service.comments import Opened
from tests.db.community.packed import packed
from tests.db.conftest import Receive
from tests.people import People

pytestmark = pytest.mark.django_db
PAGE = "/ada-quill/slow-harbour"


@pytest.fixture
def song(people: People, bring: Receive) -> catalogue.Track:
    """A public track of Ada's, 3:20 long."""
    catalogue.publish_tracks(people.ada, [track_id := bring(people.ada).track_id])
    return catalogue.track_for(None, track_id)


@pytest.fixture
def many(people: People, song: catalogue.Track) -> list[Comment]:
    """Forty-five comments of Cleo's, the later ones earlier in the track; the tenth has seven answers."""
    rows = [
        Comment(track=song, profile=people.cleo_park, words=f"Comment {n}.", place_ms=100_000 - n * 1000)
        for n in range(45)
    ]
    Comment.objects.bulk_create(rows)
    tenth = rows[10]
    for n in range(7):
        Comment.objects.create(
            track=song, profile=people.ada_quill, words=f"Answer {n}.", parent=tenth, number=n + 1
        )  # fmt: skip
    Comment.objects.filter(pk=tenth.pk).update(replies=7, numbered=7)
    tallies.bump_track(song.pk, comments=52)
    return rows


def get(client: Client, query: str = "", status: int = 200) -> str:
    reply = client.get(PAGE + query)
    assert reply.status_code == status
    return reply.content.decode()


def said_on(page: str) -> list[str]:
    return re.findall(r'<div class="words" dir="auto">(.*?)</div>', page)


def signed_in(user: accounts.User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("order", ["newest", "time"])
def test_pages_follow_each_other_without_gap_or_double(
    song: catalogue.Track, many: list[Comment], order: talk.Order
) -> None:
    seen: list[int] = []
    page = talk.page(song, None, order)
    assert page.count == 52
    while True:
        seen += [one.said.row.pk for one in page.threads]
        if page.next is None:
            break
        page = talk.page(song, None, order, page.next)
    assert seen == [row.pk for row in reversed(many)]
    assert [one.said.row.pk for one in talk.page(song, None, order, None, 7).threads] == seen[:7]


def test_comments_at_one_place_keep_their_order(people: People, song: catalogue.Track) -> None:
    Comment.objects.bulk_create(
        Comment(track=song, profile=people.cleo_park, words=str(n), place_ms=5000) for n in range(45)
    )
    pages = [talk.page(song, None, "time")]
    while (cursor := pages[-1].next) is not None:
        pages.append(talk.page(song, None, "time", cursor))
    assert [one.said.row.words for page in pages for one in page.threads] == [str(n) for n in range(45)]


def test_a_long_thread_shows_its_beginning_and_leads_to_the_rest(
    client: Client, song: catalogue.Track, many: list[Comment]
) -> None:
    page = get(client, f"?order=time&after={many[11].place_ms}-{many[11].pk}")
    assert said_on(page)[:6] == ["Comment 10.", *(f"Answer {n}." for n in range(5))]
    assert "2 more answers" in page
    whole = get(client, f"?comment={many[10].pk}")
    assert said_on(whole) == ["Comment 10.", *(f"Answer {n}." for n in range(7))]
    assert f'id="comment-{many[10].pk}" class="led" tabindex="-1" autofocus' in whole


@pytest.mark.parametrize(
    "query", ["?comment=0", "?comment=999999", "?after=x-y", "?order=best", "?reply=1e9", "?edit=7"]
)
def test_addresses_that_nobody_wrote_show_the_page(
    client: Client, people: People, song: catalogue.Track, many: list[Comment], query: str
) -> None:
    assert len(said_on(get(client, query))) == 20
    assert len(said_on(get(signed_in(people.ben), query))) == 20


def test_the_page_stays_within_its_queries(
    client: Client, people: People, song: catalogue.Track, many: list[Comment],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for query in ("", "?order=time", f"?comment={many[10].pk}"):
        with django_assert_max_num_queries(8):
            get(client, query)
    ben = signed_in(people.ben)
    get(ben)
    with django_assert_max_num_queries(12):
        get(ben, f"?reply={many[10].pk}")
    with django_assert_max_num_queries(3):
        talk.page(song, None)


def test_words_of_people_are_words(client: Client, people: People, song: catalogue.Track) -> None:
    row = comments.write(
        people.cleo, Opened(song), '<script>alert("1")</script> @ada-quill @nobody https://x.example/?a=1&b="2'
    )
    page = get(client)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert '<a href="/ada-quill">@ada-quill</a> @nobody https://x.example/?a=1&amp;b=' in page
    Comment.objects.filter(pk=row.pk).update(links_work=True)
    assert (
        '<a href="https://x.example/?a=1&amp;b=" rel="nofollow ugc noopener"><bdi>https://x.example/?a=1&amp;b=</bdi></a>'
    ) in get(client)


def test_a_comment_is_written_answered_edited_and_deleted_by_forms_alone(
    client: Client, people: People, song: catalogue.Track
) -> None:
    where = f"/listen/{song.pk}/comments"
    assert "Sign in to comment" in get(client)
    assert client.post(where, {"words": "Hm."}).headers["Location"].startswith("/account/login/")
    ben, ada = signed_in(people.ben), signed_in(people.ada)
    assert "Your name" in get(ben)
    sent = ben.post(where, {"words": "What is that bell?", "at": "1:05", "name": "Ben Low"}, follow=True)
    row = Comment.objects.get()
    assert sent.redirect_chain == [(f"{PAGE}?comment={row.pk}#comment-{row.pk}", 302)]
    page = get(ben)
    assert said_on(page) == ["What is that bell?"]
    assert ">1:05</a>" in page
    assert "Your name" not in page
    form = get(ada, f"?reply={row.pk}")
    assert "Your answer to Ben Low" in form
    ada.post(where, {"words": "The harbour's.", "parent": row.pk})
    assert said_on(get(client)) == ["What is that bell?", "The harbour&#x27;s."]
    assert "What is that bell?</textarea>" in get(ben, f"?edit={row.pk}")
    ben.post(where, {"words": "What is that bell, Ada?", "edit": row.pk})
    assert "edited" in get(client)
    assert ada.post(f"{where}/acts", {"delete": row.pk}).status_code == 404
    ben.post(f"{where}/acts", {"delete": row.pk})
    page = get(client)
    assert said_on(page) == ["The harbour&#x27;s."]
    assert "Deleted." in page
    assert client.get(where).headers["Location"] == f"{PAGE}#comments"


def test_a_refusal_keeps_what_was_typed(people: People, song: catalogue.Track) -> None:
    ben = signed_in(people.ben)
    where = f"/listen/{song.pk}/comments"
    for sent, said in (
        ({"words": "Here!", "at": "9:99", "name": "Ben"}, "Give a place as minutes and seconds"),
        ({"words": "Here!", "at": "9:00", "name": "Ben"}, "This track is 3:20 long."),
        ({"words": "Here!", "at": "1:00", "name": ""}, "Give a name."),
    ):
        reply = ben.post(where, sent)
        page = reply.content.decode()
        assert reply.status_code == 422
        assert said in page
        assert "Here!</textarea>" in page
        assert page.count(" autofocus") == 1
    for number in range(9):
        reply = ben.post(where, {"words": f"Take {number}", "name": "Ben"})
    assert reply.status_code == 429
    assert int(reply.headers["Retry-After"]) > 0
    assert "8 comments in a minute" in reply.content.decode()
    assert "Take 8</textarea>" in reply.content.decode()


def test_a_megabyte_is_refused_before_it_is_read(people: People, song: catalogue.Track) -> None:
    ben = signed_in(people.ben)
    reply = ben.post(f"/listen/{song.pk}/comments", {"words": "x" * 1_000_000, "name": "Ben"})
    assert reply.status_code == 413
    assert "far longer than a comment" in reply.content.decode()
    assert refusals.of_today() == {"comment-too-large": 1}
    mo = signed_in(people.mo)
    assert "Comments far too large, not read" in mo.get("/operate/reports").content.decode()


def test_a_creator_removes_and_only_the_writer_still_sees_it(
    client: Client, people: People, song: catalogue.Track
) -> None:
    row = comments.write(people.cleo, Opened(song), "Buy my tape.")
    ada, cleo = signed_in(people.ada), signed_in(people.cleo)
    assert f'name="remove" value="{row.pk}"' in get(ada)
    assert f'name="remove" value="{row.pk}"' not in get(cleo)
    ada.post(f"/listen/{song.pk}/comments/acts", {"remove": row.pk})
    assert "Buy my tape." not in get(client)
    assert "Buy my tape." not in get(ada)
    page = get(cleo)
    assert "Buy my tape." in page
    assert "Removed by whoever made the track" in page


def test_moderators_decide_on_a_comment_as_on_a_track(client: Client, people: People, song: catalogue.Track) -> None:
    row = comments.write(people.cleo, Opened(song), "Something vile.", at_ms=1000)
    comments.edit(people.cleo, row.pk, "Something viler.")
    assert f"/report?kind=comment&amp;id={row.pk}" in get(client)
    where = f"/report?kind=comment&id={row.pk}"
    assert "Cleo Park (0:01): Something viler." in client.get(where).content.decode()
    assert client.post(where, {"reason": "hate", "words": ""}).status_code == 200
    mo = signed_in(people.mo)
    queue = mo.get("/operate/reports").content.decode()
    assert "Something viler." in queue
    case = f"/operate/reports/{catalogue.open_reports()[0].case_id}"
    assert "Something vile." in mo.get(case).content.decode()
    mo.post(f"{case}/decide", {"verdict": "hide", "because": "A threat."})
    assert said_on(get(client)) == []
    assert "Hidden by a moderator: A threat." in get(signed_in(people.cleo))
    assert client.get(where).status_code == 404
    assert "Show it again" in mo.get(case).content.decode()
    mo.post(f"/operate/unhide/comment/{row.pk}")
    assert said_on(get(client)) == ["Something viler."]


def test_blocked_people_do_not_see_each_other(people: People, song: catalogue.Track) -> None:
    bell = comments.write(people.cleo, Opened(song), "What is that bell?", at_ms=5000)
    comments.write(people.ada, Opened(song), "The harbour's.", parent_id=bell.pk)
    accounts.block(people.lux, people.cleo)
    lux = signed_in(people.lux)
    assert said_on(get(lux)) == []
    assert lux.get(f"/listen/{song.pk}/comments.json").json() == {"marks": []}
    assert len(said_on(get(signed_in(people.ben)))) == 2


def test_who_is_muted_is_left_out_for_whoever_muted_them_alone(people: People, song: catalogue.Track) -> None:
    bell = comments.write(people.cleo, Opened(song), "What is that bell?", at_ms=5000)
    comments.write(people.ada, Opened(song), "The harbour's.", parent_id=bell.pk)
    wind = comments.write(people.ada, Opened(song), "And the wind?", at_ms=9000)
    comments.write(people.cleo, Opened(song), "A flag.", parent_id=wind.pk)
    ben = signed_in(people.ben)
    ties.mute(people.ben, people.cleo_park)
    page = get(ben)
    assert said_on(page) == ["And the wind?"]
    assert "more answer" not in page
    assert [mark[0] for mark in ben.get(f"/listen/{song.pk}/comments.json").json()["marks"]] == [wind.pk]
    assert talk.thread(song, people.ben, bell.pk).threads == []
    for other in (people.lux, people.ada, people.cleo):
        assert len(said_on(get(signed_in(other)))) == 4
    comments.delete(people.ada, wind.pk)
    assert "Deleted." not in get(ben)  # of a thread in which only they have answered, nothing is left
    assert "Deleted." in get(signed_in(people.lux))
    ties.unmute(people.ben, people.cleo_park)
    assert len(said_on(get(ben))) == 3


def test_leaving_the_muted_out_costs_no_query(
    people: People, song: catalogue.Track, many: list[Comment], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    accounts.blocked_ids(people.ben)
    ties.mute(people.ben, people.cleo_park)
    orders: tuple[talk.Order, ...] = ("newest", "time")
    for order in orders:
        with django_assert_max_num_queries(2):
            page = talk.page(song, people.ben, order)
        assert (page.threads, page.count) == ([], 52)
    with django_assert_max_num_queries(1):
        assert talk.marks(song, people.ben) == []
    assert talk.page(song, people.ben, limit=7).threads == []


def test_marks_stand_in_the_order_of_their_places(client: Client, people: People, song: catalogue.Track) -> None:
    late = comments.write(people.cleo, Opened(song), "Late.\n" + "x" * 500, at_ms=90_000)
    early = comments.write(people.cleo, Opened(song), "Early.", at_ms=5000)
    comments.write(people.cleo, Opened(song), "About the whole.")
    marks = client.get(f"/listen/{song.pk}/comments.json").json()["marks"]
    assert [mark[:3] for mark in marks] == [[early.pk, 5000, "Cleo Park"], [late.pk, 90_000, "Cleo Park"]]
    assert len(marks[1][3]) == talk.MARK_CHARACTERS
    catalogue.edit_track(people.ada, song.pk, {"commentable": False})
    assert client.get(f"/listen/{song.pk}/comments.json").json() == {"marks": []}
    page = get(client)
    assert "Comments are switched off for this track." in page
    assert said_on(page) == []


def test_private_music_has_private_comments(client: Client, people: People, song: catalogue.Track) -> None:
    comments.write(people.ada, Opened(song), "Note to self.", at_ms=5000)
    catalogue.publish_tracks(people.ada, [song.pk], sharing="private")
    assert client.get(f"/listen/{song.pk}/comments.json").status_code == 404
    cleo = signed_in(people.cleo)
    assert cleo.post(f"/listen/{song.pk}/comments", {"words": "Hm."}).status_code == 404


def test_the_copy_of_ones_data_has_what_one_wrote(people: People, song: catalogue.Track) -> None:
    row = comments.write(people.cleo, Opened(song), "What is that bel?", at_ms=65_000)
    comments.edit(people.cleo, row.pk, "What is that bell?")
    copy = packed(people.cleo)["comments.json"]
    assert [(one["words"], one["at_ms"]) for one in copy] == [("What is that bell?", 65_000)]
    assert [one["words"] for one in copy[0]["earlier_words"]] == ["What is that bel?"]
