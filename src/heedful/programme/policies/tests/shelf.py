"""A register with something in it: what the tests of the actions and pages begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from heedful.people.models import User
from heedful.programme.policies.actions.linking import link_section
from heedful.programme.policies.actions.register import Approval, Facts, Upload, add_policy, add_version
from heedful.programme.policies.models import Policy, PolicyLink, PolicySection
from heedful.programme.policies.rules import Kind, Target

TEXT = b"# Behaviour policy\n\nBe kind.\n\n## Bullying\n\nWe stop it the same day.\n\n## Phones\n\nThey stay in bags.\n"
CHANGED = b"# Behaviour policy\n\nBe kind.\n\n## 3 Bullying\n\nWe stop it within the hour.\n\n## Phones\n\nThey stay in bags.\n"


def facts(*kinds: Kind, owner: User | None = None, review: date = date(2027, 9, 1), title: str = "Behaviour policy") -> Facts:
    return Facts(title, kinds or (Kind.BEHAVIOUR,), owner.pk if owner else None, review)


def approval(label: str = "September 2026", on: date = date(2026, 9, 1)) -> Approval:
    return Approval(label, "Governing body", on)


def put(school_id: int, viewer: User, now: datetime, *kinds: Kind, text: bytes = TEXT, review: date = date(2027, 9, 1), title: str = "Behaviour policy") -> Policy:
    """A Markdown policy in the register."""
    return add_policy(
        school_id=school_id, facts=facts(*kinds, review=review, title=title), approval=approval(), source=Upload("policy.md", text), viewer=viewer, now=now
    )


def renewed(policy: Policy, viewer: User, now: datetime, *, text: bytes = CHANGED) -> None:
    add_version(
        policy_id=policy.pk, approval=replace(approval("October 2026"), approved_on=date(2026, 10, 1)), next_review_on=date(2027, 10, 1),
        source=Upload("policy.md", text), viewer=viewer, now=now + timedelta(minutes=1),
    )  # fmt: skip


def section(policy: Policy, title: str, *, number: int = 1) -> PolicySection:
    return PolicySection.objects.get(version__policy=policy, version__number=number, title=title)


def linked(policy: Policy, title: str, viewer: User, now: datetime, **target: object) -> PolicyLink:
    wanted = Target(**(target or {"theme": "bullying"}))  # type: ignore[arg-type]
    return link_section(school_id=policy.school_id, section_id=section(policy, title).pk, target=wanted, viewer=viewer, now=now)
