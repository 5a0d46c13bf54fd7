"""The parallel run as its people use it: columns once, an export, two systems week by week."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import timezone

from heedful.audit.models import Entry
from heedful.captures.second_look.rules import week_of
from heedful.programme.pilot.parallel.models import ParallelAlert, ParallelColumns, ParallelImport, ParallelMinutes
from tests.personas.people import Persona, Place

SECRET = "nobody sits with her any more"


def export(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("alerts.csv", "\n".join(["Date;User;Category;Capture text", *rows]).encode())


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def brings(person: Persona, place: Place, *rows: str) -> HttpResponse:
    return person.posts("parallel_import", place.school.pk, file=export(*rows))


def learn(person: Persona, place: Place, **changes: Any) -> HttpResponse:
    person.posts("parallel_headers", place.school.pk, system="OldWatch", file=export())
    return person.posts("parallel_columns", place.school.pk, **{"time": "Date", "account": "User", "category": "Category", "order": "day_first"} | changes)


def moments(place: Place) -> tuple[str, str, str]:
    """Three lines of the export: one that Heedful saw too, one that it did not, one of nobody known."""
    now = timezone.localtime()
    address = place.accounts[0].address
    return (
        f"{now:%d/%m/%Y %H:%M};{address};Self-harm;{SECRET}",
        f"{now - timedelta(hours=3):%d/%m/%Y %H:%M};{address};Bullying;{SECRET}",
        f"{now:%d/%m/%Y %H:%M};visitor@elsewhere.example;Bullying;{SECRET}",
    )


def test_columns_are_named_once_and_remembered(dsl: Persona, larkfield: Place) -> None:
    assert "Learn its columns" in text_of(dsl.opens("parallel", larkfield.school.pk))
    assert learn(dsl, larkfield).status_code == 302
    row = ParallelColumns.objects.get()
    assert (row.system, row.time, row.account, row.category) == ("OldWatch", "Date", "User", "Category")
    assert learn(dsl, larkfield, account="Date").status_code == 422
    assert dsl.posts("parallel_columns", larkfield.school.pk, time="", account="User").status_code == 422


def test_an_export_becomes_moments_accounts_and_categories_and_no_text(dsl: Persona, larkfield: Place) -> None:
    learn(dsl, larkfield)
    assert brings(dsl, larkfield, *moments(larkfield)).status_code == 302
    assert sorted(ParallelAlert.objects.values_list("account_id", "category"), key=str) == [
        (larkfield.accounts[0].pk, "Bullying"), (larkfield.accounts[0].pk, "Self-harm"), (None, "Bullying"),
    ]  # fmt: skip
    assert ParallelImport.objects.get().unknown == 1
    stored = str([list(model.objects.values()) for model in (ParallelAlert, ParallelImport, ParallelColumns)]) + str(list(Entry.objects.values("details")))
    assert SECRET not in stored
    assert "elsewhere" not in stored


def test_what_both_saw_and_each_alone_stands_side_by_side(dsl: Persona, larkfield: Place) -> None:
    matched, alone = larkfield.stores("i want to kill myself tonight"), larkfield.stores("i want to kill myself tonight", pupil=1)
    learn(dsl, larkfield)
    brings(dsl, larkfield, *moments(larkfield))
    page = text_of(dsl.opens("parallel", larkfield.school.pk))
    assert f"Capture {alone}" in page
    assert f"Capture {matched}" not in page
    week = week_of(timezone.now())
    assert dsl.posts("parallel_minutes", larkfield.school.pk, week=week.isoformat(), minutes="90").status_code == 302
    assert ParallelMinutes.objects.get().minutes == 90
    assert 'value="90"' in text_of(dsl.opens("parallel", larkfield.school.pk))


def test_while_the_school_pilots_other_pupils_are_not_compared(dsl: Persona, larkfield: Place) -> None:
    learn(dsl, larkfield)
    address = larkfield.accounts[1].address  # not in the group of the pilot
    brings(dsl, larkfield, f"{timezone.localtime():%d/%m/%Y %H:%M};{address};Bullying;x")
    assert "Only OldWatch saw" in text_of(dsl.opens("parallel", larkfield.school.pk))
    before = text_of(dsl.opens("parallel", larkfield.school.pk)).count("Bullying")
    type(larkfield.school).objects.filter(pk=larkfield.school.pk).update(stage="pilot")
    assert (before, text_of(dsl.opens("parallel", larkfield.school.pk)).count("Bullying")) == (1, 0)


def test_a_fault_says_line_and_column_and_changes_nothing(dsl: Persona, larkfield: Place) -> None:
    learn(dsl, larkfield)
    answer = brings(dsl, larkfield, f"soon;a@b.example;Bullying;{SECRET}")
    assert answer.status_code == 422
    assert "line 2, column &#x27;Date&#x27;" in text_of(answer)
    assert SECRET not in text_of(answer)
    assert not ParallelImport.objects.exists()


def test_the_same_file_or_the_same_rows_count_once(dsl: Persona, larkfield: Place) -> None:
    learn(dsl, larkfield)
    rows = moments(larkfield)
    brings(dsl, larkfield, *rows[:2])
    assert brings(dsl, larkfield, *rows[:2]).status_code == 422
    assert brings(dsl, larkfield, *rows).status_code == 302
    assert ParallelAlert.objects.count() == 3


def test_who_may_not_read_captures_sees_counts_alone_and_no_small_ones(head: Persona, dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores("i want to kill myself tonight", pupil=1)
    learn(dsl, larkfield)
    brings(dsl, larkfield, *moments(larkfield))
    page = text_of(head.opens("parallel", larkfield.school.pk))
    assert "fewer than 5" in page
    assert f"Capture {number}" not in page
    assert "Only OldWatch saw" not in page
