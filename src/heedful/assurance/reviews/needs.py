"""What the programme needs of this room, for the board and the gates."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from heedful.assurance.reviews.queries.reviews import ReviewsPage, reviews_page
from heedful.people.queries import school_by_number
from heedful.programme.needs import Found, Need, State
from heedful.programme.steps import Step

SOON = timedelta(days=60)


def _page(school_id: int, now: datetime) -> ReviewsPage:
    school = school_by_number(school_id)
    assert school is not None  # the board asks for schools that are there
    return reviews_page(school, now=now)


def _yearly(school_id: int, now: datetime) -> Found:
    page, url, today = _page(school_id, now), reverse("reviews", args=[school_id]), timezone.localdate(now)
    if page.due_on is None:
        return Found(State.NOT_YET, "The first review is due once the school is live, within its school year.", url)
    if page.is_overdue:
        return Found(State.OPEN, f"The yearly review was due by {page.due_on:%-d %B %Y}.", url)
    if page.due_on - today <= SOON:
        return Found(State.OPEN, f"The yearly review is due by {page.due_on:%-d %B %Y}.", url)
    return Found(State.MET, f"The next yearly review is due by {page.due_on:%-d %B %Y}.", url)


def _changes(school_id: int, now: datetime) -> Found:
    page, url = _page(school_id, now), reverse("reviews", args=[school_id])
    if not page.is_monitored:
        return Found(State.NOT_YET, "Changes ask for a review once monitoring has begun.", url)
    waiting = len(page.waiting)
    if waiting:
        return Found(State.OPEN, f"{waiting} change{' asks' if waiting == 1 else 's ask'} for a review.", url)
    return Found(State.MET, "No change waits for a review.", url)


def _stand_ups(school_id: int, now: datetime) -> Found:
    page, url = _page(school_id, now), reverse("reviews", args=[school_id])
    if not page.days:
        return Found(State.NOT_YET, "A note each school day, for two weeks after the launch.", url)
    missed = sum(day.is_missed for day in page.days)
    if missed:
        return Found(State.OPEN, f"{missed} of the {len(page.days)} daily notes after the launch {'is' if missed == 1 else 'are'} missing.", url)
    return Found(State.MET, "The daily notes after the launch are written so far.", url)


NEEDS: tuple[Need, ...] = (
    Need("yearly_review", Step.REVIEW, "The yearly review", 2.0, _yearly),
    Need("changes_reviewed", Step.REVIEW, "Changes that ask for a review", 0.5, _changes),
    Need("stand_ups", Step.REVIEW, "Daily notes after the launch", 0.5, _stand_ups),
)
