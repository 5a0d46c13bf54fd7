"""Reviews: what asks for one, the form, its actions, the sign-off, the notes after the launch, the PDFs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.assurance.reviews import actions
from heedful.assurance.reviews.forms import OpenForm, ReviewActionForm, ReviewForm, SignForm, StandUpForm
from heedful.assurance.reviews.queries.reviews import ReviewPage, governor_report, is_stand_up_day, review_page, reviews_page
from heedful.assurance.reviews.rules import NEEDED, Kind, ReviewRefused
from heedful.people.access import SignedIn, step_up
from heedful.people.models import School
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.steps import Step
from heedful.programme.working_group.actions import add_action
from heedful.programme.working_group.queries import members_of, runs_programme, staff_to_choose
from heedful.web.decorators import command, not_found_on, page
from heedful.web.pdf import pdf_response


@page
@of_school(Right.SEE_PROGRAMME)
def reviews(request: SignedIn, school: School) -> HttpResponse:
    """When the next review is due, what asks for one, those there were, and the notes after the launch."""
    return _list(request, school)


@command
@of_school(Right.RUN_PROGRAMME)
def review_open(request: SignedIn, school: School) -> HttpResponse:
    """Begin a review, its form filled from live data."""
    form = OpenForm(request.POST)
    if not form.is_valid():
        return _list(request, school, open_form=form, status=422)
    try:
        review = actions.open_review(school=school, kind=Kind(form.cleaned_data["kind"]), by=request.user, now=timezone.now())
    except ReviewRefused as fault:
        form.add_error("kind", str(fault))
        return _list(request, school, open_form=form, status=422)
    return _to(school, review.pk)


@page
@of_school(Right.SEE_PROGRAMME)
@not_found_on(NotFound)
def review(request: SignedIn, school: School, review_id: int) -> HttpResponse:
    """One review: what Heedful knows, what was found, who was there, what is done about it."""
    return _show(request, school, _page(school, review_id))


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def review_write(request: SignedIn, school: School, review_id: int) -> HttpResponse:
    """Keep what was written so far."""
    shown = _page(school, review_id)
    form = ReviewForm(request.POST, review=shown)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.write_review(
                school=school, review_id=review_id, held_on=given["held_on"], found=form.found(), parts=form.parts(), conclusion=given["conclusion"],
                by=request.user, now=timezone.now(),
            )  # fmt: skip
        except ReviewRefused as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, "Kept. You can go on later.")
            return _to(school, review_id)
    return _show(request, school, shown, form=form, status=422)


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def review_action(request: SignedIn, school: School, review_id: int) -> HttpResponse:
    """Ask somebody to do something that the review found."""
    shown = _page(school, review_id)
    form = ReviewActionForm(request.POST, members=members_of(school.pk), staff=staff_to_choose(school.pk), prefix="action")
    if not form.is_valid():
        return _show(request, school, shown, action_form=form, status=422)
    add_action(
        school=school, meeting_id=shown.meeting_id, text=form.cleaned_data["text"], owner=form.who(), due_on=form.day(), about=form.about(review_id),
        by=request.user, now=timezone.now(),
    )  # fmt: skip
    return _to(school, review_id)


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def review_take(request: SignedIn, school: School, review_id: int) -> HttpResponse:
    """Take in the changes that were raised since the review began."""
    actions.take_triggers(school=school, review_id=review_id, by=request.user, now=timezone.now())
    return _to(school, review_id)


@command
@of_school(Right.RUN_PROGRAMME)
@step_up
@not_found_on(NotFound)
def review_close(request: SignedIn, school: School, review_id: int) -> HttpResponse:
    """Sign it. After that nobody changes it."""
    shown = _page(school, review_id)
    form = SignForm(request.POST, prefix="sign")
    if form.is_valid():
        try:
            actions.close_review(
                school=school, review_id=review_id, signed_as=form.cleaned_data["signed_as"], by=request.user, now=timezone.now()
            )
        except ReviewRefused as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, "The review is signed and closed.")
            return _to(school, review_id)
    return _show(request, school, shown, sign_form=form, status=422)


@page
@of_school(Right.SEE_PROGRAMME)
@not_found_on(NotFound)
def review_record(request: SignedIn, school: School, review_id: int) -> HttpResponse:
    """One review as PDF."""
    context = {"school": school, "review": _page(school, review_id), "now": timezone.now()}
    return pdf_response("reviews/record.html", context, file_name=f"heedful-review-{review_id}.pdf")


@page
@of_school(Right.SEE_ASSURANCE)
def governor_pdf(request: SignedIn, school: School) -> HttpResponse:
    """What governors get, as it stands now."""
    now = timezone.now()
    context = {"school": school, "report": governor_report(school, now=now), "now": now}
    return pdf_response("reviews/governors.html", context, file_name=f"heedful-governors-{timezone.localdate(now)}.pdf")


@command
@of_school(Right.RUN_PROGRAMME)
def stand_up(request: SignedIn, school: School) -> HttpResponse:
    """Write the day's note."""
    form = StandUpForm(request.POST, prefix="stand")
    if form.is_valid():
        try:
            actions.note_stand_up(school=school, text=form.cleaned_data["text"], by=request.user, now=timezone.now())
        except ReviewRefused as fault:
            form.add_error("text", str(fault))
        else:
            messages.success(request, "Today's note is kept.")
            return HttpResponseRedirect(reverse("reviews", args=[school.pk]))
    return _list(request, school, stand_form=form, status=422)


def _page(school: School, review_id: int) -> ReviewPage:
    return review_page(school, review_id, today=timezone.localdate())


def _list(
    request: SignedIn, school: School, *, open_form: OpenForm | None = None, stand_form: StandUpForm | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    shown = reviews_page(school, now=now)
    context = {
        "school": school,
        "step": Step.REVIEW,
        "page": shown,
        "runs": runs_programme(request.user, school.pk),
        "may_print": has_right(request.user, school.pk, Right.SEE_ASSURANCE),
        "sees_coverage": has_right(request.user, school.pk, Right.SEE_COVERAGE),
        "today": timezone.localdate(now),
        "is_note_day": is_stand_up_day(school, now=now),
        "open_form": open_form or OpenForm(initial={"kind": Kind.TRIGGERED if shown.waiting and not shown.is_overdue else Kind.YEARLY}),
        "stand_form": stand_form or StandUpForm(prefix="stand"),
    }
    return render(request, "reviews/reviews.html", context, status=status)


def _show(
    request: SignedIn, school: School, shown: ReviewPage, *, form: ReviewForm | None = None, action_form: ReviewActionForm | None = None,
    sign_form: SignForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    runs = runs_programme(request.user, school.pk)
    form = form or ReviewForm(review=shown)
    context = {
        "school": school,
        "step": Step.REVIEW,
        "review": shown,
        "runs": runs,
        "writes": runs and not shown.is_closed,
        "form": form,
        "headings": [(part, form[f"found_{part.heading}"]) for part in shown.headings],
        "sees_coverage": has_right(request.user, school.pk, Right.SEE_COVERAGE),
        "tests_phrase": has_right(request.user, school.pk, Right.LOOK_AFTER_COVERAGE),
        "needed": ", ".join(part.label for part in NEEDED[shown.kind]),
        "action_form": action_form or ReviewActionForm(members=members_of(school.pk), staff=staff_to_choose(school.pk), prefix="action"),
        "sign_form": sign_form or SignForm(prefix="sign"),
    }
    return render(request, "reviews/review.html", context, status=status)


def _to(school: School, review_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("review", args=[school.pk, review_id]))
