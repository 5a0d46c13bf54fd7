"""What the programme needs of those who keep the data: deletions that run, a backup that was restored, a phrase that was seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from heedful.assurance.keeping.queries import last_restore, night_ran_at
from heedful.devices.coverage.queries.proofs import unproved_since
from heedful.people.queries import school_by_number
from heedful.people.rules import Stage
from heedful.programme.needs import Found, Need, State
from heedful.programme.steps import Step

NIGHT_WITHIN = timedelta(hours=48)
# A term: as often as docs/backup.md asks for a try.
RESTORED_WITHIN = timedelta(days=120)
PHRASE_WITHIN = timedelta(days=31)


def _retention(school_id: int, now: datetime) -> Found:
    ran, url = night_ran_at(), reverse("retention")
    if ran is None:
        return Found(State.OPEN, "The night's deletions have never run. They need the worker: ask your technician whether it runs.", url)
    if ran < now - NIGHT_WITHIN:
        return Found(State.OPEN, f"The night's deletions last ran on {timezone.localdate(ran):%-d %B}. Ask your technician whether the worker runs.", url)
    return Found(State.MET, f"The night's deletions ran on {timezone.localdate(ran):%-d %B}.", url)


def _restored(school_id: int, now: datetime) -> Found:
    tried, url = last_restore(), reverse("backups")
    if tried is None:
        return Found(State.OPEN, "No backup was ever restored for a try. A backup that was never restored is a hope.", url)
    if tried < now - RESTORED_WITHIN:
        return Found(State.OPEN, f"A backup was last restored on {timezone.localdate(tried):%-d %B %Y}. Try one each term.", url)
    return Found(State.MET, f"A backup was restored and checked on {timezone.localdate(tried):%-d %B %Y}.", url)


def _phrase(school_id: int, now: datetime) -> Found:
    school, url = school_by_number(school_id), reverse("phrase_tests")
    if school is None:
        return Found(State.OPEN, "There is no such school.")
    missing = unproved_since(school, since=now - PHRASE_WITHIN)
    if missing.nothing_to_prove:
        return Found(State.OPEN, "There is no group and no site yet that could be tested: bring the roll and the inventory.", url)
    parts = [(missing.groups, "group"), (missing.sites, "site")]
    said = [f"{len(names)} {word}{'s' if len(names) > 1 else ''} ({', '.join(names[:3])}{' …' if len(names) > 3 else ''})" for names, word in parts if names]
    if said:
        return Found(State.OPEN, f"The test phrase was not seen this month from {' and '.join(said)}.", url)
    return Found(State.MET, "The test phrase was seen this month from every group and every site.", url)


NEEDS: tuple[Need, ...] = (
    Need("retention_runs", Step.BEFORE, "The night's deletions run", 0.25, _retention, frozenset({Stage.PILOT, Stage.LIVE})),
    Need("backup_restored", Step.BEFORE, "One backup was restored", 0.5, _restored, frozenset({Stage.PILOT, Stage.LIVE})),
    Need("phrase_seen", Step.LAUNCH, "The test phrase was seen from every site and group this month", 1.0, _phrase, frozenset({Stage.LIVE})),
)
