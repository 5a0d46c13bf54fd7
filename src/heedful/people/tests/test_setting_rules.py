"""A school's settings take what devices can follow, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from heedful.devices.rules import within_hours
from heedful.people.defaults import UK_HELP_LINES, UK_PRIVATE_HOSTS
from heedful.people.rules import SettingRefused
from heedful.people.setting_rules import check_settings

WINDOW: dict[str, Any] = {"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "17:00"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("capture_from", 1), ("capture_from", 5), ("pictures", True), ("monitors_staff", False), ("hours", []),
        ("hours", [WINDOW, WINDOW | {"days": [7]}]), ("private_hosts", []), ("private_hosts", UK_PRIVATE_HOSTS), ("help_lines", UK_HELP_LINES),
        ("next_read", "On Monday at nine."),
    ],
)  # fmt: skip
def test_what_a_setting_takes(name: str, value: Any) -> None:
    assert check_settings({name: value}) is None  # nothing is raised


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stage", "live"), ("stage", "open"), ("capture_from", 0), ("capture_from", 6), ("capture_from", "2"), ("capture_from", True), ("pictures", "yes"),
        ("pictures", 1), ("monitors_staff", None), ("hours", WINDOW), ("hours", "always"), ("hours", [{"days": [1]}]), ("hours", [[]]),
        ("hours", [WINDOW | {"days": [0]}]), ("hours", [WINDOW | {"days": []}]), ("hours", [WINDOW | {"from": "8"}]),
        ("hours", [WINDOW | {"to": "24:00"}]), ("hours", [WINDOW | {"to": "07:00"}]), ("hours", [WINDOW | {"room": 1}]),
        ("hours", [WINDOW | {"days": [True]}]), ("private_hosts", "nhs.uk"), ("private_hosts", ["https://nhs.uk/"]), ("private_hosts", ["localhost"]),
        ("private_hosts", [None]), ("help_lines", [{"name": "Childline"}]), ("help_lines", [{"name": "X", "url": "javascript:alert(1)"}]),
        ("help_lines", [{"phone": "0800 1111"}]), ("help_lines", [{"name": "X", "phone": 8001111}]), ("next_read", ""), ("next_read", "x" * 201),
    ],
)  # fmt: skip
def test_what_it_refuses_and_that_the_text_says_what_it_takes(name: str, value: Any) -> None:
    with pytest.raises(SettingRefused, match=name):
        check_settings({name: value})


def test_the_gateway_can_follow_every_window_that_is_taken() -> None:
    for window in (WINDOW, WINDOW | {"from": "00:00", "to": "23:59"}):
        check_settings({"hours": [window]})
        assert within_hours([window], datetime(2026, 11, 24, 10, tzinfo=UTC), ZoneInfo("Europe/London"))
