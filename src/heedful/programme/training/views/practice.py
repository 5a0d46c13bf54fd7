"""Practice captures: begin, work in the real pages, finish, and see how it went."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.captures.rules import SEVERITY_WORDS, FalsePositive
from heedful.people.access import SignedIn
from heedful.people.clearance.middleware import PRACTISING
from heedful.people.clearance.queries import practice_school_of
from heedful.people.clearance.rules import practised_rights
from heedful.people.models import School, User
from heedful.people.queries import school_by_number
from heedful.people.rules import Right
from heedful.programme.access import of_school
from heedful.programme.policies.queries.clauses import Clause, clauses_for_themes
from heedful.programme.training.access import of_my_school
from heedful.programme.training.actions import begin_practice, finish_practice
from heedful.programme.training.marking import Marked, Verdict
from heedful.programme.training.pupils import band_of
from heedful.programme.training.queries import attempt_of, attempts_of, marks_of, my_reading, roles_in, running_attempt
from heedful.programme.training.shipped import Card, practice_cards
from heedful.thresholds.rules import THEME_TITLES, Route, Urgency
from heedful.web.decorators import command, page
from heedful.web.pdf import pdf_response


@dataclass(frozen=True)
class Shown:
    """One marked card in words: what was decided, what the school agreed, and why."""

    card: Card
    verdict: Verdict
    themes: str
    decided: str
    agreed: str
    is_right: bool
    clauses: tuple[Clause, ...]


@page
@of_school(Right.SEE_PROGRAMME)
def practice(request: SignedIn, school: School) -> HttpResponse:
    """What practising is, and where it stands."""
    context = {
        "school": school, "running": running_attempt(request.user, school.pk), "attempts": attempts_of(request.user, school.pk),
        "marks": marks_of(school.pk), "cards": len(practice_cards()), "reading": my_reading(request.user, school.pk, now=timezone.now()),
        "reads_all": Right.READ_SAFEGUARDING in practised_rights(roles_in(request.user, school.pk)),
    }  # fmt: skip
    return render(request, "training/practice.html", context)


@command
@of_school(Right.SEE_PROGRAMME)
def begin(request: SignedIn, school: School) -> HttpResponse:
    """Deal a fresh deck, or go on with the one that was begun, and go to it."""
    begun = practice_school_of(request.user, school.pk)
    if begun is None or running_attempt(request.user, school.pk) is None or "anew" in request.POST:
        begun = begin_practice(viewer=request.user, school=school, now=timezone.now())
    request.session[PRACTISING] = begun.pk
    return HttpResponseRedirect(reverse("queue"))


@command
def leave(request: SignedIn, school_id: int) -> HttpResponse:
    """Back to what is real; the deck stays as it is. Somebody who is practising has no rights in the real school, so it asks for none."""
    if request.session.pop(PRACTISING, None) is None:
        raise Http404
    messages.info(request, "You have left the practice. It waits for you as it is.")
    return HttpResponseRedirect(reverse("practice", args=(school_id,)))


@command
def finish(request: SignedIn, school_id: int) -> HttpResponse:
    """Mark the deck. Open while practising, for the same reason."""
    school = school_by_number(school_id)
    if school is None or not roles_in(request.user, school.pk):
        raise Http404
    attempt = finish_practice(viewer=request.user, school=school, now=timezone.now())
    request.session.pop(PRACTISING, None)
    if attempt is None:
        raise Http404
    return HttpResponseRedirect(reverse("practice_result", args=(school.pk, attempt.pk)))


@page
@of_my_school
def result(request: SignedIn, school: School, attempt_id: int) -> HttpResponse:
    """How it went, and each difference with its reason."""
    attempt = attempt_of(request.user, school.pk, attempt_id)
    if attempt is None:
        raise Http404
    cards = {card.key: card for card in practice_cards()}
    shown = [_shown(request.user, school, cards[each["card"]], each) for each in attempt.answers if each["card"] in cards]
    context = {
        "school": school, "attempt": attempt, "differences": [each for each in shown if not each.is_right], "right": [each for each in shown if each.is_right],
        "reading": my_reading(request.user, school.pk, now=timezone.now()),
    }  # fmt: skip
    return render(request, "training/practice_result.html", context)


@page
@of_my_school
def certificate(request: SignedIn, school: School, attempt_id: int) -> HttpResponse:
    """A certificate of a passed practice."""
    attempt = attempt_of(request.user, school.pk, attempt_id)
    if attempt is None or not attempt.passed:
        raise Http404
    facts = {"school": school, "person": request.user.name, "title": "Practice captures: judging, thresholds and escalation", "on": attempt.finished_at,
             "until": attempt.expires_on, "number": attempt.pk,
             "says": f"{attempt.percent} per cent by the school's own thresholds (version {attempt.table_version}), no serious one missed; {attempt.pass_mark} were needed."}  # fmt: skip
    return pdf_response("training/certificate.html", facts, file_name=f"practice-{attempt.pk}.pdf")


def _shown(viewer: User, school: School, card: Card, row: dict[str, object]) -> Shown:
    marked = Marked(**{name: value for name, value in row.items() if name != "verdict"}, verdict=Verdict(str(row["verdict"])))  # type: ignore[arg-type]
    if marked.false_positive:
        decided = f"False positive: {FalsePositive(marked.false_positive).label.lower()}"
    elif marked.grade is not None:
        decided = f"Grade {marked.grade} ({SEVERITY_WORDS[marked.grade].lower()}), {Route(marked.route).label.lower()}"
    else:
        decided = "Not decided"
    if card.grade is None:
        reasons = " or ".join(sorted(reason.label.lower() for reason in card.nothing))
        agreed = f"False positive: {reasons}"
    else:
        agreed = f"Grade {card.grade} ({SEVERITY_WORDS[card.grade].lower()}), {Route(marked.line_route).label.lower()}; {_urgency(marked.line_urgency)}"
    themes = ", ".join(THEME_TITLES[theme] for theme in card.themes)
    is_right = marked.verdict == Verdict.RIGHT
    # A clause is for a difference: beside what was right it would only be long.
    clauses = () if is_right else clauses_for_themes(viewer, school.pk, card.themes, card.grade, band_of(card.pupil))
    return Shown(card, marked.verdict, themes, decided, agreed, is_right, clauses)


def _urgency(value: str) -> str:
    label = str(Urgency(value).label)  # not `lower`: it speaks of the DSL
    return label[:1].lower() + label[1:]
