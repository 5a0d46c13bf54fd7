"""A trust sets defaults; where they are locked a school is stricter or it is refused."""

from __future__ import annotations

import pytest
from django.utils import timezone

from heedful.audit.queries import entries_about
from heedful.audit.rules import Action
from heedful.people.actions import add_staff, change_school, create_school
from heedful.people.models import School, User
from heedful.people.rules import NotFound, RoleName, SettingRefused
from heedful.people.trust.actions import set_trust_default
from heedful.people.trust.queries import at_least, defaults_for, my_trust
from heedful.people.trust.rules import TRUST_SETTINGS, value_of

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def school(name: str) -> School:
    return create_school(name=name, now=NOW, trust_name="Four Rivers Trust", capture_from=3, pictures=True)


def leads(*schools: School) -> User:
    for each in schools:
        lead = add_staff(school=each, email="lead@rivers.example", name="Amara Lockhart", roles=[RoleName.DSL], now=NOW)
    return lead


def test_a_locked_default_tightens_looser_schools_and_holds_them() -> None:
    east, west = school("East"), school("West")
    change_school(west, reason="Stricter here", now=NOW, capture_from=1)
    lead, trust = leads(east, west), east.trust
    assert trust is not None
    tightened = set_trust_default(trust=trust, name="capture_from", text="2", is_locked=True, viewer=lead, now=NOW)
    east.refresh_from_db()
    west.refresh_from_db()
    assert (tightened, east.capture_from, west.capture_from) == ([east], 2, 1)
    with pytest.raises(SettingRefused, match="your trust has locked"):
        change_school(east, reason="Too many", now=NOW, capture_from=4)
    change_school(east, reason="Stricter", now=NOW, capture_from=1)
    assert len(entries_about(west.pk, subject_kind="trust", action=Action.TRUST_DEFAULT_SET)) == 1


def test_a_new_school_begins_with_its_trusts_defaults() -> None:
    east = school("East")
    lead, trust = leads(east), east.trust
    assert trust is not None
    set_trust_default(trust=trust, name="capture_from", text="1", is_locked=False, viewer=lead, now=NOW)
    assert create_school(name="North", now=NOW, trust_name="Four Rivers Trust").capture_from == 1
    assert create_school(name="South", now=NOW, trust_name="Four Rivers Trust", capture_from=4).capture_from == 4, "not locked: the school's choice"
    set_trust_default(trust=trust, name="pass_mark", text="90", is_locked=True, viewer=leads(*trust.schools.all()), now=NOW)
    assert (at_least(east.pk, "pass_mark", 80), at_least(east.pk, "pass_mark", 95)) == (90, 95)


def test_only_who_runs_the_programme_in_every_school_sets_them() -> None:
    east, west = school("East"), school("West")
    lead = leads(east)
    assert my_trust(lead) is None
    assert east.trust is not None
    assert defaults_for(lead, east.trust.pk) == []
    with pytest.raises(NotFound):
        set_trust_default(trust=east.trust, name="pictures", text="off", is_locked=True, viewer=lead, now=NOW)
    west.refresh_from_db()
    assert west.pictures


@pytest.mark.parametrize(("name", "text"), [("capture_from", "9"), ("capture_from", "on"), ("pictures", "2"), ("pass_mark", "10"), ("stage", "live"), ("pilot_days", "")])
def test_wrong_values_say_what_is_taken(name: str, text: str) -> None:
    with pytest.raises(SettingRefused, match=r"takes|sets"):
        value_of(name, text)


@pytest.mark.parametrize("name", TRUST_SETTINGS)
def test_a_value_is_not_looser_than_itself(name: str) -> None:
    setting = TRUST_SETTINGS[name]
    values = [value for value in (True, False, 1, 5, 60, 80, 7, 95, 100) if setting.is_right(value)]
    assert values
    assert [value for value in values if setting.is_looser(value, value)] == []
