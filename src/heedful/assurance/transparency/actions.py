"""Showing the public page early, and taking it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from heedful.assurance.transparency.models import PublicPage
from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.people.models import School, User
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right


def switch_page(*, school: School, is_on: bool, viewer: User, now: datetime) -> None:
    """Raises NotFound where the viewer may not."""
    if not has_right(viewer, school.pk, Right.RUN_PROGRAMME):
        raise NotFound
    with transaction.atomic():
        PublicPage.objects.update_or_create(school=school, defaults={"is_on": is_on, "changed_at": now, "changed_by": viewer})
        fact = Fact(Action.PUBLIC_PAGE_SWITCHED, "school", (str(school.pk),), {"is_on": is_on})
        append(school_id=school.pk, actor=Actor.person(viewer.pk), fact=fact, now=now)
