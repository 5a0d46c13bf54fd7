"""The risk profile, the monitoring plan and the AI tools of a school. Bands and words of staff, no pupil's name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heedful.people.models import School, User
from heedful.programme.plan.rules import Kind, Method, OwnDevices, Place, Share, Size, UsedBy

WHO_LENGTH = 120


class RiskProfile(models.Model):
    """Who the school's pupils are and what has happened: what the plan answers to."""

    school = models.OneToOneField(School, on_delete=models.CASCADE, related_name="risk_profile")
    youngest = models.PositiveSmallIntegerField(help_text="Age in years.")
    oldest = models.PositiveSmallIntegerField()
    size = models.CharField(max_length=20, choices=Size.choices)
    send = models.CharField(max_length=20, choices=Share.choices)
    eal = models.CharField(max_length=20, choices=Share.choices)
    boards = models.BooleanField(default=False)
    learns_remotely = models.BooleanField(default=False)
    own_devices = models.CharField(max_length=20, choices=OwnDevices.choices)
    incidents = models.JSONField(default=dict, help_text="{incident: how often}")
    notes = models.TextField(blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


class PlanLine(models.Model):
    """For whom, where and on what: which way of monitoring, and why. A line that is changed ends, and a new one takes its place."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="plan_lines")
    who = models.CharField(max_length=WHO_LENGTH, help_text="The name of a year or group, or words.")
    place = models.CharField(max_length=20, choices=Place.choices)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    method = models.CharField(max_length=20, choices=Method.choices)
    reason = models.CharField(max_length=500)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "who", "place", "kind"], condition=Q(ended_at=None), name="plan_line_once"),
            models.CheckConstraint(
                condition=~Q(method=Method.NOTHING_YET) | Q(owner__isnull=False, due_on__isnull=False), name="plan_gap_has_owner_and_day"
            ),
        ]


class AiTool(models.Model):
    """A tool that makes text, pictures or answers by itself, as pupils or staff use it (A01)."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="ai_tools")
    name = models.CharField(max_length=80)
    used_by = models.CharField(max_length=10, choices=UsedBy.choices)
    what_for = models.CharField(max_length=300, blank=True)
    since = models.DateField()
    stopped_on = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
