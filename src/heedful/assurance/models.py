"""What the keepers of the data did: backups and nightly deletions, as counts."""

from __future__ import annotations

from django.db import models


class BackupRun(models.Model):
    """One try at a backup; `fault` is empty where it was made and read again whole."""

    at = models.DateTimeField()
    name = models.CharField(max_length=80, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    captures = models.PositiveIntegerField(default=0)
    blobs = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=60, blank=True, help_text="The kind of error, without its text.")

    class Meta:
        indexes = [models.Index(fields=["-at"], name="backup_run_newest")]


class RetentionRun(models.Model):
    """One night's deletions; `finished_at` is empty where it was broken off, and the next one goes on."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict, help_text="How many of each kind went.")

    class Meta:
        indexes = [models.Index(fields=["-started_at"], name="retention_run_newest")]
