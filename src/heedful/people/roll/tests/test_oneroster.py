"""OneRoster 1.1 and 1.2: who is on the roll of one school, bulk and delta as the manifest says."""

from __future__ import annotations

from datetime import date
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heedful.people.roll.reading.read import read_roll
from heedful.people.roll.reading.values import Kind, Part, Roll, RollPerson, RollPupil, RollRefused
from heedful.people.roll.tests.samples import HEADERS, USERS_1_1, big_export, csv_of, export, manifest, pupil_1_1, teacher_1_1, text_of

TODAY = date(2026, 11, 24)
TWO = ({"sourcedId": "S1", "name": "Larkfield Academy", "type": "school"}, {"sourcedId": "S2", "name": "Marsh End", "type": "school"}, {"sourcedId": "D1", "name": "Trust", "type": "district"})  # fmt: skip
ALL = {Part.PUPILS, Part.STAFF, Part.PUPIL_ACCOUNTS, Part.STAFF_ACCOUNTS}


def read(files: dict[str, bytes], **more: Any) -> Roll:
    return read_roll(files, today=TODAY, **{"school_name": "Larkfield Academy"} | more)


def place(user: str, group: str, **more: object) -> dict[str, object]:
    return {
        "sourcedId": f"{user}-{group}",
        "classSourcedId": group,
        "schoolSourcedId": "S1",
        "userSourcedId": user,
        "role": "student",
    } | more


def a_class(key: str, title: str, **more: object) -> dict[str, object]:
    return {"sourcedId": key, "title": title, "classType": "scheduled", "schoolSourcedId": "S1"} | more


def test_pupils_staff_and_classes_of_1_1() -> None:
    files = export(
        users=[pupil_1_1(1, grades="08"), teacher_1_1(1), pupil_1_1(2, role="guardian", sourcedId="G2")],
        classes=[a_class("C1", "8x Maths"), a_class("F1", "8K", classType="homeroom")],
        enrollments=[place("P1", "C1"), place("P1", "F1"), place("T1", "C1", role="teacher")],
    )
    roll = read(files)
    assert roll.kind == Kind.ONEROSTER_1_1
    assert roll.pupils == (RollPupil("P1", "Finn", "Merrick", 8, "8K", frozenset({"C1", "F1"}), ("p1@larkfield.example", "p1")),)
    assert roll.staff == (RollPerson("T1", "Finn Merrick", "t1@larkfield.example", ("t1@larkfield.example",)),)
    assert {key: group.name for key, group in roll.groups.items()} == {"C1": "8x Maths", "F1": "8K"}
    assert roll.covers == ALL | {Part.GROUPS}
    assert roll.problems == ()
    assert "never read" not in repr(roll)


def test_roles_and_accounts_of_1_2_stand_in_files_of_their_own() -> None:
    user = {"givenName": "Antonia", "preferredGivenName": "Nia", "familyName": "Merrick", "grades": "08"}
    roles = [
        {"userSourcedId": "U1", "roleType": "primary", "role": "student", "orgSourcedId": "S1"},
        {"userSourcedId": "U2", "roleType": "primary", "role": "principal", "orgSourcedId": "S1"},
        {"userSourcedId": "U3", "roleType": "primary", "role": "student", "orgSourcedId": "S2"},
        {"userSourcedId": "U4", "roleType": "primary", "role": "student", "orgSourcedId": "S1", "endDate": "2026-07-17"},
    ]
    people = [user | {"sourcedId": f"U{n}", "email": f"u{n}@larkfield.example"} for n in range(1, 6)]
    profiles = [{"userSourcedId": "U1", "username": "nia8", "password": "never read"}]
    roll = read(export(version="1.2", users=people, schools=TWO, roles=roles, userProfiles=profiles))
    assert roll.kind == Kind.ONEROSTER_1_2
    assert roll.pupils == (
        RollPupil("U1", "Nia", "Merrick", 8, "", frozenset(), ("u1@larkfield.example", "nia8"), frozenset({"tutor_group"})),
    )
    assert [person.source_id for person in roll.staff] == ["U2"]
    assert [str(problem) for problem in roll.problems] == ["users.csv, line 6, column role: got no role in roles.csv; left as they are"]
    assert roll.mentioned.pupils == {"U5"}
    assert "never read" not in repr(roll)


def test_a_trusts_export_is_read_for_the_school_of_this_name_or_id() -> None:
    below = {"sourcedId": "S2a", "name": "Infants", "type": "department", "parentSourcedId": "S2"}
    users = [pupil_1_1(1), pupil_1_1(2, orgSourcedIds="D1, S2"), pupil_1_1(3, orgSourcedIds="S2a")]
    files = export(users=users, schools=(*TWO, below))
    assert [pupil.source_id for pupil in read(files).pupils] == ["P1"]
    assert [pupil.source_id for pupil in read(files, org="S2").pupils] == ["P2", "P3"]
    for choice in ({"school_name": "Another"}, {"org": "S9"}):
        with pytest.raises(RollRefused, match=r"say which school is meant.* S1 \(Larkfield Academy\), S2 \(Marsh End\)"):
            read(files, **choice)


def test_a_delta_speaks_for_its_rows_alone() -> None:
    files = export(
        modes={"users": "delta", "enrollments": "delta", "orgs": "absent"},
        users=[pupil_1_1(1, status="active"), pupil_1_1(2, status="tobedeleted"), teacher_1_1(3, status="tobedeleted")],
        enrollments=[place("P1", "C1", status="active"), place("P5", "C1", status="tobedeleted")],
    )
    roll = read(files)
    assert roll.covers == frozenset()
    assert [pupil.source_id for pupil in roll.pupils] == ["P1"]
    assert (roll.gone_pupils, roll.gone_staff) == ({"P2"}, {"T3"})
    assert (roll.joins, roll.leaves) == ({("P1", "C1")}, {("P5", "C1")})


def test_a_delta_of_1_2_need_not_repeat_roles() -> None:
    users = [
        {"sourcedId": "U1", "status": "active", "givenName": "Nia", "familyName": "Lang"},
        {"sourcedId": "U2", "status": "tobedeleted"},
    ]
    files = export(version="1.2", modes={"users": "delta"}, users=users)
    roll = read(files, known={"U1": Part.PUPILS, "U2": Part.STAFF})
    assert [pupil.family_name for pupil in roll.pupils] == ["Lang"]
    assert roll.gone_staff == {"U2"}


def test_what_is_over_is_left_out() -> None:
    files = export(
        users=[pupil_1_1(1)],
        academicSessions=[{"sourcedId": "Y25", "endDate": "2026-07-17"}, {"sourcedId": "Y26", "endDate": "2027-07-16"}],
        classes=[
            a_class("C1", "8x", termSourcedIds="Y25"),
            a_class("C2", "9x", termSourcedIds="Y25,Y26"),
            a_class("C3", "9y"),
            a_class("C4", "9z"),
        ],
        enrollments=[
            place("P1", "C1"),
            place("P1", "C2"),
            place("P1", "C3", endDate="2026-10-01"),
            place("P1", "C4", beginDate="2027-01-04"),
        ],
    )
    roll = read(files)
    assert roll.pupils[0].groups == {"C2"}
    assert set(roll.groups) == {"C2", "C3", "C4"}
    assert roll.problems == ()


def test_classes_of_one_title_are_told_apart() -> None:
    roll = read(
        export(users=[pupil_1_1(1)], classes=[a_class("C1", "Maths"), a_class("C2", "Maths", classCode="8y/Ma"), a_class("C3", "maths")])
    )
    assert [group.name for group in roll.groups.values()] == ["Maths", "Maths (8y/Ma)", "maths (C3)"]


def test_bad_rows_are_reported_and_nobody_in_them_is_taken_for_gone() -> None:
    users = [
        pupil_1_1(1, grades="Year eight"), pupil_1_1(2, givenName=""), pupil_1_1(3, sourcedId=""), pupil_1_1(1),
        teacher_1_1(4, email=""), pupil_1_1(5, role="wizard"),
    ]  # fmt: skip
    roll = read(export(users=users, classes=[a_class("C1", "")], enrollments=[place("", "C1"), place("P1", "C9")]))
    assert [str(problem) for problem in roll.problems] == [
        "classes.csv, line 2, column title: got nothing; fill it in",
        "enrollments.csv, line 2, column userSourcedId: got nothing; fill it in",
        "enrollments.csv: 1 row of classes that classes.csv hasn't",
        "users.csv, line 2, column grades: got 10 characters; write 00 (Reception) to 13, or leave it empty",
        "users.csv, line 3, column givenName: got nothing; fill it in",
        "users.csv, line 4, column sourcedId: got nothing; fill it in",
        "users.csv, line 5, column sourcedId: the same id as in line 2; give each person one row",
        "users.csv, line 6, column email: got nothing; staff sign in with an address such as name@school.example",
        "users.csv, line 7, column role: got a role that isn't OneRoster's; left as they are",
    ]
    assert [pupil.source_id for pupil in roll.pupils] == ["P1"]
    assert roll.mentioned.pupils == {"P1", "P2", "P5"}
    assert roll.mentioned.staff == {"T4"}


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"manifest.csv": manifest(users="bulk")}, "users.csv: the manifest says 'bulk', and it isn't there"),
        ({"manifest.csv": manifest("1.0", users="absent")}, "OneRoster 1.1 and 1.2 are read"),
        ({"manifest.csv": manifest(users="full")}, "it is one of bulk, delta, absent"),
        ({"manifest.csv": manifest()}, "there is nobody to read"),
        ({"users.csv": b"a,b\n1,2\n"}, "users.csv, line 1, column sourcedId: no such column"),
        ({"users.csv": csv_of(("sourcedId", "givenName", "familyName"), [])}, "1.1 has it here, 1.2 in roles.csv"),
    ],
)
def test_an_export_that_is_none_is_refused(files: dict[str, bytes], says: str) -> None:
    with pytest.raises(RollRefused) as refused:
        read(files)
    assert says in str(refused.value)


def test_without_a_manifest_everything_that_is_there_is_in_full() -> None:
    files = export(users=[pupil_1_1(1)])
    del files["manifest.csv"]
    assert read(files).covers == ALL


def test_what_the_manifest_calls_absent_is_not_read() -> None:
    files = export(modes={"enrollments": "absent"}, users=[pupil_1_1(1)], classes=[a_class("C1", "8x")], enrollments=[place("P1", "C1")])
    roll = read(files)
    assert roll.pupils[0].groups == frozenset()
    assert Part.GROUPS not in roll.covers


CELL = st.one_of(
    st.sampled_from(["", "P1", "P2", "C1", "S1", "student", "teacher", "tobedeleted", "08", "2026-07-17"]), st.text(max_size=8)
)


@given(st.data())
def test_no_export_does_more_than_be_reported(data: st.DataObject) -> None:
    files = {"manifest.csv": manifest(users="bulk", enrollments=data.draw(st.sampled_from(["bulk", "delta", "absent"])), classes="bulk")}
    for name, header in (
        ("users.csv", USERS_1_1),
        ("enrollments.csv", HEADERS["enrollments.csv"]),
        ("classes.csv", HEADERS["classes.csv"]),
    ):
        rows = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(header, CELL)), max_size=4))
        files[name] = text_of(header, rows).encode("utf-8", "replace")
    try:
        roll = read(files)
    except RollRefused:
        return
    assert all(pupil.source_id and pupil.given_name and pupil.family_name for pupil in roll.pupils)
    assert {key for pupil in roll.pupils for key in pupil.groups} <= set(roll.groups) | {key for _, key in roll.joins}


def test_a_schools_export_is_read_while_one_waits() -> None:
    files = big_export(1_500)
    started = process_time()
    roll = read(files)
    assert len(roll.pupils) == 1_500
    assert process_time() - started < 5
