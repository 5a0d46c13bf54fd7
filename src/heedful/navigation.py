"""What the menu shows and counts: the one place that looks across apps for a page's frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from heedful.captures.queries.first_look import count_to_sort
from heedful.captures.queries.queue import count_to_review
from heedful.captures.queries.sealed import has_sealed_pictures
from heedful.captures.sheet import sheet_of
from heedful.demo.links import replay_counts
from heedful.people.clearance.queries import running_glass
from heedful.people.models import User
from heedful.people.queries import my_grants, my_schools, narrowed_in, role_names, schools_with, waits_for_clearance
from heedful.people.reading.queries import my_lock
from heedful.people.rules import Right, RoleName, Stage
from heedful.programme.training.queries import practising_now
from heedful.thresholds.approaches.queries import somebody_looks_first


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
    return frame | sheet_of(viewer, [(item.title, item.url) for item in items]) | {
        "menu": _with_current(items, request.path),
        "my_schools": my_schools(viewer),
        "my_roles": roles,
        "content_grants": my_grants(viewer, now=timezone.now()),
        "reading_locked_at": my_lock(viewer),
    } | _reach(viewer)


def _reach(viewer: User) -> dict[str, Any]:
    """What the viewer's training leaves open, where it is not everything that their role reads; of a school that captures nothing yet, nothing."""
    narrowed, closed = narrowed_in(viewer), waits_for_clearance(viewer)
    schools = [school for school in my_schools(viewer) if school.stage != Stage.SET_UP] if narrowed or closed else []
    return {
        "practising": practising_now(viewer),
        "broken_glass": running_glass(viewer, now=timezone.now()),
        "narrowed_reading": [school for school in schools if school.pk in narrowed],
        "closed_reading": [school for school in schools if school.pk in closed],
    }


def _items(viewer: User) -> list[Item]:
    items: list[Item] = []

    def add(right: Right | None, title: str, url_name: str, icon: str, group: str) -> None:
        if right is None or schools_with(viewer, right):
            items.append(Item(title, reverse(url_name), icon, group))

    if schools_with(viewer, Right.READ_BEHAVIOUR):
        items.append(Item("Captures", reverse("queue"), "inbox", count=count_to_review(viewer)))
    add(Right.DECIDE, "Second looks", "second_looks", "eye-off", "")
    add(Right.SEE_PROGRAMME, "Programme", "programme", "checks", "Deployment")
    technicians_schools = schools_with(viewer, Right.SEE_DEVICES)
    if technicians_schools and somebody_looks_first(technicians_schools):
        items.append(Item("Sources", reverse("source_filter"), "filter", "Devices", count_to_sort(viewer)))
    add(Right.SEE_DEVICES, "Devices", "devices", "device-laptop", "Devices")
    add(Right.SEE_COVERAGE, "Coverage", "coverage", "activity", "Devices")
    add(Right.SEE_DEVICES, "Server", "server_check", "server", "Devices")
    add(Right.SEE_DEVICES, "Backups", "backups", "archive", "Devices")
    add(Right.CHANGE_ROLL, "Pupils", "pupils", "school", "People")
    add(Right.CHANGE_ROLL, "Accounts", "accounts", "user-question", "People")
    add(Right.CHANGE_ROLL, "Roll", "roll", "refresh", "People")
    add(Right.MANAGE_STAFF, "Staff", "staff", "user-check", "People")
    add(Right.GRANT_CONTENT, "Content access", "grants", "key", "People")
    add(Right.LOOK_AFTER_READING, "Reading", "reading", "eye", "People")
    add(Right.SEE_THRESHOLDS, "Thresholds", "thresholds", "adjustments", "Oversight")
    add(Right.SEE_ASSURANCE, "Assurance", "assurance", "shield-check", "Oversight")
    add(Right.SEE_ASSURANCE, "Retention", "retention", "clock", "Oversight")
    if has_sealed_pictures(viewer):
        add(Right.DESTROY_PICTURES, "Sealed pictures", "sealed_pictures", "lock", "Oversight")
    add(None, "Your part", "your_part", "users", "About")
    if viewer.practising_in is None and (schools := my_schools(viewer)):
        items.append(Item("Training", reverse("training", args=(schools[0].pk,)), "bookmark", "About"))
    add(None, "Limits", "limits", "help", "About")
    return items


def _with_current(items: list[Item], path: str) -> list[Item]:
    """Mark the item of this page, else the one that it lies under: the longest address that the path begins with."""
    under = max((item.url for item in items if path.startswith(item.url)), key=len, default="")
    return [replace(item, current="page" if item.url == path else "true") if item.url == under else item for item in items]
