"""Telling the safeguarding leads that a capture waits for them: number, severity and a link."""

from __future__ import annotations

from datetime import datetime

from heedful.captures.actions.store import PAGE_URL_NAME
from heedful.captures.models import Capture
from heedful.escalation.actions import tell_people
from heedful.escalation.rules import NoticeKind
from heedful.people.models import Bar
from heedful.people.queries import people_with_role
from heedful.people.rules import RoleName


def tell_leads(capture: Capture, *, severity: int, now: datetime, kind: NoticeKind = NoticeKind.CAPTURE_PASSED) -> None:
    """Tell the lead and the deputies who may see this pupil. Call it in the transaction of what makes it wait."""
    barred = set(Bar.objects.filter(pupil_id=capture.pupil_id).values_list("user_id", flat=True)) if capture.pupil_id else set()
    leads = [person for person in people_with_role(capture.school_id, RoleName.DSL, RoleName.DEPUTY) if person.pk not in barred]
    tell_people(
        school_id=capture.school_id, kind=kind, people=leads, now=now, number=capture.pk, severity=severity,
        url_name=PAGE_URL_NAME, url_args=(capture.pk,),
    )  # fmt: skip
