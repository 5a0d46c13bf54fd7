"""What is monitored, as one value: it follows the settings, and names nobody."""

from __future__ import annotations

from django.utils import timezone

from heedful.captures.monitoring_words import KEPT_WORDS, THEME_WORDS, Processor, processors_of, where_of
from heedful.captures.queries.monitoring import BEHAVIOUR_SEES, PASTORAL_SEES, monitoring_facts
from heedful.captures.retention import BOUNDS, Kept
from heedful.people.actions import change_school
from heedful.people.rules import AgeBand, RoleName, Stage
from heedful.thresholds.approaches.actions import Wanted, end_approaches, set_approach, start_approaches
from heedful.thresholds.approaches.rules import LooksFirst, Settings
from heedful.thresholds.rules import THEMES
from tests.personas.people import Place


def test_every_theme_and_every_kind_that_is_kept_has_plain_words() -> None:
    assert set(THEME_WORDS) == set(THEMES)
    assert set(KEPT_WORDS) == set(BOUNDS)


def test_the_facts_follow_the_settings(larkfield: Place) -> None:
    before = monitoring_facts(larkfield.school.pk)
    assert (before.stage, before.hours, before.pictures, before.pilot_groups) == (Stage.LIVE, (), False, ("Pilot",))
    assert before.days(Kept.UNREVIEWED) == 90
    assert before.bands == (AgeBand.KS2, AgeBand.KS3, AgeBand.KS4, AgeBand.KS5)
    assert before.pilot_bands == (AgeBand.KS3,)
    hours = [{"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "16:00"}]
    change_school(larkfield.school, reason="Agreed", now=timezone.now(), pictures=True, hours=hours, capture_from=3)
    after = monitoring_facts(larkfield.school.pk)
    assert (after.pictures, after.hours) == (True, ("Monday to Friday 08:00 to 16:00",))
    assert after.capture_from_words == "only what looks like a concern (severity 3 of 5 and up)"


def test_who_sees_is_told_in_roles_and_numbers(larkfield: Place) -> None:
    facts = monitoring_facts(larkfield.school.pk)
    assert [(seers.role, seers.number) for seers in facts.who_sees] == [(RoleName.DSL, 1), (RoleName.DEPUTY, 1), (RoleName.BEHAVIOUR, 1)]
    names = [*(person.name for person in larkfield.staff.values()), *(pupil.family_name for pupil in larkfield.pupils)]
    assert [name for name in names if name in str(facts)] == []


def test_where_the_pastoral_team_looks_first_it_is_said(larkfield: Place) -> None:
    school_id, now = larkfield.school.pk, timezone.now()
    set_approach(school_id=school_id, pilot=1, wanted=Wanted("First", Settings(LooksFirst.PASTORAL_FIRST)), by=None, now=now)
    start_approaches(school_id=school_id, pilot=1, starts_at=now, ends_at=None, by=None, now=now)
    assert [seers.what for seers in monitoring_facts(school_id).who_sees][-1] == PASTORAL_SEES
    end_approaches(school_id=school_id, pilot=1, by=None, now=now)
    assert [seers.what for seers in monitoring_facts(school_id).who_sees][-1] == BEHAVIOUR_SEES


def test_processors_are_those_that_the_settings_name() -> None:
    assert processors_of({}) == ()
    found = processors_of({"HEEDFUL_EMAIL_HOST": "smtp.larkfield.example", "HEEDFUL_OIDC_ISSUER": "https://login.larkfield.example/realm"})
    assert [processor.name for processor in found] == ["Mail server smtp.larkfield.example", "Sign-in provider login.larkfield.example"]
    assert found[0] == Processor(found[0].name, "carries notices to staff", "staff addresses; a severity, a number and a link, nothing of a pupil")


def test_where_the_data_lies_says_so_when_no_backup_is_made() -> None:
    lines = where_of(public_url="https://heedful.larkfield.example", database_url="postgresql://user@db.larkfield.example/heedful", backup_folder_is_set=False)
    assert "heedful.larkfield.example" in lines[0]
    assert "db.larkfield.example" in lines[1]
    assert lines[2] == "No folder for nightly backups is set."
