"""Saving a draft of the assessment, and approving it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from heedful.assurance.dpia.models import DpiaVersion
from heedful.assurance.dpia.queries import live_lines, newest_version
from heedful.assurance.dpia.rules import DpiaRefused, kept_answers, missing_in
from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import Action, Actor, Fact
from heedful.people.models import School, User
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right

_CHANGED = "Somebody else saved or approved it in the meantime. Copy what you wrote, open the page again, and put both together."


def mark_of(version: DpiaVersion | None) -> str:
    """Names one state of the document, so that two people do not write over each other."""
    return f"{version.pk}-{version.revision}-{'approved' if version.approved_at else 'draft'}" if version else "new"


def save_dpia(*, school: School, given: Mapping[str, str], seen: str, viewer: User, now: datetime) -> DpiaVersion:
    """Keep these answers as the draft: the next version where the newest is approved. Raises DpiaRefused, NotFound."""
    if not has_right(viewer, school.pk, Right.RUN_PROGRAMME):
        raise NotFound
    answers = kept_answers(given, live_lines(school.pk))
    with transaction.atomic():
        wait_in_line(school.pk)
        newest = newest_version(school.pk)
        if mark_of(newest) != seen:
            raise DpiaRefused(_CHANGED)
        if newest is not None and newest.approved_at is None:
            newest.answers, newest.saved_at, newest.saved_by, newest.revision = answers, now, viewer, newest.revision + 1
            newest.save(update_fields=["answers", "saved_at", "saved_by", "revision"])
        else:
            number = newest.number + 1 if newest else 1
            newest = DpiaVersion.objects.create(school=school, number=number, answers=answers, saved_at=now, saved_by=viewer)
        _audit(Action.DPIA_SAVED, newest, viewer, now)
    return newest


def approve_dpia(*, school: School, seen: str, viewer: User, now: datetime) -> DpiaVersion:
    """Approve the draft as it is, against the settings as they are now. Raises DpiaRefused where something is missing, NotFound."""
    if not has_right(viewer, school.pk, Right.CHANGE_STAGE):
        raise NotFound
    with transaction.atomic():
        wait_in_line(school.pk)
        newest, lines = newest_version(school.pk), live_lines(school.pk)
        if newest is None or newest.approved_at is not None:
            raise DpiaRefused("There is no draft to approve. Save one first.")
        if mark_of(newest) != seen:
            raise DpiaRefused(_CHANGED)
        if missing := missing_in(newest.answers, lines):
            raise DpiaRefused(f"{len(missing)} answers are missing, the first in “{missing[0].section.label}”: {missing[0].label}.")
        newest.live, newest.approved_at, newest.approved_by = [line.stored() for line in lines], now, viewer
        newest.save(update_fields=["live", "approved_at", "approved_by"])
        _audit(Action.DPIA_APPROVED, newest, viewer, now)
    return newest


def _audit(action: Action, version: DpiaVersion, viewer: User, now: datetime) -> None:
    fact = Fact(action, "dpia", (str(version.pk),), {"version": version.number, "answers": len(version.answers)})
    append(school_id=version.school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
