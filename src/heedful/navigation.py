"""What the menu shows and counts: the one place that looks across apps for a page's frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from heedful.captures.queries.own import Bound, keyboard_of, views_of
from heedful.captures.queries.queue import count_to_review
from heedful.captures.rules import QueueTab
from heedful.demo.links import replay_counts
from heedful.people.models import User
from heedful.people.queries import my_grants, my_schools, role_names, schools_with
from heedful.people.reading.queries import my_lock
from heedful.people.rules import Right, RoleName


@dataclass(frozen=True)
class Item:
    """One line of the menu. Items of one `group` stand together under its name; the first group has none."""

    title: str
    url: str
    icon: str
    group: str = ""
    count: int | None = None
    current: str = ""  # what aria-current says: "page" on the page itself, "true" on one that lies under it


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context for the base template: menu items, the viewer's schools and roles, whether this is the demo."""
    frame: dict[str, Any] = {"is_demo": settings.DEMO}
    if settings.DEMO:
        frame["replay"] = replay_counts(settings.DATA_DIR / "demo")
    viewer = request.user
    if not viewer.is_authenticated:
        return frame
    items = _items(viewer)
    roles = sorted(RoleName(name).label for name in role_names(viewer))
    frame["idle_seconds"] = settings.SESSION_IDLE_SECONDS
    return frame | {
        "menu": _with_current(items, request.path),
        "my_schools": my_schools(viewer),
        "my_roles": roles,
        "content_grants": my_grants(viewer, now=timezone.now()),
        "reading_locked_at": my_lock(viewer),
    }


def _items(viewer: User) -> list[Item]:
    items: list[Item] = []

    def add(right: Right | None, title: str, url_name: str, icon: str, group: str) -> None:
        if right is None or schools_with(viewer, right):
            items.append(Item(title, reverse(url_name), icon, group))

    if schools_with(viewer, Right.READ_BEHAVIOUR):
        items.append(Item("Captures", reverse("queue"), "inbox", count=count_to_review(viewer)))
    add(Right.SEE_DEVICES, "Devices", "devices", "device-laptop", "Devices")
    add(Right.SEE_COVERAGE, "Coverage", "coverage", "activity", "Devices")
    add(Right.SEE_DEVICES, "Server", "server_check", "server", "Devices")
    add(Right.MANAGE_STAFF, "Staff", "staff", "user-check", "People")
    add(Right.GRANT_CONTENT, "Content access", "grants", "key", "People")
    add(Right.LOOK_AFTER_READING, "Reading", "reading", "eye", "People")
    add(Right.SEE_THRESHOLDS, "Thresholds", "thresholds", "adjustments", "Oversight")
    add(Right.SEE_ASSURANCE, "Assurance", "assurance", "shield-check", "Oversight")
    add(None, "Your part", "your_part", "users", "About")
    return items


def _with_current(items: list[Item], path: str) -> list[Item]:
    """Mark the item of this page, else the one that it lies under: the longest address that the path begins with."""
    under = max((item.url for item in items if path.startswith(item.url)), key=len, default="")
    return [replace(item, current="page" if item.url == path else "true") if item.url == under else item for item in items]


@dataclass(frozen=True)
class Key:
    """One shortcut of the sheet; `url` is where it goes, for those that go somewhere."""

    bound: Bound
    url: str


def _keys(viewer: User, items: list[Item]) -> dict[str, Any]:
    """The shortcut sheet and the command palette: what this person can do, and no page that is not theirs."""
    keyboard, reads = keyboard_of(viewer), bool(schools_with(viewer, Right.READ_BEHAVIOUR))
    tabs = {"go_graded": QueueTab.GRADED, "go_closed": QueueTab.CLOSED}
    mine = {item.url for item in items} | {reverse("keyboard")}

    def url_of(bound: Bound) -> str:
        url = reverse(bound.shortcut.url_name) if bound.shortcut.url_name else ""
        return url + f"?tab={tabs[bound.shortcut.action]}" if url and bound.shortcut.action in tabs else url

    sheet = []
    for place, bounds in keyboard.places:
        keys = [Key(bound, url_of(bound)) for bound in bounds]
        keys = [key for key in keys if key.url.partition("?")[0] in mine or (not key.url and (reads or key.bound.shortcut.action == "sheet"))]
        if keys:
            sheet.append((place, keys))
    pages = [(item.title, item.url) for item in items] + [("Your keyboard", reverse("keyboard"))]
    if reads:
        pages += [(f"Captures: {tab.label.lower()}", f"{reverse('queue')}?tab={tab}") for tab in QueueTab if tab != QueueTab.RECORD_ONLY]
        pages += [(f"View: {view.name}", f"{reverse('queue')}?{view.query}") for view in views_of(viewer)]
    return {"sheet": sheet, "keys_on": keyboard.is_on, "palette": pages, "may_search": reads}
