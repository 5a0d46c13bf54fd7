"""Two weeks of the demo's pilot: lines through the real matcher, captures stored and decided by the real actions at their moments."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from heedful.captures.actions.decide import close_capture, dismiss_capture, grade_capture, note_capture
from heedful.captures.actions.store import Incoming, store_captures
from heedful.captures.models import Capture
from heedful.captures.queries.opened import open_capture
from heedful.captures.rules import Closing, FalsePositive, FirstLook, Outcome
from heedful.captures.sealing import Content
from heedful.demo.actions.pilot import LEAD_SEES_ALL, DemoPilot
from heedful.demo.replay import Line
from heedful.demo.school import SEED, DemoSchool
from heedful.detection.bundle import Bundle
from heedful.detection.engine import assess
from heedful.detection.values import Observation
from heedful.devices.models import Profile
from heedful.people.models import Account, User
from heedful.people.queries import find_accounts
from heedful.thresholds.rules import Route

CAPTURED_FROM = 2
A_DAY = {True: 6, False: 7}  # lines that worry somebody, by whether the lead sees all
SHORT_DAY = 600  # a demo with shorter days, as tests start it, has one such line a day
SCHOOL_DAY = timedelta(hours=6)
# Minutes until somebody looks, as the median; what is serious is looked at within the quarter of an hour that its clock gives.
LOOKS_AFTER = {True: 75.0, False: 32.0}
FALSE_POSITIVES_OF_TEN = {True: {2: 6, 3: 3}, False: {2: 4, 3: 2}}
REASONS = (FalsePositive.FIGURE_OF_SPEECH, FalsePositive.GAME, FalsePositive.SCHOOLWORK, FalsePositive.FICTION)
NOTES = ("Spoke with the tutor, who will keep an eye on things.", "Seen at break; all well now.", "Known already, see the meeting of last week.")
DONE = {4: ("Met with the pupil and a parent; the nurse has an appointment on Thursday.", Outcome.SUPPORT_OFFERED), 5: ("Stayed with the pupil until the family came; referred the same day.", Outcome.SUPPORT_OFFERED)}


def profiles_of(school: DemoSchool) -> list[Profile]:
    """Some of the school's devices: what the lines of the weeks were written on."""
    rows = Profile.objects.filter(school=school.school, device__isnull=False)
    return list(rows.select_related("school").order_by("enrolled_at", "pk")[:60])


@dataclass
class Weeks:
    """Fills the school days from the pilot's first to yesterday. The same every time."""

    school: DemoSchool
    pilot: DemoPilot
    bundle: Bundle
    profiles: list[Profile]
    lines: list[Line]
    now: datetime
    is_short: bool = False
    captures: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(SEED + 7))  # noqa: S311 - a repeatable demo, not a secret

    def run(self, *, say: Callable[[str], None]) -> None:
        """Each day is one transaction: nobody else writes yet, and the disk is asked once."""
        accounts = find_accounts(self.school.school.pk, set(self.school.addresses))
        worrying = [line for line in self.lines if line.is_worrying]
        self.dice.shuffle(worrying)
        day, today = self.pilot.starts_at, timezone.localdate(self.now)
        while timezone.localdate(day) < today:
            if day.weekday() < 5:
                with transaction.atomic():
                    for name, pupils in self.pilot.pupils.items():
                        self._day(day, name == LEAD_SEES_ALL, [accounts[self.school.addresses[place]] for place in pupils], worrying)
            day += timedelta(days=1)
        say(f"two weeks of the pilot: {self.captures} captures")

    def _day(self, day: datetime, is_lead: bool, accounts: list[Account], worrying: list[Line]) -> None:
        moments = sorted(day + SCHOOL_DAY * (0.15 + 0.8 * self.dice.random()) for _ in range(1 if self.is_short else A_DAY[is_lead]))
        for moment in moments:
            line = worrying.pop()
            worrying.insert(0, line)  # when all were used, they come again
            number = self._store(moment, line, self.dice.choice(accounts))
            if number is not None:
                self._handle(number, is_lead, moment)

    def _store(self, moment: datetime, line: Line, account: Account) -> int | None:
        """One line on a device: matched there, and stored if it leaves. None where it stays."""
        assert account.pupil
        found = assess(Observation(line.text, source=line.source), age_band=account.pupil.age_band, bundle=self.bundle)  # type: ignore[arg-type]
        if not found.leaves_device(CAPTURED_FROM):
            return None
        capture_id = UUID(int=self.dice.getrandbits(128), version=4)
        url = f"https://{line.host}/" if line.host else ""
        incoming = Incoming(
            capture_id=capture_id, observed_at=moment, source=line.source, app="browser", host=line.host, account=account,
            content=Content(line.text, line.title, url, account.address, ()), identity_confidence="certain", identity_how="profile",
            device_bundle_version=self.bundle.version,
        )  # fmt: skip
        profile = self.profiles[account.pk % len(self.profiles)]
        store_captures(profile=profile, incoming=[incoming], now=moment + timedelta(seconds=2), in_transaction=lambda: None)
        self.captures += 1
        return Capture.objects.values_list("pk", flat=True).get(school=self.school.school, capture_id=capture_id)

    def _handle(self, number: int, is_lead: bool, moment: datetime) -> None:
        """Somebody opens it, decides, and sometimes notes and closes it. What is on record only nobody opens."""
        row = Capture.objects.get(pk=number)
        if row.route == Route.RECORD_ONLY:
            return
        viewer = self._reader(row)
        minutes = 3 + 9 * self.dice.random() if row.severity >= 4 else LOOKS_AFTER[is_lead] * self.dice.lognormvariate(0, 0.7)
        opened = moment + timedelta(minutes=minutes)
        if opened > self.now - timedelta(minutes=30):
            return
        open_capture(viewer, number, now=opened)
        decided = opened + timedelta(minutes=1 + 4 * self.dice.random() + (1.5 if is_lead else 0))
        if self.dice.randrange(10) < FALSE_POSITIVES_OF_TEN[is_lead].get(row.severity, 0):
            reason = self.dice.choice(REASONS)
            dismiss_capture(number=number, reason=reason, revision=row.revision, viewer=viewer, now=decided)
            return
        grade = max(1, min(5, row.severity + self.dice.choice((-1, 0, 0, 0, 1 if row.severity < 4 else 0))))
        graded = grade_capture(number=number, grade=grade, revision=row.revision, viewer=viewer, now=decided)
        if graded.acknowledged_at is None:  # the pastoral team sent it up: it waits for the lead anew
            self._take_over(graded, decided)
            return
        if self.dice.randrange(4) == 0:
            note_capture(number=number, text=self.dice.choice(NOTES), viewer=viewer, now=decided + timedelta(minutes=1))
        if self.dice.randrange(10) < 8:
            action, outcome = DONE.get(grade, ("", Outcome.SPOKE_WITH_PUPIL if grade > 1 else Outcome.NO_FURTHER_ACTION))
            closing = Closing(action, outcome)
            close_capture(number=number, closing=closing, revision=graded.revision, viewer=viewer, now=decided + timedelta(minutes=2))

    def _reader(self, row: Capture) -> User:
        """The pastoral team where it looks first; else the lead, or the deputy on two days of five."""
        if row.first_look == FirstLook.PASTORAL or (row.route == Route.BEHAVIOUR and row.pk % 3 == 0):
            return self.school.staff["behaviour"]
        return self.school.staff["deputy" if row.arrived_at.weekday() in {1, 3} else "dsl"]

    def _take_over(self, row: Capture, sent_up: datetime) -> None:
        """The lead reads what came up, and closes it."""
        dsl, opened = self.school.staff["dsl"], sent_up + timedelta(minutes=12 + 30 * self.dice.random())
        if opened > self.now - timedelta(hours=20):
            return
        open_capture(dsl, row.pk, now=opened)
        action, outcome = DONE.get(row.grade or 1, ("", Outcome.SUPPORT_OFFERED))
        closed = opened + timedelta(minutes=3)
        close_capture(number=row.pk, closing=Closing(action, outcome), revision=row.revision, viewer=dsl, now=closed)
