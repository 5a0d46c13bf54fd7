"""The way out: what to do in which order, what is left, and a certificate of what was deleted."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.assurance.reviews import actions
from heedful.assurance.reviews.forms import SignForm
from heedful.assurance.reviews.queries.leaving import certificate_page, leaving_page
from heedful.assurance.reviews.rules import ReviewRefused
from heedful.people.access import SignedIn, step_up
from heedful.people.models import School
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.steps import Step
from heedful.programme.working_group.queries import runs_programme
from heedful.web.decorators import command, not_found_on, page
from heedful.web.pdf import pdf_response


@page
@of_school(Right.SEE_PROGRAMME)
def exit_plan(request: SignedIn, school: School) -> HttpResponse:
    """How a school leaves: stop, uninstall, export, let it be deleted, certify."""
    return _show(request, school)


@command
@of_school(Right.RUN_PROGRAMME)
@step_up
def exit_certify(request: SignedIn, school: School) -> HttpResponse:
    """Certify what was deleted up to now."""
    form = SignForm(request.POST, prefix="sign")
    if form.is_valid():
        try:
            actions.certify_deletion(school=school, certified_as=form.cleaned_data["signed_as"], by=request.user, now=timezone.now())
        except ReviewRefused as fault:
            form.add_error("signed_as", str(fault))
        else:
            messages.success(request, "The certificate is made. Print it and keep it with the contract.")
            return HttpResponseRedirect(reverse("exit_plan", args=[school.pk]))
    return _show(request, school, form=form, status=422)


@page
@of_school(Right.SEE_ASSURANCE)
@not_found_on(NotFound)
def certificate(request: SignedIn, school: School, certificate_id: int) -> HttpResponse:
    """One certificate as PDF."""
    shown = certificate_page(request.user, school, certificate_id)
    context = {"school": school, "certificate": shown, "now": timezone.now()}
    return pdf_response("reviews/certificate.html", context, file_name=f"heedful-deletion-{certificate_id}.pdf")


def _show(request: SignedIn, school: School, *, form: SignForm | None = None, status: int = 200) -> HttpResponse:
    context = {
        "school": school,
        "step": Step.REVIEW,
        "page": leaving_page(request.user, school, now=timezone.now()),
        "runs": runs_programme(request.user, school.pk),
        "may_print": has_right(request.user, school.pk, Right.SEE_ASSURANCE),
        "form": form or SignForm(prefix="sign"),
    }
    return render(request, "reviews/exit.html", context, status=status)
