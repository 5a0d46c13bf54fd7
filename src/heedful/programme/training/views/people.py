"""The central record, what counts as passed, and the school's own modules: for those who run the programme."""

from __future__ import annotations

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.people.rules import Right
from heedful.programme.access import of_school
from heedful.programme.steps import Step
from heedful.programme.training.actions import add_own_module, set_pass_mark, withdraw_module
from heedful.programme.training.forms import OwnModuleForm, PassMarkForm
from heedful.programme.training.queries import catalogue_of, learners_of, marks_of, own_modules_of, standing_of
from heedful.programme.training.reading import ModuleRefused
from heedful.programme.training.rules import LEAST_PASS_MARK, MarkRefused
from heedful.web.decorators import command, page, page_with_form

EXAMPLE = """---
title: Phones at our school
for: [everybody]
minutes: 5
counts_for: 12 months
questions:
  - ask: Where are phones during lessons?
    right: ["In the locker"]
    wrong: ["In the bag", "On the desk"]
    why: It says so in our behaviour policy.
---

## What we agreed

Phones stay in the lockers from the first bell to the last.
"""


@page
@of_school(Right.RUN_PROGRAMME)
def record(request: SignedIn, school: School) -> HttpResponse:
    """Everybody's training: who is done, until when, and who is behind."""
    now = timezone.now()
    learners = learners_of(school.pk, now=now)
    context = {
        "school": school, "step": Step.TRAINING, "learners": learners, "behind": [each for each in learners if each.behind],
        "standing": standing_of(school.pk, now=now), "today": timezone.localdate(now),
    }  # fmt: skip
    return render(request, "training/record.html", context)


@page_with_form
@of_school(Right.RUN_PROGRAMME)
def pass_mark(request: SignedIn, school: School) -> HttpResponse:
    """What counts as passed. It has a floor."""
    marks = marks_of(school.pk)
    form = PassMarkForm(request.POST or None, initial={"modules": marks.modules, "practice": marks.practice})
    if request.method == "POST" and form.is_valid():
        try:
            set_pass_mark(viewer=request.user, school=school, now=timezone.now(), **form.cleaned_data)
        except MarkRefused as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, "The pass marks are set. Who has passed already keeps it.")
            return HttpResponseRedirect(reverse("training_record", args=(school.pk,)))
    context = {"school": school, "step": Step.TRAINING, "form": form, "marks": marks, "least": LEAST_PASS_MARK}
    return render(request, "training/pass_mark.html", context, status=422 if request.method == "POST" else 200)


@page_with_form
@of_school(Right.RUN_PROGRAMME)
def own_modules(request: SignedIn, school: School) -> HttpResponse:
    """Modules that the school wrote, and the form for another."""
    form, faults = OwnModuleForm(request.POST or None, request.FILES or None, initial={"text": EXAMPLE}), list[str]()
    if request.method == "POST" and form.is_valid():
        try:
            text, name = form.module_text()
            add_own_module(viewer=request.user, school=school, text=text, name=name, now=timezone.now())
        except ModuleRefused as fault:
            faults = fault.faults
        except django_forms.ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, "The module is there. Everybody for whom it is finds it under Training.")
            return HttpResponseRedirect(reverse("own_modules", args=(school.pk,)))
    context = {
        "school": school, "step": Step.TRAINING, "form": form, "faults": faults, "rows": own_modules_of(school.pk),
        "modules": [module for module in catalogue_of(school.pk) if module.is_own],
    }  # fmt: skip
    return render(request, "training/own_modules.html", context, status=422 if request.method == "POST" else 200)


@command
@of_school(Right.RUN_PROGRAMME)
def withdraw(request: SignedIn, school: School, key: str) -> HttpResponse:
    """Ask nobody for this module any more."""
    if not withdraw_module(viewer=request.user, school=school, key=key, now=timezone.now()):
        raise Http404
    messages.success(request, "Nobody is asked for it any more. What people passed stays in the record.")
    return HttpResponseRedirect(reverse("own_modules", args=(school.pk,)))
