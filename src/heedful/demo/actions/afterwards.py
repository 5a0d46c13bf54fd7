"""What people made of the demo's two weeks: second looks, the weekly samples, ratings, the system before, and the notices that were sent."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from heedful.captures.models import Capture
from heedful.captures.second_look.actions import draw_weekly_samples, give_second_grade, judge_left
from heedful.captures.second_look.models import SecondLook
from heedful.captures.second_look.queries import waiting_looks
from heedful.captures.second_look.rules import LookKind, week_of
from heedful.demo.actions.pilot import LEAD_SEES_ALL, PASTORAL_FIRST, DemoPilot
from heedful.demo.school import SEED, DemoSchool
from heedful.escalation.actions import make_notices, send_notice
from heedful.escalation.models import Clock, Notice
from heedful.programme.pilot.measures.actions import rate_approach
from heedful.programme.pilot.measures.queries import approaches_to_rate
from heedful.programme.pilot.parallel.actions import import_alerts, read_columns, set_columns, set_minutes
from heedful.web.spreadsheet import csv_of

RATINGS = (
    ("dsl", LEAD_SEES_ALL, 3, "I see everything, and the mornings are full."),
    ("deputy", LEAD_SEES_ALL, 2, "Too much of it is nothing."),
    ("behaviour", LEAD_SEES_ALL, 3, "We hear of things a day later than we could."),
    ("dsl", PASTORAL_FIRST, 4, "I trust it more each week."),
    ("deputy", PASTORAL_FIRST, 4, "Fewer reach us, and they are the right ones."),
    ("behaviour", PASTORAL_FIRST, 5, "We talk with pupils the same day."),
)
SYSTEM = "OldWatch"
LEFT_FOR_LATER = 3  # of the samples, so that the page of second looks has something on it
MINUTES = (210, 185)
HEADER = ("Alert time", "User", "Category")


def look_back(school: DemoSchool, pilot: DemoPilot, *, now: datetime) -> None:
    """Everything that came after the decisions, in one transaction: nobody else writes yet."""
    dice = random.Random(SEED + 11)  # noqa: S311 - a repeatable demo
    with transaction.atomic():
        _grade_again(school, dice, now)
        draw_weekly_samples(now=now - timedelta(hours=4))
        _look_over(school, dice, now)
        numbers = {name: number for number, name in approaches_to_rate(school.school.pk)}
        for key, name, stars, sentence in RATINGS:
            moment = now - timedelta(days=2, minutes=7 * stars)
            rate_approach(school=school.school, approach_id=numbers[name], stars=stars, sentence=sentence, viewer=school.staff[key], now=moment)
        _run_beside(school, pilot, dice, now)


def send_what_was_due(*, now: datetime) -> int:
    """Write and send the notices of the two weeks as they were due, so that the outbox is whole before anybody looks. Returns how many."""
    for clock in Clock.objects.filter(notify_at__isnull=False, started_at__lt=now - timedelta(hours=1)).order_by("id"):
        make_notices(clock_id=clock.pk, now=clock.started_at)
    waiting = list(Notice.objects.filter(send_at__lt=now).order_by("id").values_list("pk", "send_at"))
    return sum(send_notice(notice_id=pk, now=send_at + timedelta(seconds=1)) for pk, send_at in waiting)


def _grade_again(school: DemoSchool, dice: random.Random, now: datetime) -> None:
    """Most agree; some differ by one. Who graded it first never grades it again."""
    for key in ("deputy", "dsl"):
        for look in waiting_looks(school.staff[key]):
            if look.kind != LookKind.GRADE:
                continue
            row = Capture.objects.get(second_looks=look.id)
            first = row.grade or 0
            second = max(0, min(5, first + dice.choice((0, 0, 0, 0, 0, -1, 1)))) if first < 4 else first
            give_second_grade(look_id=look.id, grade=min(second, 3) if first < 4 else first, viewer=school.staff[key], now=now - timedelta(days=1))


def _look_over(school: DemoSchool, dice: random.Random, now: datetime) -> None:
    """Nearly all was rightly left; what was not is more often of what an approach did not show."""
    left = [look for look in waiting_looks(school.staff["deputy"]) if look.kind == LookKind.LEFT]
    for look in left[: max(0, len(left) - LEFT_FOR_LATER)]:
        row = SecondLook.objects.select_related("capture").get(pk=look.id).capture
        was_hidden = row is not None and row.suggested_route != row.route
        judge_left(look_id=look.id, was_right=dice.randrange(10) >= (2 if was_hidden else 1), viewer=school.staff["deputy"], now=now - timedelta(hours=3))


def _run_beside(school: DemoSchool, pilot: DemoPilot, dice: random.Random, now: datetime) -> None:
    """An export of the system before: it saw two of three captures, and some that Heedful did not; a few of nobody's account."""
    seen = Capture.objects.filter(school=school.school, account__isnull=False).select_related("account").order_by("pk")
    rows = [(row.observed_at + timedelta(minutes=dice.randrange(6)), row.account.address, dice.choice(("Bullying", "Self-harm", "Adult", "Drugs"))) for row in seen if row.account and dice.randrange(3)]
    inside, outside = sorted(pilot.everybody), [place for place in range(len(school.addresses)) if place not in pilot.everybody]
    for places, count in ((inside, 17), (outside, 31)):
        rows += [(_moment(pilot, dice, now), school.addresses[dice.choice(places)], dice.choice(("Gambling", "Adult", "Proxy"))) for _ in range(count)]
    rows += [(_moment(pilot, dice, now), f"visitor{n}@elsewhere.example", "Proxy") for n in range(3)]
    content = _export(rows)
    dsl, moment = school.staff["dsl"], now - timedelta(hours=2)
    read_columns(school=school.school, system=SYSTEM, content=content, viewer=dsl, now=moment)
    chosen = {"time": HEADER[0], "account": HEADER[1], "category": HEADER[2], "order": "day_first"}
    set_columns(school=school.school, chosen=chosen, viewer=dsl, now=moment)
    import_alerts(school=school.school, content=content, viewer=dsl, now=moment)
    for place, minutes in enumerate(MINUTES):
        set_minutes(school=school.school, week=week_of(pilot.starts_at) + timedelta(weeks=place), minutes=minutes, viewer=dsl, now=moment)


def _moment(pilot: DemoPilot, dice: random.Random, now: datetime) -> datetime:
    days = max(1, (now - pilot.starts_at).days)
    return pilot.starts_at + timedelta(days=dice.randrange(days), minutes=dice.randrange(60, 400))


def _export(rows: Sequence[tuple[datetime, str, str]]) -> bytes:
    return csv_of(HEADER, [(f"{timezone.localtime(at):%d/%m/%Y %H:%M:%S}", account, category) for at, account, category in sorted(rows)])
