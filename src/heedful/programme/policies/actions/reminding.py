"""Telling people that a policy's review comes: thirty days and seven days before, and once it is past."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from heedful.escalation.actions import tell_people
from heedful.escalation.rules import NoticeKind
from heedful.people.models import User
from heedful.people.queries import people_with_role
from heedful.people.rules import RoleName
from heedful.programme.policies.models import Policy
from heedful.programme.policies.rules import TOLD_DAYS_BEFORE, told_stage


def remind_of_reviews(*, now: datetime) -> int:
    """Tell each policy's owner, the lead and the head, once for each stage. Returns of how many policies. Bears being run twice."""
    today, told = timezone.localdate(now), 0
    soon = Policy.objects.filter(withdrawn_at=None, next_review_on__lte=today + timedelta(days=TOLD_DAYS_BEFORE[0]))
    for policy in soon.exclude(told_stage__gte=len(TOLD_DAYS_BEFORE)).select_related("owner").order_by("pk"):
        stage = told_stage(policy.next_review_on, today)
        with transaction.atomic():
            if not Policy.objects.filter(pk=policy.pk, told_stage__lt=stage, next_review_on=policy.next_review_on).update(told_stage=stage):
                continue
            tell_people(
                school_id=policy.school_id, kind=NoticeKind.POLICY_REVIEW, people=_who(policy), now=now, number=policy.pk, url_name="policy",
                url_args=(policy.school_id, policy.pk), once_key=f"{policy.pk}-{policy.next_review_on}-{stage}",
            )  # fmt: skip
            told += 1
    return told


def _who(policy: Policy) -> list[User]:
    people = people_with_role(policy.school_id, RoleName.DSL, RoleName.HEAD)
    return people + ([policy.owner] if policy.owner and policy.owner not in people else [])
