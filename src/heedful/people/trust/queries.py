"""A trust's defaults, and who may set them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from heedful.people.models import School, Trust, TrustDefault, User
from heedful.people.queries import schools_with
from heedful.people.rules import Right
from heedful.people.trust.rules import TRUST_SETTINGS, TrustSetting


def locked_defaults(trust_id: int | None) -> dict[str, Any]:
    """What the trust has locked, by name. For the system."""
    if trust_id is None:
        return {}
    return dict(TrustDefault.objects.filter(trust_id=trust_id, is_locked=True).values_list("name", "value"))


def defaults_of(trust_id: int | None) -> dict[str, Any]:
    """Every default of the trust, by name. For the system."""
    return dict(TrustDefault.objects.filter(trust_id=trust_id).values_list("name", "value")) if trust_id is not None else {}


def at_least(school_id: int, name: str, own: int) -> int:
    """The school's own number or the trust's locked one, whichever is greater. For the system."""
    trust_id = School.objects.filter(pk=school_id).values_list("trust_id", flat=True).first()
    return max(own, int(locked_defaults(trust_id).get(name, own)))


def my_trust(viewer: User) -> Trust | None:
    """The trust whose defaults the viewer may set: they run the programme in every one of its schools."""
    runs = set(schools_with(viewer, Right.RUN_PROGRAMME))
    trusts = Trust.objects.filter(schools__in=runs, schools__practice_of=None).distinct().order_by("pk")
    return next((trust for trust in trusts if set(trust.schools.filter(practice_of=None).values_list("pk", flat=True)) <= runs), None)


@dataclass(frozen=True)
class Default:
    """One line of the trust's page."""

    setting: TrustSetting
    value: Any
    is_locked: bool

    @property
    def shown(self) -> str:
        """The value as a person writes it; empty where none is set."""
        if self.value is None:
            return ""
        return ("on" if self.value else "off") if isinstance(self.value, bool) else str(self.value)


def defaults_for(viewer: User, trust_id: int) -> list[Default]:
    """Every setting with the trust's default; empty where the viewer may not set them."""
    trust = my_trust(viewer)
    if trust is None or trust.pk != trust_id:
        return []
    rows = {row.name: row for row in TrustDefault.objects.filter(trust_id=trust_id)}
    return [
        Default(setting, rows[name].value if name in rows else None, rows[name].is_locked if name in rows else False)
        for name, setting in TRUST_SETTINGS.items()
    ]
