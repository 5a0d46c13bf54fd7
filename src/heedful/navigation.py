"""What the menu shows and counts: the one place that looks across apps for a page's frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from heedful.captures.queries.queue import count_to_review
from heedful.demo.links import replay_counts
from heedful.people.queries import my_grants, my_schools, role_names, schools_with
from heedful.people.reading.queries import my_lock
from heedful.people.rules import Right, RoleName


@dataclass(frozen=True)
class Item:
    title: str
    url: str
    icon: str
    count: int | None = None


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context for the base template: menu items, the viewer's schools and roles, whether this is the demo."""
    frame: dict[str, Any] = {"is_demo": settings.DEMO}
    if settings.DEMO:
        frame["replay"] = replay_counts(settings.DATA_DIR / "demo")
    viewer = request.user
    if not viewer.is_authenticated:
        return frame
    items = []
    if schools_with(viewer, Right.READ_BEHAVIOUR):
        items.append(Item("Captures", reverse("queue"), "inbox", count_to_review(viewer)))
    if schools_with(viewer, Right.SEE_THRESHOLDS):
        items.append(Item("Thresholds", reverse("thresholds"), "adjustments"))
    if schools_with(viewer, Right.SEE_DEVICES):
        items.append(Item("Devices", reverse("devices"), "device-laptop"))
        items.append(Item("Server", reverse("server_check"), "server"))
    if schools_with(viewer, Right.SEE_COVERAGE):
        items.append(Item("Coverage", reverse("coverage"), "activity"))
    if schools_with(viewer, Right.SEE_ASSURANCE):
        items.append(Item("Assurance", reverse("assurance"), "shield-check"))
    if schools_with(viewer, Right.GRANT_CONTENT):
        items.append(Item("Content access", reverse("grants"), "key"))
    if schools_with(viewer, Right.LOOK_AFTER_READING):
        items.append(Item("Reading", reverse("reading"), "eye"))
    if schools_with(viewer, Right.MANAGE_STAFF):
        items.append(Item("Staff", reverse("staff"), "user-check"))
    items.append(Item("Your part", reverse("your_part"), "users"))
    roles = sorted(RoleName(name).label for name in role_names(viewer))
    frame["idle_seconds"] = settings.SESSION_IDLE_SECONDS
    return frame | {
        "menu": items,
        "my_schools": my_schools(viewer),
        "my_roles": roles,
        "content_grants": my_grants(viewer, now=timezone.now()),
        "reading_locked_at": my_lock(viewer),
    }
