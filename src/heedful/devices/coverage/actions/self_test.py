"""The rows of the self-test: claimed once for each occasion, finished with what was found, told when it failed. Who runs it stands higher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Fact
from heedful.devices.actions import make_token
from heedful.devices.coverage.health import SELF_TEST_DEAD_AFTER
from heedful.devices.coverage.models import SelfTest
from heedful.devices.models import EnrolmentToken, Profile
from heedful.devices.rules import TokenKind
from heedful.escalation.actions import tell_people
from heedful.escalation.rules import NoticeKind
from heedful.people.models import School
from heedful.people.queries import people_with_role
from heedful.people.rules import RoleName

TOLD = (RoleName.TECHNICIAN, RoleName.DSL)
TOKEN_DAYS = 1


@dataclass(frozen=True)
class Step:
    """One thing that the self-test did: whether it went as it should, and what was found, in words for a technician."""

    name: str
    passed: bool
    found: str
    tried: bool = True


def claim_self_test(*, school: School, due_key: str, now: datetime) -> SelfTest | None:
    """The row of this run; None where another worker has claimed the occasion. An empty `due_key` is a run by hand."""
    try:
        with transaction.atomic():
            return SelfTest.objects.create(school=school, due_key=due_key, started_at=now)
    except IntegrityError:
        return None


def make_self_test_token(*, school: School, now: datetime) -> str:
    """A token for one use by the self-test; what enrols by it is no device of the school."""
    _, token = make_token(
        school_id=school.pk, kind=TokenKind.SELF_TEST, label="Self-test", uses=1, valid_for_days=TOKEN_DAYS, made_by=None, now=now
    )
    return token


def finish_self_test(*, test: SelfTest, steps: Sequence[Step], now: datetime) -> bool:
    """Keep what was found, clear the synthetic device away, and tell IT and DSL where a step failed. Returns whether all passed."""
    failed = [step.name for step in steps if step.tried and not step.passed]
    passed = bool(steps) and all(step.passed for step in steps)
    with transaction.atomic():
        if not SelfTest.objects.filter(pk=test.pk, finished_at=None).update(
            finished_at=now, passed=passed, steps=[asdict(step) for step in steps]
        ):
            return passed
        _forget_synthetic_devices(test, now)
        if not passed:
            tell_people(
                school_id=test.school_id, kind=NoticeKind.SELF_TEST_FAILED, people=people_with_role(test.school_id, *TOLD), now=now,
                url_name="coverage_of_school", url_args=(test.school_id,), once_key=_occasion(failed, now),
            )  # fmt: skip
        details = {"passed": passed, "failed_steps": failed}
        append(school_id=test.school_id, actor=SYSTEM, fact=Fact(Action.SELF_TESTED, "self_test", (str(test.pk),), details), now=now)
    return passed


def _occasion(failed: Sequence[str], now: datetime) -> str:
    """The same fault is told once a week, however often it is tried; another one at once."""
    year, week, _ = now.isocalendar()
    return f"self-test-{year}-{week}-{','.join(failed)}"[:120]


def _forget_synthetic_devices(test: SelfTest, now: datetime) -> None:
    """Delete what this run enrolled, with its answer to the phrase and its token, and what runs that died have left. Not another's that runs now."""
    is_over = Q(made_at=test.started_at) | Q(made_at__lt=now - SELF_TEST_DEAD_AFTER)
    tokens = EnrolmentToken.objects.filter(is_over, school_id=test.school_id, kind=TokenKind.SELF_TEST)
    Profile.objects.filter(token__in=tokens).delete()
    tokens.delete()
