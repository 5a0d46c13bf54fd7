"""A school in which some have trained, one is behind, one is practising and one can't open captures yet: for the page tests and the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from heedful.captures.actions.decide import dismiss_capture, grade_capture
from heedful.captures.models import Capture
from heedful.captures.rules import FalsePositive
from heedful.people.actions import add_staff
from heedful.people.clearance.actions import break_glass
from heedful.people.clearance.middleware import PRACTISING
from heedful.people.models import User
from heedful.people.rules import RoleName
from heedful.programme.training.actions import add_own_module, answer_module, begin_practice, finish_practice
from heedful.programme.training.queries import module_of, running_attempt
from heedful.programme.training.shipped import practice_cards
from heedful.programme.training.views.people import EXAMPLE
from tests.personas.people import Persona, Place, sign_in

AWRY = {"gone-tomorrow": 2, "vapes": 4, "knife-story": 4, "kys-daily": 2}  # what the learner of the scene gets wrong


@dataclass(frozen=True)
class TrainingScene:
    """Numbers of what the pages are opened on, and people with sessions of their own."""

    training_school: int
    passed_result: int
    failed_result: int
    go: int
    practising: Persona
    newcomer: Persona
    practised: int


def set_training(place: Place, *, now: datetime) -> TrainingScene:
    """Results of three people, a finished practice with differences, and one that is going on."""
    passed = _answers(place, place.staff["staff_member"], "awareness", now=now, wrong=1)
    failed = _answers(place, place.staff["dsl"], "reviewers", now=now, wrong=4)
    _answers(place, place.staff["dsl"], "awareness", now=now - timedelta(days=320), wrong=0)
    _answers(place, place.staff["governor"], "awareness", now=now - timedelta(days=420), wrong=0)
    add_own_module(viewer=place.staff["dsl"], school=place.school, text=EXAMPLE, name="phones.md", now=now)
    go = _practises(place, place.staff["dsl"], now=now)
    practice = begin_practice(viewer=place.staff["behaviour_lead"], school=place.school, now=now)
    practising = sign_in(Persona("practising", place.staff["behaviour_lead"]))
    session = practising.browser.session
    session[PRACTISING] = practice.pk
    session.save()
    newcomer = add_staff(school=place.school, email="newcomer@larkfield.example", name="Elin Marsden", roles=[RoleName.DEPUTY], now=now)
    former = add_staff(school=place.school, email="cover@larkfield.example", name="Owen Tarn", roles=[RoleName.DEPUTY], now=now)
    break_glass(viewer=former, school=place.school, reason="The lead is on a flight and nobody answers", hours=2, now=now)
    practised = Capture.objects.filter(school=practice, route="behaviour").order_by("-severity", "arrived_at")[0]
    return TrainingScene(
        place.school.pk, passed, failed, go, practising, sign_in(Persona("newcomer", newcomer)), practised.pk
    )


def _answers(place: Place, who: User, key: str, *, now: datetime, wrong: int) -> int:
    module = module_of(place.school.pk, key)
    assert module
    chosen = [sorted(question.right) for question in module.questions]
    for number in range(wrong):
        chosen[number] = [min(set(range(len(module.questions[number].options))) - module.questions[number].right)]
    return answer_module(viewer=who, school=place.school, module=module, chosen=chosen, now=now).pk


def _practises(place: Place, who: User, *, now: datetime) -> int:
    """Work through the deck as the pages do; the learner's rights are for that time in their practice school."""
    practice, cards = begin_practice(viewer=who, school=place.school, now=now), {card.key: card for card in practice_cards()}
    attempt, learner = running_attempt(who, place.school.pk), User.objects.get(pk=who.pk)
    assert attempt
    learner.practising_in = practice.pk
    for capture_id, key in attempt.dealt.items():
        card, row = cards[key], Capture.objects.get(capture_id=capture_id)
        if grade := AWRY.get(key, card.grade):
            grade_capture(number=row.pk, grade=grade, revision=row.revision, viewer=learner, now=now)
        else:
            reason = FalsePositive(min(card.nothing))
            dismiss_capture(number=row.pk, reason=reason, revision=row.revision, viewer=learner, now=now)
    finished = finish_practice(viewer=who, school=place.school, now=now)
    assert finished
    return finished.pk
