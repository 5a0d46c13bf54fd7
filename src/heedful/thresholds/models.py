"""Threshold tables, versioned: a row is never changed, a new version replaces it."""

from django.db import models

from heedful.people.models import School, User


class ThresholdVersion(models.Model):
    """One version of a school's table. The highest number is in force."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="threshold_versions")
    number = models.PositiveIntegerField()
    lines = models.JSONField()
    reason = models.CharField(max_length=300)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "number"], name="threshold_number_once")]


# Django looks for an app's models here.
from heedful.thresholds.approaches.models import Approach  # noqa: E402, F401
