"""Testing the phrase group by group, and the terms in which a test counts."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.devices.coverage.actions.phrase import set_terms, start_phrase_test
from heedful.devices.coverage.days import TermsRefused, default_terms
from heedful.devices.coverage.forms import StartTestForm, TermsForm
from heedful.devices.coverage.phrase import PhraseTestRefused
from heedful.devices.coverage.queries.facts import calendar_of, terms_of
from heedful.devices.coverage.queries.matrix import group_names, matrix_for, news_of_tests, schools_to_test
from heedful.devices.coverage.views.choosing import choices, school_asked_for
from heedful.people.access import SignedIn, needs
from heedful.people.rules import NotFound, Right
from heedful.web.decorators import not_found_on, page, page_with_form

MOST_CURSOR_DIGITS = 15


@page
@needs(Right.LOOK_AFTER_COVERAGE)
@not_found_on(NotFound)
def phrase_tests(request: SignedIn) -> HttpResponse:
    """The matrix of this term: which group, on which device, tested by whom and when."""
    schools = schools_to_test(request.user)
    school = school_asked_for(request, schools)
    matrix = matrix_for(request.user, school_id=school.pk, now=timezone.now())
    return _tests_page(request, school.pk, StartTestForm(groups=matrix.groups), 200)


@page_with_form
@needs(Right.LOOK_AFTER_COVERAGE)
@not_found_on(NotFound)
def phrase_test_start(request: SignedIn) -> HttpResponse:
    """I am testing this group on this kind of device now. Somebody who comes back to this address is led to the page of tests."""
    school = school_asked_for(request, schools_to_test(request.user))
    if request.method != "POST":
        return HttpResponseRedirect(reverse("phrase_tests") + "?" + urlencode({"school": school.pk}))
    names = group_names(school)
    form = StartTestForm(request.POST, groups=names)
    if form.is_valid():
        given = form.cleaned_data
        try:
            start_phrase_test(
                school_id=school.pk, group=given["group"], kind=given["kind"], known_groups=names, viewer=request.user, now=timezone.now()
            )
        except PhraseTestRefused as fault:
            form.add_error("group", str(fault))
        else:
            return HttpResponseRedirect(reverse("phrase_tests") + "?" + urlencode({"school": school.pk}))
    return _tests_page(request, school.pk, form, 422)


def _tests_page(request: SignedIn, school_id: int, form: StartTestForm, status: int) -> HttpResponse:
    schools = schools_to_test(request.user)
    matrix = matrix_for(request.user, school_id=school_id, now=timezone.now())
    context = {
        "matrix": matrix,
        "form": form,
        "many_sites": any(column.site for column in matrix.columns),
        "schools": choices("phrase_tests", schools, next(each for each in schools if each.pk == school_id)),
    }
    return render(request, "coverage/tests.html", context, status=status)


@page
@needs(Right.LOOK_AFTER_COVERAGE)
@not_found_on(NotFound)
def phrase_tests_news(request: SignedIn) -> HttpResponse:
    """What came through since the page's cursor, as cells to put in place; 304 when nothing did."""
    school = school_asked_for(request, schools_to_test(request.user))
    given = request.GET.get("cursor", "")
    cursor = int(given) if given.isascii() and given.isdecimal() and len(given) <= MOST_CURSOR_DIGITS else 0
    news = news_of_tests(request.user, school_id=school.pk, cursor=cursor, now=timezone.now())
    if news is None:
        return HttpResponseNotModified()
    return render(request, "coverage/_news.html", {"news": news})


@page_with_form
@needs(Right.LOOK_AFTER_COVERAGE)
@not_found_on(NotFound)
def terms(request: SignedIn) -> HttpResponse:
    """First and last day of the three terms."""
    schools = schools_to_test(request.user)
    school = school_asked_for(request, schools)
    now = timezone.now()
    today = calendar_of(school).today(now)
    held = terms_of(school.pk, today)
    form = TermsForm(request.POST if request.method == "POST" else None, terms=held)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                set_terms(school_id=school.pk, terms=form.terms(), viewer=request.user, now=now)
            except TermsRefused as fault:
                form.add_error(None, str(fault))
            else:
                messages.success(request, "The terms are set.")
                return HttpResponseRedirect(reverse("phrase_tests") + "?" + urlencode({"school": school.pk}))
    context = {
        "form": form,
        "school": school,
        "is_usual": held == default_terms(today),
        "schools": choices("coverage_terms", schools, school),
    }
    return render(request, "coverage/terms.html", context, status=status)
