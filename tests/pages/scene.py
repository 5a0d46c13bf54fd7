"""A morning at a fictional school: what the pages show in their tests and in the pictures of the documentation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from heedful.assurance.checkup import Finding
from heedful.captures.actions.decide import acknowledge_capture, close_capture, dismiss_capture, grade_capture, note_capture
from heedful.captures.models import Capture
from heedful.captures.rules import Closing, FalsePositive, Outcome
from heedful.escalation.actions import make_notices, send_notice
from heedful.escalation.models import Clock
from heedful.people.actions import add_staff, note_accounts_seen
from heedful.people.reading.actions import lock_reading
from heedful.people.roll.actions.imports import read_import
from heedful.people.roll.rules import Door
from heedful.people.rules import RoleName
from tests.pages.devices_scene import DevicesScene, set_devices_scene
from tests.personas.people import Place

URGENT = "i cant do this anymore. i want to kill myself tonight, i have written the letter"


CHECKUP = (
    Finding("key files", "well", "closed to everybody else; keep a copy apart from the database's backup"),
    Finding("database", "well", "SQLite, WAL, synced at each commit"),
    Finding("clock", "wrong", "not set by a time server; run: apt-get install systemd-timesyncd && timedatectl set-ntp on"),
    Finding("addresses", "advice", "localhost over http: good for a trial on this machine only"),
)


@dataclass(frozen=True)
class Scene:
    """Numbers of the captures that pages are opened on."""

    urgent: int
    graded: int
    closed: int
    report: int
    burst: int  # on top of a burst of four
    shared: int
    shown: int
    member: int  # a member of staff
    pupil: int
    account: int
    roll_import: int
    device: int  # with faults
    outside: int  # a device that is in no inventory
    device_list: int  # a list of devices that waits


@dataclass(frozen=True)
class Moment:
    """One capture of the morning: how many minutes ago, who (None: not known), and where."""

    ago: int
    text: str
    pupil: int | None = 0
    source: str = "typed"
    host: str = "docs.school.example"
    title: str = "Untitled document"
    before: tuple[tuple[int, str], ...] = ()
    shared: bool = False


MORNING = (
    Moment(4, URGENT, before=((210, "sorry for everything i said on friday"), (95, "you were a good friend to me"), (40, "tell my sister its not her fault"))),
    Moment(9, "hes got a knife in his bag and he said hes gonna stab liam after school", 1, host="chat.school.example", title="10B group"),
    Moment(21, "how many paracetamol does it take to die", 3, "searched", "www.google.com", "how many paracetamol - Google Search"),
    Moment(26, "he keeps asking me to send nudes and says he will leak the other ones if i dont", 2, host="chat.school.example", title="Messages"),
    Moment(34, "Please can somebody talk to me today, it is about home", 0, "report", "", ""),
    Moment(41, "ive been cutting myself again and nobody knows", None, host="journal.example", title="Journal", shared=True),
    Moment(52, "i havent eaten for three days and i still feel fat", 1),
    Moment(58, "The best ways to hide self harm scars from your parents", 3, "displayed", "forum.example", "Thread 1182"),
    Moment(66, "how to get past the school filter with a vpn", 1, "searched", "www.bing.com", "how to get past the school filter"),
    Moment(75, "kill yourself you ugly loser nobody likes you", 1, host="chat.school.example", title="8K group"),
    Moment(90, "anyone selling vapes at lunch", 3, host="chat.school.example", title="Sixth form"),
    Moment(104, "anyone selling vapes at lunch", 2), Moment(102, "anyone selling vapes at lunch", 2),
    Moment(101, "anyone selling vapes at lunch", 2), Moment(99, "anyone selling vapes at lunch", 2),
    Moment(130, "i want to die this homework is killing me lol", 1),
    Moment(150, "i hate my life and i wish i was never born", 2),
)  # fmt: skip


def set_scene(place: Place, *, now: datetime) -> Scene:
    """Store the morning's captures, send their notices, and decide on some of them."""
    numbers = [
        place.stores(
            moment.text, pupil=moment.pupil, source=moment.source, host=moment.host, title=moment.title, before=moment.before, shared=moment.shared,
            observed_at=now - timedelta(minutes=moment.ago, seconds=3), now=now - timedelta(minutes=moment.ago),
        )
        for moment in MORNING
    ]  # fmt: skip
    for clock in Clock.objects.order_by("id"):
        for notice in make_notices(clock_id=clock.pk, now=clock.started_at):
            send_notice(notice_id=notice, now=clock.started_at + timedelta(seconds=2))
    hurried = add_staff(school=place.school, email="hurried@larkfield.example", name="Alex Marlow", roles=[RoleName.BEHAVIOUR], now=now)
    lock_reading(person=hurried, reads=214, now=now - timedelta(minutes=12))
    return _decide(place, numbers, now, member=hurried.pk, devices=set_devices_scene(place, now=now))


def _decide(place: Place, numbers: list[int], now: datetime, *, member: int, devices: DevicesScene) -> Scene:
    dsl, deputy = place.staff["dsl"], place.staff["deputy"]
    acknowledge_capture(number=numbers[2], viewer=deputy, now=now - timedelta(minutes=15))
    graded, closed, dismissed = numbers[16], numbers[6], numbers[15]
    grade_capture(number=graded, grade=3, revision=_revision(graded), viewer=dsl, now=now - timedelta(minutes=120))
    note_capture(number=graded, text="Spoke with her tutor, who will see her at lunch.", viewer=dsl, now=now - timedelta(minutes=118))
    grade_capture(number=closed, grade=4, revision=_revision(closed), viewer=dsl, now=now - timedelta(minutes=45))
    closing = Closing("Met with pupil and mother; school nurse has an appointment on Thursday.", Outcome.SUPPORT_OFFERED)
    close_capture(number=closed, closing=closing, revision=_revision(closed), viewer=dsl, now=now - timedelta(minutes=20))
    dismiss_capture(
        number=dismissed, reason=FalsePositive.FIGURE_OF_SPEECH, revision=_revision(dismissed), viewer=deputy, now=now - timedelta(minutes=90)
    )
    captured = Capture.objects.get(pk=numbers[0])
    return Scene(
        urgent=numbers[0], graded=graded, closed=closed, report=numbers[4], burst=numbers[11], shared=numbers[5], shown=numbers[7], member=member,
        pupil=captured.pupil_id or 0, account=captured.account_id or 0, roll_import=_bring_roll(captured.school_id, now),
        **vars(devices),
    )  # fmt: skip


def _bring_roll(school_id: int, now: datetime) -> int:
    """A roll that came by night, of which too much would change, with rows that can't be read; and one that a device saw first."""
    rows = [
        "N1,Nia,Merrick,9,9K,nia.merrick@larkfield.example", "N2,Finn,Ashdown,11,11B,finn.ashdown@larkfield.example", "N3,,Gill,6,6P,",
        "N4,Owen,Pryce,Seven,7A,owen.pryce@larkfield.example", "N5,Saskia,Holloway,7,7A,saskia.holloway@larkfield.example",
    ]  # fmt: skip
    content = "\n".join(["source_id,given_name,family_name,year_group,tutor_group,account", *rows]).encode()
    note_accounts_seen(school_id=school_id, addresses=["guest7@larkfield.example"], now=now)
    return read_import(school_id=school_id, uploads=[("pupils.csv", content)], door=Door.FOLDER, now=now - timedelta(hours=6)).pk


def _revision(number: int) -> int:
    return Capture.objects.get(pk=number).revision
