"""Setting a trust's defaults. A locked one tightens every school that is looser, at once and on record."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.people.actions import change_school
from heedful.people.models import School, Trust, TrustDefault, User
from heedful.people.rules import NotFound
from heedful.people.trust.queries import my_trust
from heedful.people.trust.rules import TRUST_SETTINGS, value_of


def set_trust_default(*, trust: Trust, name: str, text: str, is_locked: bool, viewer: User, now: datetime) -> list[School]:
    """Set one default from what a person wrote; an empty text takes it away. Returns the schools that were tightened by it.

    Raises SettingRefused for a wrong value, NotFound where the viewer doesn't run the programme in each of the trust's schools.
    """
    mine = my_trust(viewer)
    if mine is None or mine.pk != trust.pk:
        raise NotFound
    if not text.strip() and name in TRUST_SETTINGS:
        with transaction.atomic():
            TrustDefault.objects.filter(trust=trust, name=name).delete()
            _audit(trust, viewer, name, None, False, now)
        return []
    value, setting = value_of(name, text), TRUST_SETTINGS[name]
    with transaction.atomic():
        TrustDefault.objects.update_or_create(
            trust=trust, name=name, defaults={"value": value, "is_locked": is_locked, "set_at": now, "set_by": viewer}
        )
        looser = [
            school
            for school in trust.schools.filter(practice_of=None).order_by("name")
            if is_locked and setting.of_school and setting.is_looser(getattr(school, name), value)
        ]
        for school in looser:
            change_school(school, reason="The trust locked this default.", now=now, by=viewer, **{name: value})
        _audit(trust, viewer, name, value, is_locked, now)
    return looser


def _audit(trust: Trust, viewer: User, name: str, value: object, is_locked: bool, now: datetime) -> None:
    """One entry in the chain of each of the trust's schools."""
    for school_id in trust.schools.filter(practice_of=None).order_by("pk").values_list("pk", flat=True):
        fact = Fact(Action.TRUST_DEFAULT_SET, "trust", (str(trust.pk),), {"name": name, "value": value, "is_locked": is_locked})
        append(school_id=school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
