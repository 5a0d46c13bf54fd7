"""Plain CSV: what is read, what is reported by file, line and column, and that no report tells a name."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heedful.people.roll.reading.columns import SPELLINGS
from heedful.people.roll.reading.plain import read_plain
from heedful.people.roll.reading.values import AccountLine, Part, Roll, RollPerson, RollPupil, RollRefused
from heedful.people.roll.tests.samples import FAMILY, GIVEN, text_of

TODAY = date(2026, 11, 24)
HEADER = "source_id,given_name,family_name,year_group,tutor_group,groups,account\n"


def read(**files: str) -> Roll:
    return read_plain({f"{name}.csv": text.encode() for name, text in files.items()}, today=TODAY)


def problems(roll: Roll) -> list[str]:
    return [str(problem) for problem in roll.problems]


def test_a_pupil_comes_with_everything_that_is_known() -> None:
    roll = read(pupils=HEADER + "101,Nia,Merrick,Year 8,8K,Maths 8x; Choir,Nia.Merrick@Larkfield.example nia8\n")
    assert roll.pupils == (
        RollPupil("101", "Nia", "Merrick", 8, "8K", frozenset({"maths 8x", "choir"}), ("nia.merrick@larkfield.example", "nia8")),
    )
    assert {group.name for group in roll.groups.values()} == {"Maths 8x", "Choir"}
    assert roll.covers == {Part.PUPILS, Part.GROUPS, Part.PUPIL_ACCOUNTS}
    assert roll.problems == ()


@pytest.mark.parametrize(
    "header",
    [
        "Adno;Legal Surname;Legal Forename;Preferred Forename;Reg Group;NC Year;Email Address",
        "Admission number;Surname;Forename;Known as;Form;Year;Username",
        "Arbor Student ID;Last name;Legal first name;First name;Registration form;Year group;School email",
        "UPN;Legal last name;Given-Name;Preferred First Name;Tutor Group;National curriculum year;User principal name",
    ],
)
def test_headers_of_common_systems_are_known(header: str) -> None:
    (pupil,) = read(pupils=f"{header}\nA1;Merrick;Antonia;Nia;8K;8;nia@larkfield.example\n").pupils
    assert pupil == RollPupil("A1", "Nia", "Merrick", 8, "8K", frozenset(), ("nia@larkfield.example",))


def test_a_bad_row_is_reported_by_line_and_column_and_the_rest_is_kept() -> None:
    rows = [
        "1,Nia,Merrick,8,8K,,", "2,,Ashdown,9,,,finn@larkfield.example", ",Owen,Pryce,9,,,", "1,Saskia,Holloway,9,,,",
        "5,Tariq,Aziz,Holloway,,,", f"6,Ines,{'F' * 81},9,,,", "7,Bruno,La\x07ng,9,,,", "8,Zofia,Whitby,9,a tutor group far too long,,",
    ]  # fmt: skip
    roll = read(pupils=HEADER + "\n".join(rows))
    assert [pupil.source_id for pupil in roll.pupils] == ["1", "5", "8"]
    assert problems(roll) == [
        "pupils.csv, line 3, column given_name: got nothing; fill it in",
        "pupils.csv, line 4, column source_id: got neither an id nor an account; a pupil is never known by the name alone",
        "pupils.csv, line 5, column source_id: the same id as in line 2; give each pupil one row",
        "pupils.csv, line 6, column year_group: got 8 characters; write 0 (Reception) to 13, or leave it empty",
        "pupils.csv, line 7, column family_name: got 81 characters; at most 80",
        "pupils.csv, line 8, column family_name: got signs that can't be shown; type it again",
        "pupils.csv, line 9, column tutor_group: got 26 characters; at most 20",
    ]
    assert roll.pupils[1].unreadable == {"year_group"}
    assert roll.pupils[2].unreadable == {"tutor_group"}
    assert roll.mentioned.pupils == {"1", "2", "6", "7"}
    assert roll.mentioned.addresses == {"finn@larkfield.example"}
    assert roll.mentioned.nameless == {Part.PUPILS}


def test_what_looks_like_a_formula_is_text() -> None:
    roll = read(pupils=HEADER + '1,"=HYPERLINK(""http://x"",""a"")",+Merrick,8,@8K,-Choir,\n')
    (pupil,) = roll.pupils
    assert (pupil.given_name, pupil.family_name, pupil.tutor_group) == ('=HYPERLINK("http://x","a")', "+Merrick", "@8K")
    assert [group.name for group in roll.groups.values()] == ["-Choir"]


def test_an_account_that_two_people_claim_is_given_to_neither() -> None:
    roll = read(pupils=HEADER + "1,Nia,Merrick,8,,,a@larkfield.example\n2,Finn,Ashdown,9,,,a@larkfield.example b@larkfield.example\n")
    assert [pupil.addresses for pupil in roll.pupils] == [(), ("b@larkfield.example",)]
    assert problems(roll) == [
        "pupils.csv, line 3, column account: the same account as in pupils.csv, line 2; it is given to neither. If several use it, mark it as shared"
    ]
    assert roll.mentioned.addresses == {"a@larkfield.example"}


def test_an_account_marked_as_shared_is_nobodys() -> None:
    roll = read(
        pupils=HEADER + "1,Nia,Merrick,8,,,library@larkfield.example\n",
        accounts="address,pupil_id,staff_id,shared\nlibrary@larkfield.example,,,yes\nnia7@larkfield.example,1,,\n",
    )
    assert roll.pupils[0].addresses == ()
    assert roll.accounts == (AccountLine("library@larkfield.example", shared=True), AccountLine("nia7@larkfield.example", pupil="1"))
    assert roll.problems == ()


def test_an_account_is_one_of_three() -> None:
    roll = read(accounts="address,pupil_id,staff_id,shared\na@x.example,1,2,\nb@x.example,,,\n,1,,\nc@x.example,,,perhaps\n")
    assert roll.accounts == ()
    assert problems(roll) == [
        "accounts.csv, line 2: say whose it is, one of: pupil_id, staff_id, shared",
        "accounts.csv, line 3: say whose it is, one of: pupil_id, staff_id, shared",
        "accounts.csv, line 4, column address: got nothing; give one address or user name a row",
        "accounts.csv, line 5, column shared: got neither yes nor no",
    ]


def test_groups_go_to_their_pupils_by_id_or_account() -> None:
    roll = read(
        pupils=HEADER + "1,Nia,Merrick,8,,,\n,Finn,Ashdown,9,,,finn@larkfield.example\n",
        groups="group,pupil_id,account\nChoir,1,\nChoir,,Finn@larkfield.example\nChess,9,\nDrama,,\n",
    )
    assert [pupil.groups for pupil in roll.pupils] == [{"choir"}, {"choir"}]
    assert {group.name for group in roll.groups.values()} == {"Choir", "Chess", "Drama"}
    assert problems(roll) == ["groups.csv, line 4, column pupil_id: no pupil in pupils.csv has this id or account"]


def test_groups_alone_say_who_is_in_them() -> None:
    roll = read(groups="group,pupil_id\nChoir,1\nChoir,2\n")
    assert roll.joins == {("1", "choir"), ("2", "choir")}
    assert roll.covers == {Part.GROUPS}


def test_who_has_left_is_gone_and_who_will_leave_is_not() -> None:
    roll = read(
        pupils="id,forename,surname,email,leaving date\n1,Nia,Merrick,,17/07/2026\n2,Finn,Ashdown,,2026-12-18\n,Ines,Ferreira,i@x.example,01/09/2026\n"
    )
    assert [pupil.source_id for pupil in roll.pupils] == ["2"]
    assert roll.gone_pupils == {"1", "i@x.example"}


def test_staff_come_with_the_address_they_sign_in_with() -> None:
    roll = read(
        staff="staff id,forename,surname,work email,username,role\n7,Ruth,Calder,R.Calder@larkfield.example,rcalder,DSL\n8,Jo,Pemberton,,jpem,\n"
    )
    assert roll.staff == (RollPerson("7", "Ruth Calder", "r.calder@larkfield.example", ("r.calder@larkfield.example", "rcalder")),)
    assert problems(roll) == ["staff.csv, line 3, column email: got nothing; staff sign in with an address such as name@school.example"]
    assert roll.mentioned.staff == {"8"}


def test_every_fault_that_stops_the_reading_is_named_at_once_and_no_header_is_repeated() -> None:
    with pytest.raises(RollRefused) as refused:
        read(pupils="Nia,Merrick,8\nFinn,Ashdown,9\n", staff="", groups="group\nChoir\n")
    assert str(refused.value).splitlines() == [
        *(f"pupils.csv, line 1, column {column}: no such column; the first line names the columns, see docs/roll.md" for column in ("given_name", "family_name", "source_id or account")),
        "staff.csv: it is empty; save it as CSV (UTF-8) and try again",
        "groups.csv, line 1, column pupil_id or account: no such column; the first line names the columns, see docs/roll.md",
    ]  # fmt: skip


CELLS = st.one_of(st.sampled_from(["", "1", "2", "8", "8K", "nia@larkfield.example", *GIVEN, *FAMILY]), st.text(max_size=12))
FILE = st.sampled_from(sorted(SPELLINGS))


@given(FILE, st.data())
def test_no_table_of_known_columns_does_more_than_be_reported(file: str, data: st.DataObject) -> None:
    columns = sorted(SPELLINGS[file])
    rows = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(columns, CELLS)), max_size=6))
    try:
        roll = read_plain({file: text_of(columns, rows).encode("utf-8", "replace")}, today=TODAY)
    except RollRefused:
        return
    ids = [pupil.source_id for pupil in roll.pupils if pupil.source_id]
    assert len(ids) == len(set(ids))
    addresses = [a for owner in (*roll.pupils, *roll.staff) for a in owner.addresses] + [line.address for line in roll.accounts]
    owned_once = {(a, number) for number, owner in enumerate((*roll.pupils, *roll.staff)) for a in owner.addresses}
    assert len(owned_once) == len({a for a, _ in owned_once})
    assert all(addresses)
    told = " ".join(map(str, roll.problems))
    assert not any(name in told for name in (*GIVEN, *FAMILY))
