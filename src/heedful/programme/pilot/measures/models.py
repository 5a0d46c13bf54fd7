"""What reviewers think of a handling approach."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heedful.people.models import School, User
from heedful.thresholds.approaches.models import Approach


class Rating(models.Model):
    """One reviewer's rating of one approach; a new one replaces the one before, which stays as it was said."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    approach = models.ForeignKey(Approach, null=True, on_delete=models.CASCADE, related_name="+", help_text="Empty: how the school handles captures now.")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    stars = models.PositiveSmallIntegerField()
    sentence = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="rating_1_to_5")]
        indexes = [models.Index(fields=["school", "-at"], name="rating_newest")]
