"""What a trust may set for its schools, and which of two values is the looser: pure.

A locked default lets a school be stricter, never looser. The least lines of the threshold table are a default too; they are
set and checked where tables are (`thresholds`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from heedful.people.rules import SettingRefused


@dataclass(frozen=True)
class TrustSetting:
    """One thing that a trust may set. `is_looser(school's, trust's)`; `of_school` names the school's own setting that it bounds, if there is one."""

    name: str
    title: str
    help: str
    takes: str
    is_right: Callable[[Any], bool]
    is_looser: Callable[[Any, Any], bool]
    of_school: bool = True


def _number(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value <= most


_FLAG: Callable[[Any], bool] = lambda value: isinstance(value, bool)  # noqa: E731 - one of a row of its kind
TRUST_SETTINGS: Mapping[str, TrustSetting] = {
    setting.name: setting
    for setting in (
        TrustSetting("capture_from", "Captures leave a device from severity", "A lower number is stricter.", "a severity from 1 to 5", _number(1, 5), lambda own, trust: own > trust),
        TrustSetting("pictures", "Pictures of the page", "Off is stricter: schools can't switch them on.", "on or off", _FLAG, lambda own, trust: own and not trust),
        TrustSetting("monitors_staff", "Staff accounts are monitored", "Off is stricter for staff: schools can't switch it on.", "on or off", _FLAG, lambda own, trust: own and not trust),
        TrustSetting("pass_mark", "Pass mark of the practice captures, per cent", "A higher mark is stricter.", "a number from 60 to 100", _number(60, 100), lambda own, trust: own < trust, of_school=False),
        TrustSetting("pilot_days", "A pilot runs at least, days", "More days are stricter.", "a number from 7 to 120", _number(7, 120), lambda own, trust: own < trust, of_school=False),
        TrustSetting("staff_told_percent", "Staff told before launch, per cent", "A higher share is stricter.", "a number from 95 to 100", _number(95, 100), lambda own, trust: own < trust, of_school=False),
    )
}  # fmt: skip


def value_of(name: str, text: str) -> Any:
    """Read what a person wrote for a default. Raises SettingRefused that says what it takes."""
    setting = TRUST_SETTINGS.get(name)
    if setting is None:
        raise SettingRefused(f"a trust sets {', '.join(TRUST_SETTINGS)}")
    words: dict[str, Any] = {"on": True, "off": False}
    clean = text.strip().lower()
    value = words.get(clean, int(clean) if clean.isdecimal() and len(clean) <= 4 else None)
    if value is None or not setting.is_right(value):
        raise SettingRefused(f"{setting.title}: it takes {setting.takes}.")
    return value


def check_against_trust(settings: Mapping[str, Any], locked: Mapping[str, Any]) -> None:
    """Raise SettingRefused that names every setting which would be looser than the trust's locked default."""
    looser = [
        TRUST_SETTINGS[name].title
        for name, value in settings.items()
        if name in locked and name in TRUST_SETTINGS and TRUST_SETTINGS[name].is_looser(value, locked[name])
    ]
    if looser:
        raise SettingRefused(f"your trust has locked: {'; '.join(looser)}. A school may be stricter, not looser; speak with the trust.")
