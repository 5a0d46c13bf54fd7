"""What a roll would change: who is the same, who has gone, who has come back, and what people decided by hand and keep."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heedful.people.roll.difference.make import make_difference
from heedful.people.roll.difference.values import (
    AccountGiven,
    Difference,
    GroupChanged,
    Known,
    KnownAccount,
    KnownGroup,
    KnownPupil,
    KnownStaff,
    Owner,
    PupilChanged,
    StaffAdded,
    StaffChanged,
)
from heedful.people.roll.reading.values import AccountLine, Kind, Mentioned, Part, Roll, RollGroup, RollPerson, RollPupil
from heedful.people.roll.rules import braked_parts, row_ids_of

EVERYTHING = frozenset(Part)
NIA = KnownPupil(1, "101", "Nia", "Merrick", 8, "8K", has_left=False, from_roll=True, groups=frozenset({11, 12}))
GROUPS = (KnownGroup(11, "8K", "", from_roll=True), KnownGroup(12, "Year 8", "", from_roll=True))
NIAS = KnownAccount(21, "nia@x.example", 1, None, shared=False, from_roll=True, is_closed=False)
ROW = RollPupil("101", "Nia", "Merrick", 8, "8K", addresses=("nia@x.example",), at=("pupils.csv", 2))
RUTH = KnownStaff(
    31, "7", "ruth@x.example", "Ruth Calder", has_record=True, has_left=False, is_active=True, has_role=True, has_duties=False
)
RUTHS_ROW = RollPerson("7", "Ruth Calder", "ruth@x.example", ("ruth@x.example",), ("staff.csv", 2))
KNOWN = Known(3, pupils=(NIA,), groups=GROUPS, accounts=(NIAS,))


def of(known: Known, *pupils: RollPupil, covers: frozenset[Part] = EVERYTHING, **more: object) -> Difference:
    return make_difference(known, Roll(Kind.PLAIN, covers, pupils=pupils, **more))  # type: ignore[arg-type]


def test_the_same_roll_changes_nothing() -> None:
    difference = of(KNOWN, ROW)
    assert difference.is_empty
    assert difference.counts["pupils"] == {
        "on_roll": 1,
        "added": 0,
        "changed": 0,
        "closed": 0,
        "reopened": 0,
        "untouched": 1,
        "fields": {},
        "by_hand": 0,
    }
    assert difference.counts["accounts"] == {"on_roll": 1, "added": 0, "moved": 0, "closed": 0, "reopened": 0, "untouched": 1}


def test_a_renamed_pupil_stays_the_same_by_the_source_id() -> None:
    difference = of(KNOWN, replace(ROW, given_name="Antonia", family_name="Lang", addresses=("antonia@x.example",)))
    assert difference.pupils_changed == (PupilChanged(1, {"given_name": "Antonia", "family_name": "Lang"}),)
    assert difference.accounts_added == (AccountGiven("antonia@x.example", Owner("pupil", id=1)),)
    assert difference.accounts_closed == (21,)
    assert (difference.pupils_added, difference.pupils_closed) == ((), ())
    assert row_ids_of(difference)["pupils"] == {"given_name": [1], "family_name": [1], "closed": [], "reopened": []}


def test_a_pupil_without_id_is_known_by_the_account_and_takes_the_id() -> None:
    known = replace(KNOWN, pupils=(replace(NIA, source_id="", from_roll=False),))
    assert of(known, ROW).pupils_changed == (PupilChanged(1, {"source_id": "101"}, is_adopted=True),)


def test_nobody_is_known_by_the_name_alone() -> None:
    known = replace(KNOWN, accounts=())
    difference = of(known, replace(ROW, source_id="202", addresses=()))
    assert len(difference.pupils_added) == 1
    assert difference.pupils_closed == (1,)


def test_two_ids_stand_against_one_account_unless_the_names_agree() -> None:
    other = of(KNOWN, replace(ROW, source_id="202", given_name="Finn"))
    assert (len(other.pupils_added), other.pupils_closed) == (1, (1,))
    assert other.accounts_moved == (AccountGiven("nia@x.example", Owner("pupil", place=0), 21),)
    assert of(KNOWN, replace(ROW, source_id="202")).pupils_changed == (PupilChanged(1, {"source_id": "202"}),)


def test_an_account_of_a_pupil_who_has_a_row_of_their_own_moves() -> None:
    finn = replace(ROW, source_id="202", addresses=("nia@x.example",), at=("pupils.csv", 3))
    difference = of(KNOWN, replace(ROW, addresses=()), finn)
    assert len(difference.pupils_added) == 1
    assert [given.address for given in difference.accounts_moved] == ["nia@x.example"]


def test_accounts_of_two_pupils_decide_nothing() -> None:
    two = replace(
        KNOWN,
        pupils=(replace(NIA, source_id=""), replace(NIA, id=2, source_id="")),
        accounts=(NIAS, replace(NIAS, id=22, address="b@x.example", pupil=2)),
    )
    difference = of(two, replace(ROW, addresses=("nia@x.example", "b@x.example")))
    assert [problem.text[:25] for problem in difference.problems] == ["the accounts are two pupi"]
    assert (difference.pupils_added, difference.pupils_closed) == ((), ())


def test_a_leaver_is_closed_with_every_account() -> None:
    by_hand = replace(NIAS, id=22, address="guest@x.example", from_roll=False)
    difference = of(replace(KNOWN, accounts=(NIAS, by_hand)))
    assert difference.pupils_closed == (1,)
    assert difference.accounts_closed == (21, 22)


def test_who_was_put_on_the_roll_by_hand_is_not_closed() -> None:
    known = replace(KNOWN, pupils=(replace(NIA, from_roll=False),), accounts=(replace(NIAS, from_roll=False),))
    assert of(known).is_empty


def test_a_returning_pupil_is_reopened_with_the_account() -> None:
    known = replace(KNOWN, pupils=(replace(NIA, has_left=True),), accounts=(replace(NIAS, is_closed=True),))
    difference = of(known, ROW)
    assert difference.pupils_changed == (PupilChanged(1, is_reopened=True),)
    assert difference.accounts_reopened == (21,)
    assert difference.counts["pupils"]["reopened"] == 1
    assert of(known).is_empty


@pytest.mark.parametrize(
    "mentioned",
    [
        Mentioned(pupils=frozenset({"101"}), addresses=frozenset({"nia@x.example"})),
        Mentioned(addresses=frozenset({"nia@x.example"})),
        Mentioned(nameless=frozenset({Part.PUPILS})),
    ],
)
def test_nobody_in_a_bad_row_is_taken_for_gone(mentioned: Mentioned) -> None:
    assert of(KNOWN, mentioned=mentioned).is_empty


def test_a_roll_that_is_no_full_one_closes_nobody_but_who_it_names() -> None:
    assert of(KNOWN, covers=frozenset()).is_empty
    assert of(KNOWN, covers=frozenset(), gone_pupils=frozenset({"101"})).pupils_closed == (1,)
    assert of(KNOWN, covers=frozenset(), gone_pupils=frozenset({"nia@x.example"})).pupils_closed == (1,)


def test_a_cell_that_could_not_be_read_changes_nothing() -> None:
    assert of(KNOWN, replace(ROW, year_group=None, tutor_group="", unreadable=frozenset({"year_group", "tutor_group"}))).is_empty


def test_a_new_form_and_year_are_groups_and_the_old_ones_are_left() -> None:
    difference = of(KNOWN, replace(ROW, year_group=9, tutor_group="9K"), covers=EVERYTHING - {Part.GROUPS})
    assert difference.groups_added == {"9K": "", "Year 9": ""}
    (change,) = difference.pupils_changed
    assert (change.joins, change.leaves) == ({"9K", "Year 9"}, {11, 12})
    assert difference.counts["pupils"]["fields"] == {"year_group": 1, "tutor_group": 1, "groups": 1}


def test_groups_that_people_made_keep_their_members() -> None:
    pilot = KnownGroup(13, "Pilot", "", from_roll=False)
    known = replace(KNOWN, groups=(*GROUPS, pilot), pupils=(replace(NIA, groups=frozenset({11, 12, 13})),))
    assert of(known, ROW).is_empty


def test_a_class_is_known_by_its_id_and_renamed() -> None:
    maths = KnownGroup(14, "8x/Ma1", "C1", from_roll=True)
    known = replace(KNOWN, groups=(*GROUPS, maths), pupils=(replace(NIA, groups=frozenset({11, 12, 14})),))
    difference = of(known, replace(ROW, groups=frozenset({"C1"})), groups={"C1": RollGroup("C1", "9x/Ma1", "C1")})
    assert difference.groups_changed == (GroupChanged(14, "9x/Ma1", "C1"),)
    assert difference.pupils_changed == ()


def test_next_years_class_of_the_same_name_takes_the_group() -> None:
    maths = KnownGroup(14, "8x/Ma1", "C1", from_roll=True)
    difference = of(replace(KNOWN, groups=(*GROUPS, maths)), ROW, groups={"C9": RollGroup("C9", "8x/Ma1", "C9")})
    assert difference.groups_changed == (GroupChanged(14, "8x/Ma1", "C9"),)


def test_changes_of_membership_alone_touch_nobody_else() -> None:
    maths = KnownGroup(14, "8x/Ma1", "C1", from_roll=True)
    finn = replace(NIA, id=2, source_id="102", groups=frozenset({14}))
    known = replace(KNOWN, groups=(*GROUPS, maths), pupils=(NIA, finn))
    difference = of(known, covers=frozenset(), joins=frozenset({("101", "C1"), ("999", "C1")}), leaves=frozenset({("102", "C1")}))
    assert difference.pupils_changed == (PupilChanged(1, joins=frozenset({14})), PupilChanged(2, leaves=frozenset({14})))
    assert [problem.text for problem in difference.problems] == ["members who are not on the roll: 1"]


def test_groups_alone_set_the_members_of_every_group_of_the_roll() -> None:
    choir = KnownGroup(14, "Choir", "", from_roll=True)
    finn = replace(NIA, id=2, source_id="102", groups=frozenset({11, 12, 14}))
    known = replace(KNOWN, groups=(*GROUPS, choir), pupils=(NIA, finn))
    difference = of(
        known, covers=frozenset({Part.GROUPS}), groups={"Choir": RollGroup("Choir", "Choir")}, joins=frozenset({("nia@x.example", "Choir")})
    )
    assert difference.pupils_changed == (PupilChanged(1, joins=frozenset({14})), PupilChanged(2, leaves=frozenset({14})))


def test_an_account_that_a_device_saw_first_is_added_to_its_row() -> None:
    seen = KnownAccount(29, "nia@x.example", None, None, shared=False, from_roll=False, is_closed=False)
    difference = of(replace(KNOWN, accounts=(seen,)), ROW)
    assert difference.accounts_added == (AccountGiven("nia@x.example", Owner("pupil", id=1), 29),)


def test_what_a_person_marked_as_shared_stays_shared() -> None:
    shared = replace(NIAS, pupil=None, shared=True, from_roll=False)
    difference = of(replace(KNOWN, accounts=(shared,)), ROW)
    assert difference.is_empty
    assert [(problem.line, problem.text[:40]) for problem in difference.problems] == [(2, "a person marked this account as shared; ")]


def test_a_pupil_with_a_shared_account_alone_is_left_out_each_night() -> None:
    known = Known(1, accounts=(replace(NIAS, pupil=None, shared=True, from_roll=False),))
    difference = of(known, replace(ROW, source_id=""))
    assert difference.is_empty
    assert [problem.column for problem in difference.problems] == ["source_id"]


def test_accounts_listed_by_themselves_find_their_owners() -> None:
    lines = (
        AccountLine("a@x.example", pupil="101"),
        AccountLine("b@x.example", staff="RUTH@x.example".lower()),
        AccountLine("c@x.example", shared=True),
        AccountLine("d@x.example", pupil="9"),
    )
    difference = of(replace(KNOWN, staff=(RUTH,)), covers=frozenset({Part.PUPIL_ACCOUNTS}), accounts=lines)
    assert [(given.address, given.owner) for given in difference.accounts_added] == [
        ("a@x.example", Owner("pupil", id=1)), ("b@x.example", Owner("staff", id=31)), ("c@x.example", Owner("shared")),
    ]  # fmt: skip
    assert difference.accounts_closed == (21,)
    assert [problem.text for problem in difference.problems] == ["nobody on the roll has this id"]


def test_staff_come_change_go_and_come_back() -> None:
    known = Known(1, staff=(RUTH,))
    assert of(known, staff=(RUTHS_ROW,)).staff_changed == ()
    assert of(Known(1), staff=(RUTHS_ROW,)).staff_added == (StaffAdded(RUTHS_ROW),)
    renamed = replace(RUTHS_ROW, name="Ruth Lang", email="r.lang@x.example")
    assert of(known, staff=(renamed,)).staff_changed == (StaffChanged(31, {"name": "Ruth Lang", "email": "r.lang@x.example"}),)
    assert of(known).staff_closed == (31,)
    assert of(replace(known, staff=(replace(RUTH, has_left=True),)), staff=(RUTHS_ROW,)).staff_changed == (
        StaffChanged(31, is_reopened=True),
    )


def test_a_person_of_the_trust_is_added_to_this_school_too() -> None:
    elsewhere = replace(RUTH, source_id="", has_record=False, has_role=False)
    assert of(Known(1, staff=(elsewhere,)), staff=(RUTHS_ROW,)).staff_added == (StaffAdded(RUTHS_ROW, 31),)


def test_whoever_has_duties_keeps_name_address_and_roles_until_a_person_decides() -> None:
    lead = replace(RUTH, has_duties=True)
    known = Known(1, staff=(lead,))
    taken_over = of(known, staff=(replace(RUTHS_ROW, email="somebody@else.example"),))
    assert taken_over.staff_changed == ()
    assert taken_over.changed_by_hand == (31,)
    gone = of(known)
    assert (gone.staff_closed, gone.leavers_with_duties) == ((31,), (31,))


def test_staff_who_were_added_by_hand_and_are_in_no_file_stay() -> None:
    assert of(Known(1, staff=(replace(RUTH, has_record=False, source_id=""),))).is_empty


def test_an_id_and_an_address_of_two_people_change_neither() -> None:
    other = replace(RUTH, id=32, source_id="8", email="jo@x.example")
    difference = of(Known(1, staff=(RUTH, other)), staff=(replace(RUTHS_ROW, email="jo@x.example"),))
    assert difference.is_empty
    assert [problem.column for problem in difference.problems] == ["email"]


def test_the_fingerprint_is_of_these_changes_to_this_version() -> None:
    one, two = of(KNOWN), of(KNOWN, ROW)
    assert one.fingerprint() == of(KNOWN).fingerprint() != two.fingerprint()
    assert of(replace(KNOWN, version=4)).fingerprint() != one.fingerprint()


@pytest.mark.parametrize(("gone", "braked"), [(0, []), (2, []), (3, ["pupils", "accounts"])])
def test_more_than_a_fifth_has_to_be_confirmed(gone: int, braked: list[str]) -> None:
    pupils = tuple(replace(NIA, id=n, source_id=str(n)) for n in range(10))
    accounts = tuple(replace(NIAS, id=n, address=f"{n}@x.example", pupil=n) for n in range(10))
    rows = tuple(replace(ROW, source_id=str(n), addresses=(f"{n}@x.example",)) for n in range(gone, 10))
    assert braked_parts(of(replace(KNOWN, pupils=pupils, accounts=accounts), *rows).counts) == braked


def test_the_first_roll_is_not_braked() -> None:
    assert braked_parts(of(Known(0), ROW, staff=(RUTHS_ROW,)).counts) == []


PUPILS = st.lists(
    st.builds(
        RollPupil, st.sampled_from(["", "101", "102", "103"]), st.sampled_from(["Nia", "Finn"]), st.just("Merrick"), st.sampled_from([None, 8, 9]),
        st.sampled_from(["", "8K", "9K"]), st.frozensets(st.sampled_from(["C1", "C2"])), st.lists(st.sampled_from(["a@x", "b@x", "c@x"]), max_size=2, unique=True).map(tuple),
    ),
    max_size=4,
)  # fmt: skip
KNOWN_PUPILS = st.lists(
    st.tuples(st.sampled_from(["", "101", "102", "104"]), st.booleans(), st.booleans(), st.frozensets(st.sampled_from([11, 12]))), max_size=4,
)  # fmt: skip


@given(PUPILS, KNOWN_PUPILS, st.frozensets(st.sampled_from(list(Part))))
def test_no_pupil_is_in_two_places(
    rows: list[RollPupil], before: list[tuple[str, bool, bool, frozenset[int]]], covers: frozenset[Part]
) -> None:
    pupils = tuple(
        KnownPupil(n, source_id, "Nia", "Merrick", 8, "8K", has_left, from_roll, groups)
        for n, (source_id, has_left, from_roll, groups) in enumerate({row[0] or f"-{at}": row for at, row in enumerate(before)}.values())
    )
    accounts = tuple(
        KnownAccount(n, address, pupil.id, None, False, True, False)
        for n, (address, pupil) in enumerate(zip(("a@x", "b@x"), pupils, strict=False))
    )
    groups = {key: RollGroup(key, f"Set {key}", key) for key in ("C1", "C2")}
    difference = of(Known(1, pupils, (), accounts, GROUPS), *rows, covers=covers, groups=groups)
    changed = [change.id for change in difference.pupils_changed]
    assert len(changed) == len(set(changed))
    assert not set(changed) & set(difference.pupils_closed)
    assert len(difference.pupils_added) + len(changed) <= len(rows)
    counts = difference.counts["pupils"]
    assert counts["untouched"] >= 0
    given_away = [given.address for given in (*difference.accounts_added, *difference.accounts_moved)]
    assert len(given_away) == len(set(given_away)) or len({a for row in rows for a in row.addresses}) < sum(
        len(row.addresses) for row in rows
    )


def test_those_put_there_by_hand_and_named_by_no_file_are_counted() -> None:
    by_hand = replace(NIA, id=2, source_id="", from_roll=False)
    assert of(replace(KNOWN, pupils=(NIA, by_hand)), ROW).counts["pupils"]["by_hand"] == 1
