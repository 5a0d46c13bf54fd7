"""What somebody sets for themselves. It changes nothing for anybody else, so it leaves no audit entry."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from heedful.captures.keyboard import check_keys
from heedful.captures.models import Preference, SavedView
from heedful.captures.queries.queue import NotFound
from heedful.captures.rules import NotAllowedNow
from heedful.people.models import User

MOST_VIEWS = 12
MOST_NAME_CHARACTERS = 40


def set_keys(*, viewer: User, keys: Mapping[str, str], keys_on: bool, goes_on: bool) -> None:
    """Set all of the viewer's keys at once. Raises KeysRefused, and then changes nothing."""
    own = check_keys(keys)
    Preference.objects.update_or_create(user=viewer, defaults={"keys": own, "keys_on": keys_on, "goes_on": goes_on})


def switch_keys(*, viewer: User, keys_on: bool) -> None:
    """Switch single-key shortcuts on or off."""
    Preference.objects.update_or_create(user=viewer, defaults={"keys_on": keys_on})


def forget_keys(*, viewer: User) -> None:
    """Back to the keys that everybody begins with. Raises nothing."""
    Preference.objects.filter(user=viewer).update(keys={})


def save_view(*, viewer: User, name: str, query: str, is_default: bool) -> SavedView:
    """Keep filters under a name; the same name again replaces them. Raises NotAllowedNow."""
    name = " ".join(name.split())[:MOST_NAME_CHARACTERS]
    if not name:
        raise NotAllowedNow("Give the view a name.")
    with transaction.atomic():
        others = SavedView.objects.filter(user=viewer).exclude(name=name)
        if others.count() >= MOST_VIEWS:
            raise NotAllowedNow(f"You have {MOST_VIEWS} views; remove one first.")
        if is_default:
            others.update(is_default=False)
        view, _ = SavedView.objects.update_or_create(user=viewer, name=name, defaults={"query": query, "is_default": is_default})
    return view


def remove_view(*, viewer: User, view_id: int) -> None:
    """Raises NotFound."""
    if not SavedView.objects.filter(user=viewer, pk=view_id).delete()[0]:
        raise NotFound


def begin_with_view(*, viewer: User, view_id: int, is_default: bool) -> None:
    """Say whether the queue begins with this view. Raises NotFound."""
    with transaction.atomic():
        if not SavedView.objects.filter(user=viewer, pk=view_id).update(is_default=is_default):
            raise NotFound
        if is_default:
            SavedView.objects.filter(user=viewer).exclude(pk=view_id).update(is_default=False)
