"""Reports, moderators, operators and uploads by JSON."""

import pytest

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from tests.api.conftest import Api, KeyFor
from tests.people import People

pytestmark = pytest.mark.django_db


def test_a_report_is_made_decided_and_hides_its_subject(
    ben: Api, nobody: Api, ada: Api, people: People, with_key: KeyFor, song: catalogue.Track
) -> None:
    mo = with_key(people.mo)
    said = {"kind": "track", "id": song.pk, "reason": "not-theirs", "words": "This is mine."}
    made = ben.post("reports", said)
    assert made.status_code == 201
    assert ben.post("reports", said).json()["id"] == made.json()["id"]
    assert ben.get("reports").status_code == 403
    assert [row["words"] for row in mo.get("reports").json()["collection"]] == ["This is mine."]
    where = f"reports/{made.json()['id']}/decision"
    assert ben.post(where, {"uphold": True, "decision": "Yes."}).status_code == 403
    assert mo.post(where, {"uphold": True, "decision": "It is Ben's."}).json()["state"] == "upheld"
    assert mo.post(where, {"uphold": True, "decision": "It is Ben's."}).status_code == 409
    assert nobody.get(f"tracks/{song.pk}").status_code == 404
    assert ada.get(f"tracks/{song.pk}").json()["hidden_because"] == "It is Ben's."
    assert mo.get("reports?state=decided").json()["collection"][0]["decision"] == "It is Ben's."
    assert mo.delete(f"hidden/track/{song.pk}").status_code == 204
    assert nobody.get(f"tracks/{song.pk}").status_code == 200
    assert mo.put(f"hidden/track/{song.pk}", {"because": "After all."}).status_code == 204
    assert nobody.get(f"tracks/{song.pk}").status_code == 404


def test_what_is_not_there_cannot_be_reported(ben: Api, people: People) -> None:
    assert ben.post("reports", {"kind": "track", "id": 999, "reason": "spam"}).status_code == 404
    assert ben.post("reports", {"kind": "track", "id": 2**63, "reason": "spam"}).status_code == 422


def test_only_operators_see_how_the_site_does(ada: Api, people: People, with_key: KeyFor) -> None:
    assert ada.get("operate/overview").status_code == 403
    accounts.grant_role(people.mo, "operator")
    shown = with_key(accounts.account_for(people.mo.pk)).get("operate/overview").json()
    assert shown["people"]["accounts"] == 5
    assert shown["queue"]["dead"] == 0
    assert shown["storage_free_bytes"] > 0


def test_uploads_are_listed_read_and_given_up(ada: Api, ben: Api, people: People) -> None:
    rows = [catalogue.begin_upload(people.ada, file_name=f"{n}.flac", size_bytes=1000, attested=True) for n in range(3)]
    first = ada.get("uploads?limit=2").json()
    assert [row["file_name"] for row in first["collection"]] == ["2.flac", "1.flac"]
    rest = ada.get(first["next_href"].removeprefix("http://localhost:8000")).json()
    assert [row["file_name"] for row in rest["collection"]] == ["0.flac"]
    assert rest["next_href"] is None
    shown = ada.get(f"uploads/{rows[0].pk}").json()
    assert (shown["state"], shown["upload_url"]) == ("open", f"http://localhost:8000/uploads/{rows[0].pk.hex}")
    assert ben.get(f"uploads/{rows[0].pk}").status_code == 404
    assert ada.delete(f"uploads/{rows[0].pk}").status_code == 204
    assert ada.get(f"uploads/{rows[0].pk}").status_code == 410
    assert ada.get("uploads/not-a-uuid").status_code == 422


def test_moderators_work_by_program_and_the_owner_appeals(
    ben: Api, ada: Api, people: People, with_key: KeyFor, song: catalogue.Track
) -> None:
    mo = with_key(people.mo)
    case_id = ben.post("reports", {"kind": "track", "id": song.pk, "reason": "spam", "wants_answer": True}).json()[
        "case_id"
    ]
    assert ben.get("moderation/cases").status_code == 403
    [shown] = mo.get("moderation/cases").json()["collection"]
    assert (shown["id"], shown["standing"], shown["reasons"]) == (case_id, "plain", {"spam": 1})
    where = f"moderation/cases/{case_id}"
    assert mo.put(f"{where}/claim").status_code == 204
    assert mo.post(f"{where}/notes", {"words": "Listened."}).status_code == 201
    assert mo.get(where).json()["notes"][0]["words"] == "Listened."
    ruled = mo.post(f"{where}/ruling", {"verdict": "hide", "because": "Only links."})
    assert ruled.status_code == 201
    assert mo.post(f"{where}/ruling", {"verdict": "hide", "because": "Twice."}).status_code == 409
    [told] = ada.get("me/decisions").json()["collection"]
    assert (told["because"], told["may_appeal"]) == ("Only links.", True)
    assert ben.post(f"me/decisions/{told['id']}/appeal", {"words": "Mine."}).status_code == 404
    assert ada.post(f"me/decisions/{told['id']}/appeal", {"words": "A song."}).json()["appeal"]["outcome"] == "waiting"
    answered = mo.post(f"{where}/answer", {"keep": False, "because": "It is a song."}).json()
    assert answered["rulings"][0]["appeal"]["outcome"] == "changed"
    first, second = (mo.get(f"moderation/trail?limit={n}").json()["collection"] for n in (1, 100))
    assert [row["what"] for row in second] == ["appeal-changed", "hide", "note", "claim"]
    assert len(first) == 1
    assert ada.get("moderation/trail").status_code == 403
