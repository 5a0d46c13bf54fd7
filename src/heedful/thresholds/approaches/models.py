"""The rows of handling approaches. The programme sets them through `actions`; captures read them as they arrive."""

from __future__ import annotations

from django.db import models

from heedful.people.models import Group, School, User
from heedful.thresholds.approaches.rules import LooksFirst, Notify, Weeks


class Approach(models.Model):
    """One way of handling captures. Those of a pilot carry its number; without one it is in force for the whole school (D05).

    It stays when it has ended: captures remember by which they were handled.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="approaches")
    pilot = models.PositiveIntegerField(null=True, help_text="The pilot's number in its school; empty: in force for all.")
    name = models.CharField(max_length=60)
    first_look = models.CharField(max_length=20, default=LooksFirst.DSL_ALL)
    show_from = models.PositiveSmallIntegerField(default=1)
    notify = models.CharField(max_length=20, default=Notify.NOW_ONLY)
    pictures = models.BooleanField(default=True)
    groups = models.ManyToManyField(Group, related_name="+", blank=True)
    weeks = models.CharField(max_length=10, default=Weeks.EVERY)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    is_running = models.BooleanField(default=False)
    from_approach = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+", help_text="The one of the pilot that was adopted.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "pilot", "name"], name="approach_name_once")]
        indexes = [models.Index(fields=["school", "is_running"], name="approach_running")]

    def __str__(self) -> str:
        return self.name
