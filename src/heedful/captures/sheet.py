"""The shortcut sheet and the command palette, on every page: what this person can do, and no page that is not theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from heedful.captures.queries.own import Bound, keyboard_of, views_of
from heedful.captures.rules import QueueTab
from heedful.people.models import User
from heedful.people.queries import schools_with
from heedful.people.rules import Right

TAB_OF = {"go_queue": QueueTab.TO_REVIEW, "go_graded": QueueTab.GRADED, "go_closed": QueueTab.CLOSED}
# Of use also to somebody who reads no captures.
FOR_EVERYBODY = {"sheet"}


@dataclass(frozen=True)
class Key:
    """One shortcut of the sheet; `url` is where it goes, for those that go somewhere."""

    bound: Bound
    url: str


def sheet_of(viewer: User, menu: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Context for the base template. `menu` is the viewer's own: (title, address)."""
    keyboard, reads = keyboard_of(viewer), bool(schools_with(viewer, Right.READ_BEHAVIOUR))
    mine = {url for _, url in menu} | {reverse("keyboard")}
    sheet = []
    for place, bounds in keyboard.places:
        keys = [Key(bound, _url_of(bound)) for bound in bounds]
        keys = [
            key
            for key in keys
            if key.url.partition("?")[0] in mine or (not key.url and (reads or key.bound.shortcut.action in FOR_EVERYBODY))
        ]
        if keys:
            sheet.append((place, keys))
    return {"sheet": sheet, "keys_on": keyboard.is_on, "palette": _pages(viewer, menu, reads=reads), "may_search": reads}


def _pages(viewer: User, menu: Sequence[tuple[str, str]], *, reads: bool) -> list[tuple[str, str]]:
    pages = [*menu, ("Your keyboard", reverse("keyboard"))]
    if reads:
        pages += [(f"Captures: {tab.label.lower()}", _tab_url(tab)) for tab in QueueTab if tab not in {QueueTab.FIRST_LOOK, QueueTab.RECORD_ONLY}]
        pages += [(f"View: {view.name}", reverse("queue") + f"?{view.query}") for view in views_of(viewer)]
    return pages


def _url_of(bound: Bound) -> str:
    shortcut = bound.shortcut
    if shortcut.action in TAB_OF:
        return _tab_url(TAB_OF[shortcut.action])
    return reverse(shortcut.url_name) if shortcut.url_name else ""


def _tab_url(tab: QueueTab) -> str:
    return reverse("queue") + f"?tab={tab}"
