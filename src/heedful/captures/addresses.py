"""A view of the queue as an address writes it, and back: pure. Ids and choices alone: a name in an address would stand in logs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from urllib.parse import urlencode

from heedful.captures.queries.filters import QueueFilter
from heedful.captures.rules import QueueTab, Source
from heedful.thresholds.rules import LEVELS, THEME_TITLES, Route

MOST_IDS = 50
MOST_HOST_CHARACTERS = 100
MOST_RULES = 20
YEARS = range(14)


def read_address(given: Mapping[str, str], *, tabs: Collection[QueueTab]) -> QueueFilter:
    """The view that these parameters ask for. What makes no sense counts as not given."""
    tab = given.get("tab", "")
    return QueueFilter(
        tab=QueueTab(tab) if tab in tabs else QueueTab.TO_REVIEW,
        theme=_one_of(given.get("theme", ""), THEME_TITLES),
        severity=_number(given.get("severity", ""), LEVELS),
        route=_one_of(given.get("route", ""), Route.values),
        school_id=_number(given.get("school", "")),
        source=_one_of(given.get("source", ""), Source.values),
        year=_number(given.get("year", ""), YEARS),
        group=_number(given.get("group", "")),
        pupils=tuple(int(each) for each in given.get("pupils", "").split(".")[:MOST_IDS] if each.isdecimal()),
        host=given.get("host", "").strip().lower()[:MOST_HOST_CHARACTERS],
        rules=tuple(filter(None, given.get("rules", "").split(",")))[:MOST_RULES],
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
        is_mine=given.get("mine", "") == "yes",
        burst=_number(given.get("burst", "")),
    )


def write_address(wanted: QueueFilter) -> dict[str, str]:
    """The parameters that ask for this view, in a fixed order; the first tab and what is not asked for are left out."""
    written = {
        "tab": "" if wanted.tab == QueueTab.TO_REVIEW else str(wanted.tab),
        "theme": wanted.theme, "severity": wanted.severity, "route": wanted.route, "school": wanted.school_id, "source": wanted.source,
        "year": wanted.year, "group": wanted.group, "pupils": ".".join(str(pupil) for pupil in wanted.pupils), "host": wanted.host,
        "rules": ",".join(wanted.rules), "since": wanted.since, "until": wanted.until, "mine": "yes" if wanted.is_mine else "",
        "burst": wanted.burst,
    }  # fmt: skip
    return {name: str(value) for name, value in written.items() if value not in (None, "")}


def query_of(wanted: QueueFilter) -> str:
    """The same as a query string."""
    return urlencode(write_address(wanted))


def _one_of(value: str, choices: Collection[str]) -> str:
    return value if value in choices else ""


def _number(value: str, choices: Collection[int] | None = None) -> int | None:
    if not value.isdecimal() or len(value) > 15:
        return None
    return int(value) if choices is None or int(value) in choices else None


def _day(value: str) -> date | None:
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None
