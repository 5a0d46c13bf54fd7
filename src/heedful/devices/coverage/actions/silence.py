"""Telling of silent devices: once for each episode, to those who can do something about it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db import IntegrityError, transaction

from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Fact
from heedful.devices.coverage.models import SilenceEpisode
from heedful.devices.coverage.rules import is_alarming
from heedful.escalation.actions import tell_people
from heedful.escalation.rules import NoticeKind
from heedful.people.models import School
from heedful.people.queries import people_with_role
from heedful.people.rules import RoleName

TOLD = (RoleName.TECHNICIAN, RoleName.DSL)
Outcome = Literal["quiet", "began", "goes on", "ended"]


def watch_silence(*, school: School, silent: int, in_use: int, now: datetime) -> Outcome:
    """Begin or end an episode of silence by these counts; its beginning tells IT and DSL, with a link to the list.

    May run twice, and at once in two workers: an open episode is one row, and one mail.
    """
    episode = _open_episode(school)
    if not is_alarming(silent=silent, in_use=in_use, is_alarmed=episode is not None):
        return _end(episode, now) if episode else "quiet"
    if episode is not None:
        return "goes on"
    try:
        with transaction.atomic():
            episode = SilenceEpisode.objects.create(school=school, started_at=now, silent=silent, in_use=in_use)
            tell_people(
                school_id=school.pk, kind=NoticeKind.DEVICES_SILENT, people=people_with_role(school.pk, *TOLD), number=silent, now=now,
                url_name="coverage_silent", url_args=(school.pk,), once_key=f"silence-{episode.pk}",
            )  # fmt: skip
            details = {"silent": silent, "in_use": in_use}
            append(school_id=school.pk, actor=SYSTEM, fact=Fact(Action.SILENCE_BEGAN, "silence", (str(episode.pk),), details), now=now)
    except IntegrityError:  # another worker began it in the same moment
        return "goes on"
    return "began"


def _open_episode(school: School) -> SilenceEpisode | None:
    return SilenceEpisode.objects.filter(school=school, ended_at=None).first()


def _end(episode: SilenceEpisode, now: datetime) -> Outcome:
    with transaction.atomic():
        if not SilenceEpisode.objects.filter(pk=episode.pk, ended_at=None).update(ended_at=now):
            return "quiet"
        append(school_id=episode.school_id, actor=SYSTEM, fact=Fact(Action.SILENCE_ENDED, "silence", (str(episode.pk),)), now=now)
    return "ended"
