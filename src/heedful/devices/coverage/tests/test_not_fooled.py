"""Ways in which coverage could look better than it is, each tried through the real door or on real rows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from heedful.demo.device import uuid7
from heedful.devices.coverage.actions.phrase import set_terms, start_phrase_test
from heedful.devices.coverage.days import TermsRefused, default_terms
from heedful.devices.coverage.models import PhraseProof, PhraseTest, SchoolTerm
from heedful.devices.coverage.phrase import PhraseTestRefused
from heedful.devices.coverage.queries.matrix import group_names, matrix_for
from heedful.devices.coverage.queries.page import CoveragePage, coverage_of
from heedful.devices.coverage.queries.people import Trouble
from heedful.devices.models import Device, Profile
from heedful.people.actions import NewAccount, NewPupil, add_accounts, add_pupils, add_staff, create_group
from heedful.people.models import Account, Group, Pupil, School, User
from heedful.people.rules import NotFound, RoleName, Stage
from tests.harness.westbrook import InProcessDevice, Westbrook

MACHINE = "SN-0042"


@pytest.fixture
def technician(westbrook: Westbrook) -> User:
    return add_staff(
        school=westbrook.school, email="it@westbrook.example", name="Sam Whitlock", roles=[RoleName.TECHNICIAN], now=timezone.now()
    )


def listed(westbrook: Westbrook, machine_id: str = MACHINE, **changes: Any) -> Device:
    """A device of the inventory, listed two months ago."""
    at = timezone.now() - timedelta(days=60)
    made = {
        "kind": "windows",
        "label": machine_id,
        "machine_id": machine_id,
        "serial": machine_id,
        "listed_from": "csv",
        "site": "Main building",
    }
    return Device.objects.create(school=westbrook.school, listed_at=at, added_at=at, **(made | changes))


def enrolled(westbrook: Westbrook, machine_id: str = MACHINE) -> InProcessDevice:
    """Enrol through the real door, saying which machine it is."""
    device = InProcessDevice(server_url="")
    document = {
        "token": westbrook.token(), "public_key": device_key(device), "machine_id": machine_id,
        "platform": {"os": "Windows", "browser": "Edge", "browser_version": "156", "agent_version": "0.1.0"},
    }  # fmt: skip
    answer = device._send("POST", "/device/v1/enrol", json.dumps(document).encode(), device="enrol", sequence=0)
    assert answer.status == 201, answer.body
    device.device_id = answer.document()["device_id"]
    return device


def device_key(device: InProcessDevice) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    from heedful.gateway.signing import to_base64url

    return to_base64url(device.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def beats(
    device: InProcessDevice, *, account: str = "", typed_at: datetime | None = None, clock_ahead: timedelta = timedelta(0), **changes: Any
) -> None:
    """A heartbeat; with `typed_at` an answer to the test phrase comes with it, in the device's own time."""
    now = datetime.now(UTC)
    name = {"name": account, "identity_confidence": "certain" if account else "unknown", "how": "profile" if account else "none"}
    beat: dict[str, Any] = {
        "agent_version": "0.1.0", "bundle_version": "b1", "policy_version": "p1", "device_time": (now + clock_ahead).isoformat(timespec="milliseconds"),
        "spool": {"captures": 0, "bytes": 0, "set_aside": 0, "lost_pictures": 0, "lost_captures": 0}, "account": name, "lines_read": 5,
    }  # fmt: skip
    if typed_at is not None:
        observed = (typed_at + clock_ahead).isoformat(timespec="milliseconds")
        beat["tests"] = [{"id": uuid7(int(now.timestamp() * 1000)), "observed_at": observed, "account": name}]
    answer = device.request("POST", "/device/v1/heartbeat", json.dumps(beat | changes).encode())
    assert answer.status == 200, answer.body


def page(westbrook: Westbrook, *, after: timedelta = timedelta(0)) -> CoveragePage:
    return coverage_of(westbrook.dsl, school_id=westbrook.school.pk, now=timezone.now() + after)


def test_a_machine_that_enrols_fifty_times_is_one_device(westbrook: Westbrook) -> None:
    listed(westbrook)
    for _ in range(50):
        beats(enrolled(westbrook))
    counts = page(westbrook).whole.counts
    assert Profile.objects.count() == 50
    assert (counts.listed, counts.in_use, counts.reporting_today, counts.reading) == (1, 1, 1, 1)


def test_fifty_profiles_that_name_no_machine_make_no_share(westbrook: Westbrook) -> None:
    listed(westbrook)
    for _ in range(5):
        beats(westbrook.device())
    shown = page(westbrook)
    assert (shown.whole.counts.listed, shown.whole.counts.never) == (1, 1)
    assert shown.whole.judged.words == "Not covered"
    assert shown.remarks == ("5 report and are not in the inventory: they are in no share on this page.",)


def test_a_profile_that_beats_and_reads_nothing_is_not_covered(westbrook: Westbrook) -> None:
    device = listed(westbrook)
    beats(enrolled(westbrook), lines_read=0)
    Profile.objects.filter(device=device).update(enrolled_at=timezone.now() - timedelta(days=30))
    shown = page(westbrook)
    assert (shown.whole.counts.reporting_today, shown.whole.counts.dark) == (1, 1)
    assert (shown.whole.judged.words, shown.whole.judged.why) == ("Not covered", "1 reports and reads nothing")


def test_a_profile_without_a_library_is_not_covered_at_once(westbrook: Westbrook) -> None:
    listed(westbrook)
    beats(enrolled(westbrook), bundle_version="", fault="library_unverified")
    assert page(westbrook).whole.judged.why == "1 reports and reads nothing"


def test_wiping_a_row_from_the_inventory_is_seen(westbrook: Westbrook) -> None:
    gone, here = listed(westbrook, "SN-1"), listed(westbrook, "SN-2")
    beats(enrolled(westbrook, here.machine_id))
    assert page(westbrook).whole.judged.words == "Partly"
    Device.objects.filter(pk=gone.pk).update(unlisted_at=timezone.now())
    shown = page(westbrook)
    assert shown.whole.counts.listed == 1
    assert "1 left the inventory in the last 30 days without being retired." in shown.remarks


def test_retiring_what_is_silent_is_seen(westbrook: Westbrook) -> None:
    gone = listed(westbrook, "SN-1")
    listed(westbrook, "SN-2")
    Device.objects.filter(pk=gone.pk).update(retired_at=timezone.now())
    assert "1 was retired in the last 30 days." in page(westbrook).remarks


def test_a_device_that_broke_in_july_is_still_in_the_share_in_november(westbrook: Westbrook) -> None:
    for number in range(10):
        device = listed(westbrook, f"SN-{number}")
        beats(enrolled(westbrook, device.machine_id))
        if number < 3:
            Profile.objects.filter(device=device).update(last_seen_at=timezone.now() - timedelta(days=120))
    shown = page(westbrook)
    assert (shown.whole.counts.in_use, shown.whole.counts.away) == (7, 3)
    assert (shown.whole.judged.words, shown.whole.judged.why) == ("Partly", "3 not seen for 30 days")


def test_a_clock_that_runs_ahead_makes_no_device_seen_tomorrow(westbrook: Westbrook) -> None:
    device = listed(westbrook)
    beats(enrolled(westbrook), clock_ahead=timedelta(days=40))
    assert Profile.objects.get(device=device).last_seen_at <= timezone.now()  # type: ignore[operator]
    assert page(westbrook, after=timedelta(days=20)).whole.counts.silent == 1


def test_a_test_typed_last_year_proves_nothing_this_term_though_it_arrives_today(westbrook: Westbrook) -> None:
    listed(westbrook)
    beats(enrolled(westbrook), account=westbrook.account.address, typed_at=datetime.now(UTC) - timedelta(days=300))
    shown = page(westbrook)
    assert PhraseProof.objects.exists()
    assert shown.whole.proof is None
    assert [line.proof for line in shown.years] == [None]


@pytest.mark.parametrize("ahead", [timedelta(days=300), timedelta(days=-300)])
def test_a_wrong_clock_neither_moves_a_test_into_another_term_nor_loses_it(westbrook: Westbrook, ahead: timedelta) -> None:
    listed(westbrook)
    beats(enrolled(westbrook), account=westbrook.account.address, typed_at=datetime.now(UTC), clock_ahead=ahead)
    proof = PhraseProof.objects.filter(group="Year 8").get()
    assert abs(proof.proved_at - timezone.now()) < timedelta(minutes=1)
    assert page(westbrook).whole.proof is not None


def test_a_device_that_moves_takes_no_proof_along(westbrook: Westbrook) -> None:
    device = listed(westbrook, site="Main building")
    beats(enrolled(westbrook), account=westbrook.account.address, typed_at=datetime.now(UTC))
    assert [(line.name, line.judged.words) for line in page(westbrook).by_site] == [("Main building", "Covered")]
    Device.objects.filter(pk=device.pk).update(site="Annexe")
    assert [(line.name, line.judged.words) for line in page(westbrook).by_site] == [("Annexe", "Not tested this term")]


def test_a_pupil_who_moves_takes_no_proof_to_the_new_group(westbrook: Westbrook) -> None:
    listed(westbrook)
    beats(enrolled(westbrook), account=westbrook.account.address, typed_at=datetime.now(UTC))
    new = create_group(school=westbrook.school, name="9X", now=timezone.now())
    westbrook.pupil.groups.set([new])
    assert {line.name: line.proof is not None for line in page(westbrook).groups} == {"9X": False}


def test_a_test_on_a_device_outside_the_inventory_proves_no_kind_or_site(westbrook: Westbrook) -> None:
    listed(westbrook, "SN-other")
    beats(westbrook.device(), account=westbrook.account.address, typed_at=datetime.now(UTC))
    shown = page(westbrook)
    assert [line.proof for line in (shown.whole, *shown.by_kind, *shown.by_site)] == [None, None, None]
    assert [line.proof is not None for line in shown.years] == [True]  # the pupil's account was read all the same


def test_a_group_of_nobody_can_not_be_tested(westbrook: Westbrook, technician: User) -> None:
    create_group(school=westbrook.school, name="Ghosts", now=timezone.now())
    names = group_names(westbrook.school)
    assert names == ["Year 8"]
    with pytest.raises(PhraseTestRefused, match="Choose one of the groups"):
        starts(westbrook, technician, "Ghosts")
    assert {line.name: line.judged.words for line in page(westbrook).groups} == {"Ghosts": "Nobody is in it"}


def starts(westbrook: Westbrook, who: User, group: str = "Year 8", kind: str = "windows") -> PhraseTest:
    return start_phrase_test(
        school_id=westbrook.school.pk, group=group, kind=kind, known_groups=group_names(westbrook.school), viewer=who, now=timezone.now()
    )


def credited_to(westbrook: Westbrook) -> dict[str, str]:
    return {proof.group: proof.tester.name if proof.tester else "" for proof in PhraseProof.objects.select_related("tester")}


def test_an_answer_of_the_group_is_credited_to_who_said_they_test_it(westbrook: Westbrook, technician: User) -> None:
    listed(westbrook)
    starts(westbrook, technician)
    beats(enrolled(westbrook), account=westbrook.account.address, typed_at=datetime.now(UTC))
    assert credited_to(westbrook) == {"Year 8": "Sam Whitlock"}
    matrix = matrix_for(technician, school_id=westbrook.school.pk, now=timezone.now())
    assert matrix.running is not None
    assert matrix.running.came_at is not None
    assert [(row.group, [cell.proof.tester if cell.proof else "" for cell in row.cells]) for row in matrix.rows] == [
        ("Year 8", ["Sam Whitlock"])
    ]


def test_saying_a_group_and_typing_at_ones_own_desk_proves_nothing_of_the_group(westbrook: Westbrook, technician: User) -> None:
    add_accounts(westbrook.school, [NewAccount("it@westbrook.example", staff=technician)], now=timezone.now())
    listed(westbrook)
    starts(westbrook, technician)
    beats(enrolled(westbrook), account="it@westbrook.example", typed_at=datetime.now(UTC))
    assert credited_to(westbrook) == {"": ""}


def test_the_groups_own_device_proves_it_whoever_types(westbrook: Westbrook, technician: User) -> None:
    listed(westbrook, group=Group.objects.get(name="Year 8"))
    starts(westbrook, technician)
    beats(enrolled(westbrook), typed_at=datetime.now(UTC))
    assert credited_to(westbrook) == {"Year 8": "Sam Whitlock"}


@pytest.mark.parametrize(
    ("kind", "started_ago", "typed_ago"),
    [
        ("chromebook", timedelta(0), timedelta(0)),  # another kind of device
        ("windows", timedelta(minutes=31), timedelta(0)),  # too long ago
        ("windows", timedelta(0), timedelta(minutes=10)),  # typed before they began
    ],
)
def test_other_answers_are_somebodys(
    westbrook: Westbrook, technician: User, kind: str, started_ago: timedelta, typed_ago: timedelta
) -> None:
    listed(westbrook)
    test = starts(westbrook, technician, kind=kind)
    PhraseTest.objects.filter(pk=test.pk).update(started_at=test.started_at - started_ago, ends_at=test.ends_at - started_ago)
    beats(enrolled(westbrook), account=westbrook.account.address, typed_at=datetime.now(UTC) - typed_ago)
    assert credited_to(westbrook) == {"Year 8": ""}


def test_a_shared_or_closed_account_speaks_for_no_group(westbrook: Westbrook) -> None:
    listed(westbrook)
    device = enrolled(westbrook)
    Account.objects.filter(pk=westbrook.account.pk).update(closed_on=timezone.now().date())
    beats(device, account=westbrook.account.address, typed_at=datetime.now(UTC))
    Account.objects.filter(pk=westbrook.account.pk).update(closed_on=None, shared=True)
    beats(device, account=westbrook.account.address, typed_at=datetime.now(UTC))
    assert set(PhraseProof.objects.values_list("group", flat=True)) == {""}


def test_a_term_can_not_be_stretched_to_let_an_old_test_count(westbrook: Westbrook) -> None:
    terms = list(default_terms(timezone.now().date()))
    terms[0] = replace(terms[0], starts_on=terms[0].starts_on - timedelta(days=300))
    with pytest.raises(TermsRefused, match="at most 200 days"):
        set_terms(school_id=westbrook.school.pk, terms=terms, viewer=westbrook.dsl, now=timezone.now())
    assert not SchoolTerm.objects.exists()


def test_another_schools_people_can_neither_see_nor_test_nor_set(westbrook: Westbrook, marsh_end: Any) -> None:
    stranger = marsh_end.staff["dsl"]
    number = westbrook.school.pk
    for attempt in (
        lambda: coverage_of(stranger, school_id=number, now=timezone.now()),
        lambda: matrix_for(stranger, school_id=number, now=timezone.now()),
        lambda: starts(westbrook, stranger),
        lambda: set_terms(school_id=number, terms=default_terms(timezone.now().date()), viewer=stranger, now=timezone.now()),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_people_who_are_not_monitored_or_not_as_themselves(westbrook: Westbrook, technician: User) -> None:
    school: School = westbrook.school
    now = timezone.now()
    add_pupils(school, [NewPupil("No", "Account", 8, "8K")], now=now)
    device = enrolled(westbrook)
    beats(device, account="it@westbrook.example")  # a member of staff whose account the roll doesn't know
    beats(device, account="stranger@westbrook.example")
    shown = page(westbrook).troubles
    assert {trouble: shown.count(trouble) for trouble in Trouble} == {
        Trouble.NEVER_SEEN: 1, Trouble.NO_ACCOUNT: 1, Trouble.OUTSIDE: 0, Trouble.UNMATCHED: 1, Trouble.STAFF: 1, Trouble.LEFT: 0,
    }  # fmt: skip
    School.objects.filter(pk=school.pk).update(stage=Stage.PILOT)
    beats(device, account=westbrook.account.address)
    shown = page(westbrook).troubles
    assert (shown.count(Trouble.NEVER_SEEN), shown.count(Trouble.OUTSIDE)) == (0, 1)
    Pupil.objects.filter(pk=westbrook.pupil.pk).update(left_on=now.date() - timedelta(days=1))
    assert page(westbrook).troubles.count(Trouble.LEFT) == 1
