"""What somebody has set for themselves: keys, going on, and views of the queue. Each is read by its owner alone."""

from __future__ import annotations

from dataclasses import dataclass

from heedful.captures.keyboard import PLACES, SHORTCUTS, Shortcut, keys_in_use
from heedful.captures.models import Preference, SavedView
from heedful.captures.queries.queue import NotFound
from heedful.people.models import User


@dataclass(frozen=True)
class Bound:
    """A shortcut with the keys that this person presses for it."""

    shortcut: Shortcut
    keys: tuple[str, ...]

    @property
    def written(self) -> str:
        """As the settings page and the script write them."""
        return ", ".join(self.keys)

    @property
    def presses(self) -> tuple[tuple[str, ...], ...]:
        """Each alternative as the keys to press one after the other."""
        return tuple(tuple(keys.split(" ")) for keys in self.keys)


@dataclass(frozen=True)
class Keyboard:
    """All shortcuts of one person, by the place where they work."""

    is_on: bool
    goes_on: bool
    places: tuple[tuple[str, tuple[Bound, ...]], ...]


@dataclass(frozen=True)
class OwnView:
    id: int
    name: str
    query: str
    is_default: bool


def keyboard_of(viewer: User) -> Keyboard:
    """The viewer's shortcuts, remembered on the viewer for the length of a request."""
    cached: Keyboard | None = getattr(viewer, "_keyboard", None)
    if cached is not None:
        return cached
    row = Preference.objects.filter(user=viewer).first() or Preference(user=viewer)
    keys = keys_in_use(row.keys)
    bound = [Bound(shortcut, keys[shortcut.action]) for shortcut in SHORTCUTS]
    places = tuple((place, tuple(each for each in bound if each.shortcut.place == place)) for place in PLACES)
    viewer._keyboard = Keyboard(row.keys_on, row.goes_on, places)  # type: ignore[attr-defined]
    return viewer._keyboard  # type: ignore[attr-defined, no-any-return]


def views_of(viewer: User) -> list[OwnView]:
    """The viewer's saved views, by name; remembered on the viewer for the length of a request."""
    cached: list[OwnView] | None = getattr(viewer, "_saved_views", None)
    if cached is None:
        rows = SavedView.objects.filter(user=viewer).order_by("name", "pk")
        cached = [OwnView(row.pk, row.name, row.query, row.is_default) for row in rows]
        viewer._saved_views = cached  # type: ignore[attr-defined]
    return cached


def view_of(viewer: User, view_id: int) -> OwnView:
    """One saved view of the viewer. Raises NotFound."""
    for each in views_of(viewer):
        if each.id == view_id:
            return each
    raise NotFound
