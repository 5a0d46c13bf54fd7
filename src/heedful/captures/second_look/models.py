"""Second looks, the weekly samples, and the figures that stay of a deleted capture. Numbers and moments: no text, no theme, no pupil."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heedful.captures.second_look.rules import LookKind
from heedful.people.models import School, User


class SecondLook(models.Model):
    """One capture that somebody else looks at, without seeing what was decided. Once answered it never changes."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="second_looks")
    capture = models.ForeignKey("captures.Capture", null=True, on_delete=models.SET_NULL, related_name="second_looks")
    number = models.BigIntegerField(help_text="The capture's number, also when it is gone.")
    kind = models.CharField(max_length=10, choices=LookKind.choices)
    drawn_at = models.DateTimeField()
    week = models.DateField(null=True, help_text="The Monday of the week that a sample of what was left alone is of.")
    first_grade = models.PositiveSmallIntegerField(null=True, help_text="As it stood when the second was given; 0 is a false positive.")
    grade = models.PositiveSmallIntegerField(null=True, help_text="The second grade; 0 is nothing of concern.")
    was_right = models.BooleanField(null=True, help_text="Of what was left alone: whether rightly.")
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "number", "kind"], name="second_look_once"),
            models.CheckConstraint(condition=Q(grade__isnull=True) | Q(grade__lte=5), name="second_grade_0_to_5"),
        ]
        indexes = [models.Index(fields=["school", "kind", "looked_at"], name="second_look_open")]


class LeftSample(models.Model):
    """That the sample of one week was drawn for one handling approach, out of how many. Its looks carry the same week."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="left_samples")
    approach = models.ForeignKey("thresholds.Approach", null=True, on_delete=models.SET_NULL, related_name="+")
    week = models.DateField()
    pool = models.PositiveIntegerField(help_text="How many captures of the week were left alone.")
    drawn = models.PositiveIntegerField()
    drawn_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["school", "week"], name="left_sample_of_week")]


class CaptureFigures(models.Model):
    """What the measures need of a capture that retention has deleted, so that a later review counts what was there."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="capture_figures")
    number = models.BigIntegerField(unique=True)
    approach = models.ForeignKey("thresholds.Approach", null=True, on_delete=models.SET_NULL, related_name="+")
    arrived_at = models.DateTimeField()
    severity = models.PositiveSmallIntegerField()
    route = models.CharField(max_length=15)
    grade = models.PositiveSmallIntegerField(null=True)
    is_false_positive = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["school", "arrived_at"], name="capture_figures_arrived")]
