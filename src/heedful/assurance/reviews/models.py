"""Reviews of the provision: what asked for one, what was found, who signed; notes after the launch; certificates of deletion."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heedful.assurance.reviews.rules import Cause, Kind
from heedful.people.models import School, User
from heedful.programme.working_group.models import Meeting


class Review(models.Model):
    """One review. What the school's numbers were is kept as it was when it began; once closed it is never changed."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="reviews")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="+", help_text="Its decisions and actions are there.")
    live = models.JSONField(default=dict, help_text="{heading: [sentences]}, small numbers suppressed.")
    trends = models.JSONField(default=list, help_text="[theme, last term, this term], as they may be shown.")
    found = models.JSONField(default=dict, help_text="{heading: what was found}")
    parts = models.JSONField(default=dict, help_text="{part: who was there}")
    conclusion = models.TextField(blank=True)
    held_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    signed_as = models.CharField(max_length=120, blank=True, help_text="Name and post of who signed.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school"], condition=Q(closed_at=None), name="review_one_open")]


class Trigger(models.Model):
    """Something that asks for a review, raised by Heedful itself; done with when the review that took it in is closed."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="review_triggers")
    cause = models.CharField(max_length=12, choices=Cause.choices)
    key = models.CharField(max_length=120, help_text="What it is, so that it is raised once.")
    says = models.CharField(max_length=300)
    happened_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    review = models.ForeignKey(Review, null=True, blank=True, on_delete=models.PROTECT, related_name="triggers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "cause", "key"], name="review_trigger_once")]


class SeenVersion(models.Model):
    """A version of Heedful that ran here, and since when."""

    version = models.CharField(max_length=40, unique=True)
    seen_at = models.DateTimeField()


class StandUp(models.Model):
    """The note of one day in the two weeks after the launch."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="stand_ups")
    on = models.DateField()
    text = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


class Certificate(models.Model):
    """What was deleted up to a moment, as somebody certified it. Kinds, counts and days; never content."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="deletion_certificates")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    certified_as = models.CharField(max_length=120)
    deleted = models.JSONField(default=list, help_text="[what, count, first night, last night]")
    keys = models.JSONField(default=list, help_text="[version, when destroyed]")
    left = models.JSONField(default=dict, help_text="{captures, keys} that were still there.")
