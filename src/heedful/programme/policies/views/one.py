"""One policy: its text, its headings, its signatures, and what a new version changed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn, step_up
from heedful.people.models import School
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.policies.actions.linking import confirm_link, sign_version, unlink
from heedful.programme.policies.actions.register import mark_headings
from heedful.programme.policies.queries.clauses import in_words
from heedful.programme.policies.queries.register import OpenPolicy, confirming_of, marking_of, open_policy, signatures_open_to
from heedful.programme.policies.reading.values import MOST_HEADING_CHARACTERS
from heedful.programme.policies.rules import Kind, RegisterRefused, SignAs
from heedful.programme.policies.views.register import context_for
from heedful.web.decorators import command, not_found_on, page, page_with_form

MOST_MARKED_ON_A_PAGE = 900  # a form of the console has at most a thousand fields


@page
@of_school()
@not_found_on(NotFound)
def policy(request: SignedIn, school: School, policy_id: int) -> HttpResponse:
    """A policy's facts, text and versions."""
    return _show(request, school, open_policy(request.user, school.pk, policy_id))


def _show(request: SignedIn, school: School, found: OpenPolicy, *, trouble: str = "") -> HttpResponse:
    signed, mine = {each.signed_as: each for each in found.fact.signed}, signatures_open_to(request.user, school.pk, found.fact.version_id)
    context = context_for(
        request, school, found=found, fact=found.fact, trouble=trouble, must_be_signed=Kind.INDECENT_IMAGES in found.fact.kinds,
        signatures=[(sign, signed.get(sign), sign in mine) for sign in SignAs],
        sections=[(section, [(link, in_words(target)) for link, target in section.links]) for section in found.sections],
    )  # fmt: skip
    return render(request, "policies/policy.html", context, status=422 if trouble else 200)


@command
@of_school(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def sign(request: SignedIn, school: School, policy_id: int) -> HttpResponse:
    """Sign the newest version."""
    found = open_policy(request.user, school.pk, policy_id)
    wanted = request.POST.get("as", "")
    try:
        if wanted not in SignAs.values or request.POST.get("read") != "yes":
            raise RegisterRefused("Tick that you have read this version, then sign.")
        sign_version(version_id=found.fact.version_id, signed_as=SignAs(wanted), viewer=request.user, now=timezone.now())
    except RegisterRefused as refused:
        return _show(request, school, found, trouble=str(refused))
    messages.success(request, "Signed.")
    return HttpResponseRedirect(reverse("policy", args=(school.pk, policy_id)))


@page_with_form
@of_school(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def headings(request: SignedIn, school: School, policy_id: int) -> HttpResponse:
    """A person says which lines are headings."""
    found, marking, trouble = open_policy(request.user, school.pk, policy_id), marking_of(request.user, school.pk, policy_id), ""
    lines = [(place, block) for place, block in enumerate(marking.blocks) if len(block.text) <= MOST_HEADING_CHARACTERS][:MOST_MARKED_ON_A_PAGE]
    if request.method == "POST":
        ticked = {int(value) for value in request.POST.getlist("heading") if value.isdecimal() and len(value) < 7}
        shown = {place for place, _ in lines}
        # What the page had no room for stays as it was.
        levels = {place: block.level for place, block in enumerate(marking.blocks) if block.level and place not in shown}
        levels |= {place: marking.blocks[place].level or 2 for place in ticked & shown}
        try:
            mark_headings(version_id=marking.version_id, levels=levels, viewer=request.user, now=timezone.now())
        except RegisterRefused as refused:
            trouble = str(refused)
        else:
            messages.success(request, "The sections are as you marked them." if levels else "No headings: its pages are its sections." if found.pages else "No headings: it is one section.")
            return HttpResponseRedirect(reverse("policy", args=(school.pk, policy_id)))
    context = context_for(request, school, found=found, fact=found.fact, lines=lines, is_open=marking.is_open, trouble=trouble)
    return render(request, "policies/headings.html", context, status=422 if trouble else 200)


@page
@of_school()
@not_found_on(NotFound)
def confirm(request: SignedIn, school: School, policy_id: int) -> HttpResponse:
    """Which links a new version asks to be confirmed, with the old and the new wording side by side."""
    return _confirm(request, school, policy_id)


def _confirm(request: SignedIn, school: School, policy_id: int, *, trouble: str = "") -> HttpResponse:
    found = confirming_of(request.user, school.pk, policy_id)
    context = context_for(request, school, found=found, fact=found.fact, links=[(link, in_words(link.target)) for link in found.links], trouble=trouble)
    return render(request, "policies/confirm.html", context, status=422 if trouble else 200)


@command
@of_school(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def decide(request: SignedIn, school: School, policy_id: int, link_id: int) -> HttpResponse:
    """Confirm one link with a section of the new version, or take it away."""
    if link_id not in {link.link_id for link in confirming_of(request.user, school.pk, policy_id).links}:
        raise NotFound
    section = request.POST.get("section", "")
    try:
        if request.POST.get("do") == "unlink":
            unlink(school_id=school.pk, link_id=link_id, viewer=request.user, now=timezone.now())
        elif section.isdecimal() and len(section) < 19:
            confirm_link(link_id=link_id, section_id=int(section), viewer=request.user, now=timezone.now())
        else:
            raise RegisterRefused("Choose the section of the new version that says this now.")
    except RegisterRefused as refused:
        return _confirm(request, school, policy_id, trouble=str(refused))
    if confirming_of(request.user, school.pk, policy_id).links:
        return HttpResponseRedirect(reverse("policy_confirm", args=(school.pk, policy_id)))
    messages.success(request, "Every clause of this policy is confirmed.")
    return HttpResponseRedirect(reverse("policy", args=(school.pk, policy_id)))
