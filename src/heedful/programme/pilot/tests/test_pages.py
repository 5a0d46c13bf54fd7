"""The pilot's pages as the safeguarding lead uses them, from nothing to an adopted approach."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from heedful.people.actions import create_group
from heedful.people.models import Account, Group, School
from heedful.people.rules import Stage
from heedful.programme.pilot.models import Pilot
from heedful.programme.working_group.queries import decisions_of
from heedful.thresholds.approaches.models import Approach
from heedful.thresholds.approaches.queries import approach_in_force
from tests.personas.people import Persona, Place

SETTINGS = {"weeks": "every", "show_from": "1", "notify": "now_only", "pictures": "yes"}


def _approach(name: str, first: str, group: Group) -> dict[str, object]:
    given = {"name": name, "first_look": first, "groups": [str(group.pk)]} | SETTINGS
    return {f"approach-{field}": value for field, value in given.items()}


def _groups(place: Place) -> tuple[Group, Group]:
    one, two = Group.objects.get(school=place.school, name="Pilot"), create_group(school=place.school, name="Year 10", now=timezone.now())
    two.pupils.add(place.pupils[1])
    Account.objects.filter(school=place.school).update(last_seen_at=timezone.now())
    return one, two


def test_a_lead_designs_starts_decides_and_ends_a_pilot(dsl: Persona, larkfield: Place) -> None:
    school, today = larkfield.school.pk, timezone.localdate()
    School.objects.update(stage=Stage.PILOT)
    one, two = _groups(larkfield)
    assert dsl.posts("pilot_make", school).status_code == 302
    scope = {"scope-groups": [one.pk, two.pk], "scope-starts_on": today, "scope-ends_on": today + timedelta(days=41)}
    assert dsl.posts("pilot_scope", school, 1, **scope).status_code == 302
    for given in (_approach("Lead sees all", "dsl_all", one), _approach("Pastoral first", "pastoral_first", two)):
        assert dsl.posts("pilot_approach", school, 1, **given).status_code == 302
    assert dsl.posts("pilot_targets", school, 1, **{"targets-missed": "At most one in twenty"}).status_code == 302
    people = [larkfield.staff["dsl"].pk, larkfield.staff["deputy"].pk]
    assert dsl.posts("pilot_audience", school, **{"audience-people": people}).status_code == 302
    for step in ("pilot_ready", "pilot_start"):
        assert dsl.posts(step, school, 1).status_code == 302
    first, second = Approach.objects.order_by("pk")
    assert dsl.posts("pilot_review", school, 1, on=today, attended=people, decisions="Go on.\nAsk the tutors.").status_code == 302
    assert len(decisions_of(school, about="pilot:1")) == 2
    for approach, verdict in ((first, "stop"), (second, "adopt")):
        decision = {f"decision-{approach.pk}-verdict": verdict, f"decision-{approach.pk}-reason": "It was calm."}
        assert dsl.posts("pilot_decide", school, 1, approach.pk, **decision).status_code == 302
    assert dsl.posts("pilot_end", school, 1).status_code == 302
    live = approach_in_force(school)
    assert live
    assert live.from_approach == second
    assert "In force for the whole school: Pastoral first" in dsl.opens("pilot", school).content.decode()


def test_what_was_typed_comes_back_with_what_is_wrong(dsl: Persona, larkfield: Place) -> None:
    school = larkfield.school.pk
    dsl.posts("pilot_make", school)
    answer = dsl.posts("pilot_scope", school, 1, **{"scope-starts_on": "2026-12-01", "scope-ends_on": "2026-11-01", "scope-devices": "Trolley B"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("Choose at least one group", "The last day lies before the first", "Trolley B"):
        assert words in page
    assert Pilot.objects.get().starts_on is None


def test_an_audience_without_the_lead_says_so_beside_its_field(dsl: Persona, larkfield: Place) -> None:
    answer = dsl.posts("pilot_audience", larkfield.school.pk, **{"audience-people": [larkfield.staff["deputy"].pk]})
    assert answer.status_code == 422
    assert "The audience lacks the safeguarding lead" in answer.content.decode()


def test_the_pack_on_paper_is_a_pdf_that_nobody_keeps(dsl: Persona, larkfield: Place) -> None:
    dsl.posts("pilot_make", larkfield.school.pk)
    answer = dsl.opens("pilot_review_pdf", larkfield.school.pk, 1)
    assert answer.content.startswith(b"%PDF-")
    assert answer["Cache-Control"] == "no-store"
