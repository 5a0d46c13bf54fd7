"""What each person sees of the preview: leads all numbers and the true captures that would be lost, everybody else counts of five and more."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone

from heedful.audit.models import Entry
from heedful.audit.rules import Action
from heedful.captures.actions.decide import grade_capture
from heedful.captures.models import Capture
from heedful.people.actions import bar_from_pupil, set_strands
from heedful.people.rules import Strand
from heedful.thresholds.actions import start_draft
from heedful.thresholds.rules import BANDS, LEVELS, Line, Route, Urgency
from tests.personas.people import Persona, Place

NOTHING = Line(Route.RECORD_ONLY, Urgency.NONE)
BULLYING = "nobody likes you"


def draft_of(place: Place) -> int:
    """A draft by which bullying is record only at every level that may be."""
    lines = {("bullying", level, band): NOTHING for level in LEVELS for band in BANDS}
    return start_draft(
        school_id=place.school.pk, lines=lines, notes={}, reason="Fewer", viewer=place.staff["dsl"], now=timezone.now()
    ).pk


def text_of(response: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())  # type: ignore[attr-defined]


def test_a_lead_sees_numbers_and_the_true_captures_that_would_be_lost(dsl: Persona, larkfield: Place, small_library: None) -> None:
    numbers = [larkfield.stores(BULLYING) for _ in range(3)]
    grade_capture(number=numbers[1], grade=3, revision=1, viewer=larkfield.staff["dsl"], now=timezone.now())
    answer = dsl.opens("what_if", draft_of(larkfield))
    page = text_of(answer)
    assert "3 of 3 captures would have gone another way" in page
    assert "Each change alone Line Change Captures Bullying, level 3, age 11-14, 14-16, 16-19" in page
    assert "1 capture graded 3 or more would have been shown later, or to nobody" in page
    assert f"Capture {numbers[1]} : Bullying, graded 3" in page
    assert f"Capture {numbers[0]}" not in page
    assert "What never left a device can't be counted" in page
    listed = Entry.objects.filter(action=Action.CAPTURES_LISTED).latest("number")
    assert listed.subject_ids == [str(numbers[1])]


def test_a_lead_is_told_nothing_of_a_pupil_that_they_may_see_nothing_of(dsl: Persona, deputy: Persona, larkfield: Place, small_library: None) -> None:
    number = larkfield.stores(BULLYING)
    grade_capture(number=number, grade=4, revision=1, viewer=larkfield.staff["dsl"], now=timezone.now())
    bar_from_pupil(user=larkfield.staff["deputy"], pupil=larkfield.pupils[0], now=timezone.now())
    draft = draft_of(larkfield)
    assert f"Capture {number}" in text_of(dsl.opens("what_if", draft))
    page = text_of(deputy.opens("what_if", draft))
    assert f"Capture {number}" not in page
    assert "No capture arrived in these 30 days" in page
    assert "Your numbers hold the captures that you may open." in page


def test_who_may_not_open_captures_sees_counts_of_five_and_more(head: Persona, technician: Persona, larkfield: Place, small_library: None) -> None:
    for _ in range(4):
        larkfield.stores(BULLYING)
    draft = draft_of(larkfield)
    set_strands(user=larkfield.staff["technician"], school=larkfield.school, strands=[Strand.TECHNICAL], by=None, now=timezone.now())
    assert "Fewer than five captures arrived in these 30 days" in text_of(head.opens("what_if", draft))
    number = larkfield.stores(BULLYING)
    for persona in (head, technician):
        page = text_of(persona.opens("what_if", draft))
        assert "5 from Behaviour, same school day to → Record only, no deadline" in page
        assert f"Capture {number}" not in page
        assert "capture_" not in page
    assert not Entry.objects.filter(action=Action.CAPTURES_LISTED).exists()


def test_a_small_group_beside_a_large_one_is_named_and_not_counted(head: Persona, larkfield: Place, small_library: None) -> None:
    for _ in range(5):
        larkfield.stores(BULLYING, pupil=1)
    for _ in range(2):
        larkfield.stores(BULLYING, pupil=0)  # the only one in the group "Pilot"
    page = text_of(head.opens("what_if", draft_of(larkfield)))
    assert "7 from Behaviour" in page
    assert "Not shown apart, because that would tell fewer than five captures apart: Pilot." in page


def test_only_the_last_thirty_days_count(dsl: Persona, larkfield: Place, small_library: None) -> None:
    old, new = larkfield.stores(BULLYING), larkfield.stores(BULLYING)
    Capture.objects.filter(pk=old).update(arrived_at=timezone.now() - timedelta(days=31))
    assert "1 of 1 captures" in text_of(dsl.opens("what_if", draft_of(larkfield)))
    assert new != old


def test_what_a_child_told_stays_with_safeguarding_whatever_the_draft_says(dsl: Persona, larkfield: Place, small_library: None) -> None:
    larkfield.stores(BULLYING, source="report")
    assert "No capture would have gone another way , of 1." in text_of(dsl.opens("what_if", draft_of(larkfield)))


def test_a_draft_of_another_school_is_not_there(dsl_of_another_school: Persona, larkfield: Place) -> None:
    assert dsl_of_another_school.opens("what_if", draft_of(larkfield)).status_code == 404
