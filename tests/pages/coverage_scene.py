"""An inventory, a roll and a term of tests at the fictional school: what the pages of coverage show in their tests and pictures."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from heedful.devices.coverage.actions.phrase import prove_sighting, start_phrase_test
from heedful.devices.coverage.models import SelfTest
from heedful.devices.coverage.queries.matrix import group_names
from heedful.devices.models import AccountDay, Device, Profile, TestSighting
from heedful.people.actions import NewAccount, NewPupil, add_accounts, add_pupils
from heedful.people.models import Account, Group, User
from tests.personas.people import Place

YEARS = {7: ("7A", "7B"), 8: ("8K",), 9: ("9A", "9B")}
SITES = ("Main building", "Sixth form centre")


def set_coverage(place: Place, *, now: datetime) -> None:
    """Devices that read, are silent, dark, away and never seen; pupils seen and not; tests by a tester and by somebody."""
    accounts = _roll(place, now)
    groups = {group.name: group for group in Group.objects.filter(school=place.school)}
    books = [_device(place, "chromebook", SITES[0], groups["8K"] if number < 10 else groups["7A"], number, now) for number in range(22)]
    rooms = [_device(place, "windows", SITES[1], None, 100 + number, now) for number in range(12)]
    for number in range(4):
        _device(place, "ipad", SITES[0], None, 200 + number, now)
    profiles = [_install(place, device, now - timedelta(minutes=3 * number + 1)) for number, device in enumerate(books[:20])]
    for number, device in enumerate(rooms):
        is_dark, is_silent = number < 2, 2 <= number < 6
        seen_at = now - timedelta(days=6, hours=2) if is_silent else now - timedelta(minutes=20)
        _install(place, device, seen_at, read_at=now - timedelta(days=8) if is_dark else seen_at)
    for number, account in enumerate(accounts):
        quiet = account.pupil is not None and account.pupil.year_group == 9
        day = (now - timedelta(days=9 if quiet else number % 3)).date()
        AccountDay.objects.create(
            school=place.school, profile=profiles[number % len(profiles)], account=account, day=day, lines_read=40 + number
        )
    _tests(place, profiles, accounts, now)
    stray = Account.objects.create(school=place.school, address="visitor.account@larkfield.example", first_seen_at=now, last_seen_at=now)
    AccountDay.objects.create(school=place.school, profile=profiles[0], account=stray, day=now.date(), lines_read=3)
    steps = [{"name": name, "passed": True, "found": "as it should be"} for name in ("Enrolment", "Policy", "Library")]
    SelfTest.objects.create(
        school=place.school,
        due_key="first",
        started_at=now - timedelta(days=2),
        finished_at=now - timedelta(days=2),
        passed=True,
        steps=steps,
    )


def _roll(place: Place, now: datetime) -> list[Account]:
    rows = [
        NewPupil(f"Pupil{number}", form, year, form, (f"Year {year}", form))
        for year, forms in YEARS.items()
        for form in forms
        for number in range(6)
    ]
    pupils = add_pupils(place.school, rows, now=now)
    return add_accounts(
        place.school, [NewAccount(f"{p.given_name}.{p.family_name}@larkfield.example", pupil=p) for p in pupils[:-2]], now=now
    )


def _device(place: Place, kind: str, site: str, group: Group | None, number: int, now: datetime) -> Device:
    listed = now - timedelta(days=60)
    return Device.objects.create(
        school=place.school, kind=kind, label=f"LARK-{number:03d}", serial=f"SN{number:05d}", site=site, group=group, listed_from="csv",
        listed_at=listed, added_at=listed,
    )  # fmt: skip


def _install(place: Place, device: Device, seen_at: datetime, *, read_at: datetime | None = None) -> Profile:
    return Profile.objects.create(
        school=place.school, device=device, public_key=bytes(32), os="ChromeOS", browser="Chrome 156", agent_version="0.1.0", bundle_version="1",
        enrolled_at=seen_at - timedelta(days=30), last_seen_at=seen_at, heartbeat_at=seen_at, lines_told_at=seen_at, lines_read_at=read_at or seen_at,
        forced=True,
    )  # fmt: skip


def _tests(place: Place, profiles: list[Profile], accounts: list[Account], now: datetime) -> None:
    tester: User = place.staff["technician"]
    names = group_names(place.school)
    by_form = {account.pupil.tutor_group: account for account in accounts if account.pupil}
    start_phrase_test(
        school_id=place.school.pk, group="8K", kind="chromebook", known_groups=names, viewer=tester, now=now - timedelta(minutes=20)
    )
    answer_phrase(profiles[0], by_form["8K"], now - timedelta(minutes=12))
    answer_phrase(profiles[15], by_form["7A"], now - timedelta(days=2))


def answer_phrase(profile: Profile, account: Account | None, at: datetime) -> None:
    """The phrase came through from this profile and account, as the gateway would keep it."""
    sighting = TestSighting.objects.create(id=uuid4(), profile=profile, account=account, observed_at=at, arrived_at=at)
    prove_sighting(sighting)
