"""`heedful captures` and `heedful audit verify`: what the machine's owner may see without any right to read."""

from __future__ import annotations

import json

import pytest

from heedful.audit.models import Entry
from heedful.captures.queries.listing import list_captures
from heedful.cli import main
from tests.harness.westbrook import Westbrook, build_school

pytestmark = pytest.mark.django_db
COLUMNS = {"id", "number", "time", "arrived", "severity", "themes", "source", "device", "route", "state", "grade"}


def test_a_line_has_what_the_machine_made_of_it_and_no_content(westbrook: Westbrook) -> None:
    row = westbrook.stored(5)
    [line] = list_captures()
    assert set(line) == COLUMNS
    assert (line["id"], line["severity"], line["themes"], line["route"]) == (str(row.capture_id), 5, {"suicide": 0.95}, "safeguarding")
    said = json.dumps(line).lower()
    assert [word for word in ("kill", "amara", "okonedo", "chat.example", "a page", "westbrook") if word in said] == []


def test_one_school_alone_is_listed_when_asked_for_and_oldest_first(westbrook: Westbrook) -> None:
    other = build_school("Marsh End School", "marshend.example")
    mine = [westbrook.stored(severity).pk for severity in (2, 5, 3)]
    theirs = other.stored(4).pk
    assert [line["number"] for line in list_captures()] == [*mine, theirs]
    assert [line["number"] for line in list_captures(school_id=westbrook.school.pk)] == mine


def test_the_command_prints_one_object_a_line(westbrook: Westbrook, capsys: pytest.CaptureFixture[str]) -> None:
    for severity in (2, 5):
        westbrook.stored(severity)
    assert main(["captures", "--json"]) == 0
    assert [json.loads(line)["severity"] for line in capsys.readouterr().out.splitlines()] == [2, 5]


def test_the_chain_is_checked_by_command_and_the_first_broken_entry_named(westbrook: Westbrook, capsys: pytest.CaptureFixture[str]) -> None:
    westbrook.stored(5)
    assert main(["audit", "verify"]) == 0
    school, written = westbrook.school.pk, Entry.objects.count()
    assert capsys.readouterr().out == f"school {school}: {written} entries, whole\n"
    Entry.objects.filter(school_id=school, number=2).update(actor_id="9")
    assert main(["audit", "verify"]) == 1
    assert capsys.readouterr().err == f"school {school}: broken at entry 2: was changed after it was written\n"
