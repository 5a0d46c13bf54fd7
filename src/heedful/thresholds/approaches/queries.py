"""The approaches that act, and those of a pilot. Reading them shows settings alone, nothing of what pupils wrote."""

from __future__ import annotations

from heedful.people.models import User
from heedful.people.queries import has_right
from heedful.people.rules import Right
from heedful.thresholds.approaches.models import Approach
from heedful.thresholds.approaches.rules import LooksFirst, Notify, Running, Settings, Weeks


def running_in(school_id: int) -> tuple[Running, ...]:
    """The approaches that run in a school, with their groups. For the system: storing asks once a batch."""
    rows = Approach.objects.filter(school_id=school_id, is_running=True).prefetch_related("groups").order_by("pk")
    return tuple(as_running(row) for row in rows)


def settings_of(row: Approach) -> Settings:
    return Settings(LooksFirst(row.first_look), row.show_from, Notify(row.notify), row.pictures)


def as_running(row: Approach) -> Running:
    """The row as a value; its groups must be fetched."""
    groups = frozenset(group.pk for group in row.groups.all())
    return Running(row.pk, row.name, settings_of(row), groups, Weeks(row.weeks), row.starts_at, row.ends_at, is_pilot=row.pilot is not None)


def approaches_of_pilot(school_id: int, pilot: int) -> list[Approach]:
    """The approaches of one pilot, with their groups, in the order in which they were made. The asker has checked the right to the pilot."""
    return list(Approach.objects.filter(school_id=school_id, pilot=pilot).prefetch_related("groups").order_by("pk"))


def approach_in_force(school_id: int) -> Approach | None:
    """The approach that is in force for the whole school; None where no pilot was adopted yet. For the system."""
    return Approach.objects.filter(school_id=school_id, pilot=None, is_running=True).prefetch_related("groups").order_by("-pk").first()


def name_of_approach(viewer: User, school_id: int, approach_id: int | None) -> str:
    """What an approach is called, for a page; empty where there is none or the viewer may not see it."""
    if approach_id is None or not has_right(viewer, school_id, Right.SEE_THRESHOLDS):
        return ""
    return Approach.objects.filter(pk=approach_id, school_id=school_id).values_list("name", flat=True).first() or ""


def pastoral_looks_first(school_id: int) -> bool:
    """Whether in this school the pastoral team looks first at anything now. For the system: pupils and families are told."""
    return Approach.objects.filter(school_id=school_id, is_running=True, first_look=LooksFirst.PASTORAL_FIRST).exists()


def somebody_looks_first(school_ids: list[int]) -> bool:
    """Whether an approach that runs in one of these schools lets anybody but the safeguarding lead look first."""
    return Approach.objects.filter(school_id__in=school_ids, is_running=True).exclude(first_look=LooksFirst.DSL_ALL).exists()
