"""Versions of a school's data protection impact assessment."""

from __future__ import annotations

from django.db import models

from heedful.people.models import School, User


class DpiaVersion(models.Model):
    """One version: a draft until it is approved, then never changed. `live` is what the settings were when it was approved."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1, help_text="Goes up with each saving of the draft.")
    answers = models.JSONField(default=dict)
    live = models.JSONField(default=list)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "number"], name="dpia_version_once")]
