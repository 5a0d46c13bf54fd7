"""Threshold tables, versioned: a row is never changed, a new version replaces it. A draft is what the working group signs."""

from django.db import models
from django.db.models import Q

from heedful.people.models import School, User
from heedful.thresholds.rules import DraftState


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


class ThresholdDraft(models.Model):
    """A table that is being agreed. Each change is a new `revision`, and a sign-off counts for the revision that it was given to."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="threshold_drafts")
    state = models.CharField(max_length=10, default=DraftState.OPEN)
    reason = models.CharField(max_length=300, help_text="Why the table is to change.")
    lines = models.JSONField()
    notes = models.JSONField(default=list, help_text="[theme, level, band, sureness, says, cards, release to behaviour, decided by]")
    revision = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    version = models.OneToOneField(
        ThresholdVersion, null=True, on_delete=models.CASCADE, related_name="draft", help_text="The version that it became."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state="in_force", version__isnull=False) | (~Q(state="in_force") & Q(version=None)), name="threshold_draft_in_force"),
        ]
        indexes = [models.Index(fields=["school", "-id"], name="threshold_draft_newest")]


class Citation(models.Model):
    """What one row of a draft, and of the version that it becomes, rests on: the school's policy in its own words, and a version of guidance."""

    draft = models.ForeignKey(ThresholdDraft, on_delete=models.CASCADE, related_name="citations")
    theme = models.CharField(max_length=30)
    reference = models.CharField(max_length=200, blank=True, help_text="The school's policy and section; empty until the group names it.")
    guidance = models.CharField(max_length=20)
    guidance_version = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "theme"], name="citation_of_row_once")]


class SignOff(models.Model):
    """One strand of the working group agrees to one revision of a draft."""

    draft = models.ForeignKey(ThresholdDraft, on_delete=models.CASCADE, related_name="sign_offs")
    strand = models.CharField(max_length=20)
    revision = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "strand", "revision"], name="strand_signs_once")]


# Django looks for an app's models here.
from heedful.thresholds.approaches.models import Approach  # noqa: E402, F401
