"""What a reviewer says of a handling approach."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.people.models import School, User
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right
from heedful.programme.pilot.measures.models import Rating
from heedful.programme.pilot.measures.queries import approaches_to_rate
from heedful.programme.pilot.measures.rules import STARS


def rate_approach(*, school: School, approach_id: int | None, stars: int, sentence: str, viewer: User, now: datetime) -> Rating:
    """One reviewer's rating; the newest of each person counts. Raises NotFound for who reads no captures here, and for what can't be rated."""
    rateable = dict(approaches_to_rate(school.pk))
    if not has_right(viewer, school.pk, Right.DECIDE) or stars not in STARS or (approach_id not in rateable if rateable else approach_id is not None):
        raise NotFound
    with transaction.atomic():
        row = Rating.objects.create(school=school, approach_id=approach_id, by=viewer, at=now, stars=stars, sentence=sentence.strip()[:300])
        fact = Fact(Action.APPROACH_RATED, "approach", (str(approach_id or ""),), {"rating": row.pk, "stars": stars})
        append(school_id=school.pk, actor=Actor.person(viewer.pk), fact=fact, now=now)
    return row
