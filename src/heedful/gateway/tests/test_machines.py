"""Over the wire: which machine a profile lies on, what its heartbeat says, and the accounts that were seen."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from heedful.captures.models import Capture
from heedful.devices.models import AccountDay, Device
from heedful.devices.rules import TokenKind
from heedful.people.models import Account
from tests.harness.westbrook import InProcessDevice, Westbrook

EXAMPLES = Path(__file__).parents[4] / "contracts/examples/heartbeat/valid"
NAME = "amara.okonedo@westbrook.example"


def example(name: str, **changes: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))
    return loaded | {"device_time": datetime.now(UTC).isoformat(timespec="milliseconds")} | changes


def beat(device: InProcessDevice, document: dict[str, Any]) -> None:
    answer = device.request("POST", "/device/v1/heartbeat", json.dumps(document).encode())
    assert answer.status == 200, answer.body


def account(name: str) -> dict[str, str]:
    return {"name": name, "identity_confidence": "certain", "how": "profile"}


def test_everything_that_a_heartbeat_may_say_is_kept(westbrook: Westbrook, device: InProcessDevice) -> None:
    sent = example("all-well", account=account(NAME.upper()))
    beat(device, sent)
    row = device.row()
    assert (row.fault, row.forced, row.incognito_allowed, row.policy_hash) == ("", True, False, sent["policy_hash"])
    assert (row.machine_id, row.device_label) == ("5CD0123XYZ", "IT2-PC07")
    assert (row.lines_read_at, row.last_account) == (row.heartbeat_at, westbrook.account)
    assert row.device is not None
    assert (row.device.machine_id, row.device.label, row.device.kind) == ("5CD0123XYZ", "IT2-PC07", "windows")
    day = AccountDay.objects.get()
    assert (day.account, day.lines_read, day.profile) == (westbrook.account, 412, row)


def test_a_device_that_went_dark_says_why_and_since_when(westbrook: Westbrook, device: InProcessDevice) -> None:
    beat(device, example("all-well"))
    beat(device, example("dark-library-too-new"))
    row = device.row()
    assert (row.fault, row.fault_since) == ("library_too_new", row.heartbeat_at)
    beat(device, example("all-well"))
    assert (device.row().fault, device.row().fault_since) == ("", None)


def test_an_older_extension_is_believed_in_what_it_says_and_not_more(westbrook: Westbrook, device: InProcessDevice) -> None:
    beat(device, example("of-an-older-extension"))
    row = device.row()
    assert (row.fault, row.forced, row.lines_told_at, row.policy_hash) == ("", None, None, "")
    assert row.heartbeat_at is not None


def test_two_profiles_that_enrol_over_the_wire_from_one_chromebook_are_one_device(westbrook: Westbrook) -> None:
    token = westbrook.token(kind=TokenKind.CHROMEOS, uses=1)
    for _ in range(3):
        device = InProcessDevice(server_url="")
        device.enrol(token, directory_device_id="DIR-1")
    assert Device.objects.count() == 1


def test_an_account_that_nobody_knows_is_noted_and_its_capture_keeps_it(westbrook: Westbrook, device: InProcessDevice) -> None:
    stranger = "guest7@westbrook.example"
    item = westbrook.capture(device)
    assert device.statuses(item | {"account": account(stranger)}) == ["stored"]
    noted = Account.objects.get(address=stranger)
    capture = Capture.objects.get()
    assert noted.is_unmatched
    assert (capture.account, capture.pupil, capture.identity_confidence) == (noted, None, "uncertain")


def test_known_accounts_cost_one_question_a_batch_and_one_write_a_day(
    westbrook: Westbrook, device: InProcessDevice, django_assert_max_num_queries: Any
) -> None:
    device.statuses(westbrook.capture(device))
    Account.objects.filter(pk=westbrook.account.pk).update(last_seen_at=datetime.now(UTC) - timedelta(hours=2))
    seen = Account.objects.get(pk=westbrook.account.pk).last_seen_at
    with django_assert_max_num_queries(100) as asked:
        device.statuses(*(westbrook.capture(device) for _ in range(20)))
    about_accounts = [
        query["sql"]
        for query in asked.captured_queries
        if 'FROM "people_account"' in query["sql"] or 'UPDATE "people_account"' in query["sql"]
    ]
    assert len(about_accounts) == 1
    assert Account.objects.get(pk=westbrook.account.pk).last_seen_at == seen


def test_asking_for_the_policy_says_that_the_account_is_there(westbrook: Westbrook, device: InProcessDevice) -> None:
    for _ in range(2):
        device.policy(NAME)
    device.policy("who@elsewhere.example")
    assert list(AccountDay.objects.values_list("account", "lines_read")) == [(westbrook.account.pk, 0)]
