"""Who looks after which step until when, the launch date with its history, and the decisions to go or not."""

from __future__ import annotations

from django.db import models

from heedful.people.models import School, User
from heedful.programme.launch.rules import Verdict
from heedful.programme.steps import Step
from heedful.programme.working_group.models import Meeting


class StepPlan(models.Model):
    """The owner and the due date of one step."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=20)  # a Step
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "step"], name="step_plan_once")]

    def __str__(self) -> str:
        return f"{Step(self.step).label} of school {self.school_id}"


class LaunchDate(models.Model):
    """One date that was told to everybody, and why it took the place of the one before. The newest is in force."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="launch_dates")
    on = models.DateField()
    reason = models.CharField(max_length=500, blank=True, help_text="Empty for the first date alone.")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["school", "-set_at"], name="launch_date_newest")]

    def __str__(self) -> str:
        return f"launch on {self.on}"


class LaunchDecision(models.Model):
    """What a meeting decided, with every gate as it stood."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="launch_decisions")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10)  # a Verdict
    note = models.CharField(max_length=500, blank=True)
    gates = models.JSONField(default=list, help_text="[key, state, what was said of it].")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return Verdict(self.verdict).label
