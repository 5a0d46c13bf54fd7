"""The pages of second looks: what waits, one of them opened blind, and the two answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.captures.queries.queue import NotFound
from heedful.captures.queries.reading import exposure_of, likes_greyscale
from heedful.captures.rules import SEVERITY_WORDS
from heedful.captures.second_look.actions import give_second_grade, judge_left
from heedful.captures.second_look.queries import BlindLook, open_blind, waiting_looks
from heedful.captures.second_look.rules import SECOND_GRADES, LookKind, NoLonger
from heedful.captures.views.capture import ReaderContext, Trouble, context_of
from heedful.people.access import SignedIn, needs
from heedful.people.rules import Right
from heedful.web.decorators import command, not_found_on, page

_WORDS = {grade: "Nothing of concern" if grade == 0 else SEVERITY_WORDS[grade] for grade in SECOND_GRADES}


@page
@needs(Right.DECIDE)
def second_looks(request: SignedIn) -> HttpResponse:
    """What waits for this person: how many to grade again, how many to look over."""
    looks = waiting_looks(request.user)
    to_grade = [look for look in looks if look.kind == LookKind.GRADE]
    left = [look for look in looks if look.kind == LookKind.LEFT]
    return render(request, "second_look/list.html", {"to_grade": to_grade, "left": left})


@page
@needs(Right.DECIDE)
@not_found_on(NotFound)
def second_look(request: SignedIn, look_id: int) -> HttpResponse:
    """One capture without anything that people made of it; reading it is one audit entry."""
    return _show(request, look_id, "", 200)


@command
@needs(Right.DECIDE)
@not_found_on(NotFound)
def second_look_answer(request: SignedIn, look_id: int) -> HttpResponse:
    """Take the second grade, or whether it was rightly left alone; then the next one."""
    now, answer = timezone.now(), request.POST.get("answer", "")
    try:
        if answer in {str(grade) for grade in SECOND_GRADES}:
            said = _after_grade(give_second_grade(look_id=look_id, grade=int(answer), viewer=request.user, now=now).first_grade, int(answer))
        elif answer in {"right", "wrong"}:
            judge_left(look_id=look_id, was_right=answer == "right", viewer=request.user, now=now)
            said = "Kept: rightly left." if answer == "right" else "Kept. The safeguarding leads are told to look at it."
        else:
            return _show(request, look_id, "Choose one of the answers.", 422)
    except NoLonger as fault:
        messages.warning(request, str(fault))
        return HttpResponseRedirect(reverse("second_looks"))
    messages.success(request, said)
    waiting = [look for look in waiting_looks(request.user) if (look.kind == LookKind.LEFT) == (answer in {"right", "wrong"})]
    return HttpResponseRedirect(reverse("second_look", args=[waiting[0].id]) if waiting else reverse("second_looks"))


def _after_grade(first: int | None, second: int) -> str:
    if first is None or first == second:
        return f"Kept. The first grade was {second}, too." if first is not None else "Kept."
    return f"Kept. The first grade was {first} ({_WORDS[first].lower()}), yours is {second}. Nothing was changed by it."


def _show(request: SignedIn, look_id: int, fault: str, status: int) -> HttpResponse:
    now = timezone.now()
    look: BlindLook = open_blind(request.user, look_id, now=now)
    reader = ReaderContext(likes_greyscale(request.user), exposure_of(request.user, now=now))
    context = {
        "look": look,
        "page": context_of(look.capture, Trouble(), now, reader=reader),
        "is_left": look.kind == LookKind.LEFT,
        "grades": tuple(_WORDS.items()),
        "fault": fault,
    }
    return render(request, "second_look/look.html", context, status=status)
