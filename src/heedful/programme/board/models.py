"""Each move of the stage, with how its gates stood."""

from __future__ import annotations

from django.db import models

from heedful.people.models import School, User
from heedful.people.rules import Stage


class StageMove(models.Model):
    """One change of a school's stage: never changed again."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="stage_moves")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stage_before = models.CharField(max_length=20)
    stage_after = models.CharField(max_length=20)
    reason = models.CharField(max_length=500)
    gates = models.JSONField(default=list, help_text="[key, state, what was said of it], as they stood.")
    live_groups = models.JSONField(default=list, help_text="Ids of the groups that went live; empty where all did.")

    class Meta:
        indexes = [models.Index(fields=["school", "-at"], name="stage_move_newest")]

    def __str__(self) -> str:
        return f"{Stage(self.stage_before).label} to {Stage(self.stage_after).label}"


class OpenGate(models.Model):
    """A gate that was open when the school went live all the same: whose reason it was. It stands on the board until the gate is met."""

    move = models.ForeignKey(StageMove, on_delete=models.CASCADE, related_name="over")
    need = models.CharField(max_length=60)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["move", "need"], name="open_gate_once")]
