"""The list of devices, and the same as a table to open elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.devices.coverage.views.choosing import choices, school_asked_for
from heedful.devices.queries.standing import Asked, devices_page, schools_of_technician
from heedful.devices.rules import DeviceKind
from heedful.devices.standing import FILTERS, Standing
from heedful.people.access import SignedIn, needs
from heedful.people.models import School
from heedful.people.rules import Right
from heedful.web.decorators import page
from heedful.web.spreadsheet import csv_of

EVERYTHING = 1_000_000
COLUMNS = (
    ("name", "Device"), ("", "State"), ("seen", "Last seen"), ("kind", "Kind"), ("site", "Site"), ("version", "Versions"), ("waiting", "Waiting"), ("", "To look at"),
)  # fmt: skip
TABLE = (
    "Device", "Serial number", "Kind", "Model", "Site", "Group", "In the inventory", "State", "Last seen (UTC)", "Profiles", "Extension", "Library",
    "Waiting", "Lost", "To look at",
)  # fmt: skip


@dataclass(frozen=True)
class Link:
    """A filter or a column head: where it leads, and whether the page shows it now. `sorted`: how the column is sorted, as ARIA says it."""

    title: str
    url: str
    is_current: bool = False
    count: int = 0
    sorted: str = ""


@page
@needs(Right.SEE_DEVICES)
def devices(request: SignedIn) -> HttpResponse:
    """Devices of one school, the longest silent first, with the counts over all of them."""
    schools = schools_of_technician(request.user)
    school = school_asked_for(request, schools)
    asked = Asked.of(request.GET.dict())
    shown = devices_page(request.user, school=school, asked=asked, now=timezone.now())
    here = min(asked.page, shown.pages)
    context = {
        "page": shown,
        "asked": asked,
        "schools": choices("devices", schools, school),
        "states": [
            Link(title, _address(school, replace(asked, state=state, page=1)), state == asked.state, shown.counts[state])
            for state, title in FILTERS.items()
            if shown.counts[state] or state in {"all", "silent", "never", asked.state}
        ],
        "columns": [_column(school, asked, name, title) for name, title in COLUMNS],
        "kinds": [(kind, DeviceKind(kind).label) for kind in shown.kinds],
        "sort": f"{'-' if asked.is_down else ''}{asked.sort}",
        "here": here,
        "earlier": _address(school, replace(asked, page=here - 1)) if here > 1 else "",
        "later": _address(school, replace(asked, page=here + 1)) if here < shown.pages else "",
        "export": _address(school, replace(asked, page=1), name="devices_csv"),
    }
    return render(request, "devices/devices.html", context)


@page
@needs(Right.SEE_DEVICES)
def devices_csv(request: SignedIn) -> HttpResponse:
    """What the list is asked for, all of it."""
    school = school_asked_for(request, schools_of_technician(request.user))
    asked = replace(Asked.of(request.GET.dict()), page=1, per_page=EVERYTHING)
    shown = devices_page(request.user, school=school, asked=asked, now=timezone.now())
    response = HttpResponse(csv_of(TABLE, map(_cells, shown.rows)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="devices-{timezone.localdate():%Y-%m-%d}.csv"'
    return response


def _cells(row: Standing) -> tuple[object, ...]:
    newest = row.newest
    return (
        row.name, row.serial, row.kind_label, row.model, row.site, row.group, "yes" if row.is_listed else "no", row.state_title,
        row.last_seen_at.strftime("%Y-%m-%d %H:%M") if row.last_seen_at else "never", len(row.profiles), newest.agent_version if newest else "",
        newest.bundle_version if newest else "", row.waiting, row.lost, "; ".join(row.troubles),
    )  # fmt: skip


def _column(school: School, asked: Asked, name: str, title: str) -> Link:
    if not name:
        return Link(title, "")
    is_current = asked.sort == name
    url = _address(school, replace(asked, sort=name, is_down=is_current and not asked.is_down, page=1))
    return Link(title, url, is_current, sorted=("descending" if asked.is_down else "ascending") if is_current else "")


def _address(school: School, asked: Asked, *, name: str = "devices") -> str:
    given = {
        "school": school.pk, "state": asked.state, "q": asked.words, "kind": asked.kind, "site": asked.site,
        "sort": f"{'-' if asked.is_down else ''}{asked.sort}", "page": asked.page if asked.page > 1 else "",
    }  # fmt: skip
    return f"{reverse(name)}?{urlencode({key: value for key, value in given.items() if value not in {'', 'all'}})}"
