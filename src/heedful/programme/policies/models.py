"""The school's policies: their versions, sections, and what each section stands behind. A version is never changed, a new one follows it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heedful.people.models import School, User
from heedful.programme.policies.rules import Deed, Format, SignAs


class Policy(models.Model):
    """One policy of the school's register. Its newest version is the one that counts."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="policies")
    title = models.CharField(max_length=200)
    kinds = models.JSONField(default=list, help_text="Values of rules.Kind: one document may be several.")
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    next_review_on = models.DateField()
    told_stage = models.PositiveSmallIntegerField(default=0, help_text="How many of the reminders of this review were sent.")
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="When its text, its facts or its links last changed.")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.title


class PolicyVersion(models.Model):
    """One version as it was approved. Its file lies sealed in the vault under `blob`; a link has none."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=40, help_text="As the school calls it.")
    format = models.CharField(max_length=10, choices=Format.choices)
    address = models.URLField(max_length=500, blank=True)
    size_bytes = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    blob = models.CharField(max_length=36, blank=True)
    approved_by = models.CharField(max_length=120)
    approved_on = models.DateField()
    pages = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list, help_text="What the reader had to say, keys of reading.values.NOTES.")
    blocks = models.JSONField(default=list, help_text="[text, level, page] in the order of reading.")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once")]


class PolicySection(models.Model):
    """One section of a version, in the order of reading."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="sections")
    place = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    page = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "place"], name="policy_section_once")]


class PolicyLink(models.Model):
    """A section stands behind a theme (with a level and an age band, or any), or behind a deed.

    While its section belongs to an older version than the newest, the link waits to be confirmed.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="policy_links")
    section = models.ForeignKey(PolicySection, on_delete=models.CASCADE, related_name="links")
    theme = models.CharField(max_length=30, blank=True)
    level = models.PositiveSmallIntegerField(default=0, help_text="0: any level.")
    band = models.CharField(max_length=10, blank=True, help_text="Empty: any age.")
    deed = models.CharField(max_length=20, blank=True, choices=Deed.choices)
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "theme", "level", "band", "deed"], name="policy_link_once"),
            models.CheckConstraint(condition=Q(theme="") ^ Q(deed=""), name="policy_link_of_theme_or_deed"),
        ]
        indexes = [models.Index(fields=["school", "theme"], name="policy_link_theme")]


class PolicySignature(models.Model):
    """Somebody signed one version: the procedure for indecent images needs two."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="signatures")
    signed_as = models.CharField(max_length=15, choices=SignAs.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "signed_as"], name="policy_signature_once")]
