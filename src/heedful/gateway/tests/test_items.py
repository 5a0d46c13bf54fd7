"""Each capture of a batch is judged by itself; a problem says where, never what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from heedful.captures.models import Capture
from heedful.captures.queries.opened import open_capture
from tests.harness.westbrook import NOW, InProcessDevice, Westbrook

SECRET = "harrowing"


def test_one_bad_item_never_spoils_its_neighbours(westbrook: Westbrook, device: InProcessDevice) -> None:
    good = [westbrook.capture(device, severity) for severity in (2, 5)]
    answer = device.post_captures(good[0], {"id": SECRET}, good[1], None, 7, [good[0]], good[0])
    results = answer.document()["results"]
    assert [result["status"] for result in results] == ["stored", "rejected", "stored", "rejected", "rejected", "rejected", "duplicate"]
    assert [result["id"] for result in results] == [good[0]["id"], "", good[1]["id"], "", "", "", good[0]["id"]]
    assert Capture.objects.count() == 2
    assert SECRET.encode() not in answer.body


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"text": SECRET + "\0"}, "/text"), ({"text": ""}, "/text"), ({"text": SECRET * 300}, "/text"), ({"text": [SECRET]}, "/text"),
        ({"source": SECRET}, "/source"), ({"observed_at": SECRET}, "/observed_at"), ({"observed_at": "2026-02-30T10:00:00Z"}, "/observed_at"),
        ({"observed_at": "2026-02-20T10:00:00+23:00"}, "/observed_at"), ({"observed_at": "2026-02-20T10:00:00"}, "/observed_at"),
        ({"hits": []}, "/hits"), ({"hits": [{"start": 4, "end": 4, "phrase": "a.b"}]}, "/hits/0"),
        ({"hits": [{"start": 0, "end": 1999, "phrase": "a.b"}]}, "/hits/0"), ({"hits": [{"start": 0, "end": 10**30, "phrase": "a.b"}]}, "/hits/0/end"),
        ({"hits": [{"start": 0, "end": 4, "phrase": SECRET}]}, "/hits/0/phrase"), ({"title": SECRET + "\0"}, "/title"),
        ({"url": "no scheme " + SECRET}, "/url"), ({"account": {"name": SECRET}}, "/account"), ({SECRET: 1}, "/"), ({"grade": 5}, "/"),
        ({"account": {"name": SECRET + "\x01", "identity_confidence": "certain", "how": "none"}}, "/account/name"),
        ({"context_before": [{"text": SECRET * 60, "seconds_before": 1}] * 2}, "/context_before"),
        ({"context_before": [{"text": SECRET, "seconds_before": 601}]}, "/context_before/0/seconds_before"),
        ({"screenshot": {"media_type": "image/png", "data": SECRET * 4}}, "/screenshot/media_type"),
    ],
)  # fmt: skip
def test_a_problem_has_its_place_and_never_the_text(
    westbrook: Westbrook, device: InProcessDevice, changes: dict[str, Any], pointer: str
) -> None:
    item = westbrook.capture(device, 5) | changes
    answer = device.post_captures(item)
    [result] = answer.document()["results"]
    assert (result["status"], result["id"], result["problem"]["pointer"]) == ("rejected", item["id"], pointer)
    assert result["problem"]["detail"]
    assert SECRET.encode() not in answer.body
    assert not Capture.objects.exists()


def deep(levels: int) -> Any:
    """A list in a list, so many times."""
    nested: Any = SECRET
    for _ in range(levels):
        nested = [nested]
    return nested


@pytest.mark.parametrize(
    "place", ["text", "title", "url", "app", "bundle_version", "source", "id", "device", "observed_at", "hits", "account", "new"]
)
@pytest.mark.parametrize(
    "value",
    ["\ud83d", "\ud83d" + SECRET, "\0", None, True, 10**300, -1, 1e308, {"\udc00": 1}, {"\0": SECRET}, deep(300), deep(600), [], {}],
    ids=lambda value: ascii(value)[:12],
)
def test_whatever_stands_in_a_field_it_is_rejected_and_not_echoed(
    westbrook: Westbrook, device: InProcessDevice, place: str, value: Any
) -> None:
    answer = device.post_captures(westbrook.capture(device, 5) | {place: value})
    assert answer.status == 200
    assert [result["status"] for result in answer.document()["results"]] == ["rejected"]
    assert SECRET.encode() not in answer.body


@pytest.mark.parametrize("name", ["\ud83d", "\0", "a" * 255, "\x1f"])
def test_an_account_name_that_no_database_takes_is_rejected(westbrook: Westbrook, device: InProcessDevice, name: str) -> None:
    account = {"name": name, "identity_confidence": "certain", "how": "profile"}
    assert device.statuses(westbrook.capture(device, 5, account=account), westbrook.capture(device, 5)) == ["rejected", "stored"]


def test_half_a_surrogate_pair_in_a_line_before_is_rejected(westbrook: Westbrook, device: InProcessDevice) -> None:
    assert device.statuses(westbrook.capture(device, 5, context_before=[{"text": "\udc00", "seconds_before": 1}])) == ["rejected"]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("", ""), ("https://Chat.EXAMPLE:8443/a?q=b", "chat.example"), ("https://amara:secret@chat.example/", "chat.example"),
        ("http://[::1/", ""), ("http://a\u2100b.example/", ""), ("about:blank", ""), ("data:text/html,hello", ""), ("x:", ""),
        ("https://" + "a" * 300 + ".example/", "a" * 255),
    ],
)  # fmt: skip
def test_only_the_host_is_kept_in_clear_and_an_odd_address_stops_nothing(
    westbrook: Westbrook, device: InProcessDevice, url: str, host: str
) -> None:
    assert device.statuses(westbrook.capture(device, 5, url=url)) == ["stored"]
    row = Capture.objects.get()
    assert row.host == host
    assert open_capture(westbrook.dsl, row.pk, now=NOW).url == url


def test_a_name_that_nobody_knows_is_not_certain(westbrook: Westbrook, device: InProcessDevice) -> None:
    def account(name: str, confidence: str) -> dict[str, str]:
        return {"name": name, "identity_confidence": confidence, "how": "profile"}

    stranger, nobody = account("who@elsewhere.example", "certain"), account("", "certain")
    device.statuses(westbrook.capture(device, account=stranger), westbrook.capture(device, account=nobody), westbrook.capture(device))
    assert list(Capture.objects.order_by("pk").values_list("identity_confidence", "pupil")) == [
        ("uncertain", None), ("unknown", None), ("certain", westbrook.pupil.pk),
    ]  # fmt: skip


def test_a_leavers_account_that_somebody_still_uses_is_not_certain(westbrook: Westbrook, device: InProcessDevice) -> None:
    westbrook.pupil.accounts.update(closed_on=NOW.date())
    device.statuses(westbrook.capture(device))
    assert list(Capture.objects.values_list("identity_confidence", "pupil")) == [("uncertain", westbrook.pupil.pk)]


def test_an_address_is_the_pupils_whatever_its_case(westbrook: Westbrook, device: InProcessDevice) -> None:
    item = westbrook.capture(device)
    device.statuses(item | {"account": item["account"] | {"name": "AMARA.Okonedo@Westbrook.EXAMPLE"}})
    assert Capture.objects.get().pupil == westbrook.pupil


def test_an_address_of_another_school_is_nobody_here(westbrook: Westbrook, device: InProcessDevice) -> None:
    from tests.harness.westbrook import build_school

    other = build_school("Marsh End School", "marshend.example")
    item = westbrook.capture(device)
    device.statuses(item | {"account": item["account"] | {"name": other.account.address}})
    assert Capture.objects.get().pupil is None


def test_a_report_needs_no_hits(westbrook: Westbrook, device: InProcessDevice) -> None:
    assert device.statuses(westbrook.capture(device, 0, source="report", hits=[])) == ["stored"]
    assert Capture.objects.get().severity == 3


def test_a_duplicate_key_or_unknown_batch_field_is_no_way_in(westbrook: Westbrook, device: InProcessDevice) -> None:
    item = westbrook.capture(device, 5)
    body = json.dumps({"captures": [item]})[:-1].encode() + b', "school": 1}'
    assert device.request("POST", "/device/v1/captures", body).status == 422
