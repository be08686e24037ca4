"""Datasets, actors and single decisions by the command line."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from antiphon.catalogue import service as catalogue
from antiphon.cli.main import main
from antiphon.consent import service as consent
from antiphon.kernel import clock
from tests.people import People

pytestmark = pytest.mark.django_db


def test_the_command_builds_and_refuses(
    songs: dict[str, catalogue.Recording], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["dataset", "build", "--actor", "northwind", "--out", str(tmp_path / "set"), "--json", "--purpose"]
    assert main([*command, "finetune"]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "refused"
    assert main([*command, "train-analysis"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == 3


@pytest.mark.parametrize("form", ["{creator}/{slug}", "{url}", "{id}", "recording:{recording}"])
def test_may_prints_one_decision(
    form: str, songs: dict[str, catalogue.Recording], capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    track = songs["no"].track
    name = form.format(
        creator=track.profile.slug, slug=track.slug, url=f"{settings.SITE_URL}/{track.profile.slug}/{track.slug}",
        id=track.pk, recording=songs["no"].pk,
    )  # fmt: skip
    assert main(["may", name, "train-analysis", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["allowed"], said["rule"], said["recording"]) == (False, "holder.no", songs["no"].pk)
    assert said["words"]
    assert said["would_change"]
    assert said["because"]["any_no"] is True
    assert main(["may", name, "identify"]) == 0
    assert capsys.readouterr().out.startswith("Yes.")


def test_may_knows_actors_moments_and_what_is_bad_use(
    songs: dict[str, catalogue.Recording], capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"recording:{songs['harbour'].pk}"
    assert main(["may", name, "train-analysis", "--actor", "northwind"]) == 0
    assert main(["may", name, "train-analysis", "--actor", "southwind"]) == 1
    before = (clock.now() - timedelta(days=2)).isoformat()
    assert main(["may", name, "train-analysis", "--actor", "northwind", "--at", before]) == 1
    assert main(["may", name, "sing-along"]) == 1
    for bad in (["nobody/nothing"], ["recording:999999"], ["https://elsewhere.example/a/b"], ["x"], ["999999"]):
        assert main(["may", *bad, "organize"]) == 2
    assert main(["may", name, "organize", "--at", "yesterday"]) == 2
    assert main(["may", name, "organize", "--at", "2026-11-04T12:00:00"]) == 2


def test_an_actor_is_entered_by_the_command(people: People, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["actor", "add", "lab-9", "--contact", "lab@example.org", "--title", "Laboratory 9"]) == 0
    assert capsys.readouterr().out == "Laboratory 9 may ask as lab-9.\n"
    assert consent.actor("lab-9").contact == "lab@example.org"
    assert main(["actor", "add", "lab-9", "--contact", "lab@example.org"]) == 1
    assert main(["actor", "add", "site", "--contact", "lab@example.org"]) == 1
