"""What is kept of the present system's alerts: moments, accounts of the school's own roll and categories. No text, no name."""

from __future__ import annotations

from django.db import models

from heedful.people.models import Account, School, User


class ParallelColumns(models.Model):
    """Which column of the present system's export holds what: said once, and remembered."""

    school = models.OneToOneField(School, on_delete=models.CASCADE, related_name="+")
    system = models.CharField(max_length=60, help_text="What the present system is called.")
    headers = models.JSONField(default=list, help_text="The names in the export's first line.")
    time = models.CharField(max_length=80, blank=True)
    account = models.CharField(max_length=80, blank=True)
    category = models.CharField(max_length=80, blank=True)
    order = models.CharField(max_length=12)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


class ParallelImport(models.Model):
    """One export that was brought in."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="parallel_imports")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    file_hash = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    new = models.PositiveIntegerField(help_text="Those that no earlier import had.")
    unknown = models.PositiveIntegerField(help_text="Those on an account that is on no roll.")

    class Meta:
        indexes = [models.Index(fields=["school", "-at"], name="parallel_import_newest")]


class ParallelAlert(models.Model):
    """One alert of the present system: when, whose account, what it called it. An account on no roll is not kept."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    from_import = models.ForeignKey(ParallelImport, on_delete=models.CASCADE, related_name="alerts")
    at = models.DateTimeField()
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    category = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["school", "at"], name="parallel_alert_at")]


class ParallelMinutes(models.Model):
    """How long people spent on the present system in one week, as they say themselves."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    week = models.DateField(help_text="Its Monday.")
    minutes = models.PositiveIntegerField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "week"], name="parallel_minutes_once")]
