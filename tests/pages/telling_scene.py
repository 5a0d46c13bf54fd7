"""A school that is telling everybody: some have confirmed, one notice is no longer true, some are to be handed out; its DPIA needs another look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from heedful.assurance.dpia.actions import approve_dpia, save_dpia
from heedful.assurance.dpia.actions import mark_of as dpia_mark_of
from heedful.assurance.dpia.queries import live_lines, newest_version
from heedful.assurance.dpia.questions import questions_of
from heedful.people.actions import change_school
from heedful.people.defaults import UK_HELP_LINES
from heedful.programme.communication import actions, queries
from heedful.programme.communication.models import Message
from heedful.programme.communication.rules import How
from heedful.programme.communication.texts import TextKey, Words
from tests.personas.people import Place

CONFIRMED = ("dsl", "deputy", "technician", "head")
WEEK = [{"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "17:00"}]


@dataclass(frozen=True)
class TellingScene:
    """The school whose pages are opened."""

    told_school: int


def set_telling(place: Place, *, now: datetime) -> TellingScene:
    """Publish, confirm, hand out, announce; then change a setting."""
    school, dsl = place.school, place.staff["dsl"]
    change_school(school, reason="The charities' own numbers", now=now, help_lines=UK_HELP_LINES, next_read="A member of staff reads these on school days, by 4 pm.")
    _assess(place, now - timedelta(days=9))
    for key, days in ((TextKey.STAFF, 12), (TextKey.PARENTS, 8), (TextKey.LEADS, 12), (TextKey.PUPILS_KS2, 2)):
        _publish(place, key, now - timedelta(days=days))
    notice = Message.objects.get(school=school, text_key=TextKey.STAFF)
    for who in CONFIRMED:
        actions.acknowledge(message_id=notice.pk, viewer=place.staff[who], now=now - timedelta(days=3))
    item = next(row for row in queries.open_hand_outs(school.pk) if row.version.key is TextKey.PARENTS)
    given_on = timezone.localdate(now - timedelta(days=7))
    actions.mark_handed_out(hand_out_id=item.pk, school_id=school.pk, given_on=given_on, how=How.MAIL, note="All families, by the office", viewer=dsl, now=now)
    words = Words("Heedful at {school}: for governors", "{school} uses Heedful.\n\n## What is kept\n- False alarms for {kept_nothing}.")
    actions.save_text(school=school, key=TextKey.GOVERNORS, words=words, seen="ready", viewer=dsl, now=now)
    actions.announce(school=school, key=TextKey.LAUNCH_MOVED, by=dsl, now=now - timedelta(hours=3))
    change_school(school, reason="Not in the evening", now=now, hours=WEEK)
    school.refresh_from_db()
    return TellingScene(school.pk)


def _publish(place: Place, key: TextKey, now: datetime) -> None:
    seen = actions.mark_of(queries.newest_version(place.school.pk, key))
    actions.publish_text(school=place.school, key=key, asks=True, seen=seen, viewer=place.staff["dsl"], now=now)


def _assess(place: Place, now: datetime) -> None:
    given = {}
    for question in questions_of(live_lines(place.school.pk)):
        given[question.key] = question.choices[1][0] if question.choices else "2026-10-05" if question.is_date else question.offered or "Agreed in the working group."
    save_dpia(school=place.school, given=given, seen="new", viewer=place.staff["deputy"], now=now)
    approve_dpia(school=place.school, seen=dpia_mark_of(newest_version(place.school.pk)), viewer=place.staff["head"], now=now)
