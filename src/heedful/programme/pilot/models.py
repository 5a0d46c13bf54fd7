"""A school's pilots. The approaches that one tries are rows in `thresholds`; whom its notices reach, and its groups, in `people`."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heedful.people.models import Group, School, User
from heedful.programme.pilot.rules import PilotState
from heedful.thresholds.approaches.models import Approach


class Pilot(models.Model):
    """One pilot of a school: its scope, its dates, and who started and ended it. A school has one at a time, and may run it again."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="pilots")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default=PilotState.DRAFT)
    groups = models.ManyToManyField(Group, related_name="+", blank=True)
    sites = models.JSONField(default=list, help_text="Names of sites, as the inventory has them; empty: all.")
    devices = models.CharField(max_length=200, blank=True, help_text="Which devices, in words.")
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    one_approach_reason = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "number"], name="pilot_number_once"),
            models.UniqueConstraint(fields=["school"], condition=~Q(state="ended"), name="pilot_one_at_a_time"),
        ]


class Target(models.Model):
    """What the pilot is judged by, and what would be good enough."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="targets")
    measure = models.CharField(max_length=20)
    goal = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pilot", "measure"], name="target_once")]


class ApproachDecision(models.Model):
    """The written decision on one approach. It may be written anew until the pilot ends."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="decisions")
    approach = models.OneToOneField(Approach, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=10)
    reason = models.CharField(max_length=1000)
    changed = models.JSONField(null=True, help_text="The settings with which it is adopted, where these change.")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
