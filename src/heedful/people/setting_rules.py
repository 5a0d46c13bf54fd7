"""What each of a school's settings takes: pure. A wrong one would stop devices or mislead a child, so it is never stored."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from heedful.people.rules import CHANGEABLE_SETTINGS, SettingRefused

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")


def check_settings(settings: dict[str, Any]) -> None:
    """Raise SettingRefused that names every unknown setting, or the first that has a wrong value and what it takes."""
    if "stage" in settings:
        raise SettingRefused("the stage is changed on the programme's page, where its gates are checked")
    unknown = sorted(set(settings) - CHANGEABLE_SETTINGS)
    if unknown:
        raise SettingRefused(f"unknown setting {', '.join(unknown)}; a school has {', '.join(sorted(CHANGEABLE_SETTINGS))}")
    for name, value in settings.items():
        is_right, takes = _TAKES.get(name, (lambda _: True, ""))
        if not is_right(value):
            raise SettingRefused(f"{name} takes {takes}")


def _is_window(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"days", "from", "to"}:
        return False
    days, start, end = value["days"], value["from"], value["to"]
    if not isinstance(days, list) or not days or any(type(day) is not int or not 1 <= day <= 7 for day in days):
        return False
    return all(isinstance(time, str) and bool(_TIME.fullmatch(time)) for time in (start, end)) and bool(start < end)


def _is_help_line(value: Any) -> bool:
    if not isinstance(value, dict) or not set(value) <= {"name", "phone", "text", "url"} or not _is_text(value.get("name")):
        return False
    ways = [value.get(way) for way in ("phone", "text", "url")]
    is_page = value.get("url") is None or str(value["url"]).startswith("https://")
    return any(ways) and all(way is None or _is_text(way) for way in ways) and is_page


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value.strip()) > 0 and len(value) <= 200


def _each(is_right: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(is_right, value))


_TAKES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "capture_from": (lambda value: type(value) is int and 1 <= value <= 5, "a severity from 1 to 5"),
    "pictures": (lambda value: isinstance(value, bool), "true or false"),
    "monitors_staff": (lambda value: isinstance(value, bool), "true or false"),
    "hours": (_each(_is_window), 'a list of windows such as {"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "17:00"}; an empty one is always'),
    "private_hosts": (_each(lambda value: isinstance(value, str) and bool(_HOST.fullmatch(value))), "a list of hosts such as 'childline.org.uk'"),
    "help_lines": (_each(_is_help_line), "a list of help lines with a name and a phone, a text or an https url"),
    "next_read": (_is_text, "a sentence of at most 200 characters"),
}  # fmt: skip
