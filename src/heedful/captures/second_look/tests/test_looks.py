"""Second looks: drawn as captures are graded, opened blind, by somebody else, and they change nothing."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from heedful.audit.queries import entries_about
from heedful.audit.rules import Action
from heedful.captures.actions.decide import close_capture, dismiss_capture, grade_capture, note_capture
from heedful.captures.actions.retain import delete_captures
from heedful.captures.models import Capture
from heedful.captures.queries.opened import open_capture
from heedful.captures.queries.queue import NotFound
from heedful.captures.rules import Closing, FalsePositive, Outcome
from heedful.captures.second_look.actions import draw_weekly_sample, draw_weekly_samples, give_second_grade, judge_left
from heedful.captures.second_look.models import CaptureFigures, LeftSample, SecondLook
from heedful.captures.second_look.queries import open_blind, waiting_looks
from heedful.captures.second_look.rules import LookKind, NoLonger, is_drawn, week_of
from heedful.escalation.models import Clock, News
from heedful.escalation.rules import NoticeKind
from heedful.people.actions import bar_from_pupil
from heedful.people.models import School
from tests.harness.westbrook import NOW, Westbrook
from tests.personas.people import Persona, Place

DRAWN = next(UUID(int=number) for number in range(1, 400) if is_drawn(UUID(int=number)))
NOT_DRAWN = next(UUID(int=number) for number in range(1, 400) if not is_drawn(UUID(int=number)))
LATER = NOW + timedelta(minutes=5)


def graded(westbrook: Westbrook, *, severity: int = 3, grade: int = 2, capture_id: UUID = DRAWN) -> Capture:
    row = westbrook.stored(severity, capture_id=capture_id)
    return grade_capture(number=row.pk, grade=grade, revision=1, viewer=westbrook.dsl, now=NOW)


def test_a_tenth_is_drawn_in_the_moment_of_the_grade_and_once(westbrook: Westbrook) -> None:
    graded(westbrook, capture_id=NOT_DRAWN)
    capture = graded(westbrook)
    grade_capture(number=capture.pk, grade=3, revision=capture.revision, viewer=westbrook.dsl, now=LATER)
    look = SecondLook.objects.get()
    assert (look.number, look.kind, look.drawn_at, look.looked_at) == (capture.pk, LookKind.GRADE, NOW, None)


def test_a_false_positive_is_drawn_like_a_grade(westbrook: Westbrook) -> None:
    row = westbrook.stored(3, capture_id=DRAWN)
    dismiss_capture(number=row.pk, reason=FalsePositive.GAME, revision=1, viewer=westbrook.dsl, now=NOW)
    [waiting] = waiting_looks(westbrook.deputy)
    look = give_second_grade(look_id=waiting.id, grade=0, viewer=westbrook.deputy, now=LATER)
    assert (look.first_grade, look.grade, look.looked_by) == (0, 0, westbrook.deputy)


def test_it_goes_to_another_person_and_never_to_who_graded(westbrook: Westbrook) -> None:
    graded(westbrook)
    assert waiting_looks(westbrook.dsl) == ()
    assert len(waiting_looks(westbrook.deputy)) == 1
    with pytest.raises(NotFound):
        open_blind(westbrook.dsl, SecondLook.objects.get().pk, now=LATER)


def test_who_noted_on_it_or_read_it_with_its_grade_does_not_look(westbrook: Westbrook) -> None:
    capture = graded(westbrook)
    open_capture(westbrook.deputy, capture.pk, now=NOW - timedelta(minutes=1))
    assert len(waiting_looks(westbrook.deputy)) == 1  # they read it when no grade stood there
    open_capture(westbrook.deputy, capture.pk, now=LATER)
    assert waiting_looks(westbrook.deputy) == ()


def test_who_wrote_a_note_does_not_look(westbrook: Westbrook) -> None:
    capture = graded(westbrook)
    note_capture(number=capture.pk, text="Spoke with the tutor.", viewer=westbrook.deputy, now=LATER)
    assert waiting_looks(westbrook.deputy) == ()


def test_a_bar_holds_for_second_looks(westbrook: Westbrook) -> None:
    graded(westbrook)
    bar_from_pupil(user=westbrook.deputy, pupil=westbrook.pupil, now=NOW)
    assert waiting_looks(westbrook.deputy) == ()


def test_the_blind_page_tells_nothing_that_people_made_of_it(westbrook: Westbrook) -> None:
    capture = graded(westbrook, grade=4)
    note_capture(number=capture.pk, text="Rang her mother at noon.", viewer=westbrook.dsl, now=NOW)
    close_capture(number=capture.pk, closing=Closing("Met the family", Outcome.SUPPORT_OFFERED), revision=capture.revision, viewer=westbrook.dsl, now=NOW)
    shown = open_blind(westbrook.deputy, SecondLook.objects.get().pk, now=LATER).capture
    assert (shown.grade, shown.graded_by, shown.notes, shown.outcome, shown.action, shown.closed_by, shown.false_positive) == (None, "", (), "", "", "", "")
    assert (shown.route, shown.state, shown.now, shown.trace, shown.handover, shown.may_decide) == (shown.suggested_route, "new", None, None, None, False)
    assert (shown.approach, shown.first_look) == ("", None)
    assert "".join(piece.text for piece in shown.pieces) == "i hate my life today"


def test_opening_one_is_in_the_chain_as_reading(westbrook: Westbrook) -> None:
    capture = graded(westbrook)
    open_blind(westbrook.deputy, SecondLook.objects.get().pk, now=LATER)
    [entry] = entries_about(westbrook.school.pk, subject_kind="capture", action=Action.SECOND_LOOK_READ)
    assert (entry.actor_id, entry.subject_ids) == (str(westbrook.deputy.pk), [str(capture.pk)])


def test_a_second_grade_changes_nothing_on_the_capture_and_is_given_once(westbrook: Westbrook) -> None:
    capture = graded(westbrook)
    before = Capture.objects.filter(pk=capture.pk).values().get()
    look = give_second_grade(look_id=SecondLook.objects.get().pk, grade=3, viewer=westbrook.deputy, now=LATER)
    assert Capture.objects.filter(pk=capture.pk).values().get() == before
    assert (look.first_grade, look.grade) == (2, 3)
    assert not News.objects.exists()
    with pytest.raises(NotFound):
        give_second_grade(look_id=look.pk, grade=4, viewer=westbrook.deputy, now=LATER)


def test_the_leads_hear_where_the_second_grade_is_serious_and_the_first_was_not(westbrook: Westbrook) -> None:
    capture = graded(westbrook)
    give_second_grade(look_id=SecondLook.objects.get().pk, grade=5, viewer=westbrook.deputy, now=LATER)
    news = News.objects.get()
    assert (news.kind, news.number) == (NoticeKind.SECOND_LOOK, capture.pk)
    assert Clock.objects.filter(subject_id=capture.pk, acknowledged_at=None).count() == 0  # no clock runs for it


def test_a_grade_that_is_none_is_refused(westbrook: Westbrook) -> None:
    graded(westbrook)
    with pytest.raises(NoLonger):
        give_second_grade(look_id=SecondLook.objects.get().pk, grade=6, viewer=westbrook.deputy, now=LATER)


def test_each_week_a_sample_of_what_was_left_alone_is_drawn_once(westbrook: Westbrook) -> None:
    left = [westbrook.stored(1) for _ in range(3)]
    westbrook.stored(4)
    next_week = NOW + timedelta(weeks=1)
    assert draw_weekly_samples(now=NOW) == 0  # the week is not over
    assert draw_weekly_samples(now=next_week) == 3
    assert draw_weekly_samples(now=next_week) == 0
    assert sorted(SecondLook.objects.values_list("number", flat=True)) == [row.pk for row in left]
    sample = LeftSample.objects.get()
    assert (sample.week, sample.pool, sample.drawn) == (week_of(NOW), 3, 3)


def test_nothing_is_sampled_in_a_school_that_does_not_capture(westbrook: Westbrook) -> None:
    westbrook.stored(1)
    School.objects.filter(pk=westbrook.school.pk).update(stage="set_up")
    assert draw_weekly_samples(now=NOW + timedelta(weeks=1)) == 0


def test_what_should_have_been_seen_comes_to_the_leads(westbrook: Westbrook) -> None:
    row, other = westbrook.stored(1), westbrook.stored(1)
    draw_weekly_sample(school_id=westbrook.school.pk, week=week_of(NOW), now=LATER)
    first, second = waiting_looks(westbrook.deputy)
    judge_left(look_id=first.id, was_right=True, viewer=westbrook.deputy, now=LATER)
    assert not News.objects.exists()
    look = judge_left(look_id=second.id, was_right=False, viewer=westbrook.deputy, now=LATER)
    assert News.objects.get().number == look.number
    assert {look.number} < {row.pk, other.pk}


def test_the_wrong_question_is_refused(westbrook: Westbrook) -> None:
    graded(westbrook)
    with pytest.raises(NoLonger):
        judge_left(look_id=SecondLook.objects.get().pk, was_right=True, viewer=westbrook.deputy, now=LATER)


def test_figures_stay_when_retention_deletes_a_capture_and_the_look_keeps_its_grades(westbrook: Westbrook) -> None:
    row = westbrook.stored(3, capture_id=DRAWN)
    dismiss_capture(number=row.pk, reason=FalsePositive.GAME, revision=1, viewer=westbrook.dsl, now=NOW)
    give_second_grade(look_id=SecondLook.objects.get().pk, grade=1, viewer=westbrook.deputy, now=LATER)
    assert delete_captures(school_id=westbrook.school.pk, now=NOW + timedelta(days=40)) == 1
    kept = CaptureFigures.objects.get()
    assert (kept.number, kept.arrived_at, kept.severity, kept.grade, kept.is_false_positive) == (row.pk, row.arrived_at, 3, None, True)
    look = SecondLook.objects.get()
    assert (look.capture_id, look.number, look.first_grade, look.grade) == (None, row.pk, 0, 1)


def test_the_pages_take_an_answer_and_lead_to_the_next(dsl: Persona, deputy: Persona, larkfield: Place) -> None:
    number = larkfield.stores("i want to kill myself tonight", capture_id=DRAWN)
    dsl.posts("capture_grade", number, grade="2", revision="1")
    look = SecondLook.objects.get()
    assert "1 waits for you" in deputy.opens("second_looks").content.decode()
    page = deputy.opens("second_look", look.pk).content.decode()
    assert 'class="captured"' in page
    assert "Amara Lockhart" not in page.split("<main")[1]
    assert deputy.posts("second_look_answer", look.pk, answer="").status_code == 422
    assert deputy.posts("second_look_answer", look.pk, answer="4").status_code == 302
    assert SecondLook.objects.get().grade == 4
    assert "The first grade was 2 (low), yours is 4." in deputy.opens("second_looks").content.decode()
    assert timezone.now() - SecondLook.objects.get().looked_at < timedelta(minutes=1)
