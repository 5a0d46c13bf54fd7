"""The register, and putting policies and versions into it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn, step_up
from heedful.people.models import School
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.policies.actions.register import add_policy, add_version, change_policy, withdraw_policy
from heedful.programme.policies.forms import AddForm, FactsForm, ReasonForm, VersionForm
from heedful.programme.policies.queries.register import file_of, open_policy, register_of, staff_to_own, withdrawn_of
from heedful.programme.policies.reading.values import PolicyRefused
from heedful.programme.policies.rules import MUST_BE_LINKED, RegisterRefused
from heedful.programme.steps import Step
from heedful.vault.envelope import VaultError
from heedful.web.decorators import command, not_found_on, page, page_with_form


def context_for(request: SignedIn, school: School, **more: Any) -> dict[str, Any]:
    """What every page of the register has."""
    return {"school": school, "step": Step.POLICIES, "runs": has_right(request.user, school.pk, Right.RUN_PROGRAMME), **more}


@page
@of_school()
def policies(request: SignedIn, school: School) -> HttpResponse:
    """All policies, and what is missing."""
    register = register_of(request.user, school.pk)
    context = context_for(request, school, register=register, must=MUST_BE_LINKED, withdrawn=withdrawn_of(request.user, school.pk))
    return render(request, "policies/policies.html", context)


@page_with_form
@of_school(Right.RUN_PROGRAMME)
@step_up
def add(request: SignedIn, school: School) -> HttpResponse:
    """Put a policy into the register. A file that is refused changes nothing, and what was typed stays."""
    staff = staff_to_own(request.user, school.pk)
    kind = request.GET.get("kind", "")
    is_sent = request.method == "POST"
    form = AddForm(request.POST if is_sent else None, request.FILES if is_sent else None, staff=staff, initial={"kinds": [kind], "owner": request.user.pk})
    if is_sent and form.is_valid():
        try:
            made = add_policy(
                school_id=school.pk, facts=form.facts(), approval=form.approval(), source=form.source(), viewer=request.user, now=timezone.now()
            )
        except PolicyRefused as refused:
            form.add_error("document", f"{refused} Nothing was changed.")
        except RegisterRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The policy is in the register. Next, link its clauses.")
            return HttpResponseRedirect(reverse("policy", args=(school.pk, made.pk)))
    return render(request, "policies/add.html", context_for(request, school, form=form), status=422 if is_sent else 200)


@page_with_form
@of_school(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def version(request: SignedIn, school: School, policy_id: int) -> HttpResponse:
    """A new version of a policy."""
    found = open_policy(request.user, school.pk, policy_id)
    is_sent = request.method == "POST"
    form = VersionForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        try:
            add_version(
                policy_id=policy_id, approval=form.approval(), next_review_on=form.cleaned_data["next_review_on"], source=form.source(),
                viewer=request.user, now=timezone.now(),
            )  # fmt: skip
        except PolicyRefused as refused:
            form.add_error("document", f"{refused} Nothing was changed.")
        except RegisterRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _after_new_version(request, school, policy_id)
    return render(request, "policies/version.html", context_for(request, school, form=form, found=found), status=422 if is_sent else 200)


def _after_new_version(request: SignedIn, school: School, policy_id: int) -> HttpResponse:
    waiting = open_policy(request.user, school.pk, policy_id).fact.to_confirm
    if waiting:
        messages.warning(request, f"The new version is in the register. Clauses whose wording changed: {waiting}. Please confirm each.")
        return HttpResponseRedirect(reverse("policy_confirm", args=(school.pk, policy_id)))
    messages.success(request, "The new version is in the register. No linked clause was changed.")
    return HttpResponseRedirect(reverse("policy", args=(school.pk, policy_id)))


@page_with_form
@of_school(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def change(request: SignedIn, school: School, policy_id: int) -> HttpResponse:
    """Name, kind, owner and next review of a policy."""
    fact = open_policy(request.user, school.pk, policy_id).fact
    initial = {"title": fact.title, "kinds": list(fact.kinds), "owner": fact.owner_id or "", "next_review_on": fact.next_review_on}
    is_sent = request.method == "POST"
    form = FactsForm(request.POST if is_sent else None, staff=staff_to_own(request.user, school.pk), initial=initial)
    if is_sent and form.is_valid():
        try:
            change_policy(policy_id=policy_id, facts=form.facts(), viewer=request.user, now=timezone.now())
        except RegisterRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Changed.")
            return HttpResponseRedirect(reverse("policy", args=(school.pk, policy_id)))
    context = context_for(request, school, form=form, fact=fact, reason_form=ReasonForm())
    return render(request, "policies/change.html", context, status=422 if is_sent else 200)


@command
@of_school(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def withdraw(request: SignedIn, school: School, policy_id: int) -> HttpResponse:
    """Take a policy out of the register, with a reason."""
    fact = open_policy(request.user, school.pk, policy_id).fact
    form = ReasonForm(request.POST)
    if form.is_valid():
        withdraw_policy(policy_id=policy_id, reason=form.cleaned_data["reason"], viewer=request.user, now=timezone.now())
        messages.success(request, f"“{fact.title}” is out of the register, and its clauses are linked no more.")
        return HttpResponseRedirect(reverse("policies", args=(school.pk,)))
    initial = {"title": fact.title, "kinds": list(fact.kinds), "owner": fact.owner_id or "", "next_review_on": fact.next_review_on}
    facts = FactsForm(None, staff=staff_to_own(request.user, school.pk), initial=initial)
    return render(request, "policies/change.html", context_for(request, school, form=facts, fact=fact, reason_form=form), status=422)


@page
@of_school()
@not_found_on(NotFound)
def file(request: SignedIn, school: School, version_id: int) -> HttpResponse:
    """The file of a version, as it came: to keep, never to be shown by the browser as part of the console."""
    try:
        found = file_of(request.user, school.pk, version_id)
    except VaultError:
        messages.error(request, "The file can't be opened; tell your technician. Its text is still here.")
        return HttpResponseRedirect(reverse("policies", args=(school.pk,)))
    response = HttpResponse(found.content, content_type=found.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
