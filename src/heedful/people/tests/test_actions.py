"""What changes people: each change is one audit entry, and grants stay within their bounds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from heedful.audit.queries import entries_about, first_break
from heedful.audit.rules import Action
from heedful.people.actions import (
    NewAccount,
    NewPupil,
    add_accounts,
    add_pupils,
    add_staff,
    bar_from_pupil,
    change_school,
    create_group,
    create_school,
    end_grant,
    grant_content,
    take_role,
)
from heedful.people.models import School, SettingChange, User
from heedful.people.queries import barred_pupils, find_accounts, has_right, role_names
from heedful.people.rules import GrantRefused, Right, RoleName, SettingRefused, Stage
from tests.harness.trained import train

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def school() -> School:
    return create_school(name="Larkfield Academy", now=NOW, trust_name="Four Rivers Trust", stage=Stage.LIVE)


def staff(school: School, role: RoleName) -> User:
    person = add_staff(school=school, email=f"{role}@larkfield.example", name=role.label, roles=[role], now=NOW)
    train(person, school, now=NOW)  # what training withholds has tests of its own
    return person


def test_a_school_is_made_with_its_trust_and_settings(school: School) -> None:
    assert school.stage == Stage.LIVE
    assert school.trust is not None
    assert school.trust.name == "Four Rivers Trust"
    assert [entry.action for entry in entries_about(school.pk, subject_kind="school")] == ["school.made"]


def test_a_change_of_settings_needs_a_reason_and_known_names(school: School) -> None:
    with pytest.raises(SettingRefused, match="needs a reason"):
        change_school(school, reason=" ", now=NOW, pictures=True)
    with pytest.raises(SettingRefused, match="unknown setting picture"):
        change_school(school, reason="Agreed", now=NOW, picture=True)
    with pytest.raises(SettingRefused, match="programme's page"):
        change_school(school, reason="Agreed", now=NOW, stage="set_up")
    change_school(school, reason="Agreed by the working group", now=NOW, capture_from=3)
    [why] = SettingChange.objects.filter(school=school)
    assert (why.reason, why.settings) == ("Agreed by the working group", ["capture_from"])
    [entry] = entries_about(school.pk, subject_kind="school", action=Action.SCHOOL_CHANGED)
    assert entry.details == {"capture_from": {"from": 2, "to": 3}, "change": why.pk}, "the chain holds no words of a person"
    assert school.capture_from == 3


def test_pupils_come_with_their_age_band_and_groups(school: School) -> None:
    create_group(school=school, name="Pilot 8", in_pilot=True, now=NOW)
    rows = [NewPupil("Amara", "Okoro", 8, "8K", ("Pilot 8",)), NewPupil("Finn", "Ashdown", 11, groups=("Year 11", "Pilot 8"))]
    amara, finn = add_pupils(school, rows, now=NOW)
    assert (amara.age_band, finn.age_band) == ("ks3", "ks4")
    assert sorted(finn.groups.values_list("name", flat=True)) == ["Pilot 8", "Year 11"]
    assert amara.groups.get().in_pilot


def test_addresses_are_found_whatever_their_case(school: School) -> None:
    [amara] = add_pupils(school, [NewPupil("Amara", "Okoro", 8)], now=NOW)
    add_accounts(school, [NewAccount(" Amara.Okoro@larkfield.example", pupil=amara)], now=NOW)
    found = find_accounts(school.pk, {"AMARA.OKORO@larkfield.example"})
    assert found["amara.okoro@larkfield.example"].pupil == amara


def test_staff_without_a_password_cannot_sign_in_by_one(school: School) -> None:
    person = staff(school, RoleName.DSL)
    assert not person.has_usable_password()
    assert role_names(person) == {RoleName.DSL}


def test_a_known_person_gets_the_role_and_keeps_the_name(school: School) -> None:
    person = staff(school, RoleName.HEAD)
    again = add_staff(school=school, email="HEAD@larkfield.example", name="Somebody else", roles=[RoleName.DSL], now=NOW)
    assert again.pk == person.pk
    assert again.name == "Head"
    assert take_role(user=again, school=school, role=RoleName.HEAD, now=NOW)
    assert not take_role(user=again, school=school, role=RoleName.HEAD, now=NOW)
    assert role_names(again) == {RoleName.DSL}


def test_a_bar_hides_the_pupil_and_is_audited(school: School) -> None:
    [finn] = add_pupils(school, [NewPupil("Finn", "Ashdown", 11)], now=NOW)
    person = staff(school, RoleName.DEPUTY)
    bar_from_pupil(user=person, pupil=finn, now=NOW)
    assert barred_pupils(person) == [finn.pk]
    assert entries_about(school.pk, subject_kind="user")[-1].action == "pupil.barred"


def test_a_grant_lets_a_technician_read_until_it_ends(school: School) -> None:
    lead, technician = staff(school, RoleName.DSL), staff(school, RoleName.TECHNICIAN)
    grant = grant_content(school_id=school.pk, user_id=technician.pk, reason="Check the test phrase", hours=2, viewer=lead, now=NOW)
    assert grant.ends_at == NOW + timedelta(hours=2)
    assert has_right(fresh(technician), school.pk, Right.READ_SAFEGUARDING)
    assert not has_right(fresh(technician), school.pk, Right.DECIDE)
    assert not end_grant(grant_id=grant.pk, viewer=technician, now=NOW)
    assert end_grant(grant_id=grant.pk, viewer=lead, now=NOW)
    assert not has_right(fresh(technician), school.pk, Right.READ_SAFEGUARDING)
    actions = [entry.action for entry in entries_about(school.pk, subject_kind="user")][-2:]
    assert actions == ["content.granted", "content.grant_ended"]
    assert first_break(school.pk) is None


@pytest.mark.parametrize(
    ("role", "hours", "reason", "words"),
    [
        (RoleName.TECHNICIAN, 2, "Look", "Only the safeguarding lead"),
        (RoleName.HEAD, 2, "Look", "Only the safeguarding lead"),
        (RoleName.DSL, 25, "Look", "1 to 24 hours"),
        (RoleName.DSL, 0, "Look", "1 to 24 hours"),
        (RoleName.DSL, 2, " ", "Say why"),
    ],
)
def test_a_grant_out_of_bounds_is_refused(school: School, role: RoleName, hours: int, reason: str, words: str) -> None:
    technician = staff(school, RoleName.TECHNICIAN)
    with pytest.raises(GrantRefused, match=words):
        grant_content(school_id=school.pk, user_id=technician.pk, reason=reason, hours=hours, viewer=staff(school, role), now=NOW)


def test_nobody_outside_the_school_is_granted(school: School) -> None:
    other = create_school(name="Marsh End School", now=NOW)
    stranger = staff(other, RoleName.TECHNICIAN)
    with pytest.raises(GrantRefused, match="this school's staff"):
        grant_content(school_id=school.pk, user_id=stranger.pk, reason="Look", hours=1, viewer=staff(school, RoleName.DSL), now=NOW)


def fresh(user: User) -> User:
    """The user as the next request reads them: rights are remembered for the length of one."""
    return User.objects.get(pk=user.pk)
