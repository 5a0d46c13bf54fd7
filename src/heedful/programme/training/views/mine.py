"""What each member of staff has to learn, where they stand, and each module with its questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.people.queries import has_right
from heedful.people.rules import Right
from heedful.programme.training.access import of_my_school
from heedful.programme.training.actions import answer_module
from heedful.programme.training.models import Result
from heedful.programme.training.queries import (
    attempts_of,
    catalogue_of,
    marks_of,
    module_of,
    my_reading,
    my_training,
    result_of,
    running_attempt,
)
from heedful.programme.training.reading import Module, Question
from heedful.web.decorators import page, page_with_form
from heedful.web.pdf import pdf_response

NEW_FOR = timedelta(days=42)  # so long somebody is offered the short path first


@dataclass(frozen=True)
class Option:
    place: int
    text: str
    is_chosen: bool
    is_right: bool


@dataclass(frozen=True)
class Asked:
    """One question as the page shows it, with what was chosen."""

    name: str
    number: int
    question: Question
    options: tuple[Option, ...]
    trouble: str
    is_right: bool


@page
@of_my_school
def training(request: SignedIn, school: School) -> HttpResponse:
    """My training, and for those who run the programme the way to everybody's."""
    now = timezone.now()
    mine, modules = my_training(request.user, school.pk, now=now), catalogue_of(school.pk)
    asked = {item.module.key for item in mine.items} if mine else set()
    context = {
        "school": school, "mine": mine, "reading": my_reading(request.user, school.pk, now=now), "running": running_attempt(request.user, school.pk),
        "attempts": attempts_of(request.user, school.pk), "marks": marks_of(school.pk),
        "short": next((module for module in modules if module.stands_in_for), None), "is_new": now - request.user.joined_at < NEW_FOR,
        "others": [module for module in modules if module.key not in asked and not module.stands_in_for],
        "runs": has_right(request.user, school.pk, Right.RUN_PROGRAMME), "sees": has_right(request.user, school.pk, Right.SEE_PROGRAMME),
    }  # fmt: skip
    return render(request, "training/training.html", context)


@page
@of_my_school
def module(request: SignedIn, school: School, key: str) -> HttpResponse:
    """The text of a module."""
    return render(request, "training/module.html", {"school": school, "module": _module(school, key), "marks": marks_of(school.pk)})


@page_with_form
@of_my_school
def questions(request: SignedIn, school: School, key: str) -> HttpResponse:
    """The questions of a module. What was chosen stays where one was left out."""
    found = _module(school, key)
    if request.method != "POST":
        return _ask(request, school, found, [[] for _ in found.questions])
    chosen = [_chosen(request, number, question) for number, question in enumerate(found.questions)]
    if not all(chosen):
        return _ask(request, school, found, chosen, status=422)
    result = answer_module(viewer=request.user, school=school, module=found, chosen=chosen, now=timezone.now())
    return HttpResponseRedirect(reverse("training_result", args=(school.pk, result.pk)))


@page
@of_my_school
def result(request: SignedIn, school: School, result_id: int) -> HttpResponse:
    """How it went: each answer, whether it was right, and why."""
    row = _result(request, school, result_id)
    found = module_of(school.pk, row.module)
    # An edition that has changed since can't be shown beside old answers.
    is_same = found is not None and found.text_hash == row.text_hash
    asked = _asked(found, row.answers, told=False) if found is not None and is_same else ()
    context = {"school": school, "result": row, "module": found, "asked": asked, "reading": my_reading(request.user, school.pk, now=timezone.now())}
    return render(request, "training/result.html", context)


@page
@of_my_school
def certificate(request: SignedIn, school: School, result_id: int) -> HttpResponse:
    """A certificate of a module that was passed."""
    row = _result(request, school, result_id)
    if not row.passed:
        raise Http404
    facts = {"school": school, "person": row.user.name, "title": row.title, "on": row.at, "until": row.expires_on, "number": row.pk,
             "says": f"{row.right} of {row.out_of} questions answered rightly; {row.pass_mark} per cent were needed."}  # fmt: skip
    return pdf_response("training/certificate.html", facts, file_name=f"certificate-{row.pk}.pdf")


def _module(school: School, key: str) -> Module:
    found = module_of(school.pk, key)
    if found is None:
        raise Http404
    return found


def _result(request: SignedIn, school: School, result_id: int) -> Result:
    row = result_of(request.user, school.pk, result_id, runs=has_right(request.user, school.pk, Right.RUN_PROGRAMME))
    if row is None:
        raise Http404
    return row


def _chosen(request: SignedIn, number: int, question: Question) -> list[int]:
    given = [int(value) for value in request.POST.getlist(f"q{number}") if value.isdecimal()]
    return sorted({place for place in given if place < len(question.options)})


def _ask(request: SignedIn, school: School, found: Module, chosen: list[list[int]], *, status: int = 200) -> HttpResponse:
    asked = _asked(found, chosen, told=status == 422)
    context = {
        "school": school, "module": found, "asked": asked, "marks": marks_of(school.pk), "left_out": sum(bool(each.trouble) for each in asked),
    }  # fmt: skip
    return render(request, "training/questions.html", context, status=status)


def _asked(found: Module, chosen: list[list[int]], *, told: bool) -> tuple[Asked, ...]:
    return tuple(
        Asked(
            f"q{number}", number + 1, question,
            tuple(Option(place, text, place in given, place in question.right) for place, text in enumerate(question.options)),
            "Choose an answer." if told and not given else "", frozenset(given) == question.right,
        )
        for number, (question, given) in enumerate(zip(found.questions, chosen, strict=True))
    )  # fmt: skip
